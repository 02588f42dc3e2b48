# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole plays on hosts that answer what a test wants: their Python interpreter is a script that records its arguments."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import typing as t
from dataclasses import dataclass

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).parent
PROGRAMS = pathlib.Path(sys.executable).parent

#: What a host answers: by module, a result or one for each call. A result with the key `vanish` is never received, one with `block` when
#: a test wants it, and one with `work` after a while; `stderr` is printed beside it, and an empty result is none.
Answers = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Call:
    """One execution of a module on a host, maybe in check mode; ``files`` are files that the interpreter was started with."""

    host: str
    module: str
    arguments: dict[str, t.Any]
    files: list[str]
    is_check: bool


@dataclass(frozen=True)
class Play:
    """A finished play."""

    status: int
    output: str
    calls: tuple[Call, ...]

    def on(self, *hosts: str) -> list[Call]:
        return [call for call in self.calls if call.host in hosts]


def run_play(
    folder: pathlib.Path,
    groups: t.Mapping[str, t.Mapping[str, t.Mapping[str, t.Any]]],
    answers: t.Mapping[str, Answers],
    *arguments: str,
    playbook: str = "kubejoin.kubeadm.join",
    command: t.Sequence[str] = ("ansible-playbook", "-i", "hosts.json"),
    **environment: str,
) -> Play:
    """Run a playbook on hosts with variables, by group. ``command`` is a program of this environment with options, before the playbook."""
    write_hosts(folder, groups, answers)
    finished = subprocess.run(
        [str(PROGRAMS / command[0]), *command[1:], playbook, *arguments],
        cwd=folder,
        env={**play_environment(folder), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    # No task may fail by a template over what an earlier failure has left undefined.
    assert "has no attribute" not in finished.stdout and "is undefined" not in finished.stdout, finished.stdout
    return Play(finished.returncode, finished.stdout, read_calls(folder))


def play_environment(folder: pathlib.Path) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
        "ANSIBLE_COLLECTIONS_PATH": str(REPOSITORY / ".cache/collections"),
        "ANSIBLE_CONNECTION_PLUGINS": str(HERE / "connections"),
        "ANSIBLE_REMOTE_TMP": str(folder / "tmp"),
        "ANSIBLE_NOCOLOR": "1",
    }


def read_calls(folder: pathlib.Path) -> tuple[Call, ...]:
    """All executions of modules so far."""
    lines = [line for path in sorted(folder.glob("calls-*")) for line in path.read_text(encoding="utf-8").splitlines()]
    return tuple(Call(*json.loads(line)) for line in lines)


def write_hosts(
    folder: pathlib.Path,
    groups: t.Mapping[str, t.Mapping[str, t.Mapping[str, t.Any]]],
    answers: t.Mapping[str, Answers],
) -> None:
    """Write the inventory and what its hosts answer."""
    folder.mkdir(exist_ok=True)
    variables = {"ansible_connection": "vanishing", "ansible_become": False}
    hosts = {host for group in groups.values() for host in group}
    for host in hosts:
        script = folder / f"python-{host}"
        script.write_text(
            f'#!/bin/sh\nexec {sys.executable} {HERE}/fake_python.py {host} {folder} "$@"\n', encoding="utf-8"
        )
        script.chmod(0o755)
    own = {
        host: {"ansible_python_interpreter": str(folder / f"python-{host}"), "fake_gone": str(folder / f"gone-{host}")}
        for host in hosts
    }
    inventory = {
        "all": {
            "vars": variables,
            "children": {
                group: {"hosts": {host: {**own[host], **said} for host, said in of_group.items()}}
                for group, of_group in groups.items()
            },
        }
    }
    (folder / "hosts.json").write_text(json.dumps(inventory), encoding="utf-8")
    (folder / "answers.json").write_text(json.dumps({host: answers.get(host, {}) for host in hosts}), encoding="utf-8")


def cluster_of(host: str) -> dict[str, t.Any]:
    """The description of a cluster that this host has discovered, recognizable as such."""
    return {
        "server": f"https://api-of-{host}:6443",
        "certificate_authority": f"CA of {host}",
        "ca_cert_hashes": [f"sha256:of-{host}"],
        "cluster_configuration": f"cluster configuration of {host}",
        "kubelet_configuration": f"staticPodURL of {host}",
        "facts": {"kubernetes_version": "v1.37.2", "etcd": "local"},
    }


def honest(host: str, *, early: bool = False) -> dict[str, t.Any]:
    """What the modules answer on a host that joins; ``early`` means that preflight discovers the cluster."""
    return {
        "preflight_info": {
            "changed": False,
            "joined": False,
            "pending": ["kubelet.conf is absent"],
            "states": {"kubelet": False, "static_pods": None, "mark": None},
            "node_name": host,
            "machine_id": f"machine id of {host}",
            "findings": [{"check": "Swap", "severity": "warning", "code": "swap_on", "message": "swap is on"}],
            "cri_socket": f"unix:///{host}.sock",
            "kubelet_version": "Kubernetes v1.37.2",
            "cluster": cluster_of(host) if early else None,
            "notes": [f"a note of {host}"],
            "missing_packages": [],
        },
        "cluster_discovery_info": {"changed": False, "cluster": cluster_of(host), "notes": []},
        "shared_certificates_upload": {"changed": True, "notes": []},
        "kubelet": {"changed": True, "notes": [], "node": {"name": host}},
        "control_plane_files": {"changed": True, "notes": [], "files": []},
        "etcd_member": {"changed": True, "notes": []},
        "control_plane_node": {"changed": True, "notes": []},
    }
