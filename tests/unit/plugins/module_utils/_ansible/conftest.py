# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The library is also tested where there is no Ansible; only the file that imports it is left out there."""

from __future__ import annotations

import importlib.util

collect_ignore = [] if importlib.util.find_spec("ansible") else ["test_module.py", "test_steps.py"]
