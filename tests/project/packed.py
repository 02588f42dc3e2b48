# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users get of the project."""

from __future__ import annotations

import pathlib
import shutil

import pytest

from .programs import REPOSITORY, run


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A real copy of the project at the collection's path: ansible-test and the build follow no links."""
    target = tmp_path_factory.mktemp("copy") / "ansible_collections/kubejoin/kubeadm"
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    for name in listed:
        if (REPOSITORY / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, target / name)
    run("git", "init", "--quiet", cwd=target)
    run("git", "add", "--all", cwd=target)
    return target


@pytest.fixture(scope="session")
def tarball(copy: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """What users get."""
    folder = tmp_path_factory.mktemp("tarball")
    run("ansible-galaxy", "collection", "build", "--output-path", str(folder), cwd=copy)
    return next(folder.glob("kubejoin-kubeadm-*.tar.gz"))


@pytest.fixture(scope="session")
def unpacked(tarball: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """It at the path of the collection, without Git."""
    target = tmp_path_factory.mktemp("unpacked") / "ansible_collections/kubejoin/kubeadm"
    target.mkdir(parents=True)
    run("tar", "xzf", str(tarball), "-C", str(target))
    return target
