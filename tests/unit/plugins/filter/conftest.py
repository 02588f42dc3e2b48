# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How property tests of these tests run."""

from __future__ import annotations

from ansible_collections.kubejoin.kubeadm.tests.unit.support import properties as properties
