# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real joins as jobs of AWX: in the execution environment, by each type of credential, in slices, and canceled."""

from __future__ import annotations

import json
import re
import typing as t
from concurrent.futures import Future

import pytest
import yaml

from testbed.shell import until

from .bed import E2eBed
from .control_planes import leave, members, voters
from .execution_node import ExecutionNode, cut
from .observe import bootstrap_tokens, ready_nodes

pytestmark = pytest.mark.bed

#: The bed's hosts have cgroups of version 1. Other questions are not answered.
ANSWERS: dict[str, t.Any] = {
    "join_taints": "",
    "join_kubelet_extra_args": "--v=2",
    "join_ignore_preflight_errors": ["SystemVerification"],
    "join_wait_for": "ready",
}
WORKERS = ("w1", "w2", "w3", "w4")


@pytest.fixture(scope="module")
def node(bed: E2eBed, execution_environment: Future[str], tmp_path_factory: pytest.TempPathFactory) -> ExecutionNode:
    """An execution node with the image for this state of the collection."""
    return ExecutionNode(bed, tmp_path_factory.mktemp("node"), execution_environment.result())


@pytest.fixture
def many(bed: E2eBed, fresh: tuple[str, ...]) -> t.Iterator[tuple[str, ...]]:
    """Four fresh workers."""
    more = WORKERS[len(fresh) :]
    for host in more:
        bed.add_host(host)
    try:
        yield WORKERS
    finally:
        bed.remove(*more)


@pytest.fixture
def second_and_third(bed: E2eBed) -> t.Iterator[tuple[str, ...]]:
    """Two fresh hosts for control planes."""
    hosts = ("cp2", "cp3")
    for host in hosts:
        bed.add_host(host)
    try:
        yield hosts
    finally:
        leave(bed, *hosts)


def admin_conf(bed: E2eBed) -> str:
    return bed.ssh("cp1", "cat /etc/kubernetes/admin.conf").stdout


def administrator(bed: E2eBed) -> tuple[str, dict[str, str]]:
    return "Kubernetes administrator", {"kubeconfig": admin_conf(bed)}


def bootstrap_token(bed: E2eBed, token: str) -> tuple[str, dict[str, str]]:
    values = bed.cluster.join_values()
    inputs = {"apiserver_endpoint": values["endpoint"], "token": token, "ca_cert_hashes": values["hash"]}
    return "Kubernetes bootstrap token", inputs


def discovery_file(bed: E2eBed, token: str) -> tuple[str, dict[str, str]]:
    kept = yaml.safe_load(admin_conf(bed))
    kept["users"] = [{"name": kept["users"][0]["name"], "user": {"token": token}}]
    return "Kubernetes discovery file", {"discovery_file": json.dumps(kept)}


def joined_with(bed: E2eBed) -> dict[str, str]:
    """The IDs of the tokens that nodes have requested their certificates with, by request."""
    listed = json.loads(bed.kubectl("get", "csr", "-o", "json").stdout)["items"]
    users = {request["metadata"]["name"]: request["spec"]["username"] for request in listed}
    return {name: user.rpartition(":")[2] for name, user in users.items() if user.startswith("system:bootstrap:")}


@pytest.mark.parametrize("kind", ["administrator", "token", "file"])
def test_each_type_of_credential_joins(bed: E2eBed, node: ExecutionNode, fresh: tuple[str, ...], kind: str) -> None:
    """The workers are Ready, a token of the job is gone, and no secret is in the output or in the events."""
    with bed.kubeadm_token() as token:
        tokens = bootstrap_tokens(bed)
        credential = {
            "administrator": administrator,
            "token": lambda bed: bootstrap_token(bed, token),
            "file": lambda bed: discovery_file(bed, token),
        }[kind](bed)
        inventory = node.inventory()
        del inventory["all"]["children"]["control_plane"]
        number = ["administrator", "token", "file"].index(kind) + 1
        job = node.job(number, inventory, answers=ANSWERS, credential=credential).run()
        assert job.status == "successful", job.output
        assert bootstrap_tokens(bed) <= tokens
    assert set(fresh) <= ready_nodes(bed)
    assert "joined: 2 nodes (w1, w2)" in job.output
    assert '"kubejoin_joined"' in job.events  # the statistics, for the next job of a workflow
    key = yaml.safe_load(admin_conf(bed))["users"][0]["user"]["client-key-data"]
    for secret in (token.split(".")[1], key):
        assert secret not in job.output and secret not in job.events


def test_slices_join_by_tokens_of_their_own(
    bed: E2eBed, node: ExecutionNode, many: tuple[str, ...], second_and_third: tuple[str, ...]
) -> None:
    """After a job for the control planes. In each slice, one that has joined creates a token and deletes it."""
    tokens = bootstrap_tokens(bed)
    inventory = node.inventory()
    groups = inventory["all"]["children"]
    alone = {"all": {**inventory["all"], "children": {"control_plane": groups["control_plane"]}}}
    first = node.job(10, alone, answers=ANSWERS).run()
    assert first.status == "successful", first.output
    assert members(bed) == voters("cp1", *second_and_third)
    slices = [cut(inventory, number, 2) for number in (1, 2)]
    assert [sorted(found["all"]["children"]["control_plane"]["hosts"]) for found in slices] == [["cp1", "cp3"], ["cp2"]]
    before = joined_with(bed).keys()
    jobs = [node.job(11 + at, found, answers=ANSWERS).start() for at, found in enumerate(slices)]
    for job in jobs:
        assert job.finish().status == "successful", job.output
    assert {*many, *second_and_third} <= ready_nodes(bed)
    used = [token for request, token in joined_with(bed).items() if request not in before]
    assert sorted(map(used.count, set(used))) == [2, 2]
    assert set(used) == {token for job in jobs for token in re.findall("token ([a-z0-9]{6}): withdrawn", job.output)}
    assert bootstrap_tokens(bed) <= tokens


def test_a_canceled_slice_leaves_nothing_after_a_withdrawal(
    bed: E2eBed, node: ExecutionNode, many: tuple[str, ...]
) -> None:
    """It is canceled while one of its hosts needs the token. The other slice joins its hosts, and the withdrawal deletes that token alone."""
    tokens = bootstrap_tokens(bed)
    inventory = node.inventory()
    with bed.without_api_server("w2"):
        canceled = node.job(20, cut(inventory, 1, 2), answers=ANSWERS, credential=administrator(bed)).start()
        until("a token of the first slice", lambda: bool(bootstrap_tokens(bed) - tokens), 60)
        other = node.job(21, cut(inventory, 2, 2), answers=ANSWERS, credential=administrator(bed)).start()
        canceled.cancel()
        assert canceled.finish().status == "canceled", canceled.output
    assert other.finish().status == "successful", other.output
    assert {"w1", "w3"} <= ready_nodes(bed)
    assert len(bootstrap_tokens(bed) - tokens) == 1
    withdrawal = node.job(
        22, inventory, playbook="withdraw.yml", answers={"invite_withdraw_run": "20"}, credential=administrator(bed)
    ).run()
    assert withdrawal.status == "successful", withdrawal.output
    assert bootstrap_tokens(bed) <= tokens
    again = node.job(23, inventory, answers=ANSWERS, credential=administrator(bed)).run()
    assert again.status == "successful", again.output
    assert set(many) <= ready_nodes(bed)
