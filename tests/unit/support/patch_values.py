# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Strategies for patches and for values that they change."""

from __future__ import annotations

from hypothesis import strategies as st

KEYS = st.sampled_from(
    ["name", "env", "spec", "containers", "clusterDNS", "maxPods", "authentication", "a", "", "~", "/"]
)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from("xyz"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


DIRECTIVES = st.sampled_from(
    [
        "$patch",
        "$retainKeys",
        "$setElementOrder/containers",
        "$setElementOrder/clusterDNS",
        "$deleteFromPrimitiveList/clusterDNS",
    ]
)


PATCHES = st.recursive(
    VALUES | st.sampled_from(["delete", "replace", "merge"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | DIRECTIVES, inner, max_size=4),
    max_leaves=12,
)
