# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A node that lacks Python libraries gets them from its own distribution."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import pathlib
import subprocess
import typing as t

import pytest

from .bed import E2eBed
from .play import run_join

pytestmark = pytest.mark.bed


def repository_of(package: str, folder: pathlib.Path) -> tuple[pathlib.Path, str]:
    """A package of this machine's own distribution, which is the hosts' too, and the index of a repository with it."""
    subprocess.run(["apt-get", "download", "--quiet", package], cwd=folder, check=True, capture_output=True)
    archive = next(folder.glob("*.deb"))
    control = subprocess.run(["dpkg-deb", "--field", str(archive)], check=True, capture_output=True, text=True).stdout
    content = archive.read_bytes()
    index = (
        f"{control}Filename: ./{archive.name}\nSize: {len(content)}\nSHA256: {hashlib.sha256(content).hexdigest()}\n"
    )
    return archive, index


#: A repository that is gone, as that of Kubernetes' old packages.
DEAD = "deb [trusted=yes] http://127.0.0.1:9/ kubernetes-xenial main"


@contextlib.contextmanager
def without_a_library(bed: E2eBed, host: str, folder: pathlib.Path) -> t.Iterator[None]:
    """The host has no python3-requests. One of its two package sources has it, the other one is dead."""
    archive, index = repository_of("python3-requests", folder)
    bed.ssh(host, "cp -a /etc/apt /etc/apt.kept; rm -rf /etc/apt/sources.list*; mkdir /srv/packages")
    bed.ssh(host, "dpkg --remove --force-depends python3-requests")
    bed.ssh(host, "cat > /etc/apt/sources.list", input=f"{DEAD}\ndeb [trusted=yes] file:/srv/packages ./\n")
    bed.ssh(host, "cat > /srv/packages/Packages", input=index)
    bed.ssh(host, f"base64 -d > /srv/packages/{archive.name}", input=base64.b64encode(archive.read_bytes()).decode())
    try:
        yield
        assert bed.ssh(host, "python3 -c 'import requests'").returncode == 0
    finally:
        bed.ssh(
            host,
            f"dpkg --install /srv/packages/{archive.name}; rm -rf /etc/apt /srv/packages; mv /etc/apt.kept /etc/apt",
        )


def test_missing_libraries_are_installed_and_the_node_joins(
    bed: E2eBed, inventory: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """On the control plane that invites, and on the host; the play goes on, and a second run changes nothing."""
    bed.renew("w1")
    with without_a_library(bed, "cp1", tmp_path), without_a_library(bed, "w1", tmp_path):
        run = run_join(bed, inventory, "--limit", "w1").expect_success()
        assert len([change for change in run.changed() if "Requirements" in change]) == 2
        bed.settle("w1")
        assert run_join(bed, inventory, "--limit", "w1").expect_success().changed() == []
