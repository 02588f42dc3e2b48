# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secret kubeadm-certs against those that real kubeadm binaries uploaded, and the judgement of what is in it."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import parse_cluster_configuration
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.shared_certificates import (
    SharedFile,
    decrypt_shared_files,
    encrypt_shared_files,
    parse_certificate_key,
    plan_shared_files,
    read_shared_data,
    render_shared_files,
    shared_entries,
    verify_shared_files,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support import control_plane_goldens as goldens
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import new_key
from ansible_collections.kubejoin.kubeadm.tests.unit.support.shared import MINIMAL, NOW, STACKED, Shared
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

SECRETS = json.loads((goldens.GOLDENS / "certificates/secrets.json").read_text(encoding="utf-8"))
UPLOADED = [(name, minor) for name, minors in SECRETS.items() for minor in minors]
SERVER = "https://cp.example.com:6443"
EXTERNAL = plan_shared_files(
    parse_cluster_configuration(
        MINIMAL + "etcd: {external: {endpoints: [https://e:2379], caFile: /e/ca, certFile: /e/crt, keyFile: /e/key}}\n"
    )
)


def files_of(name: str, minor: str) -> tuple[SharedFile, ...]:
    text = goldens.values("certificates", name, minor)["cluster_configuration"]
    return plan_shared_files(parse_cluster_configuration(text.replace("VERSION", f"v{minor}.0")))


@pytest.mark.parametrize(("name", "minor"), UPLOADED)
def test_opens_what_kubeadm_has_sealed(name: str, minor: str) -> None:
    """Every file as kubeadm read it, and all of them fit each other."""
    secret, files = SECRETS[name][minor], files_of(name, minor)
    contents = decrypt_shared_files(secret["data"], files, parse_certificate_key(secret["key"]), server=SERVER)
    assert {entry: hashlib.sha256(content).hexdigest() for entry, content in contents.items()} == secret["sha256"]
    verify_shared_files(contents, files, now=NOW, source=SERVER)


@pytest.mark.parametrize(("name", "minor"), goldens.answers("certificates"))
def test_expects_what_kubeadm_uploads_and_puts_it_where_kubeadm_does(name: str, minor: str) -> None:
    """The same entries, and each file at its path with its mode."""
    seen = goldens.values("certificates", name, minor)
    files = files_of(name, minor)
    text = seen["cluster_configuration"].replace("VERSION", f"v{minor}.0")
    assert sorted(shared_entries(parse_cluster_configuration(text))) == seen["secret"]
    assert {file.entry for file in files} <= set(seen["secret"])
    modes = {f"/{path}": mode for path, mode in seen["modes"].items()}
    assert {file.path: f"{file.mode:o}" for file in files} == {file.path: modes[file.path] for file in files}


@pytest.mark.parametrize("files", [STACKED, EXTERNAL])
def test_finds_nothing_wrong_with_what_is_right(files: tuple[SharedFile, ...]) -> None:
    """Of both kinds of etcd."""
    verify_shared_files(Shared.make(files).contents, files, now=NOW, source="the inventory")


@pytest.mark.parametrize("authority", ["ca", "front-proxy-ca", "etcd-ca"])
def test_a_ca_may_be_without_its_key(authority: str) -> None:
    """It is then kept elsewhere."""
    shared = Shared.make()
    del shared.contents[f"{authority}.key"]
    verify_shared_files(shared.contents, STACKED, now=NOW, source="the inventory")


@pytest.mark.parametrize("kind", [serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL])
@pytest.mark.parametrize("key", [new_key(), rsa.generate_private_key(65537, 2048)], ids=["EC", "RSA"])
def test_a_key_keeps_its_format(key: t.Any, kind: serialization.PrivateFormat) -> None:
    """It is rendered again without the text around it, such as the parameters that OpenSSL writes before it."""
    pem = key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption())
    parameters = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    rendered = render_shared_files({"ca.key": parameters + pem + b"# the end\n"}, STACKED)
    assert rendered == {"ca.key": pem}


def test_certificate_and_key_of_an_external_etcd_may_be_in_one_file() -> None:
    """Both entries contain the whole file, as kubeadm uploads it; it is secret."""
    etcd = "etcd: {external: {endpoints: [https://e:2379], caFile: /opt/ca.pem, certFile: /opt/e.pem, keyFile: /opt/e.pem}}\n"
    files = plan_shared_files(parse_cluster_configuration(MINIMAL + etcd))
    contents = Shared.make(files).contents
    whole = contents["external-etcd.crt"] + contents["external-etcd.key"]
    contents.update({"external-etcd.crt": whole, "external-etcd.key": whole})
    verify_shared_files(contents, files, now=NOW, source="the Secret")
    rendered = render_shared_files(contents, files)
    assert rendered["external-etcd.crt"] == rendered["external-etcd.key"] == whole
    assert {file.path: file.mode for file in files if file.path.startswith("/opt")} == {
        "/opt/ca.pem": 0o644,
        "/opt/e.pem": 0o600,
    }


@pytest.mark.parametrize("path", ["/pki/ca.crt", "//pki/ca.crt", "/pki/./front-proxy-ca.crt", "/pki/x/../sa.key"])
def test_no_file_of_an_external_etcd_takes_the_place_of_one_of_the_cluster(path: str) -> None:
    """Its CA would become one of the cluster."""
    etcd = f"certificatesDir: /pki\netcd: {{external: {{endpoints: [https://e:2379], caFile: {path}}}}}\n"
    with pytest.raises(JoinError) as caught:
        plan_shared_files(parse_cluster_configuration(MINIMAL + etcd))
    assert (caught.value.code, caught.value.details["field"]) == ("invalid_cluster_configuration", "etcd.external")


def test_says_all_that_is_wrong_at_once() -> None:
    """A leaf in a CA's place, the key of another, half a pair, what is no PEM, what is missing."""
    shared, other = Shared.make(EXTERNAL), Shared.make(EXTERNAL)
    shared.contents["ca.crt"] = shared.contents["external-etcd.crt"]
    shared.contents["ca.key"] = shared.contents["external-etcd.key"]
    shared.contents["front-proxy-ca.key"] = other.contents["front-proxy-ca.key"]
    shared.contents["external-etcd-ca.crt"] = b"\xff"
    del shared.contents["sa.key"]
    del shared.contents["external-etcd.crt"]
    assert shared.problems(EXTERNAL) == [
        "ca.crt is not the certificate of a CA",
        "front-proxy-ca.crt belongs to another private key than front-proxy-ca.key",
        "sa.pub has no private key, sa.key",
        "external-etcd-ca.crt contains no certificate",
        "external-etcd.crt is missing",
    ]
    shared = Shared.make()
    shared.contents["sa.pub"] = other.contents["sa.pub"]
    shared.contents["etcd-ca.key"] = b"-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----\n"
    assert shared.problems() == [
        "sa.pub belongs to another private key than sa.key",
        "etcd-ca.crt has a private key, etcd-ca.key, that cannot be read",
    ]


def test_names_what_has_expired_and_what_is_not_valid_yet() -> None:
    """By the clock that it is given."""
    shared = Shared.make()
    late = shared.problems(now=datetime.datetime(2100, 1, 1, tzinfo=datetime.timezone.utc))
    early = shared.problems(now=datetime.datetime(2019, 1, 1, tzinfo=datetime.timezone.utc))
    assert late == [f"{name}.crt expired at 2099-01-01T00:00:00Z" for name in ("ca", "front-proxy-ca", "etcd-ca")]
    assert all("is not valid before 2020-01-01T00:00:00Z" in problem for problem in early)
    assert len(early) == 3


KEY = bytes(range(32))


@given(
    st.dictionaries(st.sampled_from([file.entry for file in STACKED]), st.binary(max_size=200)),
    st.binary(min_size=32, max_size=32),
)
def test_what_it_seals_it_opens_again_and_nobody_else(contents: dict[str, bytes], other: bytes) -> None:
    """With the right key the same bytes, empty ones left out; with another key nothing at all."""
    sealed = encrypt_shared_files(contents, KEY, (bytes([at]) * 12 for at in range(len(contents))))
    files = [SharedFile(entry, entry) for entry in contents]
    filled = {entry: content for entry, content in contents.items() if content}
    assert decrypt_shared_files(sealed, files, KEY, server=SERVER) == filled
    if filled and other != KEY:
        with pytest.raises(JoinError) as caught:
            decrypt_shared_files(sealed, files, other, server=SERVER)
        assert caught.value.code == "certificate_key_wrong"


@pytest.mark.parametrize("spoil", [lambda raw: raw[:-1], lambda raw: raw[:5], lambda raw: raw[:-1] + b"?"])
def test_what_was_changed_is_not_opened(spoil: t.Callable[[bytes], bytes]) -> None:
    """Cut short, or another byte."""
    sealed = encrypt_shared_files({"ca.crt": b"text"}, KEY, [bytes(12)])
    spoilt = base64.b64encode(spoil(base64.b64decode(sealed["ca.crt"]))).decode()
    with pytest.raises(JoinError) as caught:
        decrypt_shared_files({"ca.crt": spoilt}, STACKED[:1], KEY, server=SERVER)
    assert caught.value.code == "certificate_key_wrong"
    assert caught.value.details == {"entry": "ca.crt", "server": SERVER}


def test_a_value_that_is_not_base64_is_not_opened() -> None:
    """The same refusal, as the upload is to be made anew."""
    with pytest.raises(JoinError) as caught:
        decrypt_shared_files({"ca.crt": "*"}, STACKED[:1], KEY, server=SERVER)
    assert caught.value.code == "certificate_key_wrong"


def test_names_the_entries_that_are_missing() -> None:
    """All of them, before anything is decrypted."""
    with pytest.raises(JoinError) as caught:
        decrypt_shared_files({"ca.crt": "*"}, STACKED, KEY, server=SERVER)
    assert caught.value.code == "shared_certificates_incomplete"
    assert caught.value.details["missing"] == [file.entry for file in STACKED if file.entry != "ca.crt"]


def test_no_secret_is_its_own_refusal() -> None:
    """It says that the upload may have expired, and how to upload anew."""
    with pytest.raises(JoinError) as caught:
        read_shared_data(None, server=SERVER)
    assert caught.value.code == "shared_certificates_missing"
    assert "kubeadm init phase upload-certs --upload-certs" in str(caught.value)
    assert read_shared_data({"kind": "Secret", "data": {"ca.key": None}}, server=SERVER) == {"ca.key": ""}


@pytest.mark.parametrize("text", ["", "ab" * 31, "ab" * 33, "zz" * 32, "0x" + "ab" * 31])
def test_refuses_a_key_that_is_none_without_repeating_it(text: str) -> None:
    """A slip of the pen may hold most of the key."""
    with pytest.raises(JoinError) as caught:
        parse_certificate_key(text)
    assert caught.value.code == "certificate_key_malformed"
    assert not text or text not in str(caught.value)
    assert caught.value.details == {}


def test_reads_a_key_in_either_case() -> None:
    """As kubeadm does."""
    assert parse_certificate_key("AB" * 32 + "\n") == parse_certificate_key("ab" * 32) == b"\xab" * 32
