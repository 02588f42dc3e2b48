# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the parts of the repository are that tests read."""

from __future__ import annotations

import pathlib

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
PLUGINS = REPOSITORY / "plugins"
DIFFERENTIAL = REPOSITORY / "tests/differential"
GOLDENS = DIFFERENTIAL / "goldens"
