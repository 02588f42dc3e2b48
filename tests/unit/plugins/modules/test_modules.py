# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules take what they document, and all run in one way."""

from __future__ import annotations

import importlib
import typing as t

import pytest
import yaml
from ansible.module_utils import basic
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible import module as adapter
from ansible_collections.kubejoin.kubeadm.tests.unit.support.documentation import (
    ENTRIES,
    MODULES,
    PACKAGE,
    options_of,
    outline,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import REPOSITORY


class CapturedError(Exception):
    """Ends a module where it would start to work."""


@pytest.mark.parametrize("name", MODULES)
def test_the_argument_spec_is_the_documentation(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names, types, defaults, choices and suboptions; options that hold a token are marked as secret."""
    seen: dict[str, t.Any] = {}

    def capture(**spec: t.Any) -> t.NoReturn:
        seen.update(spec)
        raise CapturedError

    monkeypatch.setattr(adapter, "AnsibleModule", capture)
    loaded = importlib.import_module(f"{PACKAGE}.modules.{name}")
    with pytest.raises(CapturedError):
        loaded.main()
    documented = options_of(yaml.safe_load(loaded.DOCUMENTATION))
    assert outline(seen["argument_spec"], "options") == outline(documented, "suboptions")
    assert seen["supports_check_mode"]
    secret = {option for option, spec in seen["argument_spec"].items() if spec.get("no_log")}
    also = ("discovery_kubeconfig", "certificate_key", "shared_certificates")
    assert secret == {option for option in documented if option.endswith("token") or option in also}
    for text in (loaded.EXAMPLES, loaded.RETURN):
        assert yaml.safe_load(text)


def test_the_adapter_is_what_modules_run_by() -> None:
    """No module makes an AnsibleModule of its own."""
    for name in MODULES:
        loaded = importlib.import_module(f"{ENTRIES}.{name}")
        assert not any(value is basic.AnsibleModule for value in vars(loaded).values())


def test_the_modules_of_an_action_group_have_its_option() -> None:
    """And every module that has it is in the group, and says so."""
    groups = yaml.safe_load((REPOSITORY / "meta/runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    documented = {
        name: yaml.safe_load(importlib.import_module(f"{PACKAGE}.modules.{name}").DOCUMENTATION) for name in MODULES
    }
    assert set(groups) == {"cluster"}
    for group, members in groups.items():
        assert members == [name for name in MODULES if group in options_of(documented[name])]
        fragment = f"kubejoin.kubeadm.attributes.{group}"
        assert members == [name for name in MODULES if fragment in documented[name]["extends_documentation_fragment"]]
