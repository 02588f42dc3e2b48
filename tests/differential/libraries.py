# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Go's libraries answer: golden files for texts and patches."""

from __future__ import annotations

import json
import pathlib
import typing as t

from address_texts import ADDRESSES, HOST_PORTS, SUBNETS
from ask_go import ask_endpoints, ask_libraries
from authorities import make_authorities
from patch_questions import PATCH_QUESTIONS
from texts import DURATIONS, PARSED, QUANTITIES, RENDERED
from yaml_chances import list_yaml_chances

__all__ = (
    "regenerate_addresses",
    "regenerate_authorities",
    "regenerate_patch_answers",
    "regenerate_texts",
    "regenerate_yaml",
)

_HERE = pathlib.Path(__file__).parent


def regenerate_texts(version: str) -> None:
    """goldens/text: what each text is to Go; an answer without a result is a refusal."""
    questions = {"parse": PARSED, "render": RENDERED, "duration": DURATIONS, "quantity": QUANTITIES}
    for what, texts in questions.items():
        answers = ask_libraries(version, what, "".join(json.dumps(text) + "\n" for text in texts)).splitlines()
        goldens = [{"text": text, **json.loads(answer)} for text, answer in zip(texts, answers)]
        path = _HERE / "goldens" / "text" / f"{what}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = ",\n".join(json.dumps(golden) for golden in goldens)
        path.write_text(f"[\n{lines}\n]\n")
    regenerate_yaml(version)
    regenerate_authorities(version)


def regenerate_yaml(version: str) -> None:
    """goldens/text/yaml.json: YAML by chance as Go reads it; `strict` is true where it also has no key twice."""
    texts = list_yaml_chances(4000)
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    answers = (map(json.loads, ask_libraries(version, what, lines).splitlines()) for what in ("read", "parse"))
    goldens = (
        {"text": text, **({"result": read["result"], "strict": "result" in strict} if "result" in read else {})}
        for text, read, strict in zip(texts, *answers)
    )
    path = _HERE / "goldens" / "text" / "yaml.json"
    path.write_text("[\n" + ",\n".join(json.dumps(golden) for golden in goldens) + "\n]\n")


def regenerate_authorities(version: str) -> None:
    """goldens/text/authority.json: CAs by the types of their keys; one without a result is of no use to Kubernetes."""
    authorities = make_authorities()
    lines = "".join(json.dumps(pem) + "\n" for pem in authorities.values())
    answers = (json.loads(answer) for answer in ask_libraries(version, "authority", lines).splitlines())
    goldens = {
        kind: {"text": pem, "result": answer.get("result")} for (kind, pem), answer in zip(authorities.items(), answers)
    }
    path = _HERE / "goldens" / "text" / "authority.json"
    path.write_text(json.dumps(goldens, indent=1) + "\n")


def regenerate_addresses(version: str) -> None:
    """goldens/text: what each address, subnet, and host with a port is to Kubernetes; null is a refusal."""
    _write_addresses("address", ADDRESSES, lambda lines: ask_libraries(version, "address", lines))
    _write_addresses("subnet", SUBNETS, lambda lines: ask_libraries(version, "subnet", lines))
    _write_addresses("host_port", HOST_PORTS, ask_endpoints)


def _write_addresses(what: str, texts: t.Sequence[str], ask: t.Callable[[str], str]) -> None:
    answers = ask("".join(json.dumps(text) + "\n" for text in texts)).splitlines()
    results = {text: json.loads(answer).get("result") for text, answer in zip(texts, answers)}
    path = _HERE / "goldens" / "text" / f"{what}.json"
    path.write_text(json.dumps(results, indent=0) + "\n")


def regenerate_patch_answers(version: str) -> None:
    """goldens/patches/answers.json: what the libraries make of patches; an answer without a result is a refusal."""
    lines = "".join(json.dumps(json.dumps(question)) + "\n" for question in PATCH_QUESTIONS)
    answers = [json.loads(answer) for answer in ask_libraries(version, "patch", lines).splitlines()]
    goldens = [
        {**question, **({"result": answer["result"]} if "result" in answer else {})}
        for question, answer in zip(PATCH_QUESTIONS, answers)
    ]
    path = _HERE / "goldens" / "patches" / "answers.json"
    path.write_text("[\n" + ",\n".join(json.dumps(golden) for golden in goldens) + "\n]\n")
