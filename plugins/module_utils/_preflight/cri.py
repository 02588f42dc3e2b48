# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""A minimal gRPC client for a few requests to the container runtime, because nodes have no gRPC library.

It uses one HTTP/2 connection and sends one request after another. Request headers use the simplest HPACK encoding. Response
headers are not decoded: a response with a message means success, a response with only trailers means failure.
"""

from __future__ import annotations

import socket
import struct
import time
import typing as t
from dataclasses import dataclass

__all__ = ("Runtime", "ask_runtime")

#: Seconds for all requests together, and the maximum number of bytes read.
CRI_TIMEOUT = 5.0
MOST = 1024 * 1024

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _RESET, _SETTINGS, _PING, _GO_AWAY, _WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
_END_STREAM, _ACKNOWLEDGED, _END_HEADERS, _PADDED = 1, 1, 4, 8
_INITIAL_WINDOW = 4
_LARGEST_FRAME = 16384

_VERSION = "/runtime.v1.RuntimeService/Version"
_IMAGES = "/runtime.v1.ImageService/ImageFsInfo"
_STATUS = "/runtime.v1.RuntimeService/Status"
_IMAGE = "/runtime.v1.ImageService/ImageStatus"
_CONFIGURATION = "/runtime.v1.RuntimeService/RuntimeConfig"
_DRIVERS = {0: "systemd", 1: "cgroupfs"}

_Message = t.Dict[int, t.List[t.Union[int, bytes]]]


@dataclass(frozen=True)
class Runtime:
    """The responses of a runtime. ``problem`` is the reason if it is not usable, as a clause after "because".

    ``speaks_cri`` is false if it does not support CRI v1. ``cgroup_driver`` is empty if the runtime does not report it.
    ``missing_images`` are the requested images that it does not have.
    """

    name: str = ""
    version: str = ""
    speaks_cri: bool = False
    problem: str = ""
    cgroup_driver: str = ""
    missing_images: tuple[str, ...] = ()


class _RefusedError(Exception):
    """The server does not speak gRPC, or stopped doing so."""


def ask_runtime(path: str, images: t.Sequence[str] = ()) -> Runtime:
    """Query the runtime at a socket as kubeadm does: version, images, status, configuration. Never raises.

    Also checks whether ``images`` exist; nothing is pulled.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            return _converse(_Conversation(connection, path), images)
    except socket.timeout:
        return Runtime(problem=f"nothing answers within {CRI_TIMEOUT:g} seconds")
    except OSError as exc:
        return Runtime(problem=f"nothing answers ({exc.strerror or exc})")
    except (_RefusedError, ValueError, IndexError, struct.error) as exc:
        return Runtime(problem=f"what answers does not speak gRPC ({exc})")


def _converse(conversation: _Conversation, images: t.Sequence[str]) -> Runtime:
    version = conversation.call(_VERSION, b"")
    if version is None or conversation.call(_IMAGES, b"") is None:
        return Runtime(problem="what answers does not speak CRI v1")
    name, number = (_text(_fields(version), field) for field in (2, 3))
    status = conversation.call(_STATUS, b"")
    problem = "it does not report its status" if status is None else _unready(_fields(status))
    configuration = conversation.call(_CONFIGURATION, b"")
    driver = "" if configuration is None else _driver(_fields(configuration))
    missing = tuple(image for image in images if not _has_image(conversation, image))
    return Runtime(name, number, True, problem, driver, missing)


def _has_image(conversation: _Conversation, image: str) -> bool:
    answer = conversation.call(_IMAGE, _field(1, _field(1, image.encode())))
    return answer is not None and bool(_fields(answer).get(1))


def _unready(status: _Message) -> str:
    """Why the runtime is not ready. The network is not checked, because it is set up after the join."""
    for part in _messages(status, 1):
        for condition in _messages(part, 1):
            if _text(condition, 1) == "RuntimeReady" and not condition.get(2, [0])[-1]:
                return f"it reports that it is not ready: {_text(condition, 3)} {_text(condition, 4)}".rstrip(": ")
    return ""


def _driver(configuration: _Message) -> str:
    for linux in _messages(configuration, 1):
        driver = linux.get(1, [0])[-1]
        return _DRIVERS.get(driver, "") if isinstance(driver, int) else ""
    return ""


class _Conversation:
    """An HTTP/2 connection to a gRPC server, limited in time and bytes."""

    def __init__(self, connection: socket.socket, path: str) -> None:
        self._connection = connection
        self._deadline = time.monotonic() + CRI_TIMEOUT
        self._left = MOST
        self._stream = -1
        connection.settimeout(CRI_TIMEOUT)
        connection.connect(path)
        window = struct.pack(">HI", _INITIAL_WINDOW, MOST)
        more = struct.pack(">I", MOST)
        self._send(_PREFACE + _frame(_SETTINGS, 0, 0, window) + _frame(_WINDOW_UPDATE, 0, 0, more))

    def call(self, path: str, request: bytes) -> bytes | None:
        """The response message of a method, None if the call fails."""
        self._stream += 2
        message = struct.pack(">BI", 0, len(request)) + request
        headers = _frame(_HEADERS, _END_HEADERS, self._stream, _headers(path))
        self._send(headers + _frame(_DATA, _END_STREAM, self._stream, message))
        answer = b""
        ended = False
        while not ended:
            kind, flags, stream, content = self._receive()
            if kind == _GO_AWAY:
                raise _RefusedError("it closed the connection")
            if kind == _SETTINGS and not flags & _ACKNOWLEDGED:
                self._send(_frame(_SETTINGS, _ACKNOWLEDGED, 0, b""))
            if kind == _PING and not flags & _ACKNOWLEDGED:
                self._send(_frame(_PING, _ACKNOWLEDGED, 0, content))
            if stream != self._stream:
                continue
            if kind == _DATA:
                answer += content[1 : len(content) - content[0]] if flags & _PADDED else content
            ended = kind == _RESET or (kind in (_DATA, _HEADERS) and bool(flags & _END_STREAM))
        return _unpacked(answer) if answer else None

    def _send(self, data: bytes) -> None:
        self._connection.settimeout(self._time_left())
        self._connection.sendall(data)

    def _receive(self) -> tuple[int, int, int, bytes]:
        head = self._read(9)
        length = int.from_bytes(head[:3], "big")
        if length > _LARGEST_FRAME:
            raise _RefusedError("its first bytes are not those of HTTP/2")
        return head[3], head[4], struct.unpack(">I", head[5:])[0] & 0x7FFFFFFF, self._read(length)

    def _read(self, length: int) -> bytes:
        self._left -= length
        if self._left < 0:
            raise _RefusedError("it sends too much")
        data = b""
        while len(data) < length:
            self._connection.settimeout(self._time_left())
            part = self._connection.recv(length - len(data))
            if not part:
                raise _RefusedError("it closed the connection")
            data += part
        return data

    def _time_left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise socket.timeout
        return left


def _frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
    return len(content).to_bytes(3, "big") + struct.pack(">BBI", kind, flags, stream) + content


def _headers(path: str) -> bytes:
    """Literal header fields without indexing and with new names, which need no table and no Huffman coding."""
    pairs = {
        ":method": "POST",
        ":scheme": "http",
        ":path": path,
        ":authority": "localhost",
        "content-type": "application/grpc",
        "te": "trailers",
    }
    return b"".join(b"\0" + b"".join(bytes([len(text)]) + text.encode() for text in pair) for pair in pairs.items())


def _unpacked(answer: bytes) -> bytes:
    """The message of a response: gRPC prefixes it with a compression byte and its length."""
    compressed, length = struct.unpack(">BI", answer[:5])
    if compressed or length != len(answer) - 5:
        raise _RefusedError("its answer is not one message")
    return answer[5:]


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited field of a protobuf message."""
    length, rest = b"", len(content)
    while rest >= 0x80:
        length += bytes([rest & 0x7F | 0x80])
        rest >>= 7
    return bytes([number << 3 | 2]) + length + bytes([rest]) + content


def _fields(message: bytes) -> _Message:
    """The field values of a protobuf message, by field number. Raises ValueError and IndexError."""
    fields: _Message = {}
    position = 0
    while position < len(message):
        key, position = _number(message, position)
        value: int | bytes
        if key & 7 == 0:
            value, position = _number(message, position)
        elif key & 7 == 2:
            length, position = _number(message, position)
            if position + length > len(message):
                raise ValueError("a field is longer than its message")
            value = message[position : position + length]
            position += length
        else:
            raise ValueError("a message of CRI has no such field")
        fields.setdefault(key >> 3, []).append(value)
    return fields


def _number(message: bytes, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise ValueError("a number has no end")


def _messages(fields: _Message, number: int) -> t.Iterator[_Message]:
    return (_fields(value) for value in fields.get(number, []) if isinstance(value, bytes))


def _text(fields: _Message, number: int) -> str:
    value = fields.get(number, [b""])[-1]
    return value.decode("utf-8", "replace")[:200] if isinstance(value, bytes) else ""
