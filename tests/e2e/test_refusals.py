# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bad input: each has its own code, and nothing is written."""

from __future__ import annotations

import contextlib
import json
import pathlib
import shlex
import typing as t

import pytest

from .bed import E2eBed
from .observe import host_fingerprint
from .play import describe_cluster, run_join, run_module

pytestmark = pytest.mark.bed

#: Something else than the kubelet on the kubelet's port, which is there when the command ends.
LISTEN = (
    "systemd-run --quiet --unit=listener --service-type=notify --property=NotifyAccess=all python3 -c "
    + shlex.quote(
        "import socket, subprocess, signal; server = socket.create_server(('', 10250)); "
        "subprocess.run(['systemd-notify', '--ready'], check=True); signal.pause()"
    )
)
DROP_INS = "/run/systemd/system/kubelet.service.d"
WRONG_PIN = "sha256:" + "0" * 64


@pytest.fixture(scope="module")
def worker(bed: E2eBed) -> str:
    """One fresh worker for all refusals: none of them may leave anything on it."""
    bed.renew("w1")
    return "w1"


def refuse(bed: E2eBed, inventory: pathlib.Path, *arguments: str, **changes: t.Any) -> str:
    """The code that the join of w1 is refused with; w1's disk is as before."""
    before = host_fingerprint(bed, "w1")
    variables = {**bed.join_variables(), "join_timeouts": {"discovery": "3s"}, **changes}
    run = run_join(bed, inventory, "--limit", "w1", *arguments, variables=variables)
    assert run.status == 2, run.output
    assert host_fingerprint(bed, "w1") == before
    return run.codes()["w1"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"join_token": "abcdef.0123"}, "token_malformed"),
        ({"join_token": "zzzzzz.0123456789abcdef"}, "token_not_signed"),
        ({"join_discovery_token_ca_cert_hashes": [WRONG_PIN]}, "pin_mismatch"),
        ({"join_discovery_token_ca_cert_hashes": ["md5:1234"]}, "pin_malformed"),
        ({"join_discovery_token_ca_cert_hashes": []}, "pin_missing"),
        ({"join_apiserver_endpoint": "cp1:6444"}, "api_server_unreachable"),
        ({"join_apiserver_endpoint": "cp1:10250"}, "api_server_not_kubernetes"),
        ({"join_apiserver_endpoint": "https://cp1:6443"}, "endpoint_malformed"),
        ({"join_kubelet_extra_args": {"pod-infra-container-image": "pause:1"}}, "kubelet_argument_refused"),
        ({"join_kubelet_extra_args": {"max-pods": "many"}}, "kubelet_argument_refused"),
        ({"join_node_name": "not_a_name"}, "invalid_join_configuration"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_wrong_values(bed: E2eBed, inventory: pathlib.Path, worker: str, changes: dict[str, t.Any], code: str) -> None:
    """What a user mistypes or has from an old note."""
    assert refuse(bed, inventory, **changes) == code


def test_the_wrong_secret_half(bed: E2eBed, inventory: pathlib.Path, worker: str) -> None:
    """A known id with another secret: the signature does not match."""
    identifier = bed.join_variables()["join_token"].split(".")[0]
    assert refuse(bed, inventory, join_token=f"{identifier}.fedcba9876543210") == "cluster_info_signature_mismatch"


@pytest.mark.parametrize(
    ("arguments", "lacking", "code"),
    [
        (("--ttl", "2s"), "", "token_not_signed"),
        (("--usages", "authentication"), "", "token_not_signed"),
        ((), "usage-bootstrap-authentication", "api_unauthorized"),
        (("--groups", "system:bootstrappers:nobody"), "", "cluster_configuration_unreadable"),
    ],
    ids=["expired", "without signing", "without authentication", "without rights"],
)
def test_tokens_that_do_not_do(
    bed: E2eBed, inventory: pathlib.Path, worker: str, arguments: tuple[str, ...], lacking: str, code: str
) -> None:
    """Real tokens made by the real kubeadm, each lacking one thing."""
    with bed.kubeadm_token(*arguments, lacking=lacking) as token:
        assert refuse(bed, inventory, join_token=token) == code


def test_a_request_that_nobody_approves(bed: E2eBed, inventory: pathlib.Path, worker: str) -> None:
    """The right to be approved is taken from tokens for a moment; the message has the state of the request."""
    name = ("clusterrolebinding", "kubeadm:node-autoapprove-bootstrap")
    binding = json.loads(bed.kubectl("get", *name, "-o", "json").stdout)
    kept = {key: binding[key] for key in ("apiVersion", "kind", "roleRef", "subjects")}
    bed.kubectl("delete", *name)
    try:
        before = host_fingerprint(bed, "w1")
        variables = {**bed.join_variables(), "join_timeouts": {"tlsBootstrap": "2s"}}
        run = run_join(bed, inventory, "--limit", "w1", variables=variables)
        assert host_fingerprint(bed, "w1") == before
    finally:
        bed.kubectl("apply", "-f", "-", input=json.dumps({**kept, "metadata": {"name": name[1]}}))
    assert run.codes() == {"w1": "csr_not_approved"}
    assert "was not approved within 2 s (Pending)" in run.output


def test_a_token_that_is_gone_after_discovery(bed: E2eBed, inventory: pathlib.Path, worker: str) -> None:
    """It had to be good for discovery, so that the API server's refusal has one cause; nothing is written."""
    before = host_fingerprint(bed, "w1")
    given = {"cluster": describe_cluster(bed, inventory), "token": "zzzzzz.0123456789abcdef"}
    result = run_module(bed, inventory, "w1", "kubejoin.kubeadm.kubelet", given)
    assert result["error"]["code"] == "token_expired"
    assert host_fingerprint(bed, "w1") == before


def test_a_name_that_a_ready_node_has(bed: E2eBed, inventory: pathlib.Path, worker: str) -> None:
    """Nothing is written, and the other node is not disturbed."""
    assert refuse(bed, inventory, join_node_name="cp1") == "node_name_taken"


@contextlib.contextmanager
def broken(bed: E2eBed, break_it: str, fix_it: str) -> t.Iterator[None]:
    bed.ssh("w1", break_it)
    try:
        yield
    finally:
        bed.ssh("w1", fix_it)


@pytest.mark.parametrize(
    ("break_it", "fix_it", "code"),
    [
        ("systemctl stop containerd", "systemctl start containerd", "cri_unavailable"),
        ("mv /usr/bin/kubelet /usr/bin/kubelet.away", "mv /usr/bin/kubelet.away /usr/bin/kubelet", "kubelet_missing"),
        (LISTEN, "systemctl stop listener", "port_in_use"),
        (
            f"{LISTEN}; systemctl stop containerd",
            "systemctl stop listener; systemctl start containerd",
            "preflight_failed",
        ),
        (
            "mv /run/systemd/system /run/systemd/system.away",
            "mv /run/systemd/system.away /run/systemd/system",
            "systemd_missing",
        ),
        (
            f"mkdir -p {DROP_INS} && printf '[Service]\nExecStart=\n' > {DROP_INS}/90-broken.conf && systemctl daemon-reload",
            f"rm -r {DROP_INS} && systemctl daemon-reload",
            "unit_failed",
        ),
    ],
    ids=["containerd stopped", "kubelet missing", "port taken", "two of these", "without systemd", "broken unit"],
)
def test_hosts_that_are_not_fit(
    bed: E2eBed, inventory: pathlib.Path, worker: str, break_it: str, fix_it: str, code: str
) -> None:
    """Found before anything is asked of the cluster."""
    with broken(bed, break_it, fix_it):
        assert refuse(bed, inventory) == code


def test_not_root(bed: E2eBed, inventory: pathlib.Path, worker: str) -> None:
    """An ordinary user without become."""
    make = "useradd -m joe && cp -r /root/.ssh /home/joe/ && chown -R joe /home/joe/.ssh"
    with broken(bed, make, "userdel -rf joe"):
        assert refuse(bed, inventory, ansible_user="joe", ansible_become=False) == "not_privileged"


def test_missing_libraries_are_named(bed: E2eBed, inventory: pathlib.Path, worker: str) -> None:
    """With join_install_requirements off, the packages are named and nothing is installed."""
    hide = "mv /usr/lib/python3/dist-packages/cryptography /usr/lib/python3/dist-packages/.cryptography"
    show = "mv /usr/lib/python3/dist-packages/.cryptography /usr/lib/python3/dist-packages/cryptography"
    with broken(bed, hide, show):
        assert refuse(bed, inventory, join_install_requirements=False) == "library_missing"
