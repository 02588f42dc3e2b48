# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""A folder that will become a machine's root file system: an image, as with kubeadm's --rootfs."""

from __future__ import annotations

import os
import typing as t

from .._core.errors import JoinError
from .._host.machine import FileState, UnitState
from .host import SERVICE_PATH, LocalHost, Run

__all__ = ("RootfsHost",)

_MOST_LINKS = 40


class RootfsHost(LocalHost):
    """Implements ``_host.machine.Host`` below the folder ``root``. Services are enabled but not started.

    Symbolic links are resolved relative to ``root``. The image's programs run in a chroot.
    """

    def __init__(self, run: Run, root: str) -> None:
        super().__init__(run)
        self._root = root

    def is_live(self) -> bool:
        return False

    def uses_systemd_resolved(self) -> bool:
        return self._is_enabled("systemd-resolved")

    def read(self, path: str) -> FileState | None:
        return super().read(self._inside(path))

    def refuse_unsafe(self, path: str) -> t.Mapping[str, str]:
        return super().refuse_unsafe(self._parent_inside(path))

    def store(self, path: str, content: bytes, mode: int) -> None:
        super().store(self._parent_inside(path), content, mode)

    def has_folder(self, path: str) -> bool:
        return super().has_folder(self._inside(path))

    def list_files(self, path: str) -> list[str] | None:
        return super().list_files(self._inside(path))

    def make_folder(self, path: str, mode: int) -> None:
        super().make_folder(self._inside(path), mode)

    def remove(self, path: str) -> None:
        super().remove(self._parent_inside(path))

    def link(self, path: str, target: str) -> None:
        super().link(self._parent_inside(path), target)

    def unit(self, name: str) -> UnitState:
        places = ("etc/systemd/system", "run/systemd/system", "usr/lib/systemd/system", "lib/systemd/system")
        return UnitState(
            exists=any(os.path.lexists(self._inside(f"/{place}/{name}.service")) for place in places),
            enabled=self._is_enabled(name),
            running=False,
            state="not started: this is an image",
            started=None,
            restarts=0,
        )

    def enable_unit(self, name: str) -> None:
        self._systemctl("--root", self._root, "enable", name)

    def _find_program(self, name: str) -> str | None:
        paths = (f"{folder}/{name}" for folder in SERVICE_PATH)
        return next((path for path in paths if os.access(self._inside(path), os.X_OK)), None)

    def _kubelet(self) -> list[str] | None:
        found = super()._kubelet()
        return ["chroot", self._root, *found] if found is not None else None

    def socket_answers(self, address: str) -> bool:
        return False

    def port_is_free(self, port: int, address: str = "") -> bool:
        return True

    def _is_enabled(self, name: str) -> bool:
        return self.run(["systemctl", "--root", self._root, "is-enabled", "--quiet", name])[0] == 0

    def _parent_inside(self, path: str) -> str:
        """Resolve the parent only: a link itself is replaced, as on a running machine."""
        folder, name = os.path.split(path)
        return os.path.join(self._inside(folder), name)

    def _inside(self, path: str) -> str:
        """Resolve ``path`` with all links as if ``root`` were the root."""
        left = [part for part in path.split("/") if part]
        real: list[str] = []
        links = 0
        while left:
            part = left.pop(0)
            if part == "..":
                del real[-1:]
                continue
            here = os.path.join(self._root, *real, part)
            if not os.path.islink(here):
                real.append(part)
                continue
            links += 1
            if links > _MOST_LINKS:
                raise JoinError(
                    "file_not_read",
                    f"Cannot follow {path} in {self._root}: more than {_MOST_LINKS} symbolic links; correct them there.",
                    path=path,
                )
            target = os.readlink(here)
            real = [] if target.startswith("/") else real
            left = [part for part in target.split("/") if part not in ("", ".")] + left
        return os.path.join(self._root, *real)
