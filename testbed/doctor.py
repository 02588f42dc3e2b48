# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether this machine can carry a bed, and what to do when it cannot."""

from __future__ import annotations

import os
import pathlib
import platform
import shutil

from .binaries import missing_parts

_TOOLS = {
    "apt-get": "a Debian or Ubuntu machine",
    "mmdebstrap": "apt-get install mmdebstrap",
    "systemd-nspawn": "apt-get install systemd-container",
    "ip": "apt-get install iproute2",
    "nsenter": "apt-get install util-linux",
    "ssh": "apt-get install openssh-client",
    "ssh-keygen": "apt-get install openssh-client",
}
_BUILD_TOOLS = {"go": "install Go 1.26 or newer", "gcc": "apt-get install gcc libc6-dev"}


def complaints(version: str, named_folder: pathlib.Path | None = None) -> list[str]:
    """What is missing, a line each with the way to get it; empty when a bed can be made. Kubernetes' programs are in a folder if one is named."""
    found = []
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        found.append("this is not Linux on x86_64: the test bed runs nowhere else")
    if os.geteuid() != 0:
        found.append("this does not run as root: namespaces, cgroups and mounts need it; use sudo")
    tools = dict(_TOOLS)
    if missing_parts(version, named_folder):
        tools.update(_BUILD_TOOLS)
    found += [f"{tool} is missing: {cure}" for tool, cure in tools.items() if shutil.which(tool) is None]
    return found
