# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""How far a node may have come, for who asks for it and need not load what speaks with the API server."""

from __future__ import annotations

__all__ = ("WAIT_LEVELS",)

#: What can be waited for, the weaker first.
WAIT_LEVELS = ("none", "registered", "ready")
