# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An image that is prepared: everything stays below its folder, whatever links it holds."""

from __future__ import annotations

import os
import pathlib
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.rootfs import RootfsHost


def image(root: pathlib.Path, commands: list[t.Sequence[str]] | None = None) -> RootfsHost:
    def run(command: t.Sequence[str]) -> tuple[int, str, str]:
        if commands is not None:
            commands.append(command)
        return 0, "Kubernetes v1.37.2\n", ""

    return RootfsHost(run, str(root))


def test_what_is_written_stays_in_the_image(tmp_path: pathlib.Path) -> None:
    """Absolute links lead to the image's own root, and `..` not out of it."""
    root = tmp_path / "image"
    (root / "real").mkdir(parents=True)
    (root / "etc").symlink_to("/real")
    (root / "var").symlink_to("../../../real")
    host = image(root)
    host.store("/etc/kubernetes/a", b"one", 0o600)
    host.store("/var/b", b"two", 0o644)
    host.link("/etc/current", "/var/lib/target")
    host.make_folder("/etc/c", 0o700)
    assert (root / "real/kubernetes/a").read_bytes() == b"one"
    assert (root / "real/b").read_bytes() == b"two"
    assert os.readlink(root / "real/current") == "/var/lib/target"
    assert host.has_folder("/var/c")
    found = host.read("/etc/kubernetes/a")
    assert found is not None and (found.content, found.mode) == (b"one", 0o600)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["image"]


def test_a_link_is_not_followed_when_something_is_stored(tmp_path: pathlib.Path) -> None:
    """As on a machine that runs."""
    (tmp_path / "file").symlink_to("/elsewhere")
    for write in (lambda host: host.store("/file", b"here", 0o644), lambda host: host.refuse_unsafe("/file")):
        with pytest.raises(JoinError) as caught:
            write(image(tmp_path))
        assert caught.value.code == "path_is_link"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_programs_are_those_of_the_image(tmp_path: pathlib.Path) -> None:
    """Through its own links, and not those of the machine that it lies on; a file that cannot be run is no program."""
    (tmp_path / "usr/sbin").mkdir(parents=True)
    (tmp_path / "sbin").symlink_to("/usr/sbin")
    (tmp_path / "usr/sbin/losetup.real").touch(mode=0o755)
    (tmp_path / "usr/sbin/losetup").symlink_to("/sbin/losetup.real")
    (tmp_path / "usr/sbin/mount").touch(mode=0o644)
    host = image(tmp_path)
    assert [host.has_program(name) for name in ("losetup", "mount", "cp")] == [True, False, False]


def test_a_folder_is_listed_in_the_image(tmp_path: pathlib.Path) -> None:
    """All below it, links as files, and nothing that a link outside would lead to."""
    (tmp_path / "real/more").mkdir(parents=True)
    (tmp_path / "patches").symlink_to("/real")
    (tmp_path / "real/more/a").touch()
    (tmp_path / "real/link").symlink_to("/real/more")
    host = image(tmp_path)
    assert sorted(host.list_files("/patches") or ()) == ["link", "more/a"]
    assert host.list_files("/absent") is None
    assert host.list_files("/real/more/a") is None


def test_links_in_a_circle_are_an_error(tmp_path: pathlib.Path) -> None:
    """Named, instead of going round for ever."""
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("/a")
    with pytest.raises(JoinError, match="symbolic links"):
        image(tmp_path).read("/a")


def test_services_are_enabled_there_and_not_started(tmp_path: pathlib.Path) -> None:
    """And programs of the image run in it."""
    (tmp_path / "usr/lib/systemd/system").mkdir(parents=True)
    (tmp_path / "usr/lib/systemd/system/kubelet.service").touch()
    commands: list[t.Sequence[str]] = []
    host = image(tmp_path, commands)
    assert not host.is_live()
    assert (host.unit("kubelet").exists, host.unit("kubelet").running, host.unit("other").exists) == (
        True,
        False,
        False,
    )
    host.enable_unit("kubelet")
    assert ["systemctl", "--root", str(tmp_path), "enable", "kubelet"] in [list(command) for command in commands]
    assert host.kubelet_version() is None
    (tmp_path / "usr/local/bin").mkdir(parents=True)
    (tmp_path / "usr/local/bin/kubelet").touch(mode=0o755)
    assert host.kubelet_version() == "Kubernetes v1.37.2"
    assert list(commands[-1]) == ["chroot", str(tmp_path), "/usr/local/bin/kubelet", "--version"]
