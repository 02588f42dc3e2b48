# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The container runtime's gRPC: answers of a real HTTP/2 library are understood, and nothing hostile gets beyond its bounds."""

from __future__ import annotations

import contextlib
import pathlib
import socket
import struct
import sys
import threading
import time
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight import cri as _cri
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.cri import Runtime, ask_runtime
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import DIFFERENTIAL
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(DIFFERENTIAL))
from cri_stub import ANSWERS, CriStub

CONTAINERD = {"name": "containerd", "version": "2.1.9", "speaks_cri": True}
EXPECTED = {
    "good": Runtime(**CONTAINERD, cgroup_driver="systemd"),
    "cgroupfs": Runtime(**CONTAINERD, cgroup_driver="cgroupfs"),
    "no network": Runtime(**CONTAINERD, cgroup_driver="systemd"),
    "not ready": Runtime(**CONTAINERD, cgroup_driver="systemd", problem="it reports that it is not ready: starting"),
    "old": Runtime(**CONTAINERD),
    "nothing pulled": Runtime(**CONTAINERD, cgroup_driver="systemd"),
    "pulls fail": Runtime(**CONTAINERD, cgroup_driver="systemd"),
    "no CRI": Runtime(problem="what answers does not speak CRI v1"),
    "no images": Runtime(problem="what answers does not speak CRI v1"),
    "broken": Runtime(problem="what answers does not speak CRI v1"),
    "status fails": Runtime(**CONTAINERD, cgroup_driver="systemd", problem="it does not report its status"),
    "configuration fails": Runtime(**CONTAINERD),
}


@pytest.mark.parametrize("how", ANSWERS)
def test_answers_are_understood(how: str, tmp_path: pathlib.Path) -> None:
    """Version, status and cgroup driver; and in which way a runtime is of no use."""
    with CriStub(tmp_path / "cri.sock", how):
        assert ask_runtime(str(tmp_path / "cri.sock")) == EXPECTED[how]


@pytest.mark.parametrize("image", ["r.example/kube-apiserver:v1.37.2", "r.example/" + "a" * 300 + ":1"])
@pytest.mark.parametrize(("how", "is_missing"), [("good", False), ("nothing pulled", True), ("pulls fail", True)])
def test_images_are_looked_for_and_not_pulled(how: str, is_missing: bool, image: str, tmp_path: pathlib.Path) -> None:
    """By their whole names, long ones too."""
    with CriStub(tmp_path / "cri.sock", how) as stub:
        assert ask_runtime(str(tmp_path / "cri.sock"), [image]).missing_images == ((image,) if is_missing else ())
    assert stub.asked[-1] == "ImageService/ImageStatus"
    assert stub.images == [image]


@contextlib.contextmanager
def saying(path: pathlib.Path, answer: bytes, *, again: bool = False, close: bool = True) -> t.Iterator[None]:
    """Something that says the same to everybody, over and over if asked to."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        listener.listen()

        def serve() -> None:
            with contextlib.suppress(OSError):
                client, _address = listener.accept()
                with client:
                    client.sendall(answer)
                    while again:
                        client.sendall(answer)
                    if close:
                        client.shutdown(socket.SHUT_WR)
                    while client.recv(65536):
                        pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
    return len(content).to_bytes(3, "big") + struct.pack(">BBI", kind, flags, stream) + content


SETTINGS = frame(4, 0, 0, b"")
NOT_GRPC = "what answers does not speak gRPC"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (b"", f"{NOT_GRPC} (it closed the connection)"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", f"{NOT_GRPC} (its first bytes are not those of HTTP/2)"),
        (SETTINGS[:5], f"{NOT_GRPC} (it closed the connection)"),
        (SETTINGS + frame(7, 0, 0, b"\0" * 8), f"{NOT_GRPC} (it closed the connection)"),
        (SETTINGS + frame(3, 0, 1, b"\0" * 4), "what answers does not speak CRI v1"),
        (SETTINGS + frame(1, 5, 1, b""), "what answers does not speak CRI v1"),
        (SETTINGS + frame(0, 1, 1, b"\1\0\0\0\0"), f"{NOT_GRPC} (its answer is not one message)"),
        (SETTINGS + frame(0, 1, 1, b"\0\0\0\0\7"), f"{NOT_GRPC} (its answer is not one message)"),
        (SETTINGS + frame(0, 1, 1, b"\0"), f"{NOT_GRPC} (unpack requires a buffer of 5 bytes)"),
        (SETTINGS + frame(0, 9, 1, b""), f"{NOT_GRPC} (index out of range)"),
    ],
    ids=["hangs up", "HTTP/1", "half a frame", "goes away", "resets", "trailers alone", "compressed", "too short",
         "no message", "padded with nothing"],
)  # fmt: skip
def test_what_is_no_runtime_is_reported(tmp_path: pathlib.Path, answer: bytes, problem: str) -> None:
    """By what it did."""
    with saying(tmp_path / "s", answer):
        assert ask_runtime(str(tmp_path / "s")) == Runtime(problem=problem)


def test_one_that_does_not_stop_is_left(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more is read than a runtime could have to say."""
    monkeypatch.setattr(_cri, "MOST", 256 * 1024)
    with saying(tmp_path / "s", frame(0, 0, 1, b"\0" * 16000), again=True):
        assert ask_runtime(str(tmp_path / "s")).problem == f"{NOT_GRPC} (it sends too much)"


@pytest.mark.parametrize("answer", [b"", SETTINGS, SETTINGS + frame(6, 0, 0, b"\0" * 8)])
def test_one_that_says_nothing_is_left(tmp_path: pathlib.Path, answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the time for all questions together."""
    monkeypatch.setattr(_cri, "CRI_TIMEOUT", 0.2)
    began = time.monotonic()
    with saying(tmp_path / "s", answer, close=False):
        assert ask_runtime(str(tmp_path / "s")).problem == "nothing answers within 0.2 seconds"
    assert time.monotonic() - began < 3


def test_nobody_there(tmp_path: pathlib.Path) -> None:
    """No socket, and a path that no socket can have."""
    assert ask_runtime(str(tmp_path / "s")).problem == "nothing answers (No such file or directory)"
    assert "nothing answers" in ask_runtime(str(tmp_path / ("s" * 200))).problem


class Scripted:
    """A connection that has everything to be said in it already."""

    def __init__(self, said: bytes) -> None:
        self._said = said

    def recv(self, length: int) -> bytes:
        part, self._said = self._said[:length], self._said[length:]
        return part

    def settimeout(self, _seconds: float) -> None:
        pass

    def connect(self, _path: str) -> None:
        pass

    def sendall(self, _data: bytes) -> None:
        pass

    def __enter__(self) -> Scripted:
        return self

    def __exit__(self, *exc: object) -> None:
        pass


def messages() -> t.Any:
    """Bytes that begin as an answer does and go on as they like."""
    packed = st.binary(max_size=60).map(lambda body: frame(0, 1, 1, b"\0" + len(body).to_bytes(4, "big") + body))
    frames = st.builds(
        frame, st.integers(0, 9), st.integers(0, 255), st.sampled_from([0, 1, 3, 5]), st.binary(max_size=40)
    )
    return st.one_of(st.binary(max_size=200), st.lists(st.one_of(packed, frames), max_size=8).map(b"".join))


@given(said=messages())
def test_no_answer_makes_it_raise(said: bytes) -> None:
    """Whatever is said ends as an answer or as a problem in words."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_cri.socket, "socket", lambda *_arguments: Scripted(said))
        found = ask_runtime("/s")
    assert found.problem or found.speaks_cri
