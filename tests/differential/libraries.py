# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Go's libraries answer: the fields of KubeletConfiguration for the collection, and golden files for texts."""

from __future__ import annotations

import functools
import json
import os
import pathlib
import subprocess
import tempfile
import typing as t

from patch_questions import PATCH_QUESTIONS
from texts import DURATIONS, PARSED, QUANTITIES, RENDERED

__all__ = ("list_fields", "regenerate_fields", "regenerate_patch_answers", "regenerate_pod_fields", "regenerate_texts")

_HERE = pathlib.Path(__file__).parent
_FIELDS = _HERE.parents[1] / "plugins/module_utils/_formats/kubelet_fields.py"
_POD_FIELDS = _FIELDS.with_name("pod_fields.py")
_GO_MOD = """module oracle

go 1.26.0

require (
	k8s.io/api {version}
	k8s.io/apimachinery {version}
	k8s.io/kubelet {version}
	sigs.k8s.io/yaml v1.6.0
)
"""
_PAGE = '''{header}
# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The fields of KubeletConfiguration v1beta1, written by tests/differential/regenerate.py: do not edit.

One line a field: its path, its type in Go, `always` where it is written even when empty, and `in=` the minors of
Kubernetes that know it, where not all of them do.
"""

from __future__ import annotations

__all__ = ("FIELDS", "MINORS")

MINORS = ({minors})

FIELDS = """\\
{fields}
"""
'''
_POD_PAGE = '''{header}
# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The types of a Pod, written by tests/differential/regenerate.py: do not edit.

One line a type, then one for each field: its name, its type in Go, `always` where it is written even when empty, `strategy=`
and `key=` as its tags have them for strategic merge patches, and `in=` the minors of Kubernetes that know it, where not all
of them do.
"""

from __future__ import annotations

import functools

from .go_structs import Field, parse_types

__all__ = ("pod_fields",)


@functools.cache
def pod_fields(minor: str) -> dict[str, Field]:
    """The fields of a Pod that a minor such as `1.37` knows."""
    return parse_types(_TYPES, minor)


_TYPES = """\\
{types}
"""
'''


@functools.cache
def list_fields(version: str) -> list[tuple[str, str, str]]:
    """Path, type and options of each field of KubeletConfiguration in a version such as `v1.37.2`."""
    lines = _ask(version, "fields", "").splitlines()
    return [t.cast("tuple[str, str, str]", tuple(line.split(" "))) for line in lines]


def regenerate_fields(versions: t.Mapping[str, str]) -> None:
    """The table of the collection, from the types of each minor; ``versions`` has `v1.37.2` by `1.37`."""
    known_by: dict[str, list[str]] = {}
    order: list[str] = []
    for minor, version in versions.items():
        order = []
        for path, kind, options in list_fields(version):
            if options not in ("", "omitempty"):
                raise SystemExit(f"{version}: the field {path} has the options {options!r}, which nothing here knows")
            entry = f"{path} {kind}{'' if options else ' always'}"
            known_by.setdefault(entry, []).append(minor)
            order.append(entry)
    entries = sorted(known_by, key=lambda entry: (entry not in order, order.index(entry) if entry in order else 0))
    lines = [
        entry if len(known_by[entry]) == len(versions) else f"{entry} in={','.join(known_by[entry])}"
        for entry in entries
    ]
    header = "\n".join(pathlib.Path(__file__).read_text().splitlines()[:4])
    minors = ", ".join(f'"{minor}"' for minor in versions)
    _FIELDS.write_text(_PAGE.format(header=header, minors=minors, fields="\n".join(lines)))


def regenerate_pod_fields(versions: t.Mapping[str, str]) -> None:
    """The table of Pods, from the types of each minor; ``versions`` has `v1.37.2` by `1.37`."""
    known_by: dict[str, dict[str, list[str]]] = {}
    for minor, version in versions.items():
        for line in _ask(version, "pod", "").splitlines():
            if not line.startswith(" "):
                fields = known_by.setdefault(line, {})
                continue
            _, name, kind, options, strategy, key = line.split(" ")
            always = not options or (kind == "Time" and options == "omitempty")
            words = (name, kind, always and "always", strategy and f"strategy={strategy}", key and f"key={key}")
            fields.setdefault(" ".join(filter(None, words)), []).append(minor)
    lines = []
    for name, fields in known_by.items():
        lines.append(name)
        for entry, minors in fields.items():
            lines.append(f" {entry}" if len(minors) == len(versions) else f" {entry} in={','.join(minors)}")
    header = "\n".join(pathlib.Path(__file__).read_text().splitlines()[:4])
    _POD_FIELDS.write_text(_POD_PAGE.format(header=header, types="\n".join(lines)))


def regenerate_texts(version: str) -> None:
    """goldens/text: what each text is to Go; an answer without a result is a refusal."""
    questions = {"parse": PARSED, "render": RENDERED, "duration": DURATIONS, "quantity": QUANTITIES}
    for what, texts in questions.items():
        answers = _ask(version, what, "".join(json.dumps(text) + "\n" for text in texts)).splitlines()
        goldens = [{"text": text, **json.loads(answer)} for text, answer in zip(texts, answers)]
        path = _HERE / "goldens" / "text" / f"{what}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = ",\n".join(json.dumps(golden) for golden in goldens)
        path.write_text(f"[\n{lines}\n]\n")


def regenerate_patch_answers(version: str) -> None:
    """goldens/patches/answers.json: what the libraries make of patches; an answer without a result is a refusal."""
    lines = "".join(json.dumps(json.dumps(question)) + "\n" for question in PATCH_QUESTIONS)
    answers = [json.loads(answer) for answer in _ask(version, "patch", lines).splitlines()]
    goldens = [
        {**question, **({"result": answer["result"]} if "result" in answer else {})}
        for question, answer in zip(PATCH_QUESTIONS, answers)
    ]
    path = _HERE / "goldens" / "patches" / "answers.json"
    path.write_text("[\n" + ",\n".join(json.dumps(golden) for golden in goldens) + "\n]\n")


def _ask(version: str, word: str, questions: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "main.go").write_text((_HERE / "oracle/main.go").read_text())
        pathlib.Path(folder, "go.mod").write_text(_GO_MOD.format(version=version.replace("v1.", "v0.", 1)))
        subprocess.run(["go", "mod", "tidy"], cwd=folder, check=True, capture_output=True)
        command = ["go", "run", "-trimpath", "main.go", word]
        # Kubernetes is built without cgo too, so what is compiled for it is used again.
        environment = {**os.environ, "CGO_ENABLED": "0"}
        return subprocess.run(
            command, cwd=folder, env=environment, input=questions, check=True, stdout=subprocess.PIPE, text=True
        ).stdout
