# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection as it is published, for all tests of the project."""

from __future__ import annotations

from .packed import copy as copy
from .packed import tarball as tarball
from .packed import unpacked as unpacked
