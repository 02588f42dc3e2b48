# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes the place of a host's Python: records what a module is started with, and prints what a test wants instead of running it."""

from __future__ import annotations

import ast
import json
import pathlib
import re
import sys
import time
import typing as t

HOST, FOLDER, FILES = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
#: If a test has created this folder, the control planes keep the Secrets of invitations there, also from play to play.
SECRETS = FOLDER / "secrets"


def main() -> int:
    source = pathlib.Path(FILES[0]).read_text(encoding="utf-8") if FILES else sys.stdin.read()
    # The second of each alternative is how ansible-core before 2.19 writes it.
    module = re.findall(r"(?:module_fqn|mod_name)='([^']+)'", source)[-1].rpartition(".")[2]
    text = re.findall(r"""^ *(?:params=|ANSIBALLZ_PARAMS = )(['"].*['"]),?$""", source, re.MULTILINE)[-1]
    arguments = json.loads(ast.literal_eval(text))["ANSIBLE_MODULE_ARGS"]
    own = {name: value for name, value in arguments.items() if not name.startswith("_ansible")}
    is_check = bool(arguments.get("_ansible_check_mode"))
    if module != "node":
        return finish(answer_call(module, own, is_check=is_check))
    results: list[dict[str, t.Any]] = []
    for step in own["steps"]:
        if step["always"] or not any(result.get("failed") for result in results):
            results.append(answer_call(step["module"], step["arguments"], is_check=is_check))
            if not results[-1]:
                return finish({})
    return finish({"results": results})


def answer_call(module: str, own: dict[str, t.Any], *, is_check: bool) -> dict[str, t.Any]:
    """What this host answers to one call of a module; empty if it answers nothing."""
    answers = json.loads((FOLDER / "answers.json").read_text(encoding="utf-8"))[HOST].get(module, default(module, own))
    number = record([HOST, module, own, FILES, is_check])
    answer: dict[str, t.Any] = answers[min(number, len(answers) - 1)] if isinstance(answers, list) else answers
    if "vanish" in answer:
        (FOLDER / f"gone-{HOST}").touch()
    if answer.pop("block", False):
        block()
    if answer.pop("work", False):
        work()
    if SECRETS.is_dir() and not answer.get("failed"):
        answer.update(keep_secrets(module, own))
    sys.stderr.write(answer.pop("stderr", ""))
    return answer


def default(module: str, own: dict[str, t.Any]) -> dict[str, t.Any]:
    """What a host answers unless a test wants something else: all nodes are Ready, and tokens are created and deleted."""
    if module == "nodes_info":
        nodes = [{"name": name, "level": "ready", "reason": "", "message": ""} for name in own["nodes"]]
        return {"changed": False, "nodes": nodes}
    if module == "bootstrap_token":
        token = own.get("token_id") or own["token"].partition(".")[0]
        return {"changed": True, "notes": [], "token": {"id": token, "state": own.get("state", "present")}}
    return {"changed": False}


def finish(answer: dict[str, t.Any]) -> int:
    sys.stdout.write(json.dumps(answer) if answer else "")
    return 1 if not answer or answer.get("failed") else 0


def block() -> None:
    """Say that this host is at work, and go on as soon as a test wants it."""
    (FOLDER / f"blocked-{HOST}").touch()
    for _round in range(1200):
        if (FOLDER / "go").exists():
            return
        time.sleep(0.05)


def work() -> None:
    """Take a while, and record how many hosts are at work when this one begins."""
    own = FOLDER / f"at-work-{HOST}"
    own.touch()
    with (FOLDER / "levels").open("a", encoding="utf-8") as stream:
        stream.write(f"{HOST} {len(list(FOLDER.glob('at-work-*')))}\n")
    time.sleep(1)
    own.unlink()


def keep_secrets(module: str, own: dict[str, t.Any]) -> dict[str, t.Any]:
    """Do to the Secrets of invitations what the modules of a control plane do; returns what is listed."""
    token = own.get("token_id") or (own.get("token") or "").split(".")[0]
    name = {"bootstrap_token": f"bootstrap-token-{token}", "shared_certificates_upload": own.get("name")}.get(module)
    if name and own.get("state") == "absent":
        (SECRETS / name).unlink(missing_ok=True)
    elif name:
        listed = {"name": name, "uid": f"uid of {name}", "resource_version": "7"}
        entry = {"secret": listed, **own["run"], "run": own["run"]["id"], "expires": "later", "expired": False}
        (SECRETS / name).write_text(json.dumps(entry), encoding="utf-8")
    elif module == "invitations":
        for secret in own["secrets"]:
            (SECRETS / secret["name"]).unlink()
    elif module == "cluster_discovery_info":
        return {"invitations": [json.loads(path.read_text(encoding="utf-8")) for path in sorted(SECRETS.iterdir())]}
    return {}


def record(call: list[object]) -> int:
    """Append a call; returns the number of earlier ones of the same module on the same host."""
    path = FOLDER / f"calls-{HOST}"
    with path.open("a+", encoding="utf-8") as stream:
        stream.seek(0)
        number = sum(json.loads(line)[:2] == call[:2] for line in stream)
        stream.write(json.dumps(call) + "\n")
    return number


if __name__ == "__main__":
    sys.exit(main())
