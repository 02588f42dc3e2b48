# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real hosts and a real Kubernetes cluster on one machine, for tests and for trying things out."""

from __future__ import annotations

from .bed import Bed

__all__ = ("Bed",)
