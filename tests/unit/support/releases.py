# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions of Kubernetes relative to those that are supported, so that tests need not name them."""

from __future__ import annotations

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import MINORS

OLDEST, NEWEST = (int(minor.partition(".")[2]) for minor in (MINORS[0], MINORS[-1]))
UNSUPPORTED = (f"v1.{OLDEST - 1}.9", f"v1.{NEWEST + 1}.0", f"v2.{NEWEST}.0")
