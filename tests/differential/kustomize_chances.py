# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several patches for one static pod by chance, always the same ones: which of them are in each other's way.

What old kubeadm binaries get wrong is left out, as there are cases for it: nulls where there is nothing to take away, elements
with `$patch` and orders of elements in one of several patches, lists that are empty in both of two.
"""

from __future__ import annotations

import json
import random
import typing as t

__all__ = ("list_chances",)

_NAME = "kube-scheduler"
_TARGET = {"version": "v1", "kind": "Pod", "name": _NAME, "namespace": "kube-system"}


def list_chances(count: int) -> list[dict[str, str]]:
    """Folders of kustomize, by the paths of their files."""
    chance = _Chance(1)
    return [chance.folder() for _number in range(count)]


class _Chance:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def folder(self) -> dict[str, str]:
        number = self._random.choice((0, 1, 2, 2, 2, 3))
        strategic = [self._pod(is_alone=number == 1) for _ in range(number)]
        operations = [self._operations() for _ in range(self._random.choice((0, 0, 0, 1, 2, 3)))]
        names = [f"s{number}.yaml" for number in range(len(strategic))]
        entries = [{"target": _TARGET, "path": f"j{number}.yaml"} for number in range(len(operations))]
        kustomization = {"patchesStrategicMerge": names, "patchesJson6902": entries}
        files = {"kustomization.yaml": kustomization, **dict(zip(names, strategic))}
        files.update({entry["path"]: patch for entry, patch in zip(entries, operations)})
        return {name: json.dumps(value) for name, value in files.items()}

    def _happens(self, share: float) -> bool:
        return self._random.random() < share

    def _one_of(self, *values: t.Any) -> t.Any:
        return self._random.choice(values)

    def _pod(self, *, is_alone: bool) -> dict[str, t.Any]:
        metadata: dict[str, t.Any] = {"name": _NAME, "namespace": "kube-system"}
        if self._happens(0.4):
            metadata["labels"] = {self._one_of("a", "tier"): self._one_of("b", "c") for _ in range(2)}
        if self._happens(0.2):
            metadata["finalizers"] = self._some("a", "b", "c") or ["a"]
        spec: dict[str, t.Any] = {}
        if self._happens(0.7):
            spec["containers"] = [self._container(is_alone=is_alone)]
        if self._happens(0.3):
            volumes = self._some("kubeconfig", "v", "w")
            spec["volumes"] = [{"name": name, "emptyDir": self._one_of({}, {"medium": "Memory"})} for name in volumes]
        if self._happens(0.2):
            spec["nodeSelector"] = {self._one_of("a", "b"): self._one_of("b", "c")}
        if is_alone and spec.get("volumes") and self._happens(0.5):
            spec["$setElementOrder/volumes"] = [
                {"name": name} for name in self._one_of(("v", "kubeconfig"), ("w", "v"))
            ]
        if self._happens(0.05):
            spec["$patch"] = self._one_of("replace", "delete")
        return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}

    def _container(self, *, is_alone: bool) -> dict[str, t.Any]:
        fields: dict[str, t.Any] = {"name": self._one_of(_NAME, _NAME, _NAME, "side")}
        for name, value in (
            ("image", self._one_of("a", "b")),
            ("command", self._some("a", "b")),
            ("env", [{"name": name, "value": self._one_of("a", "b")} for name in self._some("A", "B", "C")]),
            ("ports", [{"containerPort": self._one_of(1, 2), "name": self._one_of("a", "b")}]),
            (
                "resources",
                {"limits": {self._one_of("cpu", "memory"): self._one_of("1", "2")}, "requests": self._one_of({}, None)},
            ),
            ("livenessProbe", self._one_of(None, {"timeoutSeconds": self._one_of(1, 2)})),
        ):
            if self._happens(0.3):
                fields[name] = value
        if is_alone and self._happens(0.1):
            fields["$patch"] = self._one_of("replace", "delete")
        return fields

    def _some(self, *values: str) -> list[str]:
        return [value for value in values if self._happens(0.5)]

    def _operations(self) -> list[dict[str, t.Any]]:
        paths = ("/spec/priorityClassName", "/metadata/labels/a", "/metadata/labels/tier", "/spec/containers/0/command/-",
                 "/spec/containers/0/command/1", "/spec/containers/0/image", "/spec/schedulerName", "/metadata/annotations")  # fmt: skip
        operations = []
        for _ in range(self._one_of(1, 1, 2)):
            path = self._one_of(*paths)
            value: t.Any = {"a": "b"} if path.endswith("annotations") else self._one_of("a", "b")
            operation = self._one_of("add", "add", "replace", "remove", "test", "copy", "move")
            operations.append({"op": operation, "path": path, "from": self._one_of(*paths), "value": value})
        return operations
