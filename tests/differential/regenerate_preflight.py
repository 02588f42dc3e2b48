# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write goldens/preflight*.json anew: what real kubeadm binaries find on the hosts of preflight_cases.py. Other minors stay.

    python tests/differential/regenerate_preflight.py KUBEADM...

Needs root, unshare, ip, taskset and strace. Each host is a root in namespaces of its own (sandbox.py); nothing is answered
at the endpoint of a worker, so one that is fit ends with discovery, after all checks. Control planes are checked after
discovery, for which an API answers that has the configuration of their cluster: as kubeadm has uploaded it, it is kept.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import functools
import gzip
import ipaddress
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import typing as t

from cri_stub import CriStub
from cryptography import x509
from namespaces import run_inside, version_of
from preflight_cases import CASES, ENOUGH_MEMORY, PROGRAMS, HostCase
from sandbox import make_host, plain_documents, run_command, upload_configuration, write_script, write_yaml
from stub_api import TOKEN, Authority, StubApi

_GOLDEN = pathlib.Path(__file__).parent / "goldens/preflight.json"
_CLUSTERS = _GOLDEN.with_name("preflight_clusters.json")
_SOCKET = "run/containerd/containerd.sock"
_FINDING = re.compile(r"^\s*\[(WARNING|ERROR) ([^]]+)\]:", re.MULTILINE)
_PASSED = "Running pre-flight checks before initializing the new control plane instance"
_SYSTEMCTL = """#!/bin/sh
case "$*" in
  *firewalld*) {firewall} ;;
esac
case "$1 {service}" in
  "is-enabled enabled") exit 0 ;;
  "is-enabled "*) echo disabled; exit 1 ;;
  *" absent") echo "Unit kubelet.service could not be found."; exit 4 ;;
esac
exit 0
"""


def main() -> None:
    golden = json.loads(_GOLDEN.read_text()) if _GOLDEN.exists() else {}
    clusters = json.loads(_CLUSTERS.read_text()) if _CLUSTERS.exists() else {}
    for binary in sys.argv[1:]:
        version, minor = version_of(binary)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            found = dict(zip(CASES, pool.map(functools.partial(_find, binary, version), CASES)))
        golden[minor] = {name: findings for name, (findings, _stored) in found.items()}
        clusters[minor] = {name: stored for name, (_findings, stored) in found.items() if stored}
    _GOLDEN.write_text(_render(golden))
    _CLUSTERS.write_text(_render(clusters))


def _render(golden: t.Mapping[str, t.Mapping[str, t.Any]]) -> str:
    """A line a case."""
    lines = [
        f"{json.dumps(minor)}: {{\n"
        + ",\n".join(f" {json.dumps(name)}: {json.dumps(value)}" for name, value in cases.items())
        + "\n}"
        for minor, cases in sorted(golden.items())
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _find(binary: str, version: str, name: str) -> t.Any:
    return run_inside(__file__, "--inside", "ROOT", str(pathlib.Path(binary).resolve()), version, name)


def inside(root: pathlib.Path, binary: str, version: str, name: str) -> t.Any:
    """The findings as pairs of check and severity, and the ClusterConfiguration that was stored, in namespaces that are this process's own."""
    case = CASES[name]
    make_host(root, binary, version, name="worker-1")
    _lay_out(root, case, version)
    with contextlib.ExitStack() as stack:
        if case.runtime == "mute":
            mute = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            mute.bind(str(root / _SOCKET))
            mute.listen()
        elif case.runtime != "absent":
            stack.enter_context(CriStub(root / _SOCKET, case.runtime))
        stored = _answer(stack, root, case, version) if case.control_plane else ""
        for taken in case.taken:
            address = ("127.0.0.1", taken) if isinstance(taken, int) else taken
            family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
            stack.enter_context(socket.create_server(address, family=family))
        output = _preflight(root, case)
    findings = sorted({(check, severity.lower()) for severity, check in _FINDING.findall(output)})
    if not findings and "preflight" not in output:
        raise SystemExit(f"{name}: {output}")
    if case.control_plane and not findings and _PASSED not in output:
        raise SystemExit(f"{name}: kubeadm did not come to its checks of a control plane: {output}")
    return [findings, stored]


def _lay_out(root: pathlib.Path, case: HostCase, version: str) -> None:
    programs = root / "job/bin"
    programs.mkdir()
    for program in set(PROGRAMS) - set(case.lacking):
        write_script(programs / program, "#!/bin/sh\n")
    # kubeadm up to 1.33 runs it.
    write_script(programs / "uname", '#!/bin/sh\nexec /usr/bin/uname "$@"\n')
    if case.kubelet is not None:
        kubelet = (
            "#!/bin/sh\nexit 1\n"
            if case.kubelet == "broken"
            else f"#!/bin/sh\necho Kubernetes {_other(version, case)}\n"
        )
        write_script(programs / "kubelet", kubelet)
    write_script(
        programs / "systemctl",
        _SYSTEMCTL.format(service=case.service, firewall="echo active; exit 0" if case.firewall else "exit 4"),
    )
    (root / "job/kubelet").unlink()
    (root / "job/systemctl").unlink()
    for folder in ("run/containerd", "etc/kubernetes/pki", "boot"):
        (root / folder).mkdir(parents=True)
    for folder in case.folders:
        (root / folder[1:]).mkdir(parents=True)
    for path, content in {"/etc/hosts": case.hosts, **case.files}.items():
        (root / path[1:]).parent.mkdir(parents=True, exist_ok=True)
        (root / path[1:]).write_text(content)
    _replace(root, "proc/swaps", case.swaps.encode())
    sysctls = {
        "/proc/sys/net/ipv4/ip_forward": "1\n",
        "/proc/sys/net/ipv6/conf/default/forwarding": "1\n",
        **case.sysctls,
    }
    for path, content in sysctls.items():
        _replace(root, path[1:], content.encode())
    _replace(root, "proc/config.gz", b"" if case.unreadable else gzip.compress(_kernel_configuration(case)))
    _mount_cgroups(root, case)


def _other(version: str, case: HostCase) -> str:
    """The kubelet's version: the case's number of minors away."""
    major, minor, _patch = version.split(".")
    return version if case.kubelet == 0 else f"{major}.{int(minor) + int(case.kubelet or 0)}.1"


def _kernel_configuration(case: HostCase) -> bytes:
    lines = gzip.decompress(pathlib.Path("/proc/config.gz").read_bytes()).decode().splitlines()
    away = tuple(f"CONFIG_{option}=" for option in case.options)
    kept = [line for line in lines if not line.startswith(away)] if away else lines
    present = {line.partition("=")[0] for line in kept}
    # What this machine's kernel does not have and others do.
    extra = [f"CONFIG_{name}=m" for name in ("CGROUP_BPF", "EXT4_FS", "NETFILTER_XT_TARGET_REDIRECT")
             if name not in case.options and f"CONFIG_{name}" not in present]  # fmt: skip
    return "\n".join([*kept, *extra, ""]).encode()


def _replace(root: pathlib.Path, path: str, content: bytes) -> None:
    """A file of a kernel's file system, seen by this root alone."""
    source = root / "job" / path.replace("/", "-")
    source.write_bytes(content)
    run_command(["mount", "--bind", str(source), str(root / path)])


def _mount_cgroups(root: pathlib.Path, case: HostCase) -> None:
    target = root / "sys/fs/cgroup"
    target.mkdir(parents=True)
    if isinstance(case.cgroups, str):
        unified = next(
            p for p in ("/sys/fs/cgroup/unified", "/sys/fs/cgroup") if pathlib.Path(p, "cgroup.procs").exists()
        )
        run_command(["mount", "--bind", unified, str(target)])
        _replace(root, "sys/fs/cgroup/cgroup.controllers", f"{case.cgroups}\n".encode())
        return
    run_command(["mount", "-t", "tmpfs", "tmpfs", str(target)])
    for controller in case.cgroups:
        (target / controller).mkdir()
        run_command(["mount", "-t", "cgroup", "-o", controller, "cgroup", str(target / controller)])
    lines = ["#subsys_name\thierarchy\tnum_cgroups\tenabled", *(f"{name}\t1\t1\t1" for name in case.cgroups), ""]
    _replace(root, "proc/cgroups", "\n".join(lines).encode())


def _answer(stack: contextlib.ExitStack, root: pathlib.Path, case: HostCase, version: str) -> str:
    """Give the host its addresses, and the cluster an API at the endpoint. The configuration that kubeadm has stored there."""
    for address in ("192.0.2.7/24", "192.0.2.1/24", "2001:db8::7/64"):
        run_command(["ip", "address", "add", address, "dev", "lo"])
    names = [x509.IPAddress(ipaddress.ip_address("192.0.2.1"))]
    api = stack.enter_context(StubApi(Authority(names), case.endpoint))
    documents = plain_documents(version, "cp-1", **{"controlPlaneEndpoint": case.endpoint, **case.cluster})
    upload_configuration(root, api, "cp-1", documents)
    stored = api.objects["/api/v1/namespaces/kube-system/configmaps/kubeadm-config"]["data"]["ClusterConfiguration"]
    return str(stored)


def _preflight(root: pathlib.Path, case: HostCase) -> str:
    discovery = {"token": TOKEN, "apiServerEndpoint": case.endpoint, "unsafeSkipCAVerification": True}
    configuration = {
        "apiVersion": "kubeadm.k8s.io/v1beta4",
        "kind": "JoinConfiguration",
        "discovery": {"bootstrapToken": discovery},
        "nodeRegistration": {"name": case.node_name, "criSocket": f"unix:///{_SOCKET}", "ignorePreflightErrors": [*case.ignore]},
        "timeouts": {"discovery": "500ms", "kubernetesAPICall": "500ms"},
    }  # fmt: skip
    if case.control_plane:
        endpoint = {"advertiseAddress": case.advertise_address, "bindPort": case.bind_port}
        configuration["controlPlane"] = {"localAPIEndpoint": endpoint, "certificateKey": "0123456789abcdef" * 4}
        configuration["nodeRegistration"]["imagePullPolicy"] = case.pull_policy
        configuration["timeouts"] = {"discovery": "10s", "kubernetesAPICall": "10s"}
    write_yaml(root / "job/join.yaml", configuration)

    def enter() -> None:
        os.chroot(root)
        os.chdir("/")
        if not case.root:
            os.setuid(65534)

    command = ["/job/joiner", "join", "phase", "preflight", "--config", "/job/join.yaml"]
    environment = {"PATH": "/job/bin", "HOME": "/tmp", **case.environ}
    if case.old_kernel:
        command = ["/usr/bin/setarch", "--uname-2.6", *command]
    if case.processors == 1:
        command = ["/usr/bin/taskset", "--cpu-list", "0", *command]
    if case.memory != ENOUGH_MEMORY:
        command = [*_fake_memory(case.memory), *command]
    finished = subprocess.run(
        command, env=environment, preexec_fn=enter, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=120, check=False,
    )  # fmt: skip
    return finished.stdout


def _fake_memory(megabytes: int) -> list[str]:
    """What has a program believe that the machine has so much: it stands in `struct sysinfo` after the time and three loads."""
    answer = bytes(4 * 8) + (megabytes * 1024 * 1024).to_bytes(8, "little")
    inject = f"--inject=sysinfo:poke_exit=@arg1={answer.hex()}"
    return ["/usr/bin/strace", "--follow-forks", "--output=/dev/null", "--trace=sysinfo", inject]


if __name__ == "__main__":
    if sys.argv[1] == "--inside":
        json.dump(inside(pathlib.Path(sys.argv[2]), *sys.argv[3:]), sys.stdout)
    else:
        main()
