# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""With nothing but the tarball and this documentation: all that README.md and the first guide say is done, and ends as they say."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import subprocess
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.tests.documents import GUIDES, REPOSITORY, Block, missing_lines, read_blocks

from .bed import E2eBed
from .observe import bootstrap_tokens, ready_nodes

pytestmark = pytest.mark.bed

#: The hosts of the documentation, by name.
HOSTS = {"cp-1.example.org": "cp1", "worker-1.example.org": "w1", "worker-2.example.org": "w2"}
#: The values of a token in the documentation, by the key that the bed has for them.
VALUES = {
    "endpoint": "api.example.org:6443",
    "token": "abcdef.0123456789abcdef",
    "hash": "sha256:34a1bbf09b31f8f1a6a5b8f0a1cc5f3a7c7f2a2b9a4f0a0bd1f6d1a4f8b7c6d5",
}
#: Before these commands, the workers are renewed: the text is about machines that have not joined.
FOR_FRESH_HOSTS = ("--check --diff", "site.yml", "-i workers.yml")


class Newcomer:
    """A folder and a home with nothing in them but the tarball, on a machine in the network of the bed."""

    def __init__(self, bed: E2eBed, folder: pathlib.Path, tarball: pathlib.Path) -> None:
        self.bed, self.folder, self.home = bed, folder / "work", folder / "home"
        self.output = ""
        self._failed = False
        (self.home / ".kube").mkdir(parents=True)
        self.folder.mkdir()
        shutil.copy2(tarball, self.folder)
        known = json.loads(bed.inventory())["all"]
        addresses = {
            name: host["ansible_host"] for group in known["children"].values() for name, host in group["hosts"].items()
        }
        # What is particular to these hosts is not in the inventory: how to log in, and that their cgroups have version 1.
        self._write("group_vars/all.json", {**known["vars"], "join_ignore_preflight_errors": ["SystemVerification"]})
        for name, host in HOSTS.items():
            self._write(f"host_vars/{name}.json", {"ansible_host": addresses[host]})
        self._write("host_vars/localhost.json", {"ansible_python_interpreter": "{{ ansible_playbook_python }}"})
        kubeconfig = bed.ssh("cp1", "cat /etc/kubernetes/admin.conf").stdout
        server = f"server: https://{addresses['cp1']}:6443"
        (self.home / ".kube/config").write_text(re.sub(r"server: \S+", server, kubeconfig), encoding="utf-8")

    def _write(self, name: str, variables: dict[str, t.Any]) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(variables), encoding="utf-8")

    def follow(self, blocks: t.Sequence[Block]) -> None:
        """Write the files, run the commands, and compare their output with the texts, all in order."""
        for block in blocks:
            if block.language == "text":
                assert missing_lines(block, self.output) == [], self.output
                assert self._failed is ("failed in" in block.text), self.output
                self._failed = False
                continue
            assert not self._failed, self.output
            if block.language == "console":
                self._run(block.commands)
            else:
                assert block.language == "yaml" and block.file, block
                (self.folder / block.file).parent.mkdir(exist_ok=True)
                (self.folder / block.file).write_text(self._with_values(block.text), encoding="utf-8")
        assert not self._failed, self.output

    def _with_values(self, text: str) -> str:
        values = self.bed.cluster.join_values()
        for name, value in VALUES.items():
            text = text.replace(value, values[name])
        return text

    def _run(self, commands: str) -> None:
        if any(word in commands for word in FOR_FRESH_HOSTS):
            self.bed.renew("w1", "w2")
        is_local = not re.search(r"^ansible(-playbook)? ", commands, re.MULTILINE)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE", "PYTHON"))}
        environment |= {"HOME": str(self.home), "NO_COLOR": "1", "ANSIBLE_NOCOLOR": "1"}
        if (self.folder / "kubejoin").exists():
            environment["PATH"] = f"{self.folder / 'kubejoin/bin'}:{environment['PATH']}"
        for command in commands.splitlines() if not is_local else [commands]:
            prefix = [] if command.startswith("pip ") or is_local else self.bed.command_prefix()
            finished = subprocess.run(
                [*prefix, "bash", "-ec", command],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=300,
                check=False,
            )
            # In the report as Ansible prints it, quotation marks are escaped.
            self.output = finished.stdout.replace('\\"', '"')
            self._failed = finished.returncode != 0


@pytest.fixture(scope="module")
def newcomer(bed: E2eBed, tmp_path_factory: pytest.TempPathFactory, tarball: pathlib.Path) -> Newcomer:
    return Newcomer(bed, tmp_path_factory.mktemp("newcomer"), tarball)


@pytest.mark.parametrize(
    "path", [REPOSITORY / "README.md", GUIDES / "guide_getting_started.rst"], ids=lambda path: path.stem
)
def test_all_that_is_written_works(bed: E2eBed, newcomer: Newcomer, path: pathlib.Path) -> None:
    """In a virtual environment of its own. Both workers are nodes in the end, and no token is left."""
    tokens = bootstrap_tokens(bed)
    blocks = read_blocks(path)
    assert len(blocks) > 8
    newcomer.follow(blocks)
    assert {"w1", "w2"} <= ready_nodes(bed)
    assert bootstrap_tokens(bed) <= tokens
