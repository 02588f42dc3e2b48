# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Discovery by file and URL: what it reads, which servers it trusts, what it refuses, and that no secret goes astray."""

from __future__ import annotations

import base64
import json
import pathlib
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.cluster_discovery import (
    discover,
    expect_control_plane,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.node import CONTROL_PLANE_LABEL
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import FileState
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system import https_file
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.connections import open_kubeconfig
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority, pem_of_key
from ansible_collections.kubejoin.kubeadm.tests.unit.support.cluster_info import TOKEN
from ansible_collections.kubejoin.kubeadm.tests.unit.support.discovery_file import GOOD, config, control_plane, options
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost, run_program
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer
from ansible_collections.kubejoin.kubeadm.tests.unit.support.joined_host import PODS, Api, joined_host

EVIL = Authority.make(kind="rsa")
SECRET = "a-token-that-is-secret"
V1 = "client.authentication.k8s.io/v1"


def refusal(**given: t.Any) -> JoinError:
    with pytest.raises(JoinError) as caught:
        discover(options(**given), TestClock(), run_program)
    assert SECRET not in str(caught.value) + repr(caught.value.details)
    return caught.value


def test_a_file_with_a_token_is_the_cluster_and_its_server_wins(tmp_path: pathlib.Path) -> None:
    """The file's server is kept, the difference is said, the token goes to the verified server."""
    file = tmp_path / "d.conf"
    with FakeServer(control_plane(), GOOD) as server:
        file.write_text(config(server.url, {"token": SECRET}))
        result = discover(options(discovery_file=str(file)), TestClock(), run_program)
        assert result["cluster"]["server"] == server.url
    assert result["cluster"]["certificate_authority"] == GOOD.pem
    assert result["cluster"]["ca_cert_hashes"] == [pin_of(GOOD.certificate)]
    assert "https://api.example.org:6443" in result["notes"][0]
    assert f"Bearer {SECRET}".encode() in server.received
    assert SECRET not in json.dumps(result)


@pytest.mark.parametrize(("status", "images"), [(200, ["r.example/etcd:3.6.4-0"]), (403, [])])
def test_an_administrator_knows_the_images_of_etcd(tmp_path: pathlib.Path, status: int, images: list[str]) -> None:
    """A user who may not list pods gets a description as well; a discovery file gives no such right."""
    pod = {
        "metadata": {"annotations": {"kubernetes.io/config.mirror": "x"}},
        "spec": {"nodeName": "cp1", "containers": [{"name": "etcd", "image": "r.example/etcd:3.6.4-0"}]},
    }
    others = control_plane()

    def answer(method: str, path: str) -> tuple[int, t.Any]:
        ready = {"conditions": [{"type": "Ready", "status": "True"}]}
        listed = {"nodes?": {"metadata": {"name": "cp1"}, "status": ready}, "pods?": pod}
        found = [item for name, item in listed.items() if f"/{name}" in path]
        refused = {"kind": "Status", "message": "no", "code": status}
        return (status, {"items": found} if status == 200 else refused) if found else others(method, path)

    file = tmp_path / "admin.conf"
    with FakeServer(answer, GOOD) as server:
        content = config(server.url, {"token": SECRET})
        file.write_text(content)
        by_admin = discover(options(kubeconfig=str(file)), TestClock(), run_program)
        by_file = discover(options(discovery_kubeconfig=content), TestClock(), run_program)
    assert by_admin["cluster"]["facts"]["etcd_images"] == images
    assert by_file["cluster"]["facts"]["etcd_images"] == []
    assert (by_admin["ready_nodes"], by_file["ready_nodes"]) == (["cp1"] if images else [], [])


def test_nothing_reaches_a_server_that_the_file_does_not_vouch_for() -> None:
    """Handshake only: not one decrypted byte."""
    with FakeServer(control_plane(), EVIL) as server:
        error = refusal(discovery_kubeconfig=config(server.url, {"token": SECRET}))
    assert error.code == "api_server_untrusted"
    assert server.received == b""


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_hides_cluster_info_is_trusted_by_its_certificate(status: int) -> None:
    """And it is said."""
    with FakeServer(control_plane(status=status), GOOD) as server:
        result = discover(options(discovery_kubeconfig=config(server.url, {"token": SECRET})), TestClock(), run_program)
    assert str(status) in result["notes"][0]


def test_a_tls_token_takes_the_place_of_the_files_credentials() -> None:
    """A file with a token of its own: discovery by that, the configuration is read by the other."""
    with FakeServer(control_plane(), GOOD) as server:
        content = config(server.url, {"token": SECRET})
        discover(options(discovery_kubeconfig=content, tls_bootstrap_token=TOKEN.bearer), TestClock(), run_program)
    assert server.received.count(SECRET.encode()) == 1
    assert server.received.count(TOKEN.secret.encode()) == 2


def test_a_file_without_credentials_needs_a_tls_token() -> None:
    """With one, cluster-info is read anonymously; without, the ways are named, and nobody is asked."""
    with FakeServer(control_plane(), GOOD) as server:
        assert refusal(discovery_kubeconfig=config(server.url)).code == "credentials_missing"
        assert server.requests == []
        discover(
            options(discovery_kubeconfig=config(server.url), tls_bootstrap_token=TOKEN.bearer), TestClock(), run_program
        )
    assert b"authorization" not in server.received.split(b"\r\n\r\n")[0].lower()


def test_client_certificate_token_file_and_ca_are_read_beside_the_file(tmp_path: pathlib.Path) -> None:
    """Paths are relative to the kubeconfig; the same as content is refused, with how to embed."""
    certificate, key = GOOD.issue("node")
    (tmp_path / "ca.crt").write_text(GOOD.pem)
    (tmp_path / "me.crt").write_text(certificate)
    (tmp_path / "me.key").write_text(pem_of_key(key))
    (tmp_path / "token").write_text(SECRET + "\n")
    file = tmp_path / "d.conf"
    by_key = {"client-certificate": "me.crt", "client-key": "me.key"}
    for user in ({"tokenFile": "token"}, by_key):
        with FakeServer(control_plane(), GOOD) as server:
            text = config(server.url, user, "", **{"certificate-authority": "ca.crt"})
            file.write_text(text)
            result = discover(options(discovery_file=str(file)), TestClock(), run_program)
            assert result["cluster"]["certificate_authority"] == GOOD.pem
            error = refusal(discovery_kubeconfig=config(server.url, user))
        assert error.code == "discovery_file_not_embedded"
        assert "--flatten" in str(error)
    assert (
        open_kubeconfig(text, what="x", folder=str(tmp_path))
        .credentials(run_program)
        .client_pem.startswith("-----BEGIN")
    )


def test_a_cluster_without_cluster_info_is_named_for_administrators_too(tmp_path: pathlib.Path) -> None:
    """As by token: somebody has deleted the ConfigMap."""
    refused = {"kind": "Status", "message": "not found", "code": 404}
    file = tmp_path / "admin.conf"
    with FakeServer(lambda _method, _path: (404, refused), GOOD) as server:
        file.write_text(config(server.url, {"token": SECRET}))
        error = refusal(kubeconfig=str(file))
    assert error.code == "cluster_info_missing"
    assert "kubeadm init phase bootstrap-token" in str(error)


@pytest.mark.parametrize("what", ["absent", "a folder", "no text", "no certificate"])
def test_a_kubeconfig_or_what_it_names_that_cannot_be_read_is_named(tmp_path: pathlib.Path, what: str) -> None:
    """With its path and the reason; nobody is asked."""
    file = tmp_path / "admin.conf"
    if what == "a folder":
        file.mkdir()
    elif what == "no text":
        file.write_bytes(b"\xff")
    elif what == "no certificate":
        content = {f"client-{part}-data": base64.b64encode(b"none").decode() for part in ("certificate", "key")}
        file.write_text(config("https://127.0.0.1:1", content))
    for option in ("kubeconfig", "discovery_file"):
        error = refusal(**{option: str(file)})
        assert error.code == "kubeconfig_unreadable"
        assert what == "no certificate" or str(file) in str(error)


def test_without_a_ca_the_host_vouches_and_cluster_info_gives_the_ca(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE is the host's bundle; without it such a server is not trusted."""
    with FakeServer(control_plane(), GOOD) as server:
        content = config(server.url, {"token": SECRET}, "")
        assert refusal(discovery_kubeconfig=content).code == "api_server_untrusted"
        assert server.received == b""
        (tmp_path / "bundle.pem").write_text(GOOD.pem)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "bundle.pem"))
        assert (
            discover(options(discovery_kubeconfig=content), TestClock(), run_program)["cluster"][
                "certificate_authority"
            ]
            == GOOD.pem
        )
        server.answer = control_plane(status=403)
        assert refusal(discovery_kubeconfig=content).code == "discovery_file_incomplete"


@pytest.mark.parametrize(
    "cluster", [{"insecure-skip-tls-verify": True}, {"tls-server-name": "x"}, {"proxy-url": "http://x:1"}]
)
def test_what_the_kubelets_own_kubeconfig_would_lose_is_refused(cluster: dict[str, t.Any]) -> None:
    """Each named."""
    error = refusal(discovery_kubeconfig=config("https://127.0.0.1:1", {"token": SECRET}, **cluster))
    assert error.code == "kubeconfig_malformed"
    assert next(iter(cluster)) in str(error)


def test_exactly_one_way_of_trust() -> None:
    """Two are named both, none lists the three."""
    error = refusal(token=TOKEN.bearer, discovery_file="/x")
    assert error.code == "discovery_ambiguous"
    assert "token and discovery_file" in str(error)
    assert refusal(discovery_kubeconfig="x", discovery_file="/x").code == "discovery_ambiguous"
    error = refusal()
    assert error.code == "discovery_missing"
    assert all(way in str(error) for way in ("token", "discovery_file", "discovery_kubeconfig"))


@pytest.fixture
def trusted(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "host.pem").write_text(GOOD.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "host.pem"))


def raw(head: str, body: bytes = b"") -> t.Callable[[str, str], tuple[int, t.Any]]:
    return lambda method, path: (200, f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


@pytest.mark.usefixtures("trusted")
def test_a_file_behind_a_url_is_fetched_over_the_hosts_trust() -> None:
    """End to end: the file comes from one TLS server and names the other."""
    with FakeServer(control_plane(), GOOD) as api:
        content = config(api.url, {"token": SECRET}).encode()
        with FakeServer(raw("200 OK", content), GOOD) as files:
            result = discover(options(discovery_file=f"{files.url}/d.conf"), TestClock(), run_program)
            assert files.requests == ["GET /d.conf"]
            assert result["cluster"]["server"] == api.url


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (raw("404 Not Found"), "discovery_url_failed", "404"),
        (raw("200 OK", b" " * (https_file.MAX_FILE + 1)), "discovery_url_failed", "more than"),
        (raw("200 OK", b"\xff\xfe"), "discovery_url_failed", "is not UTF-8 text"),
    ],
)
def test_a_url_that_answers_otherwise_is_refused(answer: t.Any, code: str, words: str) -> None:
    """An error, too much, no text. The attack table has redirects."""
    with FakeServer(answer, GOOD) as files:
        error = refusal(discovery_file=f"{files.url}/d.conf?key={SECRET}")
    assert error.code == code
    assert words in str(error)


def test_plain_http_and_an_unknown_ca_are_refused() -> None:
    """Before anything is sent."""
    assert refusal(discovery_file="http://127.0.0.1:1/x").code == "discovery_url_insecure"
    with FakeServer(raw("200 OK"), EVIL) as files:
        assert refusal(discovery_file=f"{files.url}/?key={SECRET}").code == "discovery_url_failed"
    assert files.received == b""


def test_the_configuration_is_asked_for_again_while_the_api_server_starts() -> None:
    """As long as `timeouts.kubernetesAPICall` has it, and not after a refusal."""
    status = {"kind": "Status", "message": "etcd is not ready", "code": 503}
    busy = 3

    def answer(method: str, path: str) -> tuple[int, t.Any]:
        nonlocal busy
        if path.endswith("kubeadm-config") and busy:
            busy -= 1
            return 503, status
        return control_plane()(method, path)

    with FakeServer(answer, GOOD) as server:
        given = options(discovery_kubeconfig=config(server.url, {"token": SECRET}), api_call_timeout=60)
        assert discover(given, TestClock(), run_program)["cluster"]["facts"]["kubernetes_version"] == "v1.37.2"
        busy = 1000
        clock = TestClock()
        with pytest.raises(JoinError) as caught:
            discover(given, clock, run_program)
        assert caught.value.code == "api_refused"
        assert sum(clock.slept) == pytest.approx(60)


def pending(tmp_path: pathlib.Path, host: TestHost, api: Api) -> JoinError | None:
    file = tmp_path / "admin.conf"
    file.write_text("", encoding="utf-8")
    try:
        expect_control_plane(
            options(kubeconfig=str(file)), host, TestClock(), lambda _server, _ca: t.cast("t.Any", api)
        )
    except JoinError as exc:
        return exc
    return None


def test_a_control_plane_that_has_joined_may_describe_its_cluster(tmp_path: pathlib.Path) -> None:
    """Also while its Node is not Ready, and if others may read its kubeconfig."""
    assert pending(tmp_path, joined_host(), Api(CONTROL_PLANE_LABEL, ready=False)) is None
    host = joined_host()
    host.files["/etc/kubernetes/admin.conf"] = FileState(b"", 0o644, 0.0)
    assert pending(tmp_path, host, Api(CONTROL_PLANE_LABEL)) is None


@pytest.mark.parametrize(
    ("host", "api", "seen"),
    [
        (joined_host(), Api(), "is not marked as a control plane"),
        (joined_host(pods=PODS[:3]), Api(CONTROL_PLANE_LABEL), "etcd.yaml is absent"),
        (joined_host(pods=()), Api(), "kube-apiserver.yaml is absent"),
        (TestHost("cp-2"), Api(), "kubelet.conf is absent"),
    ],
)
def test_a_join_that_was_interrupted_may_not(tmp_path: pathlib.Path, host: TestHost, api: Api, seen: str) -> None:
    """Whatever its kubeconfig can do."""
    error = pending(tmp_path, host, api)
    assert error is not None and error.code == "control_plane_pending" and seen in str(error)


def test_an_api_server_that_does_not_answer_is_not_an_unfinished_join(tmp_path: pathlib.Path) -> None:
    """Nobody knows whether this host has joined. Two members of etcd have no quorum when one of them is down."""
    refused = Api(CONTROL_PLANE_LABEL, error=JoinError("api_server_unreachable", "Cannot reach https://cp-1:6443."))
    error = pending(tmp_path, joined_host(), refused)
    assert error is not None and error.code == "api_server_unreachable"
    assert "Cannot reach https://cp-1:6443." in str(error) and "etcd has no quorum" in str(error)
    lost = pending(tmp_path, joined_host(pods=PODS[:3]), refused)
    assert lost is not None and lost.code == "control_plane_pending"


def test_a_host_without_a_kubeconfig_needs_no_more(tmp_path: pathlib.Path) -> None:
    missing = options(kubeconfig=str(tmp_path / "admin.conf"))
    with pytest.raises(JoinError) as caught:
        expect_control_plane(missing, TestHost("cp-2"), TestClock())
    assert caught.value.code == "kubeconfig_unreadable"
