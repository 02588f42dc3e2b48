# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every parser of what another machine sent, fed with anything: a value or a JoinError, and within bounds of time and memory."""

from __future__ import annotations

import base64
import contextlib
import datetime
import json
import ssl
import time
import tracemalloc
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api import kubeapi as _kubeapi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.endpoint import (
    is_server_url,
    parse_endpoint,
    render_url,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import KubeApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeconfig import (
    EXEC_VERSIONS,
    parse_kubeconfig_cluster,
    parse_kubeconfig_user,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.proxy import proxy_for
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import trusting, unverified
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import (
    parse_cluster_configuration,
    parse_kubernetes_version,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError, printable
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import (
    parse_certificates,
    parse_private_key,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.bootstrap_token import TokenSpec, plan_token
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.by_token import (
    await_signature,
    discover_by_admin,
    read_configuration,
    verify_detached_signature,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.go_quantities import (
    normalize_duration,
    normalize_quantity,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.yaml_reader import parse_yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.yaml_writer import render_yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.files import KubeletHost, render_kubelet_files
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.connections import open_kubeconfig
from ansible_collections.kubejoin.kubeadm.tests.unit.support.anything import (
    ANYTHING,
    TEXTS,
    Expected,
    PreparedApi,
    altered,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import (
    CLUSTER_CONFIGURATION,
    KUBELET_CONFIGURATION,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.cluster_info import TOKEN, cluster_info, kubeconfig
from ansible_collections.kubejoin.kubeadm.tests.unit.support.discovery_file import config
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer
from hypothesis import given
from hypothesis import strategies as st

CA = Authority.make()
RSA = Authority.make(kind="rsa")
CERTIFICATE, KEY = CA.issue("system:node:worker-1", organization="system:nodes")
NOW = datetime.datetime(2026, 6, 1, tzinfo=datetime.timezone.utc)


@given(altered(cluster_info(kubeconfig(CA.pem), TOKEN)))
def test_cluster_info(value: t.Any) -> None:
    """Signature, text, and the cluster in it."""
    with Expected():
        await_signature(PreparedApi(value), TOKEN, clock=TestClock(), timeout=0)
    with Expected():
        cluster = discover_by_admin(PreparedApi(value))
        assert is_server_url(cluster.server)
        cluster.connect("bearer")


@given(altered({"data": {"ClusterConfiguration": "a", "kubelet": "b"}}))
def test_config_maps(value: t.Any) -> None:
    """Texts or nothing."""
    with Expected():
        cluster = discover_by_admin(PreparedApi(cluster_info(kubeconfig(CA.pem), TOKEN)))
        found = read_configuration(PreparedApi(value), cluster, clock=TestClock(), timeout=0)
        assert isinstance(found.cluster_configuration + found.kubelet_configuration, str)


@given(altered({"data": {"token-secret": base64.b64encode(b"x").decode()}}))
def test_a_tokens_secret(value: t.Any) -> None:
    """A token of that id is never taken for ours by accident."""
    with Expected():
        plan_token(PreparedApi(value), TokenSpec(TOKEN, 60), clock=TestClock())
        assert not isinstance(value, dict)


WHOLE_KUBECONFIG = json.loads(
    config(
        "https://api.invalid:6443",
        {
            "client-certificate-data": base64.b64encode(b"c").decode(),
            "client-key-data": base64.b64encode(b"k").decode(),
            "token": "t",
            "username": "u",
            "password": "p",
            "exec": {
                "apiVersion": EXEC_VERSIONS[1],
                "command": "c",
                "args": ["a"],
                "env": [{"name": "n", "value": "v"}],
                "interactiveMode": "Never",
            },
        },
        CA.pem,
    )
)


@given(altered(WHOLE_KUBECONFIG).map(json.dumps) | altered(WHOLE_KUBECONFIG).map(render_yaml) | st.text())
def test_a_kubeconfig(text: str) -> None:
    """Cluster, user, and both as a discovery file; a server that is accepted can be connected to."""
    with Expected():
        cluster = parse_kubeconfig_cluster(text, what="the text")
        assert isinstance(proxy_for(cluster.server, {"HTTPS_PROXY": "http://p:1"}), str)
        KubeApi(cluster.server, unverified())
    with Expected():
        parse_kubeconfig_user(text, what="the text")
    with Expected():
        opened = open_kubeconfig(text, what="the text", folder="")
        assert not (opened.cluster.certificate_authority and not opened.certificate_authority)
        trusting(opened.certificate_authority)


CLUSTER = {
    **t.cast("dict[str, t.Any]", parse_yaml(CLUSTER_CONFIGURATION, what="x")),
    "networking": {"serviceSubnet": "10.96.0.0/12", "dnsDomain": "cluster.local"},
    "featureGates": {"NodeLocalCRISocket": False},
    "imageRepository": "registry.k8s.io",
}
KUBELET = {
    **t.cast("dict[str, t.Any]", parse_yaml(KUBELET_CONFIGURATION, what="x")),
    "syncFrequency": "1m",
    "authentication": {"x509": {"clientCAFile": "/x"}, "webhook": {"cacheTTL": "0s"}},
    "evictionHard": {"memory.available": "100Mi"},
    "clusterDNS": ["10.96.0.10"],
    "maxPods": 110,
    "memorySwap": {},
    "logging": {"flushFrequency": 5000000000, "options": {"json": {"infoBufferSize": "0"}}},
    "shutdownGracePeriodByPodPriority": [{"priority": 1, "shutdownGracePeriodSeconds": 2}],
}


@given(altered(CLUSTER), altered(KUBELET))
def test_the_clusters_configurations(cluster: t.Any, kubelet: t.Any) -> None:
    """From both ConfigMaps to the kubelet's files, which are YAML and one line of shell's."""
    host = KubeletHost("worker-1", True, parse_kubernetes_version("v1.37.2"))
    for described, wanted in ((cluster, KUBELET), (CLUSTER, kubelet)):
        with Expected():
            files = render_kubelet_files(
                kubelet_configuration=json.dumps(wanted),
                cluster=parse_cluster_configuration(json.dumps(described)),
                host=host,
                node_name="worker-1",
                cri_socket="unix:///x",
            )
            assert isinstance(parse_yaml(files.configuration, what="what was written"), dict)
            assert files.flags.count("\n") == 1


DERS = [ssl.PEM_cert_to_DER_cert(pem) for pem in (CA.pem, RSA.pem, CERTIFICATE)]


URLS = st.text("htps:/[]@.?#%0123456789ab \n\\", max_size=40) | TEXTS
SERVERS = st.builds("https://{}".format, URLS)


@given(URLS | SERVERS)
def test_a_url(url: str) -> None:
    """Shown without a word of a user; what counts as a server has no user, port and proxy are clear."""
    render_url(url)
    if is_server_url(url):
        assert "@" not in url
        assert url.isprintable()
        proxy_for(url, {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8,::1,x"})
    with Expected():
        parse_endpoint(url)


@given(st.text() | st.text("0123456789.eEkMGi+-nums hµ"))
def test_durations_quantities_and_versions(text: str) -> None:
    """Nothing but ValueError and JoinError."""
    for parse in (normalize_duration, normalize_quantity):
        with contextlib.suppress(ValueError):
            assert parse(parse(text)) == parse(text)
    with Expected():
        assert parse_kubernetes_version(str(parse_kubernetes_version(text)))


@given(st.text(), ANYTHING)
def test_an_error(text: str, detail: t.Any) -> None:
    """Sentence and details of any error can be shown: one line, no orders to a terminal, JSON."""
    with Expected():
        raise JoinError("api_refused", text * 100, detail=detail, **{"text": text})
    assert printable("whole") == "whole"


class Answering:
    """One server for all examples."""

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.content = b""
        server.answer = lambda method, path: (200, self.content)


@pytest.fixture(scope="module")
def answering() -> t.Iterator[Answering]:
    with FakeServer(lambda method, path: (200, {}), CA) as server:
        yield Answering(server)


LINES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 X\r\n", b"HTTP/1.1 100 C\r\n", b"HTTP/1.0 403\r\n", b"HTTP/9.9 999 X\r\n",
        b"Content-Length: 2\r\n", b"Content-Length: -1\r\n", b"Content-Length: x\r\n", b"Transfer-Encoding: chunked\r\n",
        b"Content-Encoding: gzip\r\n", b"Location: https://[\r\n", b"Location: \xff\r\n", b"Set-Cookie: a=b; expires=x\r\n",
        b"Date: Mon, 01 Jun 2026 10:00:00 GMT\r\n", b"Content-Type: x; charset=\xff\r\n", b" folded\r\n", b": \r\n",
        b"\r\n", b"{}", b"2\r\n{}\r\n", b"0\r\n\r\n", b"-1\r\n", b"fffffffffffffffff\r\n", b"2;x=y\r\n", b"\n", b"\0",
    ]
)  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@given(st.lists(LINES | st.binary(max_size=6), max_size=10).map(b"".join))
def test_what_comes_over_the_wire(answering: Answering, content: bytes) -> None:
    """Any bytes after a good handshake, read by the real HTTP library; the connection ends after them."""
    answering.content = b"HTTP/1.1 200 OK\r\n" + content if len(content) % 2 else content
    api = KubeApi(answering.server.url, trusting(CA.pem), timeout=5)
    with Expected():
        api.get("/x")
    with Expected():
        list(api.watch("/x", 1, name="y"))


MIB = 1024 * 1024
#: Enough of YAML to distinguish a square from a line; test_yaml.py has the limit.
YAML = MIB // 8
LARGE: dict[str, t.Callable[[], object]] = {
    "digits as a duration": lambda: normalize_duration("1" * MIB),
    "digits as a quantity": lambda: normalize_quantity("1" * MIB + "x"),
    "digits as a version": lambda: parse_kubernetes_version("v1.37." + "1" * MIB),
    "digits as a number in JSON": lambda: PreparedApi(None)._parse(b'{"a": ' + b"1" * 4 * MIB + b"}", "/x"),
    "levels in JSON": lambda: PreparedApi(None)._parse(b'{"a":' * MIB, "/x"),
    "beginnings of certificates": lambda: parse_certificates("-----BEGIN CERTIFICATE-----" * 40_000, what="x"),
    "beginnings of keys": lambda: parse_private_key(b"-----BEGIN PRIVATE KEY-----" * 40_000),
    "many certificates": lambda: parse_certificates(CA.pem * 1500, what="x"),
    "a long date": lambda: _kubeapi._instant("Mon, 01 " * 8000),
    "digits in YAML": lambda: parse_yaml("a: " + "1" * YAML, what="x"),
    "a time of day in YAML": lambda: parse_yaml("a: 1" + ":1" * (YAML // 2), what="x"),
    "small values in YAML": lambda: parse_yaml("[" + "a," * (YAML // 4) + "]", what="x"),
    "lines of a folded text in YAML": lambda: parse_yaml('a: "' + "\n b" * (YAML // 3) + '"', what="x"),
    "comments in YAML": lambda: parse_yaml("#\n" * (YAML // 2), what="x"),
    "keys without values in YAML": lambda: parse_yaml("? " * 50 + "? a\n" * (YAML // 4), what="x"),
    "documents in YAML": lambda: parse_yaml("---\na\n" * (YAML // 6), what="x"),
    "anchors in YAML": lambda: parse_yaml("".join(f"- &a{n} b\n" for n in range(YAML // 12)), what="x"),
    "tags in YAML": lambda: parse_yaml("".join(f"%TAG !{n}! x\n" for n in range(YAML // 16)) + "---\n", what="x"),
    "aliases of a long text in YAML": lambda: parse_yaml(
        "a: &a " + "x" * YAML + "\nb: [" + "*a, " * 40_000 + "*a]\n", what="x"
    ),
    "a rule of NO_PROXY": lambda: proxy_for("https://a:1", {"HTTPS_PROXY": "p", "NO_PROXY": "1." * MIB}),
    "a signature": lambda: verify_detached_signature(TOKEN, "x" * 4 * MIB, "x" * 4 * MIB),
    "a sentence": lambda: JoinError("api_refused", "\0" * 4 * MIB, a=["\0" * MIB] * 10),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_text_costs_little_time(name: str) -> None:
    """Seconds of this thread's time, whatever comes out."""
    began = time.thread_time()
    with Expected(), contextlib.suppress(ValueError):
        LARGE[name]()
    assert time.thread_time() - began < 10


@pytest.mark.parametrize("name", [name for name in LARGE if not name.endswith("YAML") or name.startswith("aliases")])
def test_a_large_text_costs_little_memory(name: str) -> None:
    """A small multiple of the text."""
    tracemalloc.start()
    try:
        with Expected(), contextlib.suppress(ValueError):
            LARGE[name]()
        assert tracemalloc.get_traced_memory()[1] < 64 * MIB
    finally:
        tracemalloc.stop()
