# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The phases of a control plane in one execution are those of the tasks that follow it, and fail as these."""

from __future__ import annotations

import json
import pathlib
import re
import typing as t

import pytest

from .fake_hosts import Play, honest, run_play

MODULES = ("control_plane_files", "kubelet", "etcd_member", "control_plane_node")
TOKEN = {
    "join_apiserver_endpoint": "api:6443",
    "join_token": "abcdef.0123456789abcdef",
    "join_discovery_token_ca_cert_hashes": [f"sha256:{'0' * 64}"],
}
FILE = "apiVersion: v1\nkind: Config\nclusters: []\n"
CASES: dict[str, dict[str, t.Any]] = {
    "invitation": {},
    "token and key": {**TOKEN, "join_certificate_key": "1" * 64, "join_apiserver_bind_port": 7443},
    "certificates": {**TOKEN, "join_shared_certificates": {"ca.crt": "x"}, "join_taints": []},
    "discovery file of the controller": {"join_discovery_file": "{{ inventory_dir }}/file.conf", "join_discovery_file_remote_src": False},
    "discovery file with a secret": {"join_discovery_file": "https://user:password@files/x"},
    "phases": {"join_skip_phases": ["etcd-join", "kubelet-start", "wait-control-plane"]},
    "options": {
        "join_node_name": "other",
        "join_kubelet_extra_args": [{"name": "v", "value": "2"}],
        "join_apiserver_advertise_address": "192.0.2.7",
        "join_patches": "/etc/patches",
        "join_experimental_kustomize": "/etc/kustomize",
        "join_cri_socket": "unix:///x.sock",
        "join_timeouts": {"etcdAPICall": "7s", "kubernetesAPICall": "8s", "controlPlaneComponentHealthCheck": "9s", "tlsBootstrap": "6s"},
        "join_wait_for": "registered",
        "join_wait_timeout": 11,
    },
}  # fmt: skip


def run(folder: pathlib.Path, variables: t.Mapping[str, t.Any], *arguments: str, **answers: t.Any) -> Play:
    folder.mkdir()
    (folder / "file.conf").write_text(FILE, encoding="utf-8")
    early = "join_token" in variables
    known = {host: {**honest(host, early=early), **answers} for host in ("cp1", "h1")}
    return run_play(folder, {"control_plane": {"cp1": {}, "h1": variables}}, known, *arguments)


def calls(play: Play) -> list[tuple[str, t.Any]]:
    """Those of the joining host, with the random parts of an invitation masked."""
    text = json.dumps([(call.module, as_text(call.arguments)) for call in play.on("h1")])
    random = (
        r'("token": "[a-z0-9]{6}\.[a-z0-9]{16}"|"certificate_key": "[0-9a-f]{64}"|"uploaded_to": "kubeadm-certs-[^"]+")'
    )
    return [(module, arguments) for module, arguments in json.loads(re.sub(random, r'"random": true', text))]


def as_text(value: t.Any) -> t.Any:
    """Numbers and booleans as texts, as templates of ansible-core before 2.19 make them; modules accept both."""
    if isinstance(value, dict):
        return {name: as_text(entry) for name, entry in value.items()}
    return [as_text(entry) for entry in value] if isinstance(value, list) else str(value)


@pytest.mark.parametrize("case", CASES)
def test_one_execution_does_what_the_tasks_do(tmp_path: pathlib.Path, case: str) -> None:
    """With the same arguments. With tags, each task has an execution of its own."""
    together = run(tmp_path / "together", CASES[case])
    apart = run(tmp_path / "apart", CASES[case], "--skip-tags", "nothing")
    assert together.status == apart.status == 0, together.output + apart.output
    assert calls(together) == calls(apart)
    expected = [name for name in MODULES if case != "phases" or name != "etcd_member"]
    assert [module for module, _arguments in calls(together) if module in MODULES] == expected
    assert "Control plane | Run all phases" in together.output
    assert "joined: 1 node (h1)" in together.output


@pytest.mark.parametrize(
    ("module", "phase"),
    [
        ("control_plane_files", "control-plane-prepare"),
        ("kubelet", "kubelet-start"),
        ("etcd_member", "etcd-join"),
        ("control_plane_node", "control-plane-join"),
    ],
)
def test_a_failure_is_that_of_its_phase(tmp_path: pathlib.Path, module: str, phase: str) -> None:
    """Later phases are not run, and the report has the seconds of each."""
    failed = {"failed": True, "msg": "No.", "error": {"code": "boom", "details": {}, "see": ""}}
    play = run(tmp_path / "play", {}, **{module: failed})
    assert play.status != 0
    assert f"failed in {phase}, boom: 1 node (h1): No." in play.output
    done = MODULES[: MODULES.index(module) + 1]
    assert [call.module for call in play.on("h1") if call.module in MODULES] == [*done]
    assert re.findall(r"seconds in (control-plane-prepare|kubelet-start|etcd-join): ", play.output).count(phase) <= 1
    assert "seconds in control-plane:" not in play.output
