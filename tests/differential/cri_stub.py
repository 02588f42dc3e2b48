# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A container runtime as small as preflight checks need it: gRPC over a unix socket, spoken by an HTTP/2 library."""

from __future__ import annotations

import contextlib
import pathlib
import socket
import threading
import typing as t

import h2.config
import h2.connection
import h2.events
import h2.exceptions

__all__ = ("ANSWERS", "CriStub", "message", "text")

_SERVICES = "/runtime.v1."
UNIMPLEMENTED = "12"
UNKNOWN = "2"


def text(number: int, value: str | bytes) -> bytes:
    """A protobuf field that has a length."""
    content = value.encode() if isinstance(value, str) else value
    return bytes([number << 3 | 2, len(content)]) + content


def message(number: int, *fields: bytes) -> bytes:
    """A protobuf field that is a message."""
    return text(number, b"".join(fields))


def _condition(kind: str, ready: bool, reason: str = "") -> bytes:
    return message(1, text(1, kind), b"\x10\x01" if ready else b"", text(3, reason) if reason else b"")


def _status(*, runtime: bool = True, network: bool = True) -> bytes:
    return message(
        1,
        _condition("RuntimeReady", runtime, "" if runtime else "starting"),
        _condition("NetworkReady", network, "" if network else "none"),
    )


_VERSION = text(1, "0.1.0") + text(2, "containerd") + text(3, "2.1.9") + text(4, "v1")
_GOOD: dict[str, bytes | str] = {
    "RuntimeService/Version": _VERSION,
    "RuntimeService/Status": _status(),
    "RuntimeService/RuntimeConfig": message(1),
    "ImageService/ImageFsInfo": b"",
    "ImageService/ImageStatus": message(1, text(1, "sha256:1"), b"\x20\x01"),
}
#: What a runtime answers, by a name for it: the bytes of a message by method, or the status of gRPC that it fails with.
ANSWERS: dict[str, dict[str, bytes | str]] = {
    "good": _GOOD,
    "cgroupfs": {**_GOOD, "RuntimeService/RuntimeConfig": message(1, b"\x08\x01")},
    "no network": {**_GOOD, "RuntimeService/Status": _status(network=False)},
    "not ready": {**_GOOD, "RuntimeService/Status": _status(runtime=False)},
    "old": {method: answer for method, answer in _GOOD.items() if method != "RuntimeService/RuntimeConfig"},
    "no CRI": {},
    "broken": dict.fromkeys(_GOOD, UNKNOWN),
    "nothing pulled": {**_GOOD, "ImageService/ImageStatus": b"", "ImageService/PullImage": text(1, "sha256:1")},
    "pulls fail": {**_GOOD, "ImageService/ImageStatus": b"", "ImageService/PullImage": UNKNOWN},
    "no images": {method: answer for method, answer in _GOOD.items() if method != "ImageService/ImageFsInfo"},
    "status fails": {**_GOOD, "RuntimeService/Status": UNKNOWN},
    "configuration fails": {**_GOOD, "RuntimeService/RuntimeConfig": UNKNOWN},
}


def _image(request: bytes) -> str:
    """The name in a request for an image: a text in a message in a message, after the five bytes of gRPC."""
    content = request[5:]
    for _level in range(2):
        position, length, shift = 1, 0, 0
        while True:
            length |= (content[position] & 0x7F) << shift
            shift += 7
            position += 1
            if content[position - 1] < 0x80:
                break
        content = content[position : position + length]
    return content.decode()


class CriStub:
    """Answers at ``path`` as ANSWERS[``how``] has it, until the end of the block; ``asked`` are the methods called.

    ``images`` are those that were asked for.
    """

    def __init__(self, path: pathlib.Path, how: str = "good") -> None:
        self.asked: list[str] = []
        self.images: list[str] = []
        self._answers = ANSWERS[how]
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen()

    def __enter__(self) -> CriStub:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        with client, contextlib.suppress(OSError, h2.exceptions.ProtocolError):
            client.sendall(connection.data_to_send())
            paths: dict[int, str] = {}
            requests: dict[int, bytes] = {}
            while received := client.recv(65536):
                for event in connection.receive_data(received):
                    if isinstance(event, h2.events.RequestReceived):
                        paths[event.stream_id] = dict(event.headers)[b":path"].decode()
                    if isinstance(event, h2.events.DataReceived):
                        requests[event.stream_id] = requests.get(event.stream_id, b"") + event.data
                    if isinstance(event, h2.events.StreamEnded):
                        if paths[event.stream_id].endswith("/ImageStatus"):
                            self.images.append(_image(requests[event.stream_id]))
                        self._answer(connection, event.stream_id, paths.pop(event.stream_id))
                client.sendall(connection.data_to_send())

    def _answer(self, connection: t.Any, stream: int, path: str) -> None:
        method = path.removeprefix(_SERVICES)
        self.asked.append(method)
        answer = self._answers.get(method, UNIMPLEMENTED)
        headers = [(":status", "200"), ("content-type", "application/grpc")]
        if isinstance(answer, str):
            connection.send_headers(stream, [*headers, ("grpc-status", answer)], end_stream=True)
            return
        connection.send_headers(stream, headers)
        connection.send_data(stream, b"\0" + len(answer).to_bytes(4, "big") + answer)
        connection.send_headers(stream, [("grpc-status", "0")], end_stream=True)
