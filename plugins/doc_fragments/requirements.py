# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules need where they run."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
requirements:
  - python >= 3.9
  - cryptography >= 3.4.8
  - PyYAML >= 5.4.1
  - requests >= 2.25.1
"""

    CLIENT = r"""
options: {}
requirements:
  - python >= 3.9
  - PyYAML >= 5.4.1
  - requests >= 2.25.1
"""

    CONTROLLER = r"""
options: {}
requirements:
  - Nothing on hosts. It runs on the controller, with the Python and the libraries of ansible-core.
"""
