# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of playbooks/join.yml against a test bed, with a record of what they did."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import typing as t
from dataclasses import dataclass, field

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
#: The tree in which the repository stands at the path that Ansible knows a collection by; tools/run-pytest makes it.
COLLECTIONS = REPOSITORY / ".cache/collections"
PROGRAMS = pathlib.Path(sys.executable).parent
#: The bed's hosts have cgroups of version 1, which the real kubeadm has to ignore there as well.
BED_VARIABLES = {"join_ignore_preflight_errors": ["SystemVerification"]}
#: Seconds after which a run counts as hung.
TIMEOUT = 300


@dataclass(frozen=True)
class Run:
    """A finished run: exit status, everything it printed, and its record, an entry a task and a result."""

    status: int
    output: str
    record: tuple[dict[str, t.Any], ...] = field(repr=False)

    def results(self, host: str | None = None) -> list[dict[str, t.Any]]:
        return [e for e in self.record if e["event"] != "task" and host in (None, e["host"])]

    def changed(self) -> list[str]:
        return [f"{e['host']}: {e['task']}" for e in self.results() if e.get("changed")]

    def codes(self) -> dict[str, str]:
        """The error code by host."""
        return {e["host"]: e["code"] for e in self.results() if e["event"] == "failed"}

    def tasks(self) -> list[str]:
        return [e["task"] for e in self.record if e["event"] == "task"]

    def executed(self) -> list[str]:
        """Names of the tasks that were not skipped everywhere."""
        return [entry["task"] for entry in self.results() if entry["event"] != "skipped"]

    def changing(self) -> list[tuple[str, int]]:
        """The tasks that changed something: the name of each, and the how manieth of that name it is."""
        begun: list[str] = []
        found: list[tuple[str, int]] = []
        for entry in self.record:
            if entry["event"] == "task":
                begun.append(entry["task"])
            elif entry.get("changed") and (this := (begun[-1], begun.count(begun[-1]))) not in found:
                found.append(this)
        return found

    def expect_success(self) -> Run:
        if self.status != 0:
            raise AssertionError(f"the play failed with {self.status}:\n{self.output}")
        return self


def run_tool(
    tool: str,
    *arguments: str,
    prefix: t.Sequence[str] = (),
    timeout: float = TIMEOUT,
    programs: pathlib.Path = PROGRAMS,
    cwd: pathlib.Path = REPOSITORY,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run a tool of this Python's environment, or of another one, on the collection, in a session of its own; ``prefix`` says where."""
    options = {**_tool_options(environment), "cwd": cwd}
    return subprocess.run([*prefix, str(programs / tool), *arguments], timeout=timeout, check=False, **options)


def _tool_options(environment: t.Mapping[str, str]) -> dict[str, t.Any]:
    known = {
        **os.environ,
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_NOCOLOR": "1",
        "NO_COLOR": "1",
    }
    return {
        "cwd": REPOSITORY,
        "env": {**known, **environment},
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
        "text": True,
        "start_new_session": True,
    }


@contextlib.contextmanager
def active_join(
    bed: t.Any, inventory: pathlib.Path, *arguments: str, variables: t.Mapping[str, t.Any] | None = None
) -> t.Iterator[subprocess.Popen[str]]:
    """A run of the playbook that a test stops, continues and cancels; it has ended after the block."""
    own = json.dumps({**BED_VARIABLES, **(variables or {})})
    command = ("-i", str(inventory), "playbooks/join.yml", "-e", own, *arguments)
    running = subprocess.Popen(
        [*bed.command_prefix(), str(PROGRAMS / "ansible-playbook"), *command], **_tool_options({})
    )
    try:
        yield running
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate(timeout=TIMEOUT)


def run_join(
    bed: t.Any,
    inventory: pathlib.Path,
    *arguments: str,
    variables: t.Mapping[str, t.Any] | None = None,
    kill_after: tuple[str, int] | None = None,
    playbook: str = "playbooks/join.yml",
    programs: pathlib.Path = PROGRAMS,
    **environment: str,
) -> Run:
    """Run the playbook in the bed's network. ``variables`` travel in a private file, as a user's vault would. ``programs`` is the folder of
    another ansible-playbook.
    """
    with tempfile.TemporaryDirectory() as folder:
        record = pathlib.Path(folder, "record")
        record.touch()
        extra = pathlib.Path(folder, "variables.json")
        extra.touch(mode=0o600)
        extra.write_text(json.dumps({**BED_VARIABLES, **(variables or {})}), encoding="utf-8")
        known = {
            **environment,
            "ANSIBLE_CALLBACK_PLUGINS": str(pathlib.Path(__file__).parent / "callbacks"),
            "ANSIBLE_CALLBACKS_ENABLED": "recorder",
            "KUBEJOIN_RECORD": str(record),
        }
        if kill_after is not None:
            known["KUBEJOIN_KILL_AFTER"] = json.dumps(kill_after)
        command = ("ansible-playbook", "-i", str(inventory), playbook, "-e", f"@{extra}", *arguments)
        finished = run_tool(*command, prefix=bed.command_prefix(), programs=programs, **known)
        entries = tuple(json.loads(line) for line in record.read_text(encoding="utf-8").splitlines())
    return Run(finished.returncode, finished.stdout, entries)


def run_module(
    bed: t.Any, inventory: pathlib.Path, host: str, module: str, arguments: t.Mapping[str, t.Any]
) -> dict[str, t.Any]:
    """The result of one module on one host, failed or not."""
    command = ("ansible", "-i", str(inventory), host, "-m", module, "-a", json.dumps(dict(arguments)))
    finished = run_tool(*command, prefix=bed.command_prefix(), ANSIBLE_PIPELINING="1")
    reply = finished.stdout.partition(f"{host} | ")[2].partition(" => ")[2]
    result: dict[str, t.Any] = json.JSONDecoder().raw_decode(reply)[0]
    return result


def describe_cluster(bed: t.Any, inventory: pathlib.Path) -> t.Any:
    """The cluster of the bed as its control plane describes it."""
    admin = {"kubeconfig": "/etc/kubernetes/admin.conf"}
    return run_module(bed, inventory, "cp1", "kubejoin.kubeadm.cluster_discovery_info", admin)["cluster"]
