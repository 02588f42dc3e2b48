# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""KubeletConfiguration as kubeadm takes it in and writes it out again: through the typed struct of its own minor.

A field that this minor does not know is left out (kubeadm warns and goes on).
"""

from __future__ import annotations

import functools
import typing as t

from .._core.errors import JoinError
from .._formats.go_structs import Field, WrongValueError, normalize_struct, parse_field_paths
from .._formats.kubelet_fields import FIELDS, MINORS
from .._formats.yaml_reader import parse_yaml

__all__ = ("MINORS", "kubelet_fields", "normalize_kubelet_configuration", "parse_kubelet_configuration")

_API_VERSION = "kubelet.config.k8s.io/v1beta1"
_KIND = "KubeletConfiguration"
_CODE = "invalid_kubelet_configuration"
_WHAT = "the kubelet configuration of the cluster (ConfigMap kube-system/kubelet-config, key kubelet)"


def parse_kubelet_configuration(text: str) -> dict[str, t.Any]:
    """The mapping behind the key `kubelet` of ConfigMap kubelet-config, as it stands there.

    Raises ``invalid_kubelet_configuration`` for what is not YAML, of another kind or of another API version.
    """
    value = parse_yaml(text, what=_WHAT, code=_CODE)
    if not isinstance(value, dict):
        raise JoinError(
            _CODE,
            f"Cannot read {_WHAT}: it is not a mapping; restore it with `kubeadm init phase upload-config kubelet`.",
        )
    found = (value.get("apiVersion"), value.get("kind"))
    if found != (_API_VERSION, _KIND):
        raise JoinError(
            _CODE,
            f"Cannot use {_WHAT}: its apiVersion is {found[0]!r} and its kind {found[1]!r}, expected {_API_VERSION!r} "
            f"and {_KIND!r}; restore it with `kubeadm init phase upload-config kubelet`.",
            api_version=found[0],
            kind=found[1],
        )
    return value


def normalize_kubelet_configuration(value: t.Mapping[str, t.Any], minor: str) -> dict[str, t.Any]:
    """What the struct of one minor (`1.37`) makes of a configuration, ready to be rendered.

    Raises ``invalid_kubelet_configuration`` with the ``field`` whose value its type cannot hold.
    """
    try:
        return normalize_struct(value, kubelet_fields(minor))
    except WrongValueError as exc:
        raise JoinError(
            _CODE,
            f"Cannot use {_WHAT}: {exc}; correct it with `kubectl -n kube-system edit configmap kubelet-config`.",
            field=exc.path,
            expected=exc.expected,
        ) from exc


@functools.cache
def kubelet_fields(minor: str) -> dict[str, Field]:
    """The fields of KubeletConfiguration in one minor."""
    return parse_field_paths(FIELDS, minor)
