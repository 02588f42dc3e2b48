# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write goldens/patch_versions: the static pods of one control plane by kubeadm of several patch versions. Others stay.

    python tests/differential/regenerate_patch_versions.py FOLDER...

Needs what regenerate_manifests.py needs. Every file called `kubeadm` under the folders is asked.
"""

from __future__ import annotations

import pathlib

from control_plane_case import ControlPlaneCase
from namespaces import version_of
from regenerate import render
from regenerate_manifests import ask_binary, parse_options

_GOLDENS = pathlib.Path(__file__).parent / "goldens/patch_versions"


def main() -> None:
    _GOLDENS.mkdir(exist_ok=True)
    for path in (path.resolve() for folder in parse_options(__doc__ or "").folders for path in folder.rglob("kubeadm")):
        if path.is_file():
            version, minor = version_of(str(path))
            case = ControlPlaneCase("defaults", minors=(minor,))
            answer = ask_binary(
                [case], minor, (str(path), version), "control_plane_sandbox.py", {"certificates": False}
            )
            _GOLDENS.joinpath(f"{version.lstrip('v')}.yaml").write_text(render(answer["defaults"]))


if __name__ == "__main__":
    main()
