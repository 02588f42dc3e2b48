# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions of Kubernetes and the skew policy."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.version import (
    MAX_SKEW,
    KubernetesVersion,
    is_skewed,
    parse_kubernetes_version,
)
from hypothesis import given
from hypothesis import strategies as st

NUMBERS = st.integers(0, 9999)
SUFFIXES = st.from_regex(r"[0-9A-Za-z.-]{0,20}", fullmatch=True)


@given(NUMBERS, NUMBERS, NUMBERS, SUFFIXES, SUFFIXES)
def test_a_version_is_read_as_it_is_written(major: int, minor: int, patch: int, pre_release: str, build: str) -> None:
    """Its build is kept and counts for nothing."""
    version = KubernetesVersion(major, minor, patch, pre_release)
    found = parse_kubernetes_version(f"{version}+{build}" if build else str(version))
    assert found == version
    assert found.build == build
    assert found.release == f"{major}.{minor}"


@pytest.mark.parametrize("text", ["1.37.2", "v1.37.2", "Kubernetes v1.37.2\n", " v1.37.2 ", "v1.37.2+k3s1"])
def test_the_forms_of_configmaps_and_of_the_kubelet(text: str) -> None:
    """All are the same version."""
    assert parse_kubernetes_version(text) == KubernetesVersion(1, 37, 2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "stable",
        "v1.37",
        "1.37.2.1",
        "v01.37.2",
        "v1.37.02",
        "v1.37.2-",
        "v1.37.2+",
        "kubernetes v1.37.2",
        "v１.37.2",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    """What was read is in the sentence."""
    with pytest.raises(JoinError) as caught:
        parse_kubernetes_version(text)
    assert caught.value.code == "invalid_kubernetes_version"
    assert caught.value.details == {"version": text}
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize("older", range(-2, MAX_SKEW + 3))
def test_a_kubelet_may_be_older_by_three_minors_and_never_newer(older: int) -> None:
    """Patch versions and pre-releases do not count."""
    cluster, kubelet = KubernetesVersion(1, 37, 0), KubernetesVersion(1, 37 - older, 9, "rc.1")
    assert is_skewed(kubelet, cluster) is not (0 <= older <= MAX_SKEW)


def test_another_major_version_is_skewed() -> None:
    """In either direction."""
    assert is_skewed(KubernetesVersion(2, 0, 0), KubernetesVersion(1, 0, 0))
    assert is_skewed(KubernetesVersion(1, 0, 0), KubernetesVersion(2, 0, 0))
