# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Property tests try the same examples in every run, and new and many ones in `make test-long`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_BUSY = [HealthCheck.too_slow]  # the machine may have other work
settings.register_profile("steady", derandomize=True, deadline=None, database=None, suppress_health_check=_BUSY)
settings.register_profile("fuzz", max_examples=3000, deadline=None, database=None, suppress_health_check=_BUSY)
settings.load_profile("fuzz" if os.environ.get("KUBEJOIN_FUZZ") else "steady")
