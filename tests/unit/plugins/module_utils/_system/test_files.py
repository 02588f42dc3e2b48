# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing files: whole or not at all, and never wider than they shall be."""

from __future__ import annotations

import errno
import fcntl
import os
import pathlib
import signal
import stat
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system import files


def test_a_file_has_its_mode_before_it_has_content(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No moment in which somebody else could read a key."""
    seen: list[tuple[int, int]] = []
    real = os.fchmod

    def watch(handle: int, mode: int) -> None:
        status = os.fstat(handle)
        seen.append((stat.S_IMODE(status.st_mode), status.st_size))
        real(handle, mode)

    monkeypatch.setattr(files.os, "fchmod", watch)
    files.replace_file(str(tmp_path / "new/key.pem"), b"secret", 0o640)
    assert seen == [(0o600, 0)]
    assert stat.S_IMODE((tmp_path / "new/key.pem").stat().st_mode) == 0o640
    assert (tmp_path / "new/key.pem").read_bytes() == b"secret"


@pytest.mark.parametrize("call", ["fsync", "rename", "fchmod"])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """A full disk at any step: the old content stays, no temporary file is left, the reason is reported."""
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def fail(*arguments: t.Any) -> t.NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, call, fail)
    with pytest.raises(JoinError) as caught:
        files.replace_file(str(path), b"new", 0o600)
    assert caught.value.code == "file_not_written"
    assert "No space left" in str(caught.value)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_link_replaces_what_was_there(tmp_path: pathlib.Path) -> None:
    """A link, a file or nothing; no temporary link is left."""
    path = tmp_path / "current"
    for target in ("/first", "/second"):
        files.replace_by_link(str(path), target)
        assert os.readlink(path) == target
    assert os.listdir(tmp_path) == ["current"]


@pytest.mark.parametrize("through_link", [False, True])
def test_nothing_is_written_where_somebody_else_could_exchange_it(tmp_path: pathlib.Path, through_link: bool) -> None:
    """A folder on the way that everybody may write to; a sticky one such as /tmp is safe."""
    shared = tmp_path / "shared"
    (shared / "pki").mkdir(parents=True)
    target = shared / "pki"
    if through_link:
        target = tmp_path / "innocent"
        target.symlink_to(shared / "pki")
    shared.chmod(0o777)
    for write in (lambda p: files.replace_file(p, b"x", 0o600), lambda p: files.replace_by_link(p, "/x")):
        with pytest.raises(JoinError, match="others may write") as caught:
            write(str(target / "key.pem"))
        assert caught.value.code == "folder_unsafe"
        assert caught.value.details == {"path": str(shared)}
    assert list((shared / "pki").iterdir()) == []
    shared.chmod(0o1777)
    files.replace_file(str(target / "key.pem"), b"x", 0o600)


def test_a_folder_of_a_system_user_is_accepted(tmp_path: pathlib.Path) -> None:
    """And reported, as files in it are only as safe as that user; not if others may write to it as well."""
    if os.geteuid() != 0:
        pytest.skip("only root can give folders away")
    os.chown(tmp_path, 998, 998)
    assert files.refuse_unsafe(str(tmp_path / "a/key.pem")) == {str(tmp_path): 998}
    files.replace_file(str(tmp_path / "a/key.pem"), b"x", 0o600)
    tmp_path.chmod(0o775)
    with pytest.raises(JoinError, match="others may write"):
        files.replace_file(str(tmp_path / "a/key.pem"), b"y", 0o600)
    os.chown(tmp_path, 0, 0)


def test_a_folder_of_another_user_is_not_safe(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its owner could exchange what is in it."""
    if os.geteuid() == 0:
        os.chown(tmp_path, 12345, 12345)
    else:
        monkeypatch.setattr(files.os, "geteuid", lambda: 12345)
    with pytest.raises(JoinError, match="belongs to the user with id") as caught:
        files.replace_file(str(tmp_path / "a/key.pem"), b"x", 0o600)
    assert caught.value.code == "folder_unsafe"
    assert list(tmp_path.iterdir()) == []
    os.chown(tmp_path, os.getuid(), os.getgid())


UMASKS = [0o000, 0o002, 0o022, 0o027, 0o077, 0o777]


@pytest.fixture(params=UMASKS, ids=oct)
def umask(request: pytest.FixtureRequest) -> t.Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def test_modes_do_not_depend_on_the_umask(tmp_path: pathlib.Path, umask: None) -> None:
    """Neither of files nor of folders; otherwise the next write might refuse the folders as unsafe."""
    for _time in range(2):
        files.replace_file(str(tmp_path / "etc/pki/etcd/ca.key"), b"x", 0o600)
        files.replace_file(str(tmp_path / "etc/pki/ca.crt"), b"x", 0o644)
        files.replace_by_link(str(tmp_path / "var/pki/current.pem"), "/x")
        files.make_folder(str(tmp_path / "var/lib/etcd"), 0o700)
    modes = {
        str(path.relative_to(tmp_path)): f"{stat.S_IMODE(path.stat().st_mode):o}"
        for path in tmp_path.rglob("*")
        if not path.is_symlink()
    }
    assert modes == {
        "etc": "755", "etc/pki": "755", "etc/pki/etcd": "755", "etc/pki/etcd/ca.key": "600", "etc/pki/ca.crt": "644",
        "var": "755", "var/pki": "755", "var/lib": "755", "var/lib/etcd": "700",
    }  # fmt: skip


def test_the_mode_of_an_existing_folder_stays(tmp_path: pathlib.Path) -> None:
    (tmp_path / "etc").mkdir(mode=0o700)
    files.make_folder(str(tmp_path / "etc"), 0o755)
    files.replace_file(str(tmp_path / "etc/file"), b"x", 0o600)
    assert stat.S_IMODE((tmp_path / "etc").stat().st_mode) == 0o700


def run_and_kill(path: pathlib.Path, call: str) -> None:
    """Write a file in a process that is killed when it makes a certain call."""
    child = os.fork()
    if not child:
        setattr(os, call, lambda *_arguments, **_options: os.kill(os.getpid(), signal.SIGKILL))
        files.replace_file(str(path), b"secret", 0o600)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL


@pytest.mark.parametrize("call", ["fchmod", "fsync", "rename"])
def test_what_a_killed_process_leaves_is_removed_by_the_next_write(tmp_path: pathlib.Path, call: str) -> None:
    """In that folder, whatever is written; other files stay."""
    (tmp_path / ".kubejoin-notes").write_text("x")
    run_and_kill(tmp_path / "ca.key", call)
    (tmp_path / ".kubejoin-12-0123abcd").symlink_to("/nowhere")
    assert len(os.listdir(tmp_path)) == 3
    files.replace_file(str(tmp_path / "other"), b"x", 0o600)
    assert sorted(os.listdir(tmp_path)) == [".kubejoin-notes", "other"]


def test_what_another_process_still_writes_stays(tmp_path: pathlib.Path) -> None:
    """Two operators may work on one host."""
    temporary = tmp_path / ".kubejoin-12-0123abcd"
    with temporary.open("wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        files.replace_file(str(tmp_path / "other"), b"x", 0o600)
        assert temporary.exists()
    files.replace_file(str(tmp_path / "other"), b"x", 0o600)
    assert not temporary.exists()


def test_what_is_removed_is_gone_and_nothing_else(tmp_path: pathlib.Path) -> None:
    """A file, a link and not what it leads to, a folder with all in it, and what is not there."""
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(kept)
    (tmp_path / "folder/below").mkdir(parents=True)
    for name in ("file", "link", "folder", "absent"):
        files.remove(str(tmp_path / name))
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (kept / "file").exists()


def test_what_cannot_be_removed_is_reported() -> None:
    """With the path and the reason."""
    with pytest.raises(JoinError) as caught:
        files.remove("/proc/version")
    assert caught.value.code == "file_not_written"
