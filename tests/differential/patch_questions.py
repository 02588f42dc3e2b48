# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents and patches by chance, always the same ones, for the libraries that kubeadm applies patches with."""

from __future__ import annotations

import json
import random
import typing as t

__all__ = ("PATCH_QUESTIONS",)

# A text stands for a scalar, a list for a list: of texts, or of structs with the key that is their first field.
_POD = {
    "metadata": {"labels": {"a": "", "b": ""}, "finalizers": [""], "ownerReferences": [{"uid": "", "name": ""}]},
    "spec": {
        "containers": [
            {
                "name": "",
                "image": "",
                "command": [""],
                "env": [{"name": "", "value": ""}],
                "volumeMounts": [{"mountPath": "", "name": ""}],
                "resources": {"limits": {"cpu": ""}},
            }
        ],
        "volumes": [{"name": "", "hostPath": {"path": "", "type": ""}, "emptyDir": {}}],
        "tolerations": [{"key": "", "effect": ""}],
        "securityContext": {"seccompProfile": {"type": "", "localhostProfile": ""}},
        "unknown": {"x": ""},
    },
}
_KUBELET = {
    "maxPods": "",
    "evictionHard": {"a": "", "b": ""},
    "staticPodURLHeader": {"a": [""], "b": [""]},
    "authentication": {"anonymous": {"enabled": ""}, "webhook": {"cacheTTL": "", "enabled": ""}},
    "clusterDNS": [""],
    "registerWithTaints": [{"key": "", "effect": ""}],
    "unknown": [""],
}


class _Chance:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def question(self) -> dict[str, str]:
        kind = self._random.choice(("json", "json", "merge", "strategic", "strategic", "strategic"))
        target, schema = self._random.choice((("pod", _POD), ("kubeletconfiguration", _KUBELET)))
        if kind == "strategic":
            document, patch = self._struct(schema, patches=False), self._struct(schema, patches=True)
        else:
            document = {key: self._value(3) for key in "ab"}
            patch = self._struct({"a": {"b": ""}}, patches=False) or self._value(3)
            patch = [self._operation() for _ in range(self._random.randint(1, 2))] if kind == "json" else patch
        return {"type": kind, "target": target, "document": json.dumps(document), "patch": json.dumps(patch)}

    def _one_of(self, *values: t.Any) -> t.Any:
        return self._random.choice(values)

    def _happens(self, share: float) -> bool:
        return self._random.random() < share

    def _value(self, depth: int) -> t.Any:
        if depth == 0 or self._happens(0.4):
            return self._one_of(None, True, False, 0, 1, 1.5, "", "a", "1", "-")
        if self._happens(0.6):
            return {self._one_of("a", "b", "0", "~", "/"): self._value(depth - 1) for _ in range(3)}
        return [self._value(depth - 1) for _ in range(self._random.randint(0, 3))]

    def _operation(self) -> dict[str, t.Any]:
        operation = {"op": self._one_of("add", "remove", "replace", "move", "copy", "test"), "path": self._pointer()}
        return {**operation, "from": self._pointer(), "value": self._value(2)}

    def _pointer(self) -> str:
        parts = (self._one_of("a", "b", "0", "1", "-1", "-", "~0", "~1", "2", "01") for _ in range(2))
        first = self._one_of("a", "b", "a", "b", "~1")
        return "".join(f"/{part}" for part in [first, *parts][: self._one_of(0, 1, 1, 1, 1, 2, 2, 3)])

    def _struct(self, schema: dict[str, t.Any], *, patches: bool, key: str = "") -> dict[str, t.Any]:
        result = {
            name: self._part(part, patches=patches and name != key)
            for name, part in schema.items()
            if name == key or self._happens(0.5)
        }
        if patches and self._happens(0.06):
            result["$patch"] = self._one_of("delete", "replace", "delete", "replace", "merge", 1)
        if patches and self._happens(0.05):
            result["$retainKeys"] = self._one_of([*result], [*schema][:1], "x")
        for name, part in schema.items() if patches else ():
            if not isinstance(part, list):
                continue
            items = result.get(name) if isinstance(result.get(name), list) else []
            if not items and isinstance(part[0], str) and self._happens(0.2):
                result.pop(name, None)
                result[f"$deleteFromPrimitiveList/{name}"] = self._list(part[0], patches=False) or ["w"]
            elif items and self._happens(0.2):
                result[f"$setElementOrder/{name}"] = self._order(part[0], items)
        return result

    def _order(self, element: t.Any, items: list[t.Any]) -> list[t.Any]:
        everything = [*items, *self._list(element, patches=False)]
        if isinstance(element, str):
            return [*dict.fromkeys(item for item in everything if isinstance(item, str))] or ["w"]
        key = next(iter(element))
        known = [item[key] for item in everything if isinstance(item, dict) and key in item and "$patch" not in item]
        return [{key: value} for value in dict.fromkeys(known)] or [{key: "w"}]

    def _part(self, schema: t.Any, *, patches: bool) -> t.Any:
        if patches and self._happens(0.06):
            return self._one_of(None, None, 1, "x", {}, {"a": None})
        if isinstance(schema, dict):
            return self._struct(schema, patches=patches)
        if isinstance(schema, list):
            return self._list(schema[0], patches=patches)
        return self._one_of("w", "x", "y", "z")

    def _list(self, element: t.Any, *, patches: bool) -> list[t.Any]:
        """No element twice: what the library makes of that is chance."""
        keys = self._random.sample("wxyz", self._random.randint(0, 4))
        if isinstance(element, str):
            return [*keys]
        name = next(iter(element))
        items = [{**self._struct(element, patches=patches, key=name), name: key} for key in keys]
        return [*items, self._one_of(None, 1, {}, [])] if patches and self._happens(0.03) else items


_CHANCE = _Chance(20260101)
PATCH_QUESTIONS = [_CHANCE.question() for _ in range(1000)]
