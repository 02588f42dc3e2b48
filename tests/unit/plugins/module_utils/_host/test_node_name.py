# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The node's name, from everything that decides it, and whether the kubelet registers a Node."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import FileState
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.node_name import registers_node, settle_node_name
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost

UNIT = "/usr/lib/systemd/system/kubelet.service"
FLAGS = "/var/lib/kubelet/kubeadm-flags.env"
CONFIGURATION = "/var/lib/kubelet/config.yaml"
KUBEADM_FIRST = (
    "[Service]\nEnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env\nEnvironmentFile=-/etc/default/kubelet\n"
    "ExecStart=/usr/bin/kubelet $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS\n"
)
KUBEADM_LAST = KUBEADM_FIRST.replace(
    "$KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS", "$KUBELET_EXTRA_ARGS $KUBELET_KUBEADM_ARGS"
)


def host_with(name: str = "worker-1", **files: str) -> TestHost:
    host = TestHost(name)
    paths = {"unit": UNIT, "default": "/etc/default/kubelet", "flags": FLAGS, "configuration": CONFIGURATION}
    host.files = {paths[key]: FileState(text.encode(), 0o644, 0.0) for key, text in files.items()}
    return host


def override(name: str) -> str:
    return f"KUBELET_EXTRA_ARGS=--hostname-override={name}\n"


@pytest.mark.parametrize(
    ("files", "provided", "extra_args", "name"),
    [
        ({}, "", (), "worker-1"),
        ({}, "Other.Example.org ", (), "other.example.org"),
        ({"unit": KUBEADM_FIRST}, "", (), "worker-1"),
        ({"unit": KUBEADM_FIRST}, "a", (), "a"),
        ({"unit": KUBEADM_FIRST}, "a", (("hostname-override", "b"),), "b"),
        ({"unit": KUBEADM_FIRST}, "a", (("hostname_override", "B"),), "b"),
        ({"unit": KUBEADM_FIRST}, "a", (("hostname-override", ""),), "worker-1"),
        ({"unit": KUBEADM_FIRST, "default": override("c")}, "", (), "c"),
        ({"unit": KUBEADM_FIRST, "default": override("c")}, "a", (), "c"),
        ({"unit": KUBEADM_FIRST, "default": override("c")}, "a", (("hostname-override", "b"),), "c"),
        ({"unit": KUBEADM_FIRST, "default": override("")}, "a", (), "worker-1"),
        ({"unit": KUBEADM_LAST, "default": override("c")}, "", (), "c"),
        ({"unit": KUBEADM_LAST, "default": override("c")}, "a", (), "a"),
        ({"unit": KUBEADM_FIRST, "flags": 'KUBELET_KUBEADM_ARGS="--hostname-override=old"'}, "", (), "worker-1"),
    ],
)
def test_the_last_argument_decides(
    files: dict[str, str], provided: str, extra_args: tuple[tuple[str, str], ...], name: str
) -> None:
    """As in the kubelet: an argument without a value is the host name, and names are in lower case."""
    assert settle_node_name(host_with(**files), provided, extra_args) == name


@pytest.mark.parametrize(
    "name", ["a", "0", "a-b", "a.b", "1.2.3.4", "a--b", "x" * 63, ".".join(["x" * 63] * 3 + ["y" * 61])]
)
def test_names_that_nodes_can_have(name: str) -> None:
    assert settle_node_name(host_with(name), "") == name
    assert settle_node_name(host_with(), name) == name


@pytest.mark.parametrize(
    "name",
    ["edge_7", "edge-", "-edge", "a..b", ".a", "a.", "a.-b", "a-.b", "(none)", "größe", "a b", "a/b", "x" * 254, "\u0661"],
)  # fmt: skip
def test_names_that_no_node_can_have(name: str) -> None:
    """Refused before anything is asked of a cluster, wherever the name comes from."""
    for host, provided, source in ((host_with(name), "", "the host name"), (host_with(), name, "node_name")):
        with pytest.raises(JoinError) as caught:
            settle_node_name(host, provided)
        assert caught.value.code == "node_name_invalid"
        assert source in str(caught.value)


def test_the_error_names_the_override() -> None:
    with pytest.raises(JoinError, match="--hostname-override of the kubelet"):
        settle_node_name(host_with(unit=KUBEADM_FIRST, default=override("edge_7")), "")


@pytest.mark.parametrize(
    ("files", "extra_args", "registers"),
    [
        ({}, None, True),
        ({"configuration": "kind: KubeletConfiguration\nregisterNode: true\n"}, None, True),
        ({"configuration": "kind: KubeletConfiguration\nregisterNode: false\n"}, None, False),
        ({"configuration": "kind: KubeletConfiguration\nregisterNode: false\n"}, (("register-node", "true"),), True),
        ({}, (("register-node", "false"),), False),
        ({}, (("register_node", "F"),), False),
        ({}, (("register-node", "false"), ("register-node", "1")), True),
        ({"flags": 'KUBELET_KUBEADM_ARGS="--register-node=false"'}, None, False),
        ({"flags": 'KUBELET_KUBEADM_ARGS="--register-node=false"'}, (), True),
        ({"unit": KUBEADM_FIRST, "default": "KUBELET_EXTRA_ARGS=--register-node=0"}, (), False),
        ({"unit": KUBEADM_FIRST, "default": "KUBELET_EXTRA_ARGS=--register-node false"}, (), True),
    ],
)
def test_whether_it_registers(
    files: dict[str, str], extra_args: t.Sequence[tuple[str, str]] | None, registers: bool
) -> None:
    assert registers_node(host_with(**files), extra_args) is registers
