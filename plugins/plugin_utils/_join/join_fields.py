# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The fields of JoinConfiguration in each API version of kubeadm, and their types."""

from __future__ import annotations

import typing as t

__all__ = ("API_VERSIONS", "GROUP", "TIMEOUTS")

GROUP = "kubeadm.k8s.io"

_ARGS = [{"name": "string", "value": "string"}]
_TAINTS = [{"key": "string", "value": "string", "effect": "string", "timeAdded": "string"}]
#: The fields of `timeouts`, and kubeadm's defaults.
TIMEOUTS = {
    "controlPlaneComponentHealthCheck": "4m0s",
    "discovery": "5m0s",
    "etcdAPICall": "2m0s",
    "kubeletHealthCheck": "4m0s",
    "kubernetesAPICall": "1m0s",
    "tlsBootstrap": "5m0s",
    "upgradeManifests": "5m0s",
}

#: The fields of v1beta4 and their types: a mapping is a struct, a list holds elements of one type, `{"": type}` is a map.
_V1BETA4: dict[str, t.Any] = {
    "apiVersion": "string",
    "kind": "string",
    "caCertPath": "string",
    "controlPlane": {
        "certificateKey": "string",
        "localAPIEndpoint": {"advertiseAddress": "string", "bindPort": "int32"},
    },
    "discovery": {
        "bootstrapToken": {
            "apiServerEndpoint": "string",
            "caCertHashes": ["string"],
            "token": "string",
            "unsafeSkipCAVerification": "bool",
        },
        "file": {"kubeConfigPath": "string"},
        "tlsBootstrapToken": "string",
    },
    "dryRun": "bool",
    "nodeRegistration": {
        "criSocket": "string",
        "ignorePreflightErrors": ["string"],
        "imagePullPolicy": "string",
        "imagePullSerial": "bool",
        "kubeletExtraArgs": _ARGS,
        "name": "string",
        "taints": _TAINTS,
    },
    "patches": {"directory": "string"},
    "skipPhases": ["string"],
    "timeouts": dict.fromkeys(TIMEOUTS, "duration"),
}


def _changed(schema: dict[str, t.Any], *, without: t.Sequence[str] = (), **fields: t.Any) -> dict[str, t.Any]:
    """A schema with fields, named by paths with double underscores, set or left out; parents are copied."""
    changed = {**schema}
    for path in without:
        head, _separator, rest = path.partition("__")
        if rest:
            changed[head] = _changed(changed[head], without=[rest])
        else:
            del changed[head]
    for path, kind in fields.items():
        head, _separator, rest = path.partition("__")
        changed[head] = _changed(changed[head], **{rest: kind}) if rest else kind
    return changed


_V1BETA3 = _changed(
    _V1BETA4,
    without=["dryRun", "timeouts", "nodeRegistration__imagePullSerial"],
    discovery__timeout="duration",
    nodeRegistration__kubeletExtraArgs={"": "string"},
)
_V1BETA2 = _changed(_V1BETA3, without=["patches", "skipPhases", "nodeRegistration__imagePullPolicy"])
_V1BETA1 = _changed(_V1BETA2, without=["controlPlane__certificateKey", "nodeRegistration__ignorePreflightErrors"])
_V1 = _changed(_V1BETA4, nodeRegistration__kubeletExtraArgs=[{**_ARGS[0], "mergeMethod": "string"}])

#: By API version: what its JoinConfiguration may hold.
API_VERSIONS = {
    f"{GROUP}/{version}": schema
    for version, schema in (
        ("v1beta1", _V1BETA1),
        ("v1beta2", _V1BETA2),
        ("v1beta3", _V1BETA3),
        ("v1beta4", _V1BETA4),
        ("v1", _V1),
    )
}
