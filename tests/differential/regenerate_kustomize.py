# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write goldens/kustomize anew: what old kubeadm binaries made of static pods with `--experimental-kustomize`.

    python tests/differential/regenerate_kustomize.py FOLDER...

Every file called `kubeadm` under the folders is asked for its version; 1.18 and 1.19 are needed, which Go builds in the folders
kubeadm-1.18 and kubeadm-1.19 beside this file, in the first of them with

    go build -ldflags "-checklinkname=0 -X k8s.io/component-base/version.gitVersion=v1.18.19" k8s.io/kubernetes/cmd/kubeadm

It needs root, unshare and ip. What kubeadm wrote is kept as its difference from what it writes without patches, which is in
goldens/kustomize/before.
"""

from __future__ import annotations

import json
import pathlib
import re
import typing as t

from kustomize_cases import CHANCES, KUSTOMIZE_CASES, MINORS, TARGETS, KustomizeCase
from namespaces import run_inside
from regenerate import find_binaries, render
from regenerate_manifests import parse_options
from regenerate_patches import group_answers, list_changes

_HERE = pathlib.Path(__file__).parent
_GOLDENS = _HERE / "goldens/kustomize"


def main() -> None:
    binaries = find_binaries(parse_options(__doc__ or "").folders, MINORS)
    cases = [*(KustomizeCase(target, {}, target, directory=None) for target in TARGETS), *KUSTOMIZE_CASES, *CHANCES]
    answers = {minor: _ask(binaries[minor], cases) for minor in MINORS}
    for path in _GOLDENS.glob("**/*.yaml"):
        path.unlink()
    for minor in MINORS:
        for target in TARGETS:
            path = _GOLDENS / "before" / minor / f"{target}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(answers[minor][target]["file"])
    for case in KUSTOMIZE_CASES:
        _GOLDENS.joinpath(f"{case.name}.yaml").write_text(render({**_asked(case), "answers": _answers(case, answers)}))
    chances = [{**_asked(case), "answers": _answers(case, answers)} for case in CHANCES]
    _GOLDENS.joinpath("chances.json").write_text("[\n" + ",\n".join(json.dumps(chance) for chance in chances) + "\n]\n")


def _ask(binary: tuple[str, str], cases: t.Sequence[KustomizeCase]) -> dict[str, dict[str, t.Any]]:
    """What one kubeadm makes of every case, by their names."""
    path, version = binary
    job = {"binary": path, "version": version, "cases": [_asked(case) for case in cases]}
    answers = run_inside(str(_HERE / "kustomize_sandbox.py"), "ROOT", job=job)
    print(f"{version}: {len(cases)} cases")
    return {case.name: answer for case, answer in zip(cases, answers)}


def _asked(case: KustomizeCase) -> dict[str, t.Any]:
    return {
        "target": case.target,
        "directory": case.directory,
        "files": dict(case.files),
        "patches": dict(case.patches),
    }


def _answers(case: KustomizeCase, answers: t.Mapping[str, t.Mapping[str, dict[str, t.Any]]]) -> list[dict[str, t.Any]]:
    by_minor = {}
    for minor in case.minors:
        answer, before = answers[minor][case.name], answers[minor][case.target]
        by_minor[minor] = (
            shorten_answer(answer) if "error" in answer else {"changes": list_changes(before["file"], answer["file"])}
        )
    return group_answers(by_minor)


def shorten_answer(answer: t.Mapping[str, str]) -> dict[str, str]:
    """The line that says why, without what is another in every run."""
    found = re.search(r"^(?:error|panic).*", answer["error"], re.MULTILINE)
    return {"error": re.sub(r"0x[0-9a-f]+", "0x…", found[0] if found else answer["error"])[:300]}


if __name__ == "__main__":
    main()
