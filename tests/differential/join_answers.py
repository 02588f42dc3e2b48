# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What real kubeadm binaries make of JoinConfigurations and flags: the completed file, or the fields they refuse."""

from __future__ import annotations

import pathlib
import re
import subprocess
import tempfile
import typing as t

import yaml
from join_cases import DOCUMENTS, FLAGS
from namespaces import without_log_lines

GOLDENS = pathlib.Path(__file__).parent / "goldens/join_configuration"

_PHASES = (
    "preflight,control-plane-prepare,check-etcd,kubelet-start,etcd-join,kubelet-wait-bootstrap,control-plane-join,"
    "wait-control-plane"
)
_FIELD = re.compile(
    r"(?:\A|[\[ ])([a-zA-Z][a-zA-Z.\-\[\]0-9]*): (?:Invalid value|Required value|Forbidden)"
    r"|unknown field \"([^\"]+)\""
    r"|Go struct field \w+\.(\S+) of"
    r"|line [0-9]+: key \"([^\"]+)\""
)


def regenerate_join_answers(binaries: t.Mapping[str, str], render: t.Callable[[t.Any], str]) -> None:
    """Write the goldens anew, a file a case; ``binaries`` are kubeadm's paths by minor version, ``render`` writes YAML."""
    for kind, cases in (("documents", DOCUMENTS), ("flags", FLAGS)):
        folder = GOLDENS / kind
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob("*.yaml"):
            path.unlink()
        for name, case in cases.items():
            ask = _ask_about_document if kind == "documents" else _ask_about_flags
            answers = _grouped({minor: ask(binary, case) for minor, binary in binaries.items()})
            (folder / f"{name}.yaml").write_text(render({"case": case, "answers": answers}))


def _grouped(answers: dict[str, dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Minors with the same answer together."""
    groups: list[dict[str, t.Any]] = []
    for minor, answer in answers.items():
        same = next((group for group in groups if {**group, "kubeadm": None} == {**answer, "kubeadm": None}), None)
        if same is None:
            groups.append({"kubeadm": [minor], **answer})
        else:
            same["kubeadm"].append(minor)
    return groups


def _ask_about_document(binary: str, text: str) -> t.Any:
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        allowed = ["--allow-experimental-api"] if "/v1\n" in text else []
        run = _run([binary, "config", "migrate", "--old-config", file.name, *allowed])
        if run.returncode != 0:
            return _refusal(run.stderr)
        # `migrate` takes files that `join` refuses: those of other kinds, and of rules that flags are part of. A joining
        # control plane is left out: it would ask the cluster.
        if not allowed and "controlPlane:" not in text:
            joined = _run([binary, "join", "--config", file.name, "--skip-phases", _PHASES])
            if joined.returncode != 0:
                return _refusal(joined.stderr)
        documents = yaml.safe_load_all(run.stdout)
        return {"completed": next(document for document in documents if document["kind"] == "JoinConfiguration")}


def _ask_about_flags(binary: str, arguments: t.Sequence[str]) -> t.Any:
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(DOCUMENTS["plain"])
        file.flush()
        named = [file.name if argument == "FILE" else argument for argument in arguments]
        run = _run([binary, "join", *named, "--skip-phases", _PHASES])
    return {"accepted": True} if run.returncode == 0 else _refusal(run.stderr)


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """In a network of its own, so that nothing is asked of anybody."""
    alone = ["unshare", "--mount", "--net", "--uts", "sh", "-c", 'hostname differential; exec "$@"', "sh", *command]
    return subprocess.run(alone, capture_output=True, text=True, check=False, timeout=60)


def _refusal(output: str) -> dict[str, t.Any]:
    """What follows `error:`, or is there without it, without the hint at --v, and the fields that it names."""
    text = without_log_lines(output)
    begin = re.search("^error: ", text, re.MULTILINE)
    reason = text[begin.end() if begin else 0 :].split("To see the stack trace")[0].strip()
    reason = re.sub(r"/\S*tmp\S*\.yaml", "FILE", reason)
    return {"refused": reason, "fields": list(dict.fromkeys("".join(found) for found in _FIELD.findall(reason)))}
