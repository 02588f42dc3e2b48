# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates and kubeconfigs of control planes against those of real kubeadm binaries, and the judgement of old ones."""

from __future__ import annotations

import dataclasses
import datetime
import sys
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import (
    ClusterConfiguration,
    parse_cluster_configuration,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.certificates import (
    ALGORITHMS,
    LeafProfile,
    client_profiles,
    issue_certificate,
    key_algorithm,
    plan_profiles,
    render_key,
    unfit_because,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.kubeconfigs import (
    KubeconfigJudgement,
    cluster_server,
    judge_kubeconfig,
    plan_kubeconfigs,
    render_kubeconfig,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.local_node import MINORS, ControlPlaneNode
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.key_pair import (
    generate_key,
    generate_serial,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support import control_plane_goldens as goldens
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import DIFFERENTIAL
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

sys.path.insert(0, str(DIFFERENTIAL))
from describe import describe_certificate, describe_kubeconfig


@dataclasses.dataclass(frozen=True)
class Authority:
    certificate: x509.Certificate
    key: t.Any


def make_authority(
    key: t.Any, name: str = "kubernetes", parent: Authority | None = None, *, is_ca: bool = True
) -> Authority:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(parent.certificate.subject if parent else subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2026, 1, 1))
        .not_valid_after(datetime.datetime(2036, 1, 1))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(parent.key if parent else key, hashes.SHA256())
    )
    return Authority(certificate, key)


NOW = datetime.datetime(2026, 11, 24, 12, 0, 0, 700000, tzinfo=datetime.timezone.utc)
MINIMAL = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.37.2\n"
NODE = ControlPlaneNode("cp-2", "192.0.2.2")
VERSIONS = goldens.load("manifests", "versions")
#: One CA for each kind of key, with all that kubeadm's own have; made once, as large keys take their time.
KEYS = {algorithm: generate_key(algorithm) for algorithm in ALGORITHMS}
AUTHORITIES = {algorithm: make_authority(key) for algorithm, key in KEYS.items()}


def pem_of(authority: Authority) -> str:
    return authority.certificate.public_bytes(serialization.Encoding.PEM).decode()


def issue(profile: LeafProfile, cluster: ClusterConfiguration, authority: Authority) -> tuple[str, str]:
    """Certificate and key as a joining control plane makes them; keys of one kind are the same in all of the tests."""
    key = KEYS[key_algorithm(cluster)]
    certificate = issue_certificate(
        profile,
        key,
        authority.certificate,
        authority.key,
        serial=generate_serial(),
        now=NOW,
        validity=cluster.certificate_validity,
    )
    return certificate, render_key(key)


def authority_of(case_name: str, cluster: ClusterConfiguration) -> Authority:
    """A CA with a key of the kind that the golden's had; in one case another than that of the leaves."""
    return AUTHORITIES["RSA-2048" if case_name in WITH_RSA_CA else cluster.encryption_algorithm]


#: The CAs of these were made before the cluster wanted other keys.
WITH_RSA_CA = ("names_that_are_none", "gate_public_keys_ecdsa")


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


@pytest.mark.parametrize(("name", "minor"), goldens.answers("certificates"))
def test_writes_the_kubeconfigs_that_kubeadm_writes(name: str, minor: str) -> None:
    """Byte for byte but for what is in base64, and that field by field."""
    seen = goldens.values("certificates", name, minor)
    cluster = parse_cluster_configuration(
        seen["cluster_configuration"].replace("VERSION", VERSIONS[minor]["kubernetes"])
    )
    authority = authority_of(name, cluster)
    made = {}
    for wanted in plan_kubeconfigs(cluster, goldens.node(goldens.load("certificates", name))):
        certificate, key = issue(wanted.profile, cluster, authority)
        text = render_kubeconfig(
            wanted, cluster, certificate_authority=pem_of(authority), certificate=certificate, key=key
        )
        made[f"kubeconfigs/{wanted.profile.name}.conf"] = describe_kubeconfig(
            text, pem_of(authority).encode(), NOW.timestamp()
        )
    assert made == {key: value for key, value in seen.items() if key.startswith("kubeconfigs/")}


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
    assert (nothing, half) == ("is not there", "has no private key that can be read")
    assert judge(SERVER, "no certificate", key) == "cannot be read"
    assert judge(SERVER, certificate, "no key") == "has no private key that can be read"
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


@pytest.mark.parametrize(
    ("endpoint", "server"),
    [
        ("", "https://192.0.2.2:6443"),
        ("cp", "https://cp:6443"),
        ("cp:443", "https://cp:443"),
        ("192.0.2.100", "https://192.0.2.100:6443"),
        ("[2001:db8::1]:443", "https://[2001:db8::1]:443"),
        ("[2001:db8::1]", "https://[2001:db8::1]:6443"),
        ("2001:db8::1", "https://[2001:db8::1]:6443"),
    ],
)
def test_the_cluster_has_one_address(endpoint: str, server: str) -> None:
    """Its port is that of the node's own API server when it names none."""
    assert cluster_server(dataclasses.replace(CLUSTER, control_plane_endpoint=endpoint), NODE) == server


def test_says_why_a_kubeconfig_cannot_stay() -> None:
    """Another user, another CA, another server, or what is no kubeconfig at all. A right client certificate can stay in any case."""
    admin, _manager, scheduler = plan_kubeconfigs(CLUSTER, NODE)

    def text(
        wanted: t.Any,
        authority: Authority = AUTHORITY,
        server: str = "",
        trusted: str = "",
        certificate: str | None = None,
    ) -> str:
        issued, key = issue(wanted.profile, CLUSTER, authority)
        wanted = dataclasses.replace(wanted, server=server or wanted.server)
        return render_kubeconfig(
            wanted,
            CLUSTER,
            certificate_authority=trusted or pem_of(AUTHORITY),
            certificate=issued if certificate is None else certificate,
            key=key,
        )

    def judged(wanted: t.Any, text: str, **late: int) -> KubeconfigJudgement:
        return judge_kubeconfig(wanted, text, AUTHORITY.certificate, now=NOW + datetime.timedelta(**late))

    other = AUTHORITIES["RSA-2048"]
    stays = {
        None: (admin, text(admin)),
        "trusts the CA of another cluster": (admin, text(admin, trusted=pem_of(other))),
        "holds no CA of the cluster": (admin, text(admin, trusted="none")),
        "names https://cp:6443, not https://192.0.2.2:6443": (scheduler, text(scheduler, server="https://cp:6443")),
    }
    for problem, (wanted, content) in stays.items():
        judgement = judged(wanted, content)
        assert judgement.problem == problem
        assert judgement.identity is not None
        certificate, key = judgement.identity
        assert judge(wanted.profile, certificate, key) is None
        assert "PRIVATE KEY" not in repr(judgement)
    goes = {
        "cannot be read as a kubeconfig of a cluster and a user": judged(admin, "- nothing\n"),
        "has a client certificate that is not there": judged(admin, text(admin, certificate="")),
        "has a client certificate that was not signed by ca.crt": judged(admin, text(admin, other)),
        "has a client certificate that expired at 2027-11-24T12:00:00Z": judged(scheduler, text(scheduler), days=400),
        "has a client certificate that names kubernetes-admin, not system:kube-scheduler": judged(
            scheduler, text(admin)
        ),
    }
    assert [judgement.problem for judgement in goes.values()] == list(goes)
    assert [judgement.identity for judgement in goes.values()] == [None] * len(goes)


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


def test_serial_numbers_are_never_zero_and_fit() -> None:
    """As RFC 5280 has them, and as kubeadm draws them."""
    serials = [generate_serial() for _ in range(1000)]
    assert len(set(serials)) == 1000
    assert all(0 < serial < 2**63 for serial in serials)
