# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for every action of the controller."""

from __future__ import annotations

import importlib

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.tests.unit.support.documentation import ACTIONS, PACKAGE, options_of, outline


@pytest.mark.parametrize("name", [name for name in ACTIONS if name != "node"])
def test_the_argument_spec_of_an_action_is_the_documentation(name: str) -> None:
    """All but `node`, which has no options of its own. What runs on the controller is documented by the module of its name."""
    spec = importlib.import_module(f"{PACKAGE}.action.{name}").ActionModule.spec
    documentation = importlib.import_module(f"{PACKAGE}.modules.{name}").DOCUMENTATION
    assert outline(spec, "options") == outline(options_of(yaml.safe_load(documentation)), "suboptions")
