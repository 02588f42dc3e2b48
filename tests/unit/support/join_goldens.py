# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The golden files of JoinConfigurations."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.document import configuration_of
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.variable_reader import read_variables
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.variables import JOIN_VARIABLES
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import REPOSITORY

#: The API versions that are taken here.
OURS = ("v1beta1", "v1beta2", "v1beta3", "v1beta4", "v1")
GOLDENS = REPOSITORY / "tests" / "differential/goldens/join_configuration"


def reads(minor: str, text: str) -> bool:
    """Whether kubeadm of a minor takes the API version at all: ours takes all that there ever were from v1beta1 on."""
    version = re.search(r"kubeadm\.k8s\.io/(\w+)", text)
    taken = {"v1beta4"} | ({"v1beta3"} if minor != "1.37" else {"v1"})
    return version is None or version[1] in taken or version[1] not in OURS


def flags_of(arguments: list[str]) -> tuple[dict[str, t.Any], bool]:
    """Arguments of `kubeadm join` as the role's variables, and whether a file is among them."""
    flags: dict[str, t.Any] = {}
    rest = iter(arguments)
    has_file = False
    for argument in rest:
        name = argument.lstrip("-").replace("-", "_")
        if not argument.startswith("-"):
            flags["apiserver_endpoint"] = argument
        elif argument == "--config":
            has_file = next(rest) == "FILE"
        elif argument == "--token":
            token = next(rest)
            flags.setdefault("discovery_token", token)
            flags.setdefault("tls_bootstrap_token", token)
        elif argument in ("--dry-run", "--discovery-token-unsafe-skip-ca-verification"):
            flags[name] = True
        elif argument == "--discovery-token-ca-cert-hash":
            flags.setdefault("discovery_token_ca_cert_hashes", []).append(next(rest))
        elif argument == "--ignore-preflight-errors":
            flags[name] = next(rest).split(",")
        else:
            flags[name] = next(rest)
    return flags, has_file


def configuration_of_flags(
    flags: t.Any, file: t.Mapping[str, t.Any] | None = None, *, what: str = "the JoinConfiguration"
) -> dict[str, t.Any]:
    """The complete configuration that flags make, as the product reads and converts them."""
    return configuration_of(read_variables(flags, JOIN_VARIABLES, what="the variables"), file, what=what)
