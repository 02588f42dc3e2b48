# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a playbook by ansible-runner, as AWX does, and cancels it when a file appears; a process of its own, since ansible-runner forks."""

from __future__ import annotations

import pathlib
import sys

import ansible_runner

FOLDER, PLAYBOOK, PATTERN = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]


def main() -> int:
    (FOLDER / "runner").mkdir()
    runner = ansible_runner.run(
        private_data_dir=str(FOLDER / "runner"),
        project_dir=str(FOLDER),
        inventory=str(FOLDER / "hosts.json"),
        playbook=PLAYBOOK,
        cancel_callback=lambda: any(FOLDER.glob(PATTERN)),
        quiet=True,
    )
    return 0 if runner.status == "canceled" else 1


if __name__ == "__main__":
    sys.exit(main())
