# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of the test bed that need no machine: names, addresses, images, downloads."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import http.server
import io
import json
import os
import pathlib
import select
import subprocess
import sys
import tarfile
import threading
import typing as t

import pytest

from testbed import binaries, images, pins
from testbed.plan import Plan
from testbed.shell import BedError


def test_no_two_hosts_of_a_bed_share_an_address() -> None:
    """Nor a pod network."""
    plan = Plan("demo")
    hosts = plan.all_hosts()
    assert len({plan.address(host) for host in hosts}) == len(hosts) == 27
    assert len({plan.pod_network(host) for host in hosts}) == len(hosts)


def test_beds_have_names_of_their_own_in_the_kernel() -> None:
    """So that two can be up at once."""
    one, other = Plan("one"), Plan("other")
    assert {one.netns, one.cgroup, one.network}.isdisjoint({other.netns, other.cgroup, other.network})


@pytest.mark.parametrize("name", ["", "Demo", "a-b", "a/../b", "x" * 13, "1a"])
def test_names_that_could_not_be_paths_are_refused(name: str) -> None:
    """They become folders, namespaces and cgroups."""
    with pytest.raises(BedError):
        Plan(name)


@pytest.mark.parametrize("host", ["w0", "w10", "worker", "cp", "", "w1/.."])
def test_hosts_without_an_address_are_refused(host: str) -> None:
    """With the names that there are."""
    with pytest.raises(BedError, match="cp1 to cp9"):
        Plan("demo").address(host)


def test_the_network_configuration_is_json_with_the_hosts_own_subnet() -> None:
    """The CNI plugins read it."""
    found = json.loads(Plan("demo").network_configuration("w2"))
    assert found["plugins"][0]["ipam"]["ranges"] == [[{"subnet": "10.244.22.0/24"}]]


def test_a_layer_is_the_same_bytes_every_time(tmp_path: pathlib.Path) -> None:
    """Owned by root, without times, folders before what is in them."""
    (tmp_path / "tree/sub").mkdir(parents=True)
    (tmp_path / "tree/sub/file").write_text("x")
    (tmp_path / "tree/link").symlink_to("sub")
    content = {"/": tmp_path / "tree", "/usr/bin/tool": tmp_path / "tree/sub/file"}
    first = images._layer(content)
    (tmp_path / "tree/sub/file").touch()
    assert images._layer(content) == first
    with tarfile.open(fileobj=io.BytesIO(first)) as layer:
        names = layer.getnames()
    assert names.index("usr/bin") < names.index("usr/bin/tool")
    assert "sub/file" in names and "link" in names


@contextlib.contextmanager
def releases(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[None]:
    """A server of releases on loopback."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    handler.log_message = lambda *arguments: None  # type: ignore[attr-defined]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(binaries, "RELEASES", f"http://127.0.0.1:{server.server_port}")
    try:
        yield
    finally:
        server.shutdown()


def lay(folder: pathlib.Path, content: bytes, checksum: str) -> None:
    place = folder / "v1.2.3/bin/linux/amd64"
    place.mkdir(parents=True)
    for name in pins.PROGRAMS:
        (place / name).write_bytes(content)
        (place / f"{name}.sha256").write_text(checksum)


def test_a_release_is_downloaded_when_its_checksum_is_right(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All programs, and they can be run."""
    lay(tmp_path / "served", b"program", hashlib.sha256(b"program").hexdigest())
    (tmp_path / "got").mkdir()
    with releases(tmp_path / "served", monkeypatch):
        assert binaries._download("1.2.3", tmp_path / "got")
    assert sorted(path.name for path in (tmp_path / "got").iterdir()) == sorted(pins.PROGRAMS)
    assert (tmp_path / "got/kubelet").stat().st_mode & 0o111


def test_a_release_with_a_wrong_checksum_is_refused(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not built instead: somebody should look."""
    lay(tmp_path / "served", b"program", "0" * 64)
    (tmp_path / "got").mkdir()
    with releases(tmp_path / "served", monkeypatch), pytest.raises(BedError, match="checksum"):
        binaries._download("1.2.3", tmp_path / "got")


def test_releases_that_cannot_be_reached_are_built(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is False, not an error."""
    monkeypatch.setattr(binaries, "RELEASES", "http://127.0.0.1:1")
    assert not binaries._download("1.2.3", tmp_path)


def test_a_command_ends_with_the_tool_that_is_killed() -> None:
    """Or it would go on writing where `down` cleans up."""
    reading, writing = os.pipe()
    sleeper = f"import os, time; os.write({writing}, b'ready\\n'); time.sleep(300)"
    program = f"import sys; from testbed.shell import run; run(sys.executable, '-c', {sleeper!r}, pass_fds=[{writing}])"
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=pathlib.Path(__file__).parents[2], pass_fds=[writing]) as tool:
        os.close(writing)
        with open(reading) as stream:
            assert stream.readline() == "ready\n"
            tool.kill()
            tool.wait()
            assert select.select([stream], [], [], 5)[0], "the pipe ends when nobody holds it any more"
            assert stream.read() == ""


def test_programs_of_the_users_own_are_not_taken_for_the_caches(tmp_path: pathlib.Path) -> None:
    """What is made of them is kept under a name that changes when they do."""
    for name in pins.PROGRAMS:
        (tmp_path / name).write_text("program")
    first = binaries.label("1.2.3", tmp_path)
    assert first.startswith("1.2.3-")
    assert binaries.label("1.2.3", tmp_path) == first
    (tmp_path / "kubelet").write_text("another program")
    assert binaries.label("1.2.3", tmp_path) != first
    assert binaries.label("1.2.3", pins.cache_folder() / "kubernetes-1.2.3") == "1.2.3"


def test_a_version_that_is_not_pinned_is_not_built(tmp_path: pathlib.Path) -> None:
    """The pinned module of its minor version would give another one with its name."""
    with pytest.raises(BedError, match=r"1\.37\.99 is not pinned"):
        binaries._build_kubernetes("1.37.99", tmp_path)


def test_one_program_alone_can_be_downloaded(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kubelet of another version needs no other programs of that version."""
    lay(tmp_path / "served", b"program", hashlib.sha256(b"program").hexdigest())
    (tmp_path / "got").mkdir()
    with releases(tmp_path / "served", monkeypatch):
        assert binaries._download("1.2.3", tmp_path / "got", ("kubelet",))
    assert [path.name for path in (tmp_path / "got").iterdir()] == ["kubelet"]
