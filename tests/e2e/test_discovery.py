# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every way to trust a cluster, by real joins: both workers join in one run, each by another way."""

from __future__ import annotations

import base64
import contextlib
import json
import pathlib
import typing as t

import pytest
import yaml

from .bed import E2eBed
from .observe import files_with, ready_nodes
from .play import Run, run_join

pytestmark = pytest.mark.bed

_CLUSTER_INFO = ("-n", "kube-public", "configmap", "cluster-info")
_BINDING = ("-n", "kube-public", "rolebinding", "kubeadm:bootstrap-signer-clusterinfo")
_DROP_IN = "/etc/systemd/system/kubelet.service.d/20-mine.conf"

#: What serves files over TLS on cp1: one that is there, and one that leads to plain HTTP.
_FILE_SERVER = r"""
import http.server, ssl
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        content = open("/run/files/discovery.conf", "rb").read()
        self.send_response(200 if self.path == "/discovery.conf" else 302)
        self.send_header("Location", "http://cp1:8444/discovery.conf")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
server = http.server.ThreadingHTTPServer(("", 8443), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/run/files/server.crt", "/run/files/server.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""
_MAKE_CERTIFICATES = """
cd /run/files
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=the files of cp1' -keyout ca.key -out ca.crt
openssl req -newkey rsa:2048 -nodes -subj /CN=cp1 -keyout server.key -out server.csr
printf 'subjectAltName=DNS:cp1\n' > names
openssl x509 -req -days 2 -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -extfile names -out server.crt
"""


def join(
    bed: E2eBed, folder: pathlib.Path, *arguments: str, variables: t.Mapping[str, t.Any] | None = None, **hosts: t.Any
) -> Run:
    """Run the playbook with variables for each of the ``hosts``, in an inventory, and ``variables`` for all."""
    inventory = json.loads(bed.inventory())
    for host, own in hosts.items():
        inventory["all"]["children"]["workers"]["hosts"][host].update(own)
    path = folder / "hosts.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(inventory))
    return run_join(bed, path, *arguments, variables=variables)


def discovery_file(bed: E2eBed, user: t.Mapping[str, t.Any] | None, **cluster: t.Any) -> str:
    """A kubeconfig for the bed's cluster with that user, without one for None; its CA is embedded by default."""
    kept = yaml.safe_load(bed.ssh("cp1", "cat /etc/kubernetes/admin.conf").stdout)["clusters"][0]["cluster"]
    context = {"cluster": "bed", **({"user": "me"} if user is not None else {})}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "bed", "cluster": {"server": kept["server"], **(cluster or kept)}}],
            "users": [{"name": "me", "user": user}] if user is not None else [],
            "contexts": [{"name": "bed", "context": context}],
            "current-context": "bed",
        }
    )


def lay(bed: E2eBed, host: str, path: str, content: str, mode: str = "600") -> None:
    """Put a file on a host."""
    bed.ssh(host, f"install -D -m {mode} /dev/stdin {path}", input=content)


def secret_of(token: str) -> str:
    return token.split(".")[1]


def test_by_files_on_the_nodes_with_a_client_certificate_and_with_a_token_file(
    bed: E2eBed, fresh: tuple[str, ...], tmp_path: pathlib.Path
) -> None:
    """w1 by the administrator's own kubeconfig, w2 by one that names a token and a CA beside it. Drop-in files stay."""
    admin = bed.ssh("cp1", "cat /etc/kubernetes/admin.conf").stdout
    lay(bed, "w1", "/root/admin.conf", admin)
    drop_in = '[Service]\nEnvironment="KUBELET_EXTRA_ARGS=--node-labels=example.org/from=drop-in"\n'
    lay(bed, "w1", _DROP_IN, drop_in, "644")
    with bed.kubeadm_token() as token:
        authority = bed.ssh("cp1", "cat /etc/kubernetes/pki/ca.crt").stdout
        lay(bed, "w2", "/opt/join/ca.crt", authority, "644")
        lay(bed, "w2", "/opt/join/token", f"{token}\n")
        beside = {"certificate-authority": "ca.crt"}
        lay(bed, "w2", "/opt/join/discovery.conf", discovery_file(bed, {"tokenFile": "token"}, **beside))
        ways = {
            "w1": {"join_discovery_file": "/root/admin.conf"},
            "w2": {"join_discovery_file": "/opt/join/discovery.conf"},
        }
        join(bed, tmp_path, **ways).expect_success()
        assert {*fresh} <= ready_nodes(bed)
        assert join(bed, tmp_path, **ways).expect_success().changed() == []
    assert files_with(bed, "w2", secret_of(token)) == {"/opt/join/token"}
    key = yaml.safe_load(admin)["users"][0]["user"]["client-key-data"]
    assert files_with(bed, "w1", key) == {"/root/admin.conf"}
    pem = base64.b64decode(key).decode().splitlines()
    assert files_with(bed, "w1", pem[len(pem) // 2]) == set()
    assert bed.ssh("w1", f"cat {_DROP_IN}").stdout == drop_in
    label = bed.kubectl("get", "node", "w1", "-o", r"jsonpath={.metadata.labels.example\.org/from}").stdout
    assert label == "drop-in"


def test_by_an_exec_plugin_on_the_node_and_by_a_file_on_the_controller(
    bed: E2eBed, fresh: tuple[str, ...], tmp_path: pathlib.Path
) -> None:
    """w1 runs a program that prints a credential; w2 is brought a file, which never touches its disk."""
    version = "client.authentication.k8s.io/v1"
    with bed.kubeadm_token() as token:
        credential = {"apiVersion": version, "kind": "ExecCredential", "status": {"token": "$(cat /root/token)"}}
        quoted = json.dumps(credential).replace('"', '\\"')
        lay(bed, "w1", "/root/token", token)
        lay(bed, "w1", "/usr/local/bin/node-credential", f'#!/bin/sh\necho "{quoted}"\n', "755")
        plugin = {"apiVersion": version, "command": "node-credential", "interactiveMode": "Never"}
        lay(bed, "w1", "/root/discovery.conf", discovery_file(bed, {"exec": plugin}))
        brought = tmp_path / "discovery.conf"
        brought.touch(mode=0o600)
        brought.write_text(discovery_file(bed, {"token": token}))
        run = join(
            bed,
            tmp_path,
            "-vvvv",
            "--diff",
            w1={"join_discovery_file": "/root/discovery.conf"},
            w2={"join_discovery_file": str(brought), "join_discovery_file_remote_src": False},
        ).expect_success()
    assert {*fresh} <= ready_nodes(bed)
    assert secret_of(token) not in run.output
    assert files_with(bed, "w1", secret_of(token)) == {"/root/token"}
    assert files_with(bed, "w2", secret_of(token)) == set()


@contextlib.contextmanager
def files_over_https(bed: E2eBed, content: str) -> t.Iterator[str]:
    """A real HTTPS server on cp1 that has a file; the certificate of its CA, which is not the cluster's."""
    lay(bed, "cp1", "/run/files/discovery.conf", content)
    lay(bed, "cp1", "/run/files/server.py", _FILE_SERVER)
    bed.ssh("cp1", _MAKE_CERTIFICATES)
    bed.ssh("cp1", "systemd-run --quiet --unit=files python3 /run/files/server.py")
    try:
        bed.ssh("cp1", "timeout 10 sh -c 'until ss -tln | grep -q :8443; do sleep 0.1; done'")
        yield bed.ssh("cp1", "cat /run/files/ca.crt").stdout
    finally:
        bed.ssh("cp1", "systemctl stop files; rm -r /run/files")


def test_by_a_file_without_credentials_and_by_a_url(
    bed: E2eBed, fresh: tuple[str, ...], tmp_path: pathlib.Path
) -> None:
    """w1 has a TLS-bootstrap token beside the file; w2 trusts the URL as its distribution's CA bundle does.

    Before, w1, whose bundle has no such CA, is refused by the URL, and w2 where it leads to plain HTTP.
    """
    lay(bed, "w1", "/root/discovery.conf", discovery_file(bed, None))
    url = "https://cp1:8443/discovery.conf"
    with bed.kubeadm_token("--usages", "authentication") as token:
        ways = {
            "w1": {"join_discovery_file": "/root/discovery.conf", "join_tls_bootstrap_token": token},
            "w2": {"join_discovery_file": url},
        }
        with files_over_https(bed, discovery_file(bed, {"token": token})) as authority:
            lay(bed, "w2", "/usr/local/share/ca-certificates/files.crt", authority, "644")
            bed.ssh("w2", "update-ca-certificates")
            elsewhere = {"join_discovery_file": url.replace("discovery.conf", "elsewhere")}
            run = join(bed, tmp_path, w1=ways["w2"], w2=elsewhere)
            assert run.codes() == {"w1": "discovery_url_failed", "w2": "discovery_url_insecure"}
            join(bed, tmp_path, **ways).expect_success()
    assert {*fresh} <= ready_nodes(bed)
    for host in fresh:
        assert files_with(bed, host, secret_of(token)) == set()


@contextlib.contextmanager
def changed_cluster_info(bed: E2eBed, change: t.Callable[[dict[str, t.Any]], None]) -> t.Iterator[None]:
    """ConfigMap cluster-info with another kubeconfig, signed anew by the cluster, and as before afterwards."""
    before = bed.kubectl("get", *_CLUSTER_INFO, "-o", "jsonpath={.data.kubeconfig}").stdout
    text = yaml.safe_load(before)
    change(text["clusters"][0]["cluster"])

    def store(kubeconfig: str) -> None:
        patch = json.dumps({"data": {"kubeconfig": kubeconfig}})
        bed.kubectl("-n", "kube-public", "patch", "configmap", "cluster-info", "-p", patch)

    store(yaml.safe_dump(text))
    try:
        yield
    finally:
        store(before)


def test_by_two_tokens_without_pins_and_by_a_pin_of_one_of_two_cas(
    bed: E2eBed, fresh: tuple[str, ...], tmp_path: pathlib.Path
) -> None:
    """A CA rotation under way. w1 is warned of its want of pins; w2 believes the pinned CA; a pin of the new one does not do yet."""
    with files_over_https(bed, "") as new_authority:
        pass
    lay(bed, "cp1", "/run/new-ca.crt", new_authority)
    public_key = "openssl x509 -pubkey -noout -in /run/new-ca.crt | openssl pkey -pubin -outform der | sha256sum"
    new_pin = f"sha256:{bed.ssh('cp1', public_key).stdout.split()[0]}"

    def append(cluster: dict[str, t.Any]) -> None:
        bundle = base64.b64decode(cluster["certificate-authority-data"]).decode() + new_authority
        cluster["certificate-authority-data"] = base64.b64encode(bundle.encode()).decode()

    pinned = bed.join_variables()
    with (
        changed_cluster_info(bed, append),
        bed.kubeadm_token(lacking="usage-bootstrap-authentication") as signing,
        bed.kubeadm_token("--usages", "authentication") as authenticating,
    ):
        unpinned = {
            "join_apiserver_endpoint": pinned["join_apiserver_endpoint"],
            "join_discovery_token": signing,
            "join_tls_bootstrap_token": authenticating,
            "join_discovery_token_unsafe_skip_ca_verification": True,
        }
        hashes = pinned["join_discovery_token_ca_cert_hashes"]
        written_otherwise = [hashes[0].upper(), new_pin]
        run = join(
            bed, tmp_path, w1=unpinned, w2={**pinned, "join_discovery_token_ca_cert_hashes": written_otherwise}
        ).expect_success()
        assert {*fresh} <= ready_nodes(bed)
        assert "trusted by the token's signature alone" in " ".join(run.output.split())
        for host in fresh:
            assert bed.ssh(host, "grep -c BEGIN /etc/kubernetes/pki/ca.crt").stdout.strip() == "2"
        bed.renew("w2")
        run = join(bed, tmp_path, "--limit", "w2", w2={**pinned, "join_discovery_token_ca_cert_hashes": [new_pin]})
        assert run.codes() == {"w2": "api_server_untrusted"}
    for token in (signing, authenticating):
        assert files_with(bed, "w1", secret_of(token)) == set()


def test_what_one_host_may_trust_is_not_what_another_one_may(
    bed: E2eBed, fresh: tuple[str, ...], tmp_path: pathlib.Path
) -> None:
    """w1 joins by the right pin; w2 in the same play has another one, which does not match."""
    right = bed.join_variables()
    wrong = {**right, "join_discovery_token_ca_cert_hashes": ["sha256:" + "0" * 64]}
    run = join(bed, tmp_path, w1=right, w2=wrong)
    assert run.codes() == {"w2": "pin_mismatch"}
    assert "w1" in ready_nodes(bed) and "w2" not in ready_nodes(bed)


def test_with_anonymous_access_to_cluster_info_turned_off(
    bed: E2eBed, fresh: tuple[str, ...], tmp_path: pathlib.Path
) -> None:
    """Token discovery is refused; w1, which is invited, and w2, which has a file, need no anonymous reading."""
    binding = bed.kubectl("get", *_BINDING, "-o", "json").stdout
    kept = {key: json.loads(binding)[key] for key in ("apiVersion", "kind", "roleRef", "subjects")}
    bed.kubectl("delete", *_BINDING)
    try:
        by_token = {**bed.join_variables(), "join_timeouts": {"discovery": "3s"}}
        run = join(bed, tmp_path, "--limit", "w1", variables=by_token)
        assert run.codes() == {"w1": "api_forbidden"}
        with bed.kubeadm_token() as token:
            lay(bed, "w2", "/root/discovery.conf", discovery_file(bed, {"token": token}))
            run = join(bed, tmp_path, w2={"join_discovery_file": "/root/discovery.conf"}).expect_success()
    finally:
        metadata = {"name": _BINDING[-1], "namespace": "kube-public"}
        bed.kubectl("apply", "-f", "-", input=json.dumps({**kept, "metadata": metadata}))
    assert "does not let this user read ConfigMap kube-public/cluster-info" in run.output
    assert {*fresh} <= ready_nodes(bed)
