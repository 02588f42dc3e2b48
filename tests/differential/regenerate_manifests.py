# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write goldens/manifests anew: the static pods of joining control planes as real kubeadm binaries write them.

    python tests/differential/regenerate_manifests.py [--only CASE] FOLDER...

Needs what regenerate.py needs, but not Go. With --only, the goldens of other cases stay as they are. Minors that write the same share one text: VERSION stands in it for the
binary's version, MINOR for its minor, ETCD for the tag of its etcd (`versions.yaml`). A text that is the same as in case
`defaults` is not repeated.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import pathlib
import re
import sys
import typing as t

from control_plane_case import ControlPlaneCase
from control_plane_cases import CASES
from minors import MINORS
from namespaces import run_inside
from regenerate import find_binaries, render, shorten_error

_HERE = pathlib.Path(__file__).parent
_GOLDENS = _HERE / "goldens/manifests"
_ETCD_TAG = re.compile(r"image: registry\.k8s\.io/etcd:(\S+)")

Answer = t.Dict[str, t.Any]
Answers = t.Dict[str, Answer]
ValuesOf = t.Callable[[str, Answer], t.Iterable[t.Tuple[str, t.Any]]]
Values = t.Dict[str, t.List[t.Dict[str, t.Any]]]


def main() -> None:
    options = parse_options(__doc__ or "")
    binaries, cases = find_binaries(options.folders), select_cases(CASES, options.only)
    answers = ask_all(cases, binaries, certificates=False)
    versions = {
        minor: {"kubernetes": binaries[minor][1], "etcd": _etcd_tag(answers[minor]["defaults"])} for minor in MINORS
    }

    write_goldens(_GOLDENS, cases, answers, masked_values(versions), keeps_others=bool(options.only))
    _GOLDENS.joinpath("versions.yaml").write_text(render(versions))


def masked_values(versions: t.Mapping[str, t.Mapping[str, str]]) -> ValuesOf:
    """The texts of answers, without the versions that they would differ in."""

    def mask(minor: str, text: str) -> str:
        text = text.replace(versions[minor]["kubernetes"], "VERSION").replace(f"v{minor}.", "vMINOR.")
        return text.replace(f"/etcd:{versions[minor]['etcd']}", "/etcd:ETCD")

    def values(minor: str, answer: Answer) -> t.Iterator[tuple[str, t.Any]]:
        yield "cluster_configuration", mask(minor, answer["cluster_configuration"])
        for name, text in answer.get("files", {}).items():
            yield name, mask(minor, text)
        if "error" in answer:
            yield "error", shorten_error(answer["error"])

    return values


def select_cases(cases: t.Sequence[ControlPlaneCase], only: str | None) -> t.Sequence[ControlPlaneCase]:
    """The cases with names in which the pattern is found, after the first one, with which the others are compared."""
    return [case for at, case in enumerate(cases) if not at or only is None or re.search(only, case.name)]


def parse_options(description: str, **others: str) -> argparse.Namespace:
    """The command line: folders with binaries, and before them other paths that are needed, by name and help."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, text in others.items():
        parser.add_argument(name, metavar=name.upper(), help=text, type=pathlib.Path)
    parser.add_argument("--only", metavar="CASE", help="a pattern for the names of the cases to run")
    parser.add_argument("folders", metavar="FOLDER", nargs="+", type=pathlib.Path)
    return parser.parse_args()


def ask_all(
    cases: t.Sequence[ControlPlaneCase],
    binaries: t.Mapping[str, tuple[str, str]],
    sandbox: str = "control_plane_sandbox.py",
    **job: t.Any,
) -> dict[str, Answers]:
    """By minor, then by case: what its binary wrote in a sandbox; ``job`` is what that wants to know as well."""

    def ask(minor: str) -> Answers:
        return ask_binary([case for case in cases if minor in case.minors], minor, binaries[minor], sandbox, job)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return dict(zip(MINORS, pool.map(ask, MINORS)))


def ask_binary(
    cases: t.Sequence[ControlPlaneCase], minor: str, binary: tuple[str, str], sandbox: str, job: t.Mapping[str, t.Any]
) -> Answers:
    """By case: what one binary wrote; ``binary`` is its path and its version."""
    path, version = binary
    jobs = [_job(case, minor, version) for case in cases]
    given = {**job, "binary": path, "version": version, "cases": jobs}
    return {case.name: answer for case, answer in zip(cases, run_inside(str(_HERE / sandbox), "ROOT", job=given))}


def _job(case: ControlPlaneCase, minor: str, version: str) -> dict[str, t.Any]:
    words = {"VERSION": version, "MINOR": f"v{minor}"}
    edits = [(old.replace("VERSION", version), _replace(new, words)) for old, new in case.edits]
    cluster = {"controlPlaneEndpoint": "cp.example.com:6443", **case.cluster}
    return {**dataclasses.asdict(case), "cluster": cluster, "edits": edits}


def _replace(text: str, words: t.Mapping[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def _etcd_tag(answer: t.Mapping[str, t.Any]) -> str:
    found = _ETCD_TAG.search(answer["files"]["etcd.yaml"])
    if found is None:
        sys.exit("the manifest of etcd has no image")
    return found[1]


def write_goldens(
    folder: pathlib.Path,
    cases: t.Sequence[ControlPlaneCase],
    answers: t.Mapping[str, Answers],
    values: ValuesOf,
    *,
    keeps_others: bool = False,
) -> None:
    """One file for each case: what was asked, and the named ``values`` of the answers, those of the same value together."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in () if keeps_others else folder.glob("*.yaml"):
        path.unlink()
    usual: Values = {}
    for case in cases:
        found: Values = {}
        for minor in case.minors:
            for name, value in values(minor, answers[minor][case.name]):
                _put(found.setdefault(name, []), minor, value)
        usual = usual or found
        golden = {**_asked(case), "values": found if found is usual else _without_usual(found, usual)}
        folder.joinpath(f"{case.name}.yaml").write_text(render(golden))


def _asked(case: ControlPlaneCase) -> dict[str, t.Any]:
    return {
        "node": dataclasses.asdict(case.node),
        "folders": list(case.folders),
        "environment": dict(case.environment),
        "timeouts": dict(case.timeouts),
        "external_ca": case.external_ca,
        "members": [dataclasses.asdict(member) for member in case.members],
    }


def _put(groups: list[dict[str, t.Any]], minor: str, value: t.Any) -> None:
    """One value for all minors that have the same."""
    for group in groups:
        if group["value"] == value:
            group["minors"].append(minor)
            return
    groups.append({"minors": [minor], "value": value})


def _without_usual(found: Values, usual: Values) -> dict[str, t.Any]:
    def by_minor(groups: list[dict[str, t.Any]]) -> dict[str, t.Any]:
        return {minor: group["value"] for group in groups for minor in group["minors"]}

    def is_usual(name: str) -> bool:
        ours, theirs = by_minor(found[name]), by_minor(usual.get(name, []))
        return all(minor in theirs and theirs[minor] == value for minor, value in ours.items())

    return {name: "defaults" if is_usual(name) else groups for name, groups in found.items()}


if __name__ == "__main__":
    main()
