# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing files: whole or not at all, and never wider than they shall be."""

from __future__ import annotations

import errno
import os
import pathlib
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
    """A full disk at any step: the old content stays, no temporary file is left, the reason is told."""
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


def test_what_cannot_be_removed_is_told() -> None:
    """With the path and the reason."""
    with pytest.raises(JoinError) as caught:
        files.remove("/proc/version")
    assert caught.value.code == "file_not_written"
