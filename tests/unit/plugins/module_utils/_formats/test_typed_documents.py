# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents of Kubernetes' API: refusals with field and line."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.cluster_fields import cluster_fields
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.go_structs import Fields
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.kubelet_fields import kubelet_fields
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.typed_documents import (
    TypedDocument,
    parse_typed_document,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.yaml_reader import YamlDocument
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.join_fields import join_fields

STRUCTS = {
    "ClusterConfiguration": cluster_fields("v1beta4"),
    "JoinConfiguration": join_fields("v1beta4"),
    "KubeletConfiguration": kubelet_fields("1.37"),
}


def read(text: str, fields: Fields) -> dict[str, t.Any]:
    return parse_typed_document(text, what="the text", code="invalid_join_configuration", remedy="correct it").read(
        fields
    )


def scalars(fields: Fields, path: tuple[str, ...] = ()) -> t.Iterator[tuple[str, ...]]:
    """Paths of all fields that are no lists or mappings."""
    for name, field in fields.items():
        kind = field.kind.lstrip("*")
        if kind == "struct":
            yield from scalars(field.fields, (*path, name))
        elif not kind.startswith(("[", "map")):
            yield (*path, name)


@pytest.mark.parametrize("name", STRUCTS)
def test_each_field_is_refused_with_its_line(name: str) -> None:
    """Wherever it is: each scalar of the type, with a list, which none can hold."""
    fields = STRUCTS[name]
    for path in scalars(fields):
        lines = ["# a comment", *(f"{'  ' * depth}{part}:" for depth, part in enumerate(path))]
        with pytest.raises(JoinError) as caught:
            read("\n".join(lines) + " []\n", fields)
        (problem,) = caught.value.details["problems"]
        assert (problem["field"], problem["line"]) == (".".join(path), len(lines))
        assert f"{problem['field']} (line {len(lines)}): it is " in str(caught.value)
        assert str(caught.value).endswith("; correct it.")


def test_all_problems_come_in_the_order_of_their_lines() -> None:
    """The first one is in the details itself."""
    text = "nodeRegistration:\n  name: 5\ncontrolPlane: 7\ncaCertPath: []\n"
    with pytest.raises(JoinError) as caught:
        read(text, STRUCTS["JoinConfiguration"])
    found = caught.value.details
    assert [problem["field"] for problem in found["problems"]] == [
        "nodeRegistration.name",
        "controlPlane",
        "caCertPath",
    ]
    assert (found["field"], found["line"]) == ("nodeRegistration.name", 2)


@pytest.mark.parametrize("value", [None, [], "text", 5])
def test_what_is_no_mapping_is_refused(value: t.Any) -> None:
    """As a whole, which has no field."""
    with pytest.raises(JoinError) as caught:
        parse_typed_document(json.dumps(value), what="it", code="invalid_kubelet_configuration", remedy="correct it")
    assert (caught.value.code, caught.value.details["field"]) == ("invalid_kubelet_configuration", "")


def test_data_has_no_lines_and_secrets_are_not_quoted() -> None:
    """An inventory holds the value itself, and a token that is wrong may still be one."""
    document = TypedDocument(YamlDocument({"caCertPath": 123456}, {}), what="it", code="invalid_join_configuration")
    with pytest.raises(JoinError) as caught:
        document.read(STRUCTS["JoinConfiguration"])
    assert caught.value.details["line"] is None
    assert "caCertPath: it is a number, expected a text" in str(caught.value)
    assert "123456" not in str(caught.value) + str(caught.value.details)
