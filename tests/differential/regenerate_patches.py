# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the golden files of patches anew with real kubeadm binaries.

    python tests/differential/regenerate_patches.py FOLDER...

It needs what regenerate.py needs. What kubeadm wrote is kept as its difference from what it writes without patches,
which is in goldens/patches/before; minors with the same answer share it.
"""

from __future__ import annotations

import concurrent.futures
import difflib
import pathlib
import typing as t

from cases import Case
from minors import MINORS
from namespaces import run_inside
from patch_cases import PATCH_CASES, PatchCase
from regenerate import find_binaries, make_job, render, shorten_error
from regenerate_manifests import parse_options

_HERE = pathlib.Path(__file__).parent
_GOLDENS = _HERE / "goldens" / "patches"


def main() -> None:
    binaries = find_binaries(parse_options(__doc__ or "").folders)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = dict(zip(MINORS, pool.map(lambda minor: _ask(binaries, minor), MINORS)))
    before = {
        (minor, case.target): answer["file"]
        for minor in MINORS
        for case, answer in zip(PATCH_CASES, answers[minor])
        if case.directory is None
    }
    for path in _GOLDENS.glob("**/*.yaml"):
        path.unlink()
    for (minor, target), text in before.items():
        path = _GOLDENS / "before" / minor / f"{target}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for number, case in enumerate(PATCH_CASES):
        if case.directory is not None:
            _write(case, {minor: _change_made(answers[minor][number], before[minor, case.target]) for minor in MINORS})


def _ask(binaries: dict[str, tuple[str, str]], minor: str) -> list[dict[str, t.Any]]:
    """What kubeadm of one minor makes of every case, in their order."""
    cases = [{"target": case.target, "files": dict(case.files), "directory": case.directory} for case in PATCH_CASES]
    job = {**make_job(binaries, minor, Case("patches")), "patches": cases}
    answers: list[dict[str, t.Any]] = run_inside(str(_HERE / "sandbox.py"), "ROOT", job=job)["patched"]
    print(f"{minor}: {len(cases)} cases")
    return answers


def _change_made(answer: dict[str, t.Any], before: str) -> dict[str, t.Any]:
    """An answer as the golden has it."""
    if "error" in answer:
        return {"error": shorten_error(answer["error"])[:300]}
    return {"changes": list_changes(before, answer["file"]), "said": answer["said"]}


def list_changes(before: str, after: str) -> list[dict[str, t.Any]]:
    """Each change by the line where it starts, the lines that go, and those that come."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    codes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [
        {"at": start, "gone": "".join(old[start:end]), "come": "".join(new[first:last])}
        for tag, start, end, first, last in codes
        if tag != "equal"
    ]


def group_answers(answers: t.Mapping[str, dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Minors with the same answer together."""
    groups: list[dict[str, t.Any]] = []
    for minor, answer in answers.items():
        same = next((group for group in groups if {**group, "minors": None} == {"minors": None, **answer}), None)
        if same is None:
            groups.append({"minors": [minor], **answer})
        else:
            same["minors"].append(minor)
    return groups


def _write(case: PatchCase, answers: dict[str, dict[str, t.Any]]) -> None:
    groups = group_answers(answers)
    golden = {"target": case.target, "directory": case.directory, "files": dict(case.files), "answers": groups}
    (_GOLDENS / f"{case.name}.yaml").write_text(render(golden))


if __name__ == "__main__":
    main()
