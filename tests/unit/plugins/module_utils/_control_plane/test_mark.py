# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Labels and taints of a control plane's Node."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import ApiForbiddenError, refusal_class
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.mark import LABELS, plan_mark
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock
from hypothesis import given
from hypothesis import strategies as st

TAINT = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
OTHER = {"key": "a", "value": "b", "effect": "NoExecute"}


class Api:
    """An API server with one Node, whose patches fail with these statuses first."""

    server = "https://api:6443"

    def __init__(self, taints: t.Sequence[t.Any] = (), *failures: int, labels: t.Sequence[str] = ()) -> None:
        names = ["kubernetes.io/hostname", *labels]
        self.node: t.Any = {
            "metadata": {"name": "cp-2", "resourceVersion": "1", "labels": dict.fromkeys(names, "x")},
            "spec": {"taints": list(taints)},
        }
        self.failures = list(failures)
        self.patches: list[t.Any] = []

    def find(self, path: str) -> t.Any:
        assert path == "/api/v1/nodes/cp-2"
        return self.node

    def patch(self, path: str, body: t.Any) -> t.Any:
        if self.failures:
            status = self.failures.pop(0)
            self.node["metadata"]["resourceVersion"] += "1"
            self.node["spec"]["taints"].append({"key": f"new-{len(self.failures)}", "effect": "NoExecute"})
            raise refusal_class(status)("It failed.", status=status)
        self.patches.append(body)
        self.node["metadata"]["labels"].update(body["metadata"]["labels"])
        self.node["spec"]["taints"] = body["spec"]["taints"]
        return self.node


def plan(api: Api, *taints: t.Mapping[str, str]) -> t.Any:
    return plan_mark(t.cast("t.Any", api), "cp-2", taints, clock=TestClock(), timeout=5)


def test_a_node_gets_labels_and_taints_and_keeps_its_own() -> None:
    """With the version that was read; a second run changes nothing."""
    api = Api([OTHER])
    plan(api, TAINT).apply()
    (body,) = api.patches
    assert body["metadata"] == {"resourceVersion": "1", "labels": dict.fromkeys(LABELS, "")}
    assert body["spec"]["taints"] == [TAINT, OTHER]
    assert api.node["metadata"]["labels"]["kubernetes.io/hostname"] == "x"
    assert not plan(api, TAINT).changed


def test_a_label_that_is_there_keeps_its_value() -> None:
    """Only what is missing is set."""
    api = Api(labels=LABELS[:1])
    plan(api).apply()
    assert api.patches[0]["metadata"]["labels"] == dict.fromkeys(LABELS[1:], "")
    assert api.node["metadata"]["labels"][LABELS[0]] == "x"


TAINTS = st.fixed_dictionaries(
    {"key": st.sampled_from("ab"), "effect": st.sampled_from(["NoSchedule", "NoExecute"])},
    optional={"value": st.sampled_from("xy")},
)


@given(st.lists(TAINTS, max_size=3), st.lists(TAINTS, max_size=3))
def test_every_taint_that_is_wanted_is_there_and_none_is_lost(wanted: list[t.Any], found: list[t.Any]) -> None:
    """And a second run changes nothing."""
    api = Api(found, labels=LABELS)
    change = plan(api, *wanted)
    if change.changed:
        change.apply()
    assert all(taint in api.node["spec"]["taints"] for taint in (*wanted, *found))
    assert not plan(api, *wanted).changed


def test_a_conflict_is_tried_again_with_what_is_there_now() -> None:
    """What somebody else has added meanwhile stays."""
    api = Api([OTHER], 409, 409)
    plan(api, TAINT).apply()
    (body,) = api.patches
    assert body["metadata"]["resourceVersion"] == "111"
    assert [taint["key"] for taint in body["spec"]["taints"]] == [TAINT["key"], "a", "new-1", "new-0"]


def test_another_refusal_is_not_tried_again() -> None:
    """It would be the same."""
    api = Api([], 403)
    with pytest.raises(ApiForbiddenError):
        plan(api, TAINT).apply()
    assert api.patches == []


def test_a_node_that_is_not_whole_is_waited_for() -> None:
    """The kubelet may still put its labels there, and would lose ours."""
    for node in (None, {"metadata": {"name": "cp-2"}}):
        api = Api()
        api.node = node
        change = plan(api, TAINT)
        assert change.changed
        with pytest.raises(JoinError) as caught:
            change.apply()
        assert caught.value.code == "node_not_registered"
        assert caught.value.details["node_name"] == "cp-2"
        assert api.patches == []
