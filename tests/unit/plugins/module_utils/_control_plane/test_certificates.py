# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates and kubeconfigs of control planes against those of real kubeadm binaries, and the judgement of old ones."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import (
    parse_cluster_configuration,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.certificates import (
    ALGORITHMS,
    LeafProfile,
    client_profiles,
    key_algorithm,
    plan_profiles,
    render_key,
    unfit_because,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.keys import generate_key
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.local_node import ControlPlaneNode
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.prepare import generate_serial
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import MINORS
from ansible_collections.kubejoin.kubeadm.tests.unit.support import control_plane_goldens as goldens
from ansible_collections.kubejoin.kubeadm.tests.unit.support.leaf_certificates import (
    AUTHORITIES,
    MINIMAL,
    NODE,
    NOW,
    VERSIONS,
    Authority,
    authority_of,
    describe_certificate,
    issue,
    make_authority,
    pem_of,
)


@pytest.mark.parametrize(("name", "minor"), goldens.answers("certificates"))
def test_makes_the_certificates_that_kubeadm_makes(name: str, minor: str) -> None:
    """All of them and no other, each equal in every field but key, serial number and signature."""
    seen = goldens.values("certificates", name, minor)
    cluster = parse_cluster_configuration(
        seen["cluster_configuration"].replace("VERSION", VERSIONS[minor]["kubernetes"])
    )
    made = {}
    for profile in plan_profiles(cluster, goldens.node(goldens.load("certificates", name))):
        authority = authority_of(name, cluster)
        named = {"ca": "kubernetes", "front-proxy-ca": "front-proxy-ca", "etcd/ca": "etcd-ca"}[profile.authority]
        authority = make_authority(authority.key, named)
        certificate, key = issue(profile, cluster, authority)
        described = describe_certificate(
            certificate.encode(), key.encode(), pem_of(authority).encode(), NOW.timestamp()
        )
        made[f"certificates/{profile.name}"] = described
    assert made == {key: value for key, value in seen.items() if key.startswith("certificates/")}


def test_there_are_goldens_of_every_minor_and_algorithm() -> None:
    """Else the comparisons above would say nothing."""
    cases = goldens.answers("certificates")
    assert {minor for _, minor in cases} == set(MINORS)
    texts = [goldens.values("certificates", *case)["cluster_configuration"] for case in cases]
    assert {parse_cluster_configuration(text.replace("VERSION", "v1.37.2")).encryption_algorithm for text in texts} == {
        *ALGORITHMS
    }


CLUSTER = parse_cluster_configuration(MINIMAL + "encryptionAlgorithm: ECDSA-P256\ncontrolPlaneEndpoint: cp:6443\n")
AUTHORITY = AUTHORITIES["ECDSA-P256"]
SERVER, KUBELET_CLIENT, PROXY_CLIENT = plan_profiles(CLUSTER, NODE)[:3]
PEER = next(profile for profile in plan_profiles(CLUSTER, NODE) if profile.name == "etcd/peer")


def judge(
    profile: LeafProfile, certificate: str, key: str, authority: Authority = AUTHORITY, **late: int
) -> str | None:
    now = NOW + datetime.timedelta(**late)
    return unfit_because(profile, certificate, key.encode(), authority.certificate, now=now)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_it_has_made_may_stay(algorithm: str) -> None:
    """The second run finds nothing to replace, whatever kind of key."""
    cluster = dataclasses.replace(CLUSTER, encryption_algorithm=algorithm)
    for profile in (*plan_profiles(cluster, NODE), *client_profiles()):
        assert judge(profile, *issue(profile, cluster, AUTHORITIES[algorithm]), AUTHORITIES[algorithm]) is None


def test_says_why_a_certificate_cannot_stay() -> None:
    """Each fault has its own words."""
    certificate, key = issue(SERVER, CLUSTER, AUTHORITY)
    other_key = render_key(generate_key("ECDSA-P256"))
    other_name = dataclasses.replace(SERVER, common_name="kube-scheduler")
    other_use = dataclasses.replace(SERVER, client=True)
    more_names = plan_profiles(CLUSTER, ControlPlaneNode("cp-3", "192.0.2.3"))[0]
    grouped = dataclasses.replace(KUBELET_CLIENT, organization="kubeadm:cluster-admins")
    nothing = unfit_because(SERVER, None, None, AUTHORITY.certificate, now=NOW)
    half = unfit_because(SERVER, certificate, None, AUTHORITY.certificate, now=NOW)
    assert (nothing, half) == ("is missing", "has no readable private key")
    assert judge(SERVER, "no certificate", key) == "cannot be read"
    assert judge(SERVER, certificate, "no key") == "has no readable private key"
    assert judge(SERVER, certificate, other_key) == "belongs to another private key"
    assert judge(SERVER, certificate, key, AUTHORITIES["RSA-2048"]) == "was not signed by ca.crt"
    assert judge(SERVER, certificate, key, days=365) == "expired at 2027-11-24T12:00:00Z"
    assert judge(SERVER, certificate, key, minutes=-6) == "is not valid before 2026-11-24T11:55:00Z"
    assert judge(other_name, certificate, key) == "names kube-apiserver, not kube-scheduler"
    assert judge(other_use, certificate, key) == "is not for servers and clients"
    assert judge(more_names, certificate, key) == "does not name cp-3, 192.0.2.3"
    assert judge(grouped, *issue(KUBELET_CLIENT, CLUSTER, AUTHORITY)) == "names nobody, not kubeadm:cluster-admins"


def test_more_than_is_wanted_is_no_fault() -> None:
    """A certificate of before an upgrade, or for more names than it must have, works as well."""
    larger = dataclasses.replace(SERVER, client=True, dns_names=(*SERVER.dns_names, "more.example.com"))
    assert judge(SERVER, *issue(larger, CLUSTER, AUTHORITY)) is None
    grouped = dataclasses.replace(KUBELET_CLIENT, organization="kubeadm:cluster-admins")
    assert judge(KUBELET_CLIENT, *issue(grouped, CLUSTER, AUTHORITY)) is None


@pytest.mark.parametrize("text", ["encryptionAlgorithm: ML-DSA-44\n", "networking: {serviceSubnet: 10.0.0.1/32}\n"])
def test_names_the_field_that_it_cannot_go_by(text: str) -> None:
    """An algorithm of a later kubeadm, a service subnet without an address for the API."""
    cluster = parse_cluster_configuration(MINIMAL + text)
    ask = key_algorithm if "Algorithm" in text else lambda cluster: plan_profiles(cluster, NODE)
    with pytest.raises(JoinError) as caught:
        ask(cluster)
    assert caught.value.code == "invalid_cluster_configuration"


@pytest.mark.parametrize(("minor", "algorithm"), [("1.36", "ECDSA-P256"), ("1.37", "RSA-2048")])
def test_a_gate_that_kubeadm_no_longer_has_is_without_effect(minor: str, algorithm: str) -> None:
    """It is left over from an upgrade."""
    text = MINIMAL.replace("v1.37.2", f"v{minor}.0") + "featureGates: {PublicKeysECDSA: true}\n"
    assert key_algorithm(parse_cluster_configuration(text)) == algorithm


def test_intermediate_cas_may_stand_between() -> None:
    """As kubeadm has it: those in the file of the certificate, in any order. Only a CA can vouch for others."""
    upper = make_authority(generate_key("ECDSA-P256"), "upper", AUTHORITY)
    lower = make_authority(generate_key("ECDSA-P256"), "lower", upper)
    certificate, key = issue(SERVER, CLUSTER, lower)
    for chain in ((lower, upper), (upper, lower), (AUTHORITY, lower, upper)):
        assert judge(SERVER, certificate + "".join(map(pem_of, chain)), key) is None
    for chain in ((), (lower,), (upper,), (AUTHORITY, lower)):
        assert judge(SERVER, certificate + "".join(map(pem_of, chain)), key) == "was not signed by ca.crt"
    leaf = make_authority(generate_key("ECDSA-P256"), "lower", AUTHORITY, is_ca=False)
    certificate, key = issue(SERVER, CLUSTER, leaf)
    assert judge(SERVER, certificate + pem_of(leaf), key) == "was not signed by ca.crt"


def test_an_intermediate_ca_has_to_be_valid() -> None:
    """As in kubeadm: the CAs in these tests are valid until 2036."""
    middle = make_authority(generate_key("ECDSA-P256"), "middle", AUTHORITY)
    certificate, key = issue(
        SERVER, dataclasses.replace(CLUSTER, certificate_validity=datetime.timedelta(days=9999)), middle
    )
    chain = certificate + pem_of(middle)
    assert judge(SERVER, chain, key) is None
    late = judge(SERVER, chain, key, days=4000)
    assert late == "is followed by an intermediate CA that has expired or is not valid yet"


def test_serial_numbers_are_never_zero_and_fit() -> None:
    """As RFC 5280 has them, and as kubeadm draws them."""
    serials = [generate_serial() for _ in range(1000)]
    assert len(set(serials)) == 1000
    assert all(0 < serial < 2**63 for serial in serials)
