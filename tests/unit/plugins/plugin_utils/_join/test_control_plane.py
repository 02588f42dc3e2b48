# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a control plane. That their arguments are those of the tasks is tested by whole plays, in tests/project/test_control_plane.py."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.defaults import KUBEADM_CERTS
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.configuration import (
    read_input,
    read_secrets,
    read_settings,
)
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.control_plane import control_plane_steps
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.node import Step
from ansible_collections.kubejoin.kubeadm.tests.unit.support.documentation import options_of_module

TOKEN = "abcdef.0123456789abcdef"
INVITATION = {"certificate_key": "2" * 64, "certificates_secret": "kubejoin-certs-x"}


class Files:
    """No file on the controller."""

    def read_text(self, path: str, what: str) -> str:
        raise AssertionError(path)

    def read_patches(self, path: str, *, kustomize: bool) -> list[dict[str, str]]:
        raise AssertionError(path)


def steps_of(invitation: t.Mapping[str, t.Any] | None = None, **flags: t.Any) -> dict[str, Step]:
    source = read_input(None, {"control_plane": True, **flags}, Files())
    steps = control_plane_steps(
        settings=read_settings(source, Files()),
        secrets=read_secrets(source, Files()),
        cluster={},
        token=TOKEN,
        invitation=invitation or {},
        node={"cri_socket": "unix:///x.sock", "kubelet_version": None},
    )
    return {step.module: step for step in steps}


def test_steps_have_options_of_the_modules_and_hide_secrets() -> None:
    steps = steps_of(INVITATION)
    assert [*steps] == ["control_plane_files", "kubelet", "etcd_member", "control_plane_node"]
    for step in steps.values():
        assert {*step.arguments} <= options_of_module(step.module).keys()
    assert TOKEN not in repr(steps) and INVITATION["certificate_key"] not in repr(steps)


def test_etcd_can_be_skipped() -> None:
    """Its module has no option for phases."""
    assert [*steps_of(skip_phases=["etcd-join"])] == ["control_plane_files", "kubelet", "control_plane_node"]


@pytest.mark.parametrize(
    ("invitation", "flags", "key", "secret"),
    [
        ({}, {}, "", KUBEADM_CERTS),
        (INVITATION, {}, INVITATION["certificate_key"], INVITATION["certificates_secret"]),
        (INVITATION, {"certificate_key": "3" * 64}, "3" * 64, KUBEADM_CERTS),
    ],
)
def test_the_own_certificate_key_goes_with_the_secret_of_kubeadm(
    invitation: dict[str, t.Any], flags: dict[str, t.Any], key: str, secret: str
) -> None:
    files = steps_of(invitation, **flags)["control_plane_files"].arguments
    assert (files["certificate_key"], files["uploaded_to"]) == (key, secret)
