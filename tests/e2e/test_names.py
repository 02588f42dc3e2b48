# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes are named as the kubelet names them, wherever the name comes from, and as with kubeadm."""

from __future__ import annotations

import pathlib
import typing as t

import pytest

from testbed.shell import until

from .bed import E2eBed
from .observe import module_executions, ready_nodes
from .play import run_join

pytestmark = pytest.mark.bed

#: Longer than X.509 permits for a common name, with the prefix of nodes.
LONG = "rack-07-worker-{}.prod.dc1.infrastructure.example-company.org"
_RENAME = "import socket; socket.sethostname('{}')"


@pytest.fixture
def workers(bed: E2eBed) -> t.Iterator[None]:
    """w1 with the real kubeadm and w2, both fresh; the Nodes with other names are gone afterwards."""
    bed.renew("w1", kind="kubeadm")
    bed.renew("w2")
    yield
    others = ready_nodes(bed) - {"cp1"}
    if others:
        bed.kubectl("delete", "node", *others)


def rename(bed: E2eBed, host: str, name: str) -> None:
    bed.ssh(host, f'python3 -c "{_RENAME.format(name)}"')


def join_both(bed: E2eBed, inventory: pathlib.Path, **variables: t.Any) -> None:
    """w1 by kubeadm, w2 by the collection, which changes nothing in a second run."""
    arguments = [{"name": name, "value": value} for name, value in variables.get("join_kubelet_extra_args", {}).items()]
    ignored = {"ignorePreflightErrors": ["SystemVerification"], "kubeletExtraArgs": arguments}
    bed.cluster.join("w1", {"nodeRegistration": ignored})
    run_join(bed, inventory, "--limit", "w2", variables=variables).expect_success()
    assert run_join(bed, inventory, "--limit", "w2", variables=variables).expect_success().changed() == []


def test_names_of_63_characters(bed: E2eBed, inventory: pathlib.Path, workers: None) -> None:
    names = {LONG.format(number) for number in (1, 2)}
    for number in (1, 2):
        rename(bed, f"w{number}", LONG.format(number))
    join_both(bed, inventory)
    until("both nodes", lambda: names <= ready_nodes(bed), 60)


def test_names_in_the_environment_file_of_the_kubelet(bed: E2eBed, inventory: pathlib.Path, workers: None) -> None:
    for number in (1, 2):
        bed.ssh(
            f"w{number}",
            f"echo KUBELET_EXTRA_ARGS=--hostname-override=Edge-{number}.example.org > /etc/default/kubelet",
        )
    join_both(bed, inventory)
    until("both nodes", lambda: {"edge-1.example.org", "edge-2.example.org"} <= ready_nodes(bed), 60)


def test_a_kubelet_that_does_not_register(bed: E2eBed, inventory: pathlib.Path, workers: None) -> None:
    join_both(bed, inventory, join_kubelet_extra_args={"register-node": "false"})
    assert ready_nodes(bed) == {"cp1"}


def test_a_name_that_no_node_can_have(bed: E2eBed, inventory: pathlib.Path, workers: None) -> None:
    """Refused by both before anything is written or requested."""
    for number in (1, 2):
        rename(bed, f"w{number}", f"edge_{number}")
    refused = bed.ssh(
        "w1",
        "kubeadm join api.bed:6443 --token abcdef.0123456789abcdef --discovery-token-unsafe-skip-ca-verification",
        check=False,
    )
    assert "nodeRegistration.name" in refused.stderr
    for arguments in (["--check"], []):
        run = run_join(bed, inventory, "--limit", "w2", *arguments)
        assert run.codes() == {"w2": "node_name_invalid"}
    assert set(module_executions(bed, "w2")) == {"kubejoin.kubeadm.preflight_info"}
