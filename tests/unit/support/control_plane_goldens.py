# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What real kubeadm binaries wrote on joining control planes (tests/differential/regenerate_manifests.py and _certificates)."""

from __future__ import annotations

import datetime
import functools
import typing as t

import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.local_node import ControlPlaneNode
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.go_quantities import parse_duration
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import GOLDENS


@functools.cache
def load(folder: str, name: str) -> dict[str, t.Any]:
    text = (GOLDENS / folder / f"{name}.yaml").read_text(encoding="utf-8")
    return t.cast("dict[str, t.Any]", yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


@functools.cache
def answers(folder: str) -> list[tuple[str, str]]:
    """Every case with every minor that answered it without an error."""
    return [(name, minor) for name, minor in _cases(folder) if "error" not in values(folder, name, minor)]


@functools.cache
def refusals(folder: str) -> list[tuple[str, str]]:
    """Every case with every minor that refused it."""
    return [(name, minor) for name, minor in _cases(folder) if "error" in values(folder, name, minor)]


def _cases(folder: str) -> list[tuple[str, str]]:
    names = sorted(path.stem for path in (GOLDENS / folder).glob("*.yaml") if path.stem != "versions")
    return [
        (name, minor)
        for name in names
        for minor in sorted(minors_of(load(folder, name)["values"]["cluster_configuration"], folder))
    ]


def minors_of(groups: t.Any, folder: str) -> list[str]:
    if groups == "defaults":
        groups = load(folder, "defaults")["values"]["cluster_configuration"]
    return [minor for group in groups for minor in group["minors"]]


def values(folder: str, name: str, minor: str) -> dict[str, t.Any]:
    """What one binary answered in one case, as it was."""
    usual = load(folder, "defaults")["values"]
    found = {}
    for key, groups in load(folder, name)["values"].items():
        for group in usual[key] if groups == "defaults" else groups:
            if minor in group["minors"]:
                found[key] = group["value"]
    return found


def node(case: t.Mapping[str, t.Any]) -> ControlPlaneNode:
    given = case["node"]
    timeout = case["timeouts"].get("controlPlaneComponentHealthCheck", "4m")
    return ControlPlaneNode(
        name=given["name"],
        advertise_address=given["advertise_address"],
        bind_port=given["bind_port"],
        ca_folders=frozenset(case["folders"]),
        environment=case["environment"],
        has_ca_key=not case["external_ca"],
        health_timeout=datetime.timedelta(seconds=parse_duration(timeout)),
    )
