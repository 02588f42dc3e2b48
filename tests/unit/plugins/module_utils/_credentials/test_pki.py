# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates and keys: what is read, what is trusted, and what a node's certificate must be."""

from __future__ import annotations

import datetime
import hashlib
import json
import ssl
import subprocess
import sys
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import trusting
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import (
    describe_node_certificate,
    extension_of,
    instant_of,
    is_authority,
    is_vouched_for,
    name_of,
    parse_certificates,
    parse_node_certificate,
    parse_private_key,
    pin_of,
    public_bytes_of,
    render_certificates,
    render_node_pem,
    render_node_request,
    select_pinned,
    unusable_because,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.anything import Expected, broken
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority, new_key, pem_of_key
from ansible_collections.kubejoin.kubeadm.tests.unit.support.text_goldens import GOLDENS
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding
from hypothesis import given
from hypothesis import strategies as st

AUTHORITIES: dict[str, dict[str, str | None]] = json.loads((GOLDENS / "authority.json").read_text(encoding="utf-8"))


CA = Authority.make()


RSA = Authority.make(kind="rsa")


CERTIFICATE, KEY = CA.issue("system:node:worker-1", organization="system:nodes")


NOW = datetime.datetime(2026, 6, 1, tzinfo=datetime.timezone.utc)


DERS = [ssl.PEM_cert_to_DER_cert(pem) for pem in (CA.pem, RSA.pem, CERTIFICATE)]


@pytest.mark.filterwarnings("ignore")
@given(st.sampled_from(DERS).flatmap(broken))
def test_a_certificate(der: bytes) -> None:
    """What is accepted has a pin, can be judged, written and trusted."""
    pem = ssl.DER_cert_to_PEM_cert(der)
    with Expected():
        (certificate,) = parse_certificates(pem, what="the text")
        identity = parse_node_certificate(pem, what="the text")
        authorities = [CA.certificate, RSA.certificate, certificate]
        for key in (None, KEY):
            unusable_because(identity, key, node_name="worker-1", authorities=authorities, now=NOW)
        trusting(render_certificates([certificate]))


@given(
    st.text()
    | st.binary().map(lambda content: CA.pem + content.decode("latin-1"))
    | broken(CA.pem.encode()).map(lambda content: content.decode("latin-1"))
)
def test_a_bundle(pem: str) -> None:
    """Anything between and within PEM blocks."""
    with Expected():
        trusting(render_certificates(parse_certificates(pem, what="the text")))
    with Expected():
        trusting(pem)
    parse_private_key(pem.encode())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["dsa", "ed25519", "ed448", "rsa of 8192 bits"])
def test_keys_of_other_kinds(kind: str) -> None:
    """A CA with any kind of key has a pin or is refused, and vouches for no node unless its signatures can be checked."""
    from cryptography.hazmat.primitives.asymmetric import dsa, ed448, ed25519, rsa

    public: dict[str, t.Callable[[], t.Any]] = {
        "dsa": lambda: dsa.generate_private_key(1024).public_key(),
        "ed25519": lambda: ed25519.Ed25519PrivateKey.generate().public_key(),
        "ed448": lambda: ed448.Ed448PrivateKey.generate().public_key(),
        "rsa of 8192 bits": lambda: rsa.RSAPublicNumbers(65537, 2**8192 - 1).public_key(),
    }
    pem, _none = CA.issue("kubernetes", public_key=public[kind]())
    with Expected():
        (authority,) = parse_certificates(pem, what="the text")
        identity = parse_node_certificate(CERTIFICATE, what="the text")
        problem = unusable_because(identity, KEY, node_name="worker-1", authorities=[authority], now=NOW)
        assert problem == "no CA of this cluster has signed it"


CSR_NAMES = {"O": "system:nodes", "CN": "system:node:worker-1"}


def test_a_pin_is_of_the_key_and_not_of_the_certificate() -> None:
    """A CA that is renewed with its key keeps its pin, as `openssl dgst` of its public key in DER prints it."""
    renewed = Authority.make().certificate
    spki = CA.certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert pin_of(CA.certificate) == "sha256:" + hashlib.sha256(spki).hexdigest()
    pem, _none = RSA.issue("anything", public_key=CA.certificate.public_key())
    assert pin_of(x509.load_pem_x509_certificate(pem.encode())) == pin_of(CA.certificate)
    assert pin_of(renewed) != pin_of(CA.certificate)


def test_a_bundle_keeps_its_order_and_leaves_out_what_is_between() -> None:
    """Comments and keys, which others write there."""
    text = f"# ours\n{CA.pem}{pem_of_key(KEY)}\n# theirs\n{RSA.pem}"
    found = parse_certificates(text, what="the bundle")
    assert found == (CA.certificate, RSA.certificate)
    assert render_certificates(found) == CA.pem + RSA.pem


@pytest.mark.parametrize(
    "text", ["", "no PEM", CA.pem.replace("MII", "AAA"), CA.pem + CA.pem.replace("MII", "AAA"), CA.pem[:-30]]
)
def test_a_bundle_with_anything_unreadable_is_refused(text: str) -> None:
    """And named."""
    with pytest.raises(JoinError) as caught:
        parse_certificates(text, what="the CA of the file")
    assert caught.value.code == "certificate_malformed"
    assert "the CA of the file" in str(caught.value)


def test_only_certificates_that_a_pin_names_are_selected() -> None:
    """kubeadm trusts the whole bundle once one of it matches."""
    bundle = (RSA.certificate, CA.certificate)
    assert select_pinned(bundle, {pin_of(CA.certificate)}, server="s") == (CA.certificate,)
    assert select_pinned(bundle, {pin_of(RSA.certificate), pin_of(CA.certificate)}, server="s") == bundle
    with pytest.raises(JoinError) as caught:
        select_pinned(bundle, ["sha256:" + "0" * 64], server="https://api:6443")
    assert caught.value.code == "pin_mismatch"
    assert caught.value.details["seen"] == [pin_of(RSA.certificate), pin_of(CA.certificate)]
    assert caught.value.details["allowed"] == ["sha256:" + "0" * 64]


def test_the_request_is_that_of_a_kubelet() -> None:
    """Organisation, then name, and nothing else; signed by the key that it names."""
    request = x509.load_pem_x509_csr(render_node_request(KEY, "worker-1").encode())
    assert [rdn.rfc4514_string() for rdn in request.subject.rdns] == [
        f"{name}={value}" for name, value in CSR_NAMES.items()
    ]
    assert request.is_signature_valid
    assert list(request.extensions) == []
    assert public_bytes_of(request.public_key()) == public_bytes_of(KEY.public_key())


def test_a_nodes_file_holds_certificate_and_key() -> None:
    """And is read back as such."""
    content = render_node_pem(CERTIFICATE, KEY)
    identity = parse_node_certificate(content.decode(), what="the file")
    assert (identity.organization, identity.node_name) == ("system:nodes", "worker-1")
    key = parse_private_key(content)
    assert key is not None
    assert public_bytes_of(key.public_key()) == identity.public_key


@pytest.mark.parametrize("kind", ["ecdsa", "rsa"])
def test_private_keys_of_either_kind_in_either_form_are_read(kind: str) -> None:
    """As OpenSSL writes them and as PKCS#8, with text around them."""
    key = new_key(kind)
    pkcs8 = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for pem in (pem_of_key(key).encode(), b"# a key\n" + pkcs8):
        found = parse_private_key(pem)
        assert found is not None and public_bytes_of(found.public_key()) == public_bytes_of(key.public_key())


def test_what_is_no_usable_private_key_is_none() -> None:
    """A certificate, an encrypted key, a key of another kind, a broken one."""
    encrypted = new_key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")
    )
    other = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    broken_key = pem_of_key(KEY).encode()[:60] + b"\n-----END EC PRIVATE KEY-----\n"
    assert [parse_private_key(pem) for pem in (b"", CA.pem.encode(), encrypted, other, broken_key)] == [None] * 5


NOON = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.timezone.utc)


def judge(pem: str, key: t.Any, **changed: t.Any) -> str | None:
    """What is wrong with a node's identity."""
    options: dict[str, t.Any] = {"node_name": "worker-1", "authorities": [CA.certificate], "now": NOW, **changed}
    return unusable_because(parse_node_certificate(pem, what="it"), key, **options)


def test_a_good_identity_has_no_problem() -> None:
    """Any of several CAs may have signed it."""
    assert judge(CERTIFICATE, KEY) is None
    assert judge(CERTIFICATE, KEY, authorities=[RSA.certificate, CA.certificate]) is None


def test_each_problem_of_an_identity_is_named() -> None:
    """Key, organisation, name, CA and time."""
    no_group, no_group_key = CA.issue("system:node:worker-1")
    no_name, no_name_key = CA.issue("worker-1", organization="system:nodes")
    past = datetime.datetime(2026, 5, 31)
    old, old_key = CA.issue("system:node:worker-1", organization="system:nodes", not_after=past)
    missing = "its private key is missing or belongs to another certificate"
    assert judge(CERTIFICATE, None) == missing
    assert judge(CERTIFICATE, new_key()) == missing
    assert judge(no_group, no_group_key) == "it is not the certificate of a node"
    assert judge(no_name, no_name_key) == "it is not the certificate of a node"
    assert judge(CERTIFICATE, KEY, node_name="worker-2") == "it names the node worker-1, not worker-2"
    assert judge(CERTIFICATE, KEY, authorities=[RSA.certificate]) == "no CA of this cluster has signed it"
    assert judge(CERTIFICATE, KEY, authorities=[]) == "no CA of this cluster has signed it"
    assert judge(old, old_key) == "it expired at 2026-05-31T00:00:00Z"


def test_a_certificate_is_described_as_it_is_or_will_be() -> None:
    """What is reused by what it holds; what is issued by its subject alone, and the reason."""
    pem, _key = Authority.make().issue("system:node:a", organization="system:nodes", not_after=NOON)
    identity = parse_node_certificate(pem, what="it")
    kept = {
        "subject": "CN=system:node:a,O=system:nodes",
        "expires": "2026-11-24T12:00:00Z",
        "reused": True,
        "because": None,
    }
    assert describe_node_certificate(identity, "a", None) == kept
    issued = {"subject": "CN=system:node:b,O=system:nodes", "expires": None, "reused": False, "because": "it names a"}
    assert describe_node_certificate(identity, "b", "it names a") == issued
    assert describe_node_certificate(None, "b", "it names a") == issued
    # A name that is too long for a certificate is no reason to fail before one is requested.
    assert "b" * 253 in describe_node_certificate(None, "b" * 253, "it is absent")["subject"]


@pytest.mark.parametrize("kind", ["ecdsa", "rsa", "ed25519"])
def test_a_ca_of_any_kind_that_go_verifies_with_vouches_for_a_node(kind: str) -> None:
    """A worker can join a cluster whose CA was created by other means than kubeadm."""
    authority = Authority.make(kind=kind)
    pem, key = authority.issue("system:node:worker-1", organization="system:nodes")
    identity = parse_node_certificate(pem, what="it")
    assert select_pinned([authority.certificate], [pin_of(authority.certificate)], server="it")
    for signer, problem in ((authority, None), (Authority.make(kind=kind), "no CA of this cluster has signed it")):
        assert problem == unusable_because(
            identity,
            key,
            node_name="worker-1",
            authorities=[signer.certificate],
            now=instant_of(authority.certificate, "not_valid_before"),
        )


def test_a_signature_with_the_padding_pss_is_verified() -> None:
    """An intermediate CA may have one."""
    authority, other = Authority.make(kind="rsa"), Authority.make(kind="rsa")
    builder = x509.CertificateBuilder(
        authority.certificate.subject, authority.certificate.subject, authority.key.public_key(), 1,
        datetime.datetime(2020, 1, 1), datetime.datetime(2099, 1, 1),
    )  # fmt: skip
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
    try:
        signed = builder.sign(authority.key, hashes.SHA256(), rsa_padding=pss)
    except TypeError:
        pytest.skip("this version of cryptography cannot sign with PSS")
    assert is_vouched_for([signed], authority.certificate)
    assert not is_vouched_for([signed], other.certificate)


def test_a_ca_of_the_same_name_vouches_for_nothing() -> None:
    """The signature counts."""
    assert judge(CERTIFICATE, KEY, authorities=[Authority.make().certificate]) is not None


def test_an_intermediate_ca_vouches_where_it_comes_along() -> None:
    """In any order after the first; a certificate that is no CA does not."""
    middle = Authority.make("middle", parent=CA)
    lowest = Authority.make("lowest", parent=middle)
    pem, key = lowest.issue("system:node:worker-1", organization="system:nodes")
    assert judge(pem, key) == "no CA of this cluster has signed it"
    assert judge(pem + middle.pem + lowest.pem, key) is None
    assert judge(pem + lowest.pem + middle.pem, key) is None
    impostor = Authority.make("impostor", parent=CA, is_ca=False)
    pem, key = impostor.issue("system:node:worker-1", organization="system:nodes")
    assert judge(pem + impostor.pem, key) == "no CA of this cluster has signed it"


def test_an_intermediate_ca_that_has_expired_vouches_for_nothing() -> None:
    """As in kubeadm; the same CA with a renewed certificate does."""
    old = Authority.make("middle", parent=CA, not_after=NOW.replace(tzinfo=None))
    pem, key = old.issue("system:node:worker-1", organization="system:nodes")
    assert judge(pem + old.pem, key) == "an intermediate CA that follows it has expired or is not valid yet"


def test_authorities_are_recognized_by_their_constraints() -> None:
    """A certificate without any is no CA."""
    leaf = x509.load_pem_x509_certificate(CERTIFICATE.encode())
    assert is_authority(CA.certificate)
    assert not is_authority(Authority.make(is_ca=False).certificate)
    assert not is_authority(leaf)
    assert extension_of(leaf, x509.BasicConstraints) is None
    assert extension_of(CA.certificate, x509.BasicConstraints).ca


def test_instants_are_in_utc() -> None:
    """With any version of the library."""

    class Old:
        not_valid_after = datetime.datetime(2030, 1, 2)

    expected = datetime.datetime(2030, 1, 2, tzinfo=datetime.timezone.utc)
    assert instant_of(t.cast("t.Any", Old()), "not_valid_after") == expected
    leaf = x509.load_pem_x509_certificate(CA.issue("x", not_after=datetime.datetime(2030, 1, 2))[0].encode())
    assert instant_of(leaf, "not_valid_after") == expected


@pytest.mark.filterwarnings("ignore:Attribute's length must be")
@pytest.mark.parametrize("length", [1, 52, 53, 63, 241, 253])
def test_a_node_name_of_any_length_is_requested_and_read_back(length: int) -> None:
    """X.509 limits common names to 64 characters, 52 without the prefix of nodes; Kubernetes does not."""
    name = (("x" * 60 + ".") * 5)[: length - 1] + "y"
    request = x509.load_pem_x509_csr(render_node_request(new_key(), name).encode())
    assert f"CN=system:node:{name}" in request.subject.rfc4514_string()
    pem, key = CA.issue(f"system:node:{name}", organization="system:nodes")
    found = parse_node_certificate(pem, what="it")
    assert found.node_name == name
    assert unusable_because(found, key, node_name=name, authorities=[CA.certificate], now=NOW) is None
    assert describe_node_certificate(found, name, None)["subject"] == f"CN=system:node:{name},O=system:nodes"


@pytest.mark.filterwarnings("ignore:Attribute's length must be")
def test_a_long_name_is_not_reported() -> None:
    """A warning would be printed on every run of a node with such a name."""
    program = (
        "import warnings\nwarnings.simplefilter('error')\n"
        f"from {parse_node_certificate.__module__} import parse_node_certificate\nimport sys\n"
        "print(parse_node_certificate(sys.stdin.read(), what='it').node_name)"
    )
    pem, _key = CA.issue("system:node:" + "x" * 63, organization="system:nodes")
    run = subprocess.run([sys.executable, "-c", program], input=pem, capture_output=True, text=True, check=False)
    assert (run.stdout.strip(), run.stderr) == ("x" * 63, "")


def test_a_name_without_organization() -> None:
    assert name_of(common_name="a").rfc4514_string() == "CN=a"


@pytest.mark.parametrize("kind", sorted(AUTHORITIES))
def test_a_pinned_ca_has_a_key_that_kubernetes_verifies_with(kind: str) -> None:
    """Types of keys and curves, as Go's libraries answered."""
    pem = t.cast("str", AUTHORITIES[kind]["text"])
    refused = ""
    try:
        found = parse_certificates(pem, what="the CA")
        assert select_pinned(found, [pin_of(found[0])], server="https://api:6443") == found
    except JoinError as exc:
        refused = exc.code
    assert refused == ("certificate_malformed" if AUTHORITIES[kind]["result"] is None else "")
