# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The name under which the kubelet registers its Node, and whether it does."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import JoinError
from .._formats.go_endpoints import is_dns_name
from .kubelet_unit import KubeletUnit, kubelet_arguments, last_value, read_kubelet_unit
from .machine import KUBELET_CONFIGURATION, Host

__all__ = ("MAX_LABEL", "registers_node", "settle_node_name")

#: The kubelet sets the label kubernetes.io/hostname to its name; this is the limit for values of labels.
MAX_LABEL = 63

_FLAG = "hostname-override"
#: The spellings of false that Go accepts.
_FALSE = ("0", "f", "F", "false", "FALSE", "False")


def settle_node_name(
    host: Host, provided: str, extra_args: t.Sequence[tuple[str, str]] = (), *, unit: KubeletUnit | None = None
) -> str:
    """The name that the kubelet will use: its last ``--hostname-override``, or the host name.

    kubeadm passes ``provided`` to the kubelet with this flag, unless ``extra_args`` contain the flag. The kubelet's unit and its
    environment files may override both. They are read unless ``unit`` has them. Raises ``node_name_invalid`` for a name that no Node
    can have.
    """
    extra = [f"--{name}={value}" for name, value in extra_args]
    own = [f"--{_FLAG}={provided}"] if provided and last_value(extra, _FLAG) is None else []
    override = last_value(_arguments(host, unit, [*own, *extra]), _FLAG)
    name = (override or host.hostname()).strip().lower()
    if not is_dns_name(name):
        source = "--hostname-override of the kubelet" if override else "the host name"
        if override and override == provided:
            source = "node_name"
        raise JoinError(
            "node_name_invalid",
            f"Cannot join as {name!r}: a Node cannot have this name, which is that of {source}; expected lower-case letters, digits, "
            "`-` and `.`, with a letter or digit at both ends of each part (RFC 1123); set node_name, or correct it there.",
            node_name=name,
        )
    return name


def registers_node(
    host: Host, extra_args: t.Sequence[tuple[str, str]] | None = None, *, unit: KubeletUnit | None = None
) -> bool:
    """Whether the kubelet registers its Node: its last ``--register-node``, or registerNode in its configuration.

    Without ``extra_args``, the arguments in kubeadm-flags.env count. The kubelet's unit is read unless ``unit`` has it.
    """
    planned = None if extra_args is None else [f"--{name}={value}" for name, value in extra_args]
    flag = last_value(_arguments(host, unit, planned), "register-node", bare="true")
    if flag is not None:
        return flag not in _FALSE
    configuration = host.read(KUBELET_CONFIGURATION)
    return configuration is None or not re.search(r"^registerNode: false$", configuration.text, re.MULTILINE)


def _arguments(host: Host, unit: KubeletUnit | None, planned: t.Sequence[str] | None) -> list[str]:
    return kubelet_arguments(host, unit or read_kubelet_unit(host, host.hostname()), planned)
