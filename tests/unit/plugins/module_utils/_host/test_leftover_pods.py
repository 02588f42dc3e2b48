# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an earlier control plane left: static pods, and data of etcd."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.finding import Finding
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.leftover_pods import (
    find_data_leftover,
    observe_manifests,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import KUBELET_CONF, MANIFESTS_DIR
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.joined_host import AUTHORITY, joined_host

THEIRS = Authority.make()
PIN, OTHER = pin_of(AUTHORITY.certificate), pin_of(THEIRS.certificate)
DATA = "/var/lib/etcd"
API_SERVER = f"{MANIFESTS_DIR}/kube-apiserver.yaml"


def observe(manifest: str, authority: Authority | None, path: str = "/pki/ca.crt", *pins: str) -> Finding | None:
    host = TestHost()
    host.store(API_SERVER, manifest.encode(), 0o600)
    if authority:
        host.store(path, authority.pem.encode(), 0o644)
    found = observe_manifests(host, ["kube-apiserver", "etcd"], pins or [PIN])
    assert set(found) == {"kube-apiserver"}
    return found["kube-apiserver"]


ARGUMENTS = [
    ("client-ca-file", "/pki/ca.crt", "/pki/ca.crt"),
    ("trusted-ca-file", "/pki/etcd/ca.crt", "/pki/ca.crt"),
]


@pytest.mark.parametrize(("argument", "value", "authority"), ARGUMENTS)
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_static_pod_is_of_the_cluster_whose_ca_it_trusts(
    argument: str, value: str, authority: str, quote: str
) -> None:
    """Of ours there is nothing to say; a member of etcd is recognized by the CA next to etcd's."""
    manifest = f"spec:\n  - command:\n    - x\n    - {quote}--{argument}={value}{quote}\n"
    assert observe(manifest, AUTHORITY, authority) is None
    found = observe(manifest, THEIRS, authority)
    assert found is not None
    assert (found.check, found.severity, found.code) == (
        "FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml", "error", "joined_elsewhere",
    )  # fmt: skip
    assert OTHER in found.message and PIN in found.message


def test_a_scheduler_is_recognized_by_its_kubeconfig() -> None:
    """It trusts no CA by itself."""
    host = joined_host()
    host.store(f"{MANIFESTS_DIR}/kube-scheduler.yaml", f"    - --kubeconfig={KUBELET_CONF}\n".encode(), 0o600)
    assert observe_manifests(host, ["kube-scheduler"], [PIN]) == {"kube-scheduler": None}
    found = observe_manifests(host, ["kube-scheduler"], [OTHER])["kube-scheduler"]
    assert found is not None and found.code == "joined_elsewhere"


@pytest.mark.parametrize("manifest", ["", "spec: {}\n", "    - --client-ca-file=/absent.crt\n"])
def test_a_static_pod_of_nobody_is_an_error(manifest: str) -> None:
    """It must not be written over."""
    found = observe(manifest, None)
    assert found is not None and (found.severity, found.code) == ("error", "file_in_the_way")


def test_a_folder_in_its_place_is_an_error() -> None:
    """A file cannot take it."""
    host = TestHost()
    host.folders.add(API_SERVER)
    found = observe_manifests(host, ["kube-apiserver"], [PIN])["kube-apiserver"]
    assert found is not None and found.code == "file_in_the_way"


def test_no_data_of_etcd_is_no_finding() -> None:
    """Nor is an empty folder."""
    host = TestHost()
    assert find_data_leftover(host, DATA, [PIN]) is None
    host.folders.add(DATA)
    assert find_data_leftover(host, DATA, [PIN]) is None


def test_data_are_of_the_cluster_that_the_kubelet_has_joined() -> None:
    """etcd joins after it."""
    host = joined_host()
    host.folders.add(DATA)
    host.store(f"{DATA}/member/wal/0.wal", b"x", 0o600)
    assert find_data_leftover(host, DATA, [PIN]) is None
    found = find_data_leftover(host, DATA, [OTHER])
    assert found is not None
    assert (found.check, found.code) == ("DirAvailable--var-lib-etcd", "joined_elsewhere")


@pytest.mark.parametrize("path", [f"{DATA}/member/wal/0.wal", DATA], ids=["data", "a file in its place"])
def test_data_of_nobody_are_an_error(path: str) -> None:
    """A new member begins without any."""
    host = TestHost()
    host.store(path, b"x", 0o600)
    found = find_data_leftover(host, DATA, [PIN])
    assert found is not None and (found.severity, found.code) == ("error", "file_in_the_way")
