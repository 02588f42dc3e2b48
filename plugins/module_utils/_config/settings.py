# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The settings of a cluster that every node needs."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, fields

from .._core.version import KubernetesVersion, parse_kubernetes_version

__all__ = ("ClusterSettings",)


@dataclass(frozen=True)
class ClusterSettings:
    """The part of kubeadm's ClusterConfiguration that every node needs, with kubeadm's defaults.

    ``service_subnet`` is one CIDR, or two separated by a comma.
    """

    kubernetes_version: KubernetesVersion
    certificates_dir: str
    image_repository: str
    dns_domain: str
    service_subnet: str
    feature_gates: t.Mapping[str, bool]

    @classmethod
    def from_facts(cls, facts: t.Mapping[str, t.Any]) -> ClusterSettings:
        """Select the settings from the facts of a cluster."""
        known = {field.name: facts[field.name] for field in fields(cls)}
        return cls(**{**known, "kubernetes_version": parse_kubernetes_version(facts["kubernetes_version"])})
