# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Other clusters: of other minor versions, with ECDSA keys and with older kubelets."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import RELEASES

from testbed.pins import KUBERNETES, minor_of

from .bed import E2eBed
from .control_planes import differences, join, join_by_kubeadm, masked, members, voters
from .observe import end_state, settled_differences, signing_request
from .play import run_join

pytestmark = pytest.mark.bed

#: Minor versions of the cluster and its kubelets. Every run has the newest cluster with the oldest kubelets that it may have. The matrix
#: of `make test-long` has all clusters, each with kubelets of the minor version before.
MINORS = list(KUBERNETES)
PAIRS = [(MINORS[-1], MINORS[-4])]
if os.environ.get("KUBEJOIN_MATRIX"):
    PAIRS += zip(MINORS, [MINORS[0], *MINORS])


@pytest.fixture(scope="module", params=PAIRS, ids="-".join)
def other(machine: None, request: pytest.FixtureRequest) -> t.Iterator[E2eBed]:
    """A bed of its own with one worker."""
    kubernetes, kubelet = (KUBERNETES[minor] for minor in request.param)
    with E2eBed("other", workers=["w1"], kubernetes=kubernetes, kubelet=kubelet, algorithm="ECDSA-P256") as ready:
        yield ready


@pytest.fixture(scope="module")
def elsewhere(other: E2eBed, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Its inventory."""
    path = tmp_path_factory.mktemp("inventory") / "hosts.yml"
    path.write_text(other.inventory(), encoding="utf-8")
    return path


def test_the_same_as_kubeadm_there(other: E2eBed, elsewhere: pathlib.Path) -> None:
    """By token and an ECDSA pin, with arguments and taints: the same host by the real kubeadm of that version and by us."""
    other.renew("w1", kind="kubeadm")
    other.join_by_kubeadm("w1")
    wanted, request = end_state(other, "w1"), signing_request(other, "w1")
    other.renew("w1")
    run_join(other, elsewhere, variables=other.join_variables()).expect_success()
    assert settled_differences(other, wanted, "w1") == {}
    assert signing_request(other, "w1") == request
    version = other.kubectl("get", "node", "w1", "-o", "jsonpath={.status.nodeInfo.kubeletVersion}").stdout
    assert version == f"v{other.kubelet}"
    algorithm = other.ssh("cp1", "openssl x509 -noout -text -in /etc/kubernetes/pki/ca.crt").stdout
    assert "id-ecPublicKey" in algorithm
    assert run_join(other, elsewhere, variables=other.join_variables()).expect_success().changed() == []


def test_with_the_sockets_gate_off_the_node_is_annotated_as_kubeadm_does(
    other: E2eBed, elsewhere: pathlib.Path
) -> None:
    """`NodeLocalCRISocket: false` in the cluster's configuration: no instance-config.yaml, a flag and, where kubeadm does so, an annotation."""
    release = RELEASES[minor_of(other.kubernetes)]
    with gate_off(other):
        other.renew("w1", kind="kubeadm")
        other.join_by_kubeadm("w1")
        wanted = end_state(other, "w1")
        other.renew("w1")
        run_join(other, elsewhere).expect_success()
        assert settled_differences(other, wanted, "w1") == {}
        assert ("kubeadm.alpha.kubernetes.io/cri-socket" in str(wanted["node"])) == release.annotates_cri_socket
        assert ("/var/lib/kubelet/instance-config.yaml" in wanted) == (release.node_local_cri_socket is None)
        assert run_join(other, elsewhere).expect_success().changed() == []


@contextlib.contextmanager
def gate_off(bed: E2eBed) -> t.Iterator[None]:
    """The gate is off in ConfigMap kubeadm-config."""
    name = ("-n", "kube-system", "get", "configmap", "kubeadm-config", "-o")
    before = bed.kubectl(*name, "jsonpath={.data.ClusterConfiguration}").stdout

    def store(text: str) -> None:
        patch = json.dumps({"data": {"ClusterConfiguration": text}})
        bed.kubectl("-n", "kube-system", "patch", "configmap", "kubeadm-config", "-p", patch)

    store(f"featureGates:\n  NodeLocalCRISocket: false\n{before}")
    try:
        yield
    finally:
        store(before)


def test_invited_there(other: E2eBed, elsewhere: pathlib.Path) -> None:
    """By an administrator's ECDSA client certificate."""
    other.renew("w1")
    run_join(other, elsewhere).expect_success()
    other.settle("w1")
    assert run_join(other, elsewhere).expect_success().changed() == []


def test_control_planes_there(other: E2eBed) -> None:
    """One of ours, with shared files as from a vault, and one by the real kubeadm of that version: no difference."""
    other.add_host("cp2")
    run = join(other, "cp2", "--diff", join_shared_certificates=shared_files(other)).expect_success()
    assert not any("Upload the shared certificates" in task for task in run.executed())
    assert "PRIVATE KEY" not in run.output
    other.add_host("cp3", kind="kubeadm")
    join_by_kubeadm(other, "cp3")
    assert members(other) == voters("cp1", "cp2", "cp3")
    wanted, reached = (masked(other, host, end_state(other, host)) for host in ("cp3", "cp2"))
    assert differences(wanted, reached) == {}
    assert join(other, "cp2").expect_success().changed() == []


def shared_files(bed: E2eBed) -> dict[str, str]:
    """What cp1 shares with other control planes, by the names of kubeadm's Secret."""
    names = [f"{name}.{kind}" for name in ("ca", "front-proxy-ca", "etcd/ca") for kind in ("crt", "key")]
    return {
        name.replace("/", "-"): bed.ssh("cp1", f"cat /etc/kubernetes/pki/{name}").stdout
        for name in (*names, "sa.pub", "sa.key")
    }
