# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A node that lacks Python libraries gets them from its own distribution."""

from __future__ import annotations

import base64
import hashlib
import pathlib
import subprocess

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


def test_missing_libraries_are_installed_and_the_node_joins(
    bed: E2eBed, inventory: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """Removed from the host first; the play installs the package and goes on, and a second run changes nothing."""
    bed.renew("w1")
    archive, index = repository_of("python3-requests", tmp_path)
    bed.ssh("w1", "dpkg --remove --force-depends python3-requests; rm -rf /etc/apt/sources.list*; mkdir /srv/packages")
    source = "echo 'deb [trusted=yes] file:/srv/packages ./' > /etc/apt/sources.list"
    bed.ssh("w1", f"{source}; cat > /srv/packages/Packages", input=index)
    bed.ssh("w1", f"base64 -d > /srv/packages/{archive.name}", input=base64.b64encode(archive.read_bytes()).decode())
    run = run_join(bed, inventory, "--limit", "w1").expect_success()
    assert any("Requirements" in change for change in run.changed())
    assert bed.ssh("w1", "python3 -c 'import requests'").returncode == 0
    bed.settle("w1")
    assert run_join(bed, inventory, "--limit", "w1").expect_success().changed() == []
