# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write goldens/preflight.json anew: what real kubeadm binaries find on the hosts of preflight_cases.py. Other minors stay.

    python tests/differential/regenerate_preflight.py KUBEADM...

Needs root, unshare and ip. Each host is a root in namespaces of its own (sandbox.py); nothing is answered at its
endpoint, so a host that is fit ends with discovery, after all checks.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import functools
import gzip
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import typing as t

from cri_stub import CriStub
from namespaces import run_inside, version_of
from preflight_cases import CASES, PROGRAMS, HostCase
from sandbox import _make_root, _run, _write_script, _write_yaml
from stub_api import TOKEN

_GOLDEN = pathlib.Path(__file__).parent / "goldens/preflight.json"
_SOCKET = "run/containerd/containerd.sock"
_FINDING = re.compile(r"^\s*\[(WARNING|ERROR) ([^]]+)\]:", re.MULTILINE)
_SYSTEMCTL = """#!/bin/sh
case "$1 {service}" in
  "is-enabled enabled") exit 0 ;;
  "is-enabled "*) echo disabled; exit 1 ;;
  *" absent") echo "Unit kubelet.service could not be found."; exit 4 ;;
esac
exit 0
"""


def main() -> None:
    golden = json.loads(_GOLDEN.read_text()) if _GOLDEN.exists() else {}
    for binary in sys.argv[1:]:
        version, minor = version_of(binary)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            found = pool.map(functools.partial(_find, binary, version), CASES)
        golden[minor] = dict(zip(CASES, found))
    lines = [
        f"{json.dumps(minor)}: {{\n"
        + ",\n".join(f" {json.dumps(name)}: {json.dumps(found)}" for name, found in cases.items())
        + "\n}"
        for minor, cases in sorted(golden.items())
    ]
    _GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def _find(binary: str, version: str, name: str) -> t.Any:
    return run_inside(__file__, "--inside", "ROOT", str(pathlib.Path(binary).resolve()), version, name)


def inside(root: pathlib.Path, binary: str, version: str, name: str) -> t.Any:
    """The findings as pairs of check and severity, in namespaces that are this process's own."""
    case = CASES[name]
    _run(["mount", "--make-rprivate", "/"])
    _run(["ip", "link", "set", "lo", "up"])
    socket.sethostname("worker-1")
    job = {"uploader": binary, "joiner": binary, "kubelet_version": version, "systemd_resolved": False}
    _make_root(root, job)
    _lay_out(root, case, version)
    with contextlib.ExitStack() as stack:
        if case.runtime == "mute":
            mute = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            mute.bind(str(root / _SOCKET))
            mute.listen()
        elif case.runtime != "absent":
            stack.enter_context(CriStub(root / _SOCKET, case.runtime))
        for port in case.taken:
            stack.enter_context(socket.create_server(("127.0.0.1", port)))
        output = _preflight(root, case)
    findings = sorted({(check, severity.lower()) for severity, check in _FINDING.findall(output)})
    if not findings and "preflight" not in output:
        raise SystemExit(f"{name}: {output}")
    return findings


def _lay_out(root: pathlib.Path, case: HostCase, version: str) -> None:
    programs = root / "job/bin"
    programs.mkdir()
    for program in set(PROGRAMS) - set(case.lacking):
        _write_script(programs / program, "#!/bin/sh\n")
    if case.kubelet is not None:
        kubelet = (
            "#!/bin/sh\nexit 1\n"
            if case.kubelet == "broken"
            else f"#!/bin/sh\necho Kubernetes {_other(version, case)}\n"
        )
        _write_script(programs / "kubelet", kubelet)
    _write_script(programs / "systemctl", _SYSTEMCTL.format(service=case.service))
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
    _run(["mount", "--bind", str(source), str(root / path)])


def _mount_cgroups(root: pathlib.Path, case: HostCase) -> None:
    target = root / "sys/fs/cgroup"
    target.mkdir(parents=True)
    if isinstance(case.cgroups, str):
        unified = next(
            p for p in ("/sys/fs/cgroup/unified", "/sys/fs/cgroup") if pathlib.Path(p, "cgroup.procs").exists()
        )
        _run(["mount", "--bind", unified, str(target)])
        _replace(root, "sys/fs/cgroup/cgroup.controllers", f"{case.cgroups}\n".encode())
        return
    _run(["mount", "-t", "tmpfs", "tmpfs", str(target)])
    for controller in case.cgroups:
        (target / controller).mkdir()
        _run(["mount", "-t", "cgroup", "-o", controller, "cgroup", str(target / controller)])
    lines = ["#subsys_name\thierarchy\tnum_cgroups\tenabled", *(f"{name}\t1\t1\t1" for name in case.cgroups), ""]
    _replace(root, "proc/cgroups", "\n".join(lines).encode())


def _preflight(root: pathlib.Path, case: HostCase) -> str:
    discovery = {"token": TOKEN, "apiServerEndpoint": case.endpoint, "unsafeSkipCAVerification": True}
    configuration = {
        "apiVersion": "kubeadm.k8s.io/v1beta4",
        "kind": "JoinConfiguration",
        "discovery": {"bootstrapToken": discovery},
        "nodeRegistration": {"name": case.node_name, "criSocket": f"unix:///{_SOCKET}", "ignorePreflightErrors": [*case.ignore]},
        "timeouts": {"discovery": "500ms", "kubernetesAPICall": "500ms"},
    }  # fmt: skip
    _write_yaml(root / "job/join.yaml", configuration)

    def enter() -> None:
        os.chroot(root)
        os.chdir("/")
        if not case.root:
            os.setuid(65534)

    command = ["/job/joiner", "join", "phase", "preflight", "--config", "/job/join.yaml"]
    environment = {"PATH": "/job/bin", "HOME": "/tmp", **case.environ}
    if case.old_kernel:
        command = ["/usr/bin/setarch", "--uname-2.6", *command]
    finished = subprocess.run(
        command, env=environment, preexec_fn=enter, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=120, check=False,
    )  # fmt: skip
    return finished.stdout


if __name__ == "__main__":
    if sys.argv[1] == "--inside":
        json.dump(inside(pathlib.Path(sys.argv[2]), *sys.argv[3:]), sys.stdout)
    else:
        main()
