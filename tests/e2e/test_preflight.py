# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preflight on a real host that is broken for real: the findings of `kubeadm join phase preflight` there and ours."""

from __future__ import annotations

import json
import pathlib
import re
import typing as t

import pytest

from .bed import E2eBed
from .play import describe_cluster, run_module

pytestmark = pytest.mark.bed

Findings = t.Set[t.Tuple[str, str]]

#: The bed's machine has cgroups of version 1, so this is found on every host, by both.
ALWAYS: Findings = {("SystemVerification", "error")}
SAVE = "mkdir -p /root/away"


@pytest.fixture(scope="module")
def host(bed: E2eBed) -> str:
    """A host with kubeadm on it. Every test repairs what it has broken."""
    bed.renew("w1", kind="kubeadm")
    return "w1"


def kubeadm_finds(
    bed: E2eBed, host: str, *, socket: str = "", name: str = "", endpoint: str = "", control_plane: bool = False
) -> Findings:
    """Pairs of check and severity that the real kubeadm finds.

    What a control plane alone has to be fit for, it looks for only when nothing else was wrong.
    """
    values = bed.cluster.join_values()
    trust = {
        "apiServerEndpoint": endpoint or values["endpoint"],
        "token": values["token"],
        "caCertHashes": [values["hash"]],
    }
    registration: dict[str, t.Any] = {key: value for key, value in (("criSocket", socket), ("name", name)) if value}
    configuration = {
        "apiVersion": "kubeadm.k8s.io/v1beta4",
        "kind": "JoinConfiguration",
        "discovery": {"bootstrapToken": trust},
        "nodeRegistration": registration,
        "timeouts": {"discovery": "2s", "kubernetesAPICall": "2s"},
    }
    if control_plane:
        configuration["controlPlane"] = {"certificateKey": values["certificate_key"]}
        registration["ignorePreflightErrors"] = ["SystemVerification"]
    command = "cat | kubeadm join phase preflight --config /dev/stdin 2>&1"
    said = bed.ssh(host, command, input=json.dumps(configuration), check=False).stdout
    found = re.findall(r"^\s*\[(WARNING|ERROR) ([^]]+)\]:", said, re.MULTILINE)
    assert found, said
    return {(check, severity.lower()) for severity, check in found}


def we_find(bed: E2eBed, inventory: pathlib.Path, host: str, **arguments: t.Any) -> tuple[Findings, set[str]]:
    """Pairs of check and severity that the module finds, and the codes."""
    values = bed.cluster.join_values()
    given = {"endpoint": values["endpoint"], "ca_cert_hashes": [values["hash"]], **arguments}
    result = run_module(bed, inventory, host, "kubejoin.kubeadm.preflight_info", given)
    findings = result["findings"] if "findings" in result else result["error"]["details"]["findings"]
    return {(f["check"], f["severity"]) for f in findings}, {f["code"] for f in findings}


def compare(
    bed: E2eBed, inventory: pathlib.Path, host: str, *, only_kubeadm: Findings, only_ours: Findings, **given: str
) -> Findings:
    """What both find; what only one finds is what is given."""
    theirs = kubeadm_finds(bed, host, **given)
    names = {"socket": "cri_socket", "name": "node_name", "endpoint": "endpoint"}
    ours, _codes = we_find(bed, inventory, host, **{names[key]: value for key, value in given.items()})
    assert theirs - ours == only_kubeadm
    assert ours - theirs == only_ours
    return theirs & ours


def test_a_fit_host(bed: E2eBed, inventory: pathlib.Path, host: str) -> None:
    """Both go through all checks and find the same; the real containerd answers our gRPC."""
    bed.ssh(host, "systemctl enable -q kubelet")
    both = compare(bed, inventory, host, only_kubeadm=set(), only_ours=set())
    assert both == ALWAYS


def test_much_that_is_wrong_at_once(bed: E2eBed, inventory: pathlib.Path, host: str) -> None:
    """Files in the way, port taken, swap, forwarding, programs and unit gone, an unknown name, containerd stopped."""
    address = bed.plan.address("cp1")
    bed.ssh(
        host,
        f"""{SAVE}; systemctl stop containerd; systemctl disable -q kubelet
        mkdir -p /etc/kubernetes/pki; for f in kubelet.conf bootstrap-kubelet.conf pki/ca.crt; do echo left > /etc/kubernetes/$f; done
        mv /usr/sbin/losetup /root/away/; echo 0 > /proc/sys/net/ipv4/ip_forward
        printf 'Filename Type Size Used Priority\\n/dev/sda2 partition 1 0 -2\\n' > /root/away/swaps; mount --bind /root/away/swaps /proc/swaps
        systemd-run -q --unit taker python3 -c 'import socket,time; s=socket.create_server(("",10250)); time.sleep(600)'""",
    )
    try:
        both = compare(
            bed, inventory, host, endpoint=f"{address}:6443", name="nobody.example",
            only_kubeadm={("Service-kubelet", "warning"), ("ContainerRuntimeVersion", "error")},
            only_ours=set(),
        )  # fmt: skip
    finally:
        bed.ssh(
            host,
            """systemctl stop taker; umount /proc/swaps; echo 1 > /proc/sys/net/ipv4/ip_forward; mv /root/away/losetup /usr/sbin/
            rm -r /etc/kubernetes/kubelet.conf /etc/kubernetes/bootstrap-kubelet.conf /etc/kubernetes/pki/ca.crt; systemctl start containerd""",
        )
    assert both == ALWAYS | {
        ("CRI", "error"),
        ("FileAvailable--etc-kubernetes-bootstrap-kubelet.conf", "error"),
        ("FileAvailable--etc-kubernetes-kubelet.conf", "error"),
        ("FileAvailable--etc-kubernetes-pki-ca.crt", "error"),
        ("FileContent--proc-sys-net-ipv4-ip_forward", "error"),
        ("FileExisting-losetup", "error"),
        ("Hostname", "warning"),
        ("Port-10250", "error"),
        ("Swap", "warning"),
    }


def test_a_kubelet_that_is_too_old_and_a_runtime_without_cri(bed: E2eBed, inventory: pathlib.Path, host: str) -> None:
    """containerd answers, but its CRI plugin is turned off, as the package from Docker has it."""
    bed.ssh(
        host,
        f"""{SAVE}; mv /usr/bin/kubelet /root/away/; printf '#!/bin/sh\\necho Kubernetes v1.33.9\\n' > /usr/bin/kubelet; chmod +x /usr/bin/kubelet
        cp /etc/containerd/config.toml /root/away/; sed -i '1i disabled_plugins = ["io.containerd.grpc.v1.cri"]' /etc/containerd/config.toml
        systemctl restart containerd""",
    )
    try:
        theirs = kubeadm_finds(bed, host)
        ours, codes = we_find(bed, inventory, host, cluster=describe_cluster(bed, inventory))
    finally:
        bed.ssh(
            host,
            "mv /root/away/kubelet /usr/bin/; mv /root/away/config.toml /etc/containerd/; systemctl restart containerd",
        )
    assert {("KubeletVersion", "error"), ("CRI", "error"), ("SystemVerification", "warning")} <= theirs & ours
    assert theirs - ours <= {("ContainerRuntimeVersion", "error"), ("Service-kubelet", "warning")}
    assert ours - theirs == set()
    assert {"kubelet_version_skew", "cri_unavailable"} <= codes


def ca_of(bed: E2eBed) -> str:
    return bed.ssh("cp1", "cat /etc/kubernetes/pki/ca.crt").stdout


def test_leftovers_of_another_cluster_and_of_this_one(bed: E2eBed, inventory: pathlib.Path, host: str) -> None:
    """kubeadm refuses any file; ours continues with this cluster's, and names the other cluster of a file."""
    bed.ssh(host, "mkdir -p /etc/kubernetes/pki; cat > /etc/kubernetes/pki/ca.crt", input=ca_of(bed))
    check = ("FileAvailable--etc-kubernetes-pki-ca.crt", "error")
    try:
        assert check in kubeadm_finds(bed, host)
        assert check not in we_find(bed, inventory, host)[0]
        unknown, codes = we_find(bed, inventory, host, ca_cert_hashes=[])
        assert (check[0], "warning") in unknown and "file_in_the_way" in codes
        found, codes = we_find(bed, inventory, host, ca_cert_hashes=["sha256:" + "0" * 64])
        assert check in found and "joined_elsewhere" in codes
    finally:
        bed.ssh(host, "rm /etc/kubernetes/pki/ca.crt")


def test_two_runtimes(bed: E2eBed, inventory: pathlib.Path, host: str) -> None:
    """kubeadm ends before its checks; here it is a finding among others, and naming one is enough."""
    listen = 'import socket,time; s=socket.socket(socket.AF_UNIX); s.bind("/run/crio/crio.sock"); s.listen(); time.sleep(600)'
    bed.ssh(
        host,
        f"mkdir -p /run/crio; systemd-run -q --unit second python3 -c '{listen}'; until test -S /run/crio/crio.sock; do :; done",
    )
    try:
        found, codes = we_find(bed, inventory, host)
        assert ("CRI", "error") in found and "cri_socket_ambiguous" in codes
        chosen, _codes = we_find(bed, inventory, host, cri_socket="unix:///run/containerd/containerd.sock")
        assert chosen == ALWAYS
        mute, codes = we_find(bed, inventory, host, cri_socket="unix:///run/crio/crio.sock")
        assert ("CRI", "error") in mute and "cri_unavailable" in codes
    finally:
        bed.ssh(host, "systemctl stop second; rm -r /run/crio")


def test_the_way_to_the_endpoint(bed: E2eBed, inventory: pathlib.Path, host: str) -> None:
    """No route; an address that the certificate is not for; nobody there."""
    address, other = bed.plan.address("cp1"), bed.plan.address("cp9")
    bed.ssh(host, f"ip route add blackhole {address}/32")
    try:
        found, codes = we_find(bed, inventory, host)
    finally:
        bed.ssh(host, f"ip route del blackhole {address}/32")
    assert ("Endpoint", "error") in found and "no_route" in codes
    bed.ssh("cp1", f"ip address add {other}/24 dev $(ip -o -4 address | awk '/{address}/ {{print $2}}')")
    try:
        found, codes = we_find(bed, inventory, host, endpoint=f"{other}:6443")
    finally:
        bed.ssh("cp1", f"ip address del {other}/24 dev $(ip -o -4 address | awk '/{other}/ {{print $2}}')")
    assert ("Endpoint", "error") in found and "endpoint_not_certified" in codes
    found, codes = we_find(bed, inventory, host, endpoint=f"{address}:6444")
    assert ("Endpoint", "warning") in found and "api_server_unreachable" in codes


#: Of another cluster: its CA, its API server, and etcd's data; ports that this one would need.
_OTHER_CLUSTER = f"""{SAVE}; mkdir -p /etc/kubernetes/manifests /var/lib/etcd/member/wal
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=kubernetes -keyout /root/away/ca.key -out /root/away/ca.crt 2> /dev/null
echo '    - --client-ca-file=/root/away/ca.crt' > /etc/kubernetes/manifests/kube-apiserver.yaml; echo left > /var/lib/etcd/member/wal/0.wal
systemd-run -q --unit taker python3 -c 'import socket,time; s=[socket.create_server(("",p)) for p in (6443,2380)]; time.sleep(600)'
until ss -tln | grep -q :2380; do :; done"""


def test_a_host_that_becomes_a_control_plane(bed: E2eBed, inventory: pathlib.Path, host: str) -> None:
    """Fit, and with ports taken and what another cluster has left: the real kubeadm finds the same; and ours names the cluster."""
    bed.ssh(host, "systemctl enable -q kubelet")
    cluster = describe_cluster(bed, inventory)
    given = {"control_plane": True, "ignore_preflight_errors": ["SystemVerification"], "cluster": cluster}
    always = {("SystemVerification", "warning")}
    fit, _codes = we_find(bed, inventory, host, **given)
    assert fit == kubeadm_finds(bed, host, control_plane=True) == always
    bed.ssh(host, _OTHER_CLUSTER)
    try:
        theirs = kubeadm_finds(bed, host, control_plane=True)
        ours, codes = we_find(bed, inventory, host, **given)
    finally:
        bed.ssh(host, "systemctl stop taker; rm -r /etc/kubernetes/manifests/kube-apiserver.yaml /var/lib/etcd/member")
    errors = ("Port-6443", "Port-2380", "DirAvailable--var-lib-etcd")
    pod = "FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml"
    assert ours == theirs == always | {(check, "error") for check in (*errors, pod)}
    assert {"port_in_use", "file_in_the_way", "joined_elsewhere"} <= codes


_OFF_BY = """
import http.server, ssl, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    def date_time_string(self, timestamp=None):
        return super().date_time_string(time.time() + float(sys.argv[1]))
    def do_GET(self):
        self.send_error(403)
server = http.server.HTTPServer(("", 7443), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/root/away/server.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""


@pytest.mark.parametrize(("seconds", "severity"), [("400", "error"), ("-400", "warning"), ("0", "")])
def test_clocks_that_differ(bed: E2eBed, inventory: pathlib.Path, host: str, seconds: str, severity: str) -> None:
    """A server that dates its answers so; a host that is behind by more than certificates are dated back cannot join."""
    make = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=w1 -addext subjectAltName=DNS:w1 -keyout /root/away/key.pem -out /root/away/crt.pem"
    bed.ssh(host, f"{SAVE}; {make} 2> /dev/null; cat /root/away/key.pem /root/away/crt.pem > /root/away/server.pem")
    bed.ssh(host, "cat > /root/away/off_by.py", input=_OFF_BY)
    bed.ssh(
        host,
        f"systemd-run -q --unit off-by python3 /root/away/off_by.py {seconds}; until ss -tln | grep -q :7443; do :; done",
    )
    try:
        found, codes = we_find(bed, inventory, host, endpoint="w1:7443")
    finally:
        bed.ssh(host, "systemctl stop off-by")
    assert found == ALWAYS | ({("ClockSkew", severity)} if severity else set())
    assert ("clock_skew" in codes) == bool(severity)
