# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Control planes of clusters whose etcd, or whose CAs' keys, are elsewhere; the real kubeadm joins a host beside ours."""

from __future__ import annotations

import concurrent.futures

import pytest

from .bed import E2eBed
from .control_planes import differences, join, join_by_kubeadm, masked, members, voters
from .external import ETCD_CLIENT, ExternalAuthorities, ExternalEtcd, inside
from .observe import end_state, host_fingerprint, ready_nodes
from .play import Run

pytestmark = pytest.mark.bed


def join_both(bed: E2eBed, *, shared: bool = False) -> Run:
    """Make cp2 a control plane, and at the same time cp3 by kubeadm, which has what is ``shared`` or fetches it."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        beside = pool.submit(join_by_kubeadm, bed, "cp3", shared=shared)
        run = join(bed, "cp2", "--diff").expect_success()
        beside.result()
    assert "PRIVATE KEY" not in run.output
    return run


def expect_the_same_as_kubeadm(bed: E2eBed) -> None:
    """cp3 and cp2 have the same files, Nodes and units after masking; there is nothing left to do on cp2.

    The static pods of cp2 are Ready, and its own API server answers for the cluster.
    """
    wanted, reached = (masked(bed, host, end_state(bed, host)) for host in ("cp3", "cp2"))
    assert differences(wanted, reached) == {}
    own = f"--server=https://{bed.plan.address('cp2')}:6443"
    assert bed.kubectl(own, "get", "--raw", "/readyz").stdout == "ok"
    assert {"cp1", "cp2", "cp3"} <= ready_nodes(bed)
    assert join(bed, "cp2").expect_success().changed() == []


def test_with_an_external_etcd(machine: None) -> None:
    """etcd gets no member, its client files come with the invitation, and the API server speaks with it."""
    bed = E2eBed("e2e", workers=())
    try:
        bed.up((), cluster=False)
        bed.add_host("s1", kind="bare")
        etcd = ExternalEtcd(bed, "s1")
        bed.add_host("cp1", kind="kubeadm")
        etcd.let_in("cp1")
        bed.cluster.init(etcd.settings())
        bed.add_host("cp2")
        bed.add_host("cp3", kind="kubeadm")
        join_both(bed)
        expect_the_same_as_kubeadm(bed)
        for name in ("ca.crt", "client.crt", "client.key"):
            given, shared = (inside(bed, host, f"{ETCD_CLIENT}/{name}") for host in ("cp1", "cp2"))
            assert shared.read_bytes() == given.read_bytes()
            assert shared.stat().st_mode == given.stat().st_mode
        assert not inside(bed, "cp2", "/etc/kubernetes/manifests/etcd.yaml").exists()
        assert not inside(bed, "cp2", "/etc/kubernetes/pki/etcd").exists()
        assert etcd.members() == ["outside"]
    finally:
        bed.down()


def test_with_external_cas(machine: None) -> None:
    """No control plane has a CA's key, and somebody else signs what the kubelet asks for.

    The hosts have what `kubeadm certs generate-csr` made for them, signed. Without it nothing is written. What control planes
    share comes with the invitation all the same, where kubeadm wants it copied.
    """
    with E2eBed("e2e", workers=()) as bed:
        authorities = ExternalAuthorities(bed)
        bed.add_host("cp2")
        bed.add_host("cp3", kind="kubeadm")
        before = host_fingerprint(bed, "cp2")
        given = {"join_shared_certificates": authorities.shared(), **bed.join_variables()}
        assert join(bed, "cp2", **given).codes() == {"cp2": "authority_key_missing"}
        assert host_fingerprint(bed, "cp2") ^ before == set()
        authorities.equip("cp2", trusting=False)
        authorities.equip("cp3", trusting=True)
        authorities.share("cp3")
        with authorities.signing():
            join_both(bed, shared=True)
        assert sorted(authorities.signed) == ["system:node:cp2", "system:node:cp3"]
        expect_the_same_as_kubeadm(bed)
        assert members(bed) == voters("cp1", "cp2", "cp3")
        assert [key.name for key in inside(bed, "cp2", "/etc/kubernetes/pki").rglob("*ca.key")] == []
