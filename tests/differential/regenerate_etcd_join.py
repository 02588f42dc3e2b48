# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write goldens/etcd_join anew: the static pod of etcd as real kubeadm binaries write it when they join a real etcd.

    python tests/differential/regenerate_etcd_join.py ETCD FOLDER...

ETCD is the program. Needs what regenerate_manifests.py needs, whose goldens come first; these have the same form.
"""

from __future__ import annotations

import pathlib

import yaml
from etcd_cases import JOIN_CASES
from regenerate_manifests import ask_all, find_binaries, masked_values, parse_options, write_goldens

_GOLDENS = pathlib.Path(__file__).parent / "goldens"


def main() -> None:
    options = parse_options(__doc__ or "", etcd="the program etcd")
    binaries = find_binaries(options.folders)
    versions = yaml.safe_load((_GOLDENS / "manifests/versions.yaml").read_text())
    answers = ask_all(JOIN_CASES, binaries, "etcd_join_sandbox.py", etcd=str(options.etcd.resolve()))
    write_goldens(_GOLDENS / "etcd_join", JOIN_CASES, answers, masked_values(versions))


if __name__ == "__main__":
    main()
