# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the golden files anew with real kubeadm binaries.

    python tests/differential/regenerate.py [--only CASE] FOLDER...

Every file called `kubeadm` under the folders is asked for its version; one of each minor in minors.MINORS is needed. It
needs root, unshare and ip, and Go for what its libraries say (--only leaves that out). Nothing is written outside the
repository.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import pathlib
import sys
import typing as t

import yaml
from api_types import list_kubelet_types, regenerate_types
from cases import CASES, Case
from join_answers import regenerate_join_answers
from libraries import regenerate_addresses, regenerate_patch_answers, regenerate_texts
from minors import MINORS
from namespaces import run_inside, version_of, without_log_lines

_HERE = pathlib.Path(__file__).parent
_GOLDENS = _HERE / "goldens"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="CASE", help="a part of the names of the cases to run")
    parser.add_argument("folders", metavar="FOLDER", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    binaries = find_binaries(options.folders)
    if options.only is None:
        regenerate_types({minor: binaries[minor][1] for minor in MINORS})
        regenerate_patch_answers(binaries[MINORS[-1]][1])
        regenerate_texts(binaries[MINORS[-1]][1])
        regenerate_addresses(binaries[MINORS[-1]][1])
        regenerate_join_answers({minor: binaries[minor][0] for minor in MINORS}, render)
    jobs = [
        (minor, case) for case in CASES for minor in case.minors if options.only is None or options.only in case.name
    ]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for line in pool.map(lambda job: _regenerate(binaries, *job), jobs):
            print(line)
    if options.only is None:
        current = {_path(minor, case) for minor, case in jobs}
        for path in {*_GOLDENS.glob("1.*/*.yaml")} - current:
            path.unlink()


def find_binaries(folders: t.Sequence[pathlib.Path], minors: t.Sequence[str] = MINORS) -> dict[str, tuple[str, str]]:
    """By minor: a binary and its version."""
    found = {}
    for path in (path.resolve() for folder in folders for path in sorted(folder.rglob("kubeadm")) if path.is_file()):
        version, minor = version_of(str(path))
        found[minor] = (str(path), version)
    missing = [minor for minor in minors if minor not in found]
    if missing:
        sys.exit(f"there is no kubeadm {', '.join(missing)} under {', '.join(map(str, folders))}")
    return found


def _regenerate(binaries: dict[str, tuple[str, str]], minor: str, case: Case) -> str:
    job = make_job(binaries, minor, case)
    seen = run_inside(str(_HERE / "sandbox.py"), "ROOT", job=job)
    golden = {
        "kubeadm": job["version"],
        "cluster_configuration": seen["cluster_configuration"],
        "kubelet_configuration": seen["kubelet_configuration"],
        "host": {name: job[name] for name in ("hostname", "systemd_resolved", "kubelet_version")},
        "node": {name: job[name] for name in ("node_name", "cri_socket", "taints", "extra_args")},
        "files": seen["files"],
    }
    if seen.get("annotations"):
        golden["annotations"] = seen["annotations"]
    if "error" in seen:
        golden["error"] = shorten_error(seen["error"])
    path = _path(minor, case)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(golden))
    return f"{minor} {case.name}: {golden.get('error', 'joined')}"


def _path(minor: str, case: Case) -> pathlib.Path:
    return _GOLDENS / minor / f"{case.name}.yaml"


def make_job(binaries: dict[str, tuple[str, str]], minor: str, case: Case) -> dict[str, t.Any]:
    joiner, version = binaries[minor]
    uploader, uploaded_version = binaries[case.uploaded_by or minor]
    edit_cluster = [*case.edit_cluster]
    if uploaded_version != version:
        edit_cluster.append((f"kubernetesVersion: {uploaded_version}", f"kubernetesVersion: {version}"))
    return {
        "uploader": uploader,
        "joiner": joiner,
        "version": version,
        "init": _init_documents(case, uploaded_version),
        "edit_cluster": edit_cluster,
        "edit_kubelet": [*case.edit_kubelet],
        "kubelet": _every_field(version, case.every_field) if case.every_field else None,
        "hostname": case.hostname,
        "systemd_resolved": case.systemd_resolved,
        "kubelet_version": binaries[case.kubelet_minor or minor][1],
        "node_name": case.node_name,
        "cri_socket": case.cri_socket,
        "taints": [*case.taints],
        "extra_args": [list(pair) for pair in case.extra_args],
    }


_FILLED = {
    "string": "text",
    "bool": True,
    "int32": 7,
    "int64": 7,
    "uint32": 7,
    "float64": 0.5,
    "Duration": "90s",
    "TimeOrMetaDuration": "90s",
    "Quantity": "1024Ki",
    "QuantityValue": "1024Ki",
    "Time": "2026-01-01T00:00:00Z",
}
_EMPTY = {
    **{kind: type(value)() for kind, value in _FILLED.items()},
    **{kind: _FILLED[kind] for kind in ("Quantity", "QuantityValue", "Time")},
    "Duration": "0s",
    "TimeOrMetaDuration": "0s",
}


def _every_field(version: str, how: str) -> str:
    """A KubeletConfiguration with all fields that a version has, each with a value of its type, full or empty."""
    scalars = _FILLED if how == "filled" else _EMPTY

    types = list_kubelet_types(version)

    def value_of(kind: str) -> t.Any:
        if kind.startswith("*"):
            return value_of(kind[1:])
        if kind.startswith("[]"):
            return [value_of(kind[2:])] if how == "filled" else []
        if kind.startswith("map[string]"):
            return {"key": value_of(kind[len("map[string]") :])} if how == "filled" else {}
        return struct(kind) if kind in types else scalars[kind]

    def struct(kind: str) -> dict[str, t.Any]:
        return {name: value_of(inner) for name, inner, *_tags in types[kind]}

    value = struct("KubeletConfiguration")
    return json.dumps({**value, "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration"})


def _init_documents(case: Case, version: str) -> list[dict[str, t.Any]]:
    kubeadm = "kubeadm.k8s.io/v1beta4"
    return [
        {
            "apiVersion": kubeadm,
            "kind": "InitConfiguration",
            "localAPIEndpoint": {"advertiseAddress": "192.0.2.1"},
            "nodeRegistration": {"name": case.node_name, "criSocket": case.cri_socket},
        },
        {"apiVersion": kubeadm, "kind": "ClusterConfiguration", "kubernetesVersion": version, **case.cluster},
        {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", **case.kubelet},
    ]


def shorten_error(error: str) -> str:
    """What kubeadm gave as the reason, without its log lines."""
    lines = [line for line in without_log_lines(error).splitlines() if line.strip()]
    start = next((at for at, line in enumerate(lines) if line.startswith("error:")), 0)
    return "\n".join(line for line in lines[start:] if "stack trace" not in line)


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as they are, so that people can read the goldens and their differences."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)


def render(golden: dict[str, t.Any]) -> str:
    text: str = yaml.dump(golden, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
    return text


if __name__ == "__main__":
    main()
