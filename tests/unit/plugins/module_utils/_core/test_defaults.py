# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A default has one home, and code that cannot import it has the same value."""

from __future__ import annotations

import ast
import pathlib

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.node import NodeStatus
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core import defaults
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.go_quantities import parse_duration
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import CA_FILE
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.document import TIMEOUTS
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import PLUGINS, REPOSITORY

HOME = PLUGINS / "module_utils/_core/defaults.py"
#: What is written nowhere else, as numbers or as text. Smaller numbers mean many things.
VALUES = {
    defaults.ADMIN_CONF, defaults.CERTIFICATES_DIR, CA_FILE, defaults.API_SERVER_PORT, str(defaults.API_SERVER_PORT),
    defaults.NODE_TIMEOUT,
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(PLUGINS.rglob("*.py")), ids=lambda path: path.relative_to(PLUGINS).as_posix())
def test_a_default_is_written_once(path: pathlib.Path) -> None:
    """In code; the documentation of modules is compared with their options elsewhere."""
    found = [
        f"line {node.lineno}: {node.value!r}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and not isinstance(node.value, bool) and node.value in VALUES
    ]
    assert found == [] or path == HOME


def test_the_timeouts_are_those_of_a_join_configuration() -> None:
    """By the names of its fields."""
    assert {name: parse_duration(text) for name, text in TIMEOUTS.items() if name != "upgradeManifests"} == {
        "controlPlaneComponentHealthCheck": defaults.COMPONENT_TIMEOUT,
        "discovery": defaults.DISCOVERY_TIMEOUT,
        "etcdAPICall": defaults.ETCD_CALL_TIMEOUT,
        "kubeletHealthCheck": defaults.NODE_TIMEOUT,
        "kubernetesAPICall": defaults.API_CALL_TIMEOUT,
        "tlsBootstrap": defaults.TLS_BOOTSTRAP_TIMEOUT,
    }


def test_the_role_has_the_same_kubeconfig() -> None:
    """It cannot import it."""
    variables = yaml.safe_load((REPOSITORY / "roles/invite/defaults/main.yml").read_text(encoding="utf-8"))
    assert variables["invite_kubeconfig"] == defaults.ADMIN_CONF


def test_a_node_can_reach_every_level() -> None:
    """Each includes those before it."""
    statuses = (NodeStatus(), NodeStatus(registered=True), NodeStatus(registered=True, ready=True))
    assert tuple(status.level for status in statuses) == defaults.WAIT_LEVELS
    for reached, status in enumerate(statuses):
        assert [status.reached(level) for level in defaults.WAIT_LEVELS] == [
            rank <= reached for rank in range(len(statuses))
        ]
