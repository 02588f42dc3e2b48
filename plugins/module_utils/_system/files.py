# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Lists files, and writes them atomically, with their final mode from the first byte; nothing else writes files."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import shutil
import stat
import typing as t

from .._core.errors import JoinError

__all__ = ("list_files", "make_folder", "refuse_unsafe", "remove", "replace_by_link", "replace_file")


#: The last user ID that distributions assign to system users (SYS_UID_MAX in /etc/login.defs).
_LAST_SYSTEM_USER = 999
_TEMPORARY = re.compile(r"\.kubejoin-[0-9]+-[0-9a-f]{8}")


def list_files(folder: str) -> list[str] | None:
    """Implement ``Files.list_files``. Links are listed but not followed. Raises ``file_not_read``."""
    if not os.path.isdir(folder):
        return None
    try:
        return [*_below(folder, "")]
    except OSError as exc:
        raise JoinError(
            "file_not_read",
            f"Cannot list {exc.filename}: {exc.strerror}; expected a folder that this user may read; check it, or set "
            "`become: true`.",
            path=folder,
        ) from exc


def _below(folder: str, prefix: str) -> t.Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _below(entry.path, f"{prefix}{entry.name}/")
            else:
                yield prefix + entry.name


def replace_file(path: str, content: bytes, mode: int) -> None:
    """Write ``content`` to ``path`` atomically. After the return, the file survives a power failure.

    Raises ``file_not_written`` and the errors of `refuse_unsafe`.
    """
    refuse_unsafe(path)

    def write(temporary: str) -> None:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            fcntl.flock(handle, fcntl.LOCK_EX)
            os.fchmod(handle, mode)
            stream.write(content)
            stream.flush()
            os.fsync(handle)
            os.rename(temporary, path)

    _replace(path, write)


def replace_by_link(path: str, target: str) -> None:
    """Replace ``path`` with a symbolic link to ``target`` atomically. Raises ``file_not_written`` and ``folder_unsafe``."""

    def write(temporary: str) -> None:
        os.symlink(target, temporary)
        os.rename(temporary, path)

    _replace(path, write)


def _replace(path: str, make: t.Callable[[str], None]) -> None:
    """Call ``make`` to create a temporary path and rename it to ``path``."""
    folder = os.path.dirname(path)
    temporary = os.path.join(folder, f".kubejoin-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        _make(folder, 0o755)
        _remove_abandoned(folder)
        try:
            make(temporary)
        except OSError:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
        _settle(folder)
    except OSError as exc:
        raise _not_written(path, exc) from exc


def _remove_abandoned(folder: str) -> None:
    """Remove the temporary files of killed processes, which may contain keys. A process that still writes holds a lock."""
    with os.scandir(folder) as entries:
        abandoned = [entry for entry in entries if _TEMPORARY.fullmatch(entry.name)]
    for entry in abandoned:
        with contextlib.suppress(FileNotFoundError, BlockingIOError):
            if entry.is_file(follow_symlinks=False):
                handle = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW)
                with os.fdopen(handle, "rb"):
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    os.unlink(entry.path)
            else:
                os.unlink(entry.path)


def make_folder(path: str, mode: int) -> None:
    """Create the folder at ``path`` and its parents. Raises ``file_not_written`` and ``folder_unsafe``."""
    try:
        _make(path, mode)
    except OSError as exc:
        raise _not_written(path, exc) from exc


def remove(path: str) -> None:
    """Remove a file, a link, or a folder with its content. A missing path is not an error. Raises ``file_not_written``."""
    try:
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        elif os.path.lexists(path):
            os.unlink(path)
        else:
            return
        _settle(os.path.dirname(path))
    except OSError as exc:
        raise _not_written(path, exc) from exc


def refuse_unsafe(path: str) -> dict[str, int]:
    """Raise an error if writing a file at ``path`` is not safe.

    ``folder_unsafe`` means that another user could replace the file, ``path_is_link`` that ``path`` leads to another file.
    Returns the folders that belong to system users, with the IDs of the users.
    """
    owned = _refuse_unsafe(os.path.dirname(path))
    if os.path.islink(path):
        raise JoinError(
            "path_is_link",
            f"Cannot write {path}: it is a symbolic link to {os.readlink(path)}; expected a file, or nothing; find out who created "
            "it, then remove it.",
            path=path,
        )
    return owned


def _make(folder: str, mode: int) -> None:
    _refuse_unsafe(folder)
    missing = [folder]
    while not os.path.lexists(os.path.dirname(missing[-1])):
        missing.append(os.path.dirname(missing[-1]))
    for path in reversed(missing):
        if os.path.isdir(path):
            continue
        wanted = mode if path == folder else 0o755
        os.mkdir(path, wanted)
        os.chmod(path, wanted)  # the umask may have removed permissions


def _refuse_unsafe(folder: str) -> dict[str, int]:
    """Require that only root, this user and system users can replace ``folder`` and its parents, similar to sshd for its files.

    System users are accepted, because other installers create such folders, for example kubespray. Missing folders need no
    check: this user will own them.
    """
    owned: dict[str, int] = {}
    real = os.path.realpath(folder)
    while not os.path.lexists(real):
        real = os.path.dirname(real)
    while True:
        status = os.stat(real)
        others = stat.S_IWOTH | (stat.S_IWGRP if status.st_gid not in (0, os.getegid()) else 0)
        writable = bool(status.st_mode & others) and not status.st_mode & stat.S_ISVTX
        is_foreign = status.st_uid not in (0, os.geteuid())
        if is_foreign and status.st_uid <= _LAST_SYSTEM_USER:
            owned[real] = status.st_uid
            is_foreign = False
        if writable or is_foreign:
            reason = "others may write to it" if writable else f"it belongs to the user with id {status.st_uid}"
            raise JoinError(
                "folder_unsafe",
                f"Cannot write below {folder}: {real} is not safe, because {reason}; expected a folder that only root and system users can change; "
                f"find out the cause, then run `chown root: {real}; chmod go-w {real}`.",
                path=real,
            )
        if real == os.path.dirname(real):
            return owned
        real = os.path.dirname(real)


def _settle(folder: str) -> None:
    """Flush the folder to disk, and with it the rename."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _not_written(path: str, exc: OSError) -> JoinError:
    return JoinError(
        "file_not_written",
        f"Cannot write {path}: {exc.strerror}; the previous content is unchanged; free disk space or grant the permission, "
        "then run again.",
        path=path,
        reason=exc.strerror or "",
    )
