# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kubelet configuration of a cluster."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.kubelet import parse_kubelet_configuration
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.kubelet_fields import kubelet_fields
from ansible_collections.kubejoin.kubeadm.tests.unit.support.anything import ANYTHING, Expected, altered
from hypothesis import given
from hypothesis import strategies as st

TEXT = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
DOCUMENT = {
    "apiVersion": "kubelet.config.k8s.io/v1beta1",
    "kind": "KubeletConfiguration",
    "maxPods": 1,
    "clusterDNS": ["a"],
}


def read(text: str) -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", parse_kubelet_configuration(text).read(kubelet_fields("1.37")))


def test_a_configuration_is_read_as_its_type_has_it() -> None:
    """Durations in Go's form, unknown fields left out, what is not set is not there."""
    found = read(TEXT + "syncFrequency: 90s\nmaxPods: 50\nunknown: 1\n")
    assert (found["syncFrequency"], found["maxPods"]) == ("1m30s", 50)
    assert "unknown" not in found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "a: [",
        "kind: KubeletConfiguration\n",
        TEXT.replace("v1beta1", "v1"),
        TEXT.replace("Kubelet", "Cluster"),
        f"{TEXT}---\na: [",
    ],
)
def test_another_document_is_refused(text: str) -> None:
    """By one code, whatever it is."""
    with pytest.raises(JoinError) as caught:
        parse_kubelet_configuration(text)
    assert caught.value.code == "invalid_kubelet_configuration"


@pytest.mark.parametrize(
    "text",
    [
        f"{TEXT}maxPods: 110\nfeatureGates:\n  A: true\nmaxPods: 80\n",
        f"{TEXT}maxPods: 80\n---\n",
        f"---\t# from a backup\n{TEXT}maxPods:\t80\t# few\n---",
        f"{TEXT}maxPods: 80\n---\napiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmaxPods: 1\n",
        f"apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n---\n{TEXT}maxPods: 80\n",
        f"{TEXT}<<: {{maxPods: 80}}\n",
        json.dumps({**DOCUMENT, "maxPods": 80}, indent="\t"),
    ],
)
def test_a_configuration_is_read_as_go_reads_it(text: str) -> None:
    """Repeated keys, tabs, separators and other documents, as kubeadm accepts them."""
    assert read(text)["maxPods"] == 80


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("maxPods: many", "maxPods"),
        ("authentication: {x509: []}", "authentication.x509"),
        ("clusterDNS: [1]", "clusterDNS"),
    ],
)
def test_a_value_of_a_wrong_type_is_refused_by_its_field(line: str, field: str) -> None:
    """When it is read by its fields."""
    with pytest.raises(JoinError) as caught:
        read(f"{TEXT}{line}\n")
    assert caught.value.code == "invalid_kubelet_configuration"
    assert field in str(caught.value)


@given(
    altered(DOCUMENT)
    | st.dictionaries(st.sampled_from(sorted(kubelet_fields("1.37"))), ANYTHING).map(lambda more: {**DOCUMENT, **more})
)
def test_anything_is_a_configuration_or_refused(value: t.Any) -> None:
    """It came from another machine."""
    import json

    with Expected():
        read(json.dumps(value))


def test_the_document_is_as_it_was_written() -> None:
    """What it sets to nothing is distinguished from what it does not set."""
    assert parse_kubelet_configuration(TEXT + "clusterDNS: []\n").value["clusterDNS"] == []


@pytest.mark.parametrize(
    ("text", "field", "line"),
    [
        (TEXT.replace("v1beta1", "v1"), "apiVersion", 1),
        (TEXT.replace("KubeletConfiguration", "Pod"), "kind", 2),
        ("- a\n", "", 1),
    ],
)
def test_another_kind_or_version_is_refused_with_its_line(text: str, field: str, line: int) -> None:
    """And both ways to correct it."""
    with pytest.raises(JoinError, match=r"kubectl .*, or restore it with `kubeadm init") as caught:
        parse_kubelet_configuration(text)
    assert caught.value.code == "invalid_kubelet_configuration"
    assert (caught.value.details["field"], caught.value.details["line"]) == (field, line)
