# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs as AWX runs them: ansible-runner transmits, an execution node works in the execution environment, ansible-runner processes."""

from __future__ import annotations

import json
import pathlib
import shlex
import shutil
import subprocess
import threading
import typing as t

import yaml

from testbed.shell import run

from .bed import E2eBed

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PLAYBOOKS = pathlib.Path("extensions/patterns/join_nodes/playbooks")
#: Seconds after which a job counts as hung.
TIMEOUT = 300


def build_image() -> str:
    """The name of the execution environment for this state of the collection."""
    return run(str(REPOSITORY / "tools/execution-environment")).stdout.strip().splitlines()[-1]


class _Loader(yaml.SafeLoader):
    """YAML with the tag of unsafe texts."""


_Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def cut(inventory: dict[str, t.Any], number: int, count: int) -> dict[str, t.Any]:
    """The inventory of a slice, as AWX cuts it: hosts by name, one of each ``count``, and the groups as far as these are in them."""
    groups = inventory["all"]["children"]
    names = sorted({host for group in groups.values() for host in group["hosts"]})[number - 1 :: count]
    children = {
        group: {"hosts": {host: found["hosts"][host] for host in names if host in found["hosts"]}}
        for group, found in groups.items()
    }
    return {"all": {**inventory["all"], "children": children}}


class ExecutionNode:
    """A node in the bed's network with the built execution environment."""

    def __init__(self, bed: E2eBed, folder: pathlib.Path, image: str) -> None:
        self.bed = bed
        self.folder = folder
        self.image = image
        venv = run(str(REPOSITORY / "tools/venv"), "3.13", "requirements-awx.txt").stdout.strip().splitlines()[-1]
        self.programs = pathlib.Path(venv, "bin")
        objects = REPOSITORY / "extensions/awx/objects/credential_types.yml"
        types = yaml.load(objects.read_text(encoding="utf-8"), _Loader)["controller_credential_types"]
        self.credential_types = {found["name"].split(" for ")[0]: found for found in types}

    def inventory(self) -> dict[str, t.Any]:
        """The bed's inventory, without what exists only on this machine: AWX has the key of the hosts as a credential."""
        inventory = json.loads(self.bed.inventory())
        inventory["all"]["vars"] = {
            "ansible_user": "root",
            "ansible_python_interpreter": "/usr/bin/python3",
            "ansible_ssh_common_args": " ".join(self.bed.hosts.ssh_options()),
        }
        return t.cast("dict[str, t.Any]", inventory)

    def job(
        self,
        number: int,
        inventory: dict[str, t.Any],
        *,
        playbook: str = "join.yml",
        answers: t.Mapping[str, t.Any] | None = None,
        credential: tuple[str, dict[str, str]] | None = None,
    ) -> Job:
        """Prepare a job with answers to its survey, and a credential as the name of its type without the end, and inputs."""
        folder = self.folder / f"job-{number}"
        for name in ("env", "inventory"):
            (folder / name).mkdir(parents=True)
        shutil.copytree(REPOSITORY / PLAYBOOKS, folder / "project" / PLAYBOOKS)
        (folder / "inventory/hosts.json").write_text(json.dumps(inventory), encoding="utf-8")
        lines = [f"awx_job_id: {number}"]
        for name, answer in (answers or {}).items():
            if isinstance(answer, list):
                lines += [f"{name}:", *(f"- !unsafe {json.dumps(item)}" for item in answer)]
            else:
                lines.append(f"{name}: !unsafe {json.dumps(answer)}")
        own = {
            "extravars": "\n".join(lines),
            "ssh_key": self.bed.hosts.key.read_text(encoding="utf-8"),
            "settings": json.dumps(self._settings()),
            "cmdline": shlex.join(self._inject(folder, *credential) if credential else []),
        }
        for name, content in own.items():
            path = folder / "env" / name
            path.touch(mode=0o600)
            path.write_text(content, encoding="utf-8")
        return Job(self, folder, str(PLAYBOOKS / playbook))

    def _settings(self) -> dict[str, t.Any]:
        """The container is in the bed's network, where the name of the endpoint is known."""
        plan = self.bed.plan
        return {
            "process_isolation": True,
            "process_isolation_executable": "podman",
            "container_image": self.image,
            "container_options": [
                "--user=root",
                f"--network=ns:/run/netns/{plan.netns}",
                f"--add-host=api.bed:{plan.address(self.bed.hosts.endpoint)}",
                "--cgroupns=private",
                "--ulimit=nofile=20000:20000",
                "--ulimit=nproc=20000:20000",
            ],
        }

    def _inject(self, folder: pathlib.Path, kind: str, inputs: dict[str, str]) -> list[str]:
        stated = json.dumps({"type": self.credential_types[kind], "inputs": inputs})
        script = REPOSITORY / "tests/project/inject_credential.py"
        arguments = run(str(self.programs / "python"), str(script), str(folder), input=stated).stdout
        return t.cast("list[str]", json.loads(arguments))


class Job:
    """A job that can be started once, and canceled. ``output`` and ``events`` are those that AWX stores."""

    def __init__(self, node: ExecutionNode, folder: pathlib.Path, playbook: str) -> None:
        self._artifacts = folder / "artifacts" / folder.name
        runner = str(node.programs / "ansible-runner")
        self._commands = [
            [runner, "transmit", str(folder), "--ident", folder.name, "--playbook", playbook],
            [runner, "worker", "--private-data-dir", str(folder.with_name(f"{folder.name}-on-node")), "--delete"],
            [runner, "process", str(folder), "--ident", folder.name],
        ]
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> Job:
        stdin: t.Any = subprocess.DEVNULL
        for command in self._commands:
            process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, start_new_session=True)
            if stdin is not subprocess.DEVNULL:
                stdin.close()  # only the next process reads it
            stdin = process.stdout
            self._processes.append(process)
        self._reader = threading.Thread(target=stdin.read)
        self._reader.start()
        return self

    def cancel(self) -> None:
        """As receptor does: the worker is asked to end, and removes the container."""
        self._processes[1].terminate()

    @property
    def ended(self) -> bool:
        return all(process.poll() is not None for process in self._processes)

    def finish(self) -> Job:
        try:
            for process in self._processes:
                process.wait(TIMEOUT)
        finally:
            for process in self._processes:
                process.kill()
            self._reader.join()
            run("podman", "rm", "--force", "--ignore", f"ansible_runner_{self._artifacts.name}")
        return self

    def run(self) -> Job:
        return self.start().finish()

    @property
    def status(self) -> str:
        return (self._artifacts / "status").read_text(encoding="utf-8")

    @property
    def output(self) -> str:
        return (self._artifacts / "stdout").read_text(encoding="utf-8")

    @property
    def events(self) -> str:
        paths = sorted((self._artifacts / "job_events").glob("*.json"))
        return "\n".join(path.read_text(encoding="utf-8") for path in paths)
