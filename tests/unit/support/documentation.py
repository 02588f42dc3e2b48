# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the plugins document, in a form to compare with what they take."""

from __future__ import annotations

import importlib
import typing as t

import yaml
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import PLUGINS

PACKAGE = "ansible_collections.kubejoin.kubeadm.plugins"
#: The code of the modules, for one execution of several.
ENTRIES = f"{PACKAGE}.module_utils._modules"
ACTIONS = sorted(path.stem for path in (PLUGINS / "action").glob("*.py"))
#: Those that run on the managed node.
MODULES = sorted({path.stem for path in (PLUGINS / "modules").glob("*.py")} - {*ACTIONS})


def options_of(documentation: dict[str, t.Any]) -> dict[str, t.Any]:
    """All options, those of fragments included."""
    options: dict[str, t.Any] = {}
    for fragment in documentation["extends_documentation_fragment"]:
        name, _dot, part = fragment.removeprefix("kubejoin.kubeadm.").partition(".")
        loaded = importlib.import_module(f"{PACKAGE}.doc_fragments.{name}").ModuleDocFragment
        options.update(yaml.safe_load(getattr(loaded, (part or "documentation").upper()))["options"])
    for name, option in documentation["options"].items():
        options[name] = {**options.get(name, {}), **option}
    return options


def options_of_module(name: str) -> dict[str, t.Any]:
    """All options of a module."""
    return options_of(yaml.safe_load(importlib.import_module(f"{PACKAGE}.modules.{name}").DOCUMENTATION))


def outline(options: t.Mapping[str, t.Any], nested: str) -> dict[str, t.Any]:
    """What documentation and argument spec both say of options."""
    keys = {"type": "str", "default": None, "choices": None, "elements": None, "required": False}
    return {
        name: {
            **{
                key: list(value) if isinstance(value := option.get(key, absent), tuple) else value
                for key, absent in keys.items()
            },
            "options": outline(option.get(nested, {}), nested),
        }
        for name, option in options.items()
    }
