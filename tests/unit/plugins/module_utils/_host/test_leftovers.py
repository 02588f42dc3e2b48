# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an earlier join has left: ours continues, another cluster's is refused, an unknown one's is reported."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.finding import Finding
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.leftovers import find_leftovers
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.files import render_kubelet_kubeconfig
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost

OURS, THEIRS = Authority.make(), Authority.make()
PIN = pin_of(OURS.certificate)
CONF, BOOTSTRAP, CA = (
    "/etc/kubernetes/kubelet.conf",
    "/etc/kubernetes/bootstrap-kubelet.conf",
    "/etc/kubernetes/pki/ca.crt",
)
SECRET = "abcdef.0123456789abcdef"


def kubeconfig(authority: Authority) -> str:
    return render_kubelet_kubeconfig(
        server="https://old.example.org:6443", certificate_authority=authority.pem, client_pem=f"/{SECRET}"
    )


def find(path: str, content: str, *pins: str, ca_cert_path: str = CA) -> list[Finding]:
    host = TestHost()
    host.store(path, content.encode(), 0o600)
    return list(find_leftovers(host, ca_cert_path=ca_cert_path, pins=pins))


def test_what_is_ours_is_no_finding() -> None:
    """A join that was interrupted goes on; a CA bundle is ours when one of it is."""
    assert find(CONF, kubeconfig(OURS), PIN) == []
    assert find(CA, OURS.pem, PIN) == []
    assert find(CA, THEIRS.pem + OURS.pem, PIN) == []


@pytest.mark.parametrize("path", [CONF, BOOTSTRAP])
def test_a_kubeconfig_of_another_cluster_is_reported_with_its_server(path: str) -> None:
    """Under kubeadm's name, with both CAs, and without what is secret in it."""
    (found,) = find(path, kubeconfig(THEIRS), PIN)
    assert (found.check, found.severity, found.code) == (
        f"FileAvailable-{path.replace('/', '-')}",
        "error",
        "joined_elsewhere",
    )
    assert "https://old.example.org:6443" in found.message
    assert pin_of(THEIRS.certificate) in found.message and PIN in found.message
    assert SECRET not in found.message


def test_the_name_follows_the_path_of_the_ca() -> None:
    """As kubeadm's does."""
    (found,) = find("/srv/ca.crt", THEIRS.pem, PIN, ca_cert_path="/srv/ca.crt")
    assert (found.check, found.code) == ("FileAvailable--srv-ca.crt", "joined_elsewhere")


@pytest.mark.parametrize(("path", "content"), [(CONF, kubeconfig(THEIRS)), (CA, THEIRS.pem)])
def test_where_the_cluster_is_not_known_it_is_a_warning(path: str, content: str) -> None:
    """A half-joined host must be able to go on; kubelet-start decides."""
    (found,) = find(path, content)
    assert (found.severity, found.code) == ("warning", "file_in_the_way")
    assert pin_of(THEIRS.certificate) in found.message


def test_an_interrupted_kubeadm_join_is_reported() -> None:
    """Its file holds a token, and nothing needs it."""
    (found,) = find(BOOTSTRAP, kubeconfig(OURS), PIN)
    assert (found.severity, found.code) == ("warning", "file_in_the_way")


@pytest.mark.parametrize(
    "content",
    ["", "left\n", "clusters: [{cluster: {certificate-authority-data: '!'}}]\n", "certificate-authority-data: QQ\n"],
)
@pytest.mark.parametrize("path", [CONF, BOOTSTRAP, CA])
@pytest.mark.parametrize("pins", [(), (PIN,)], ids=["unknown", "known"])
def test_a_file_without_a_cluster_is_an_error(path: str, content: str, pins: tuple[str, ...]) -> None:
    """No join leaves such a file, so nobody knows what it is for."""
    (found,) = find(path, content, *pins)
    assert (found.severity, found.code) == ("error", "file_in_the_way")


def test_a_folder_in_the_way_is_an_error() -> None:
    """A file cannot take its place."""
    host = TestHost()
    host.folders.add(CONF)
    (found,) = find_leftovers(host, ca_cert_path=CA, pins=[PIN])
    assert (found.check, found.code) == ("FileAvailable--etc-kubernetes-kubelet.conf", "file_in_the_way")
