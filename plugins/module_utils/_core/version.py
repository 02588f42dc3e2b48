# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Versions of Kubernetes, and the allowed skew between a kubelet and its cluster."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .errors import JoinError

__all__ = ("MAX_SKEW", "KubernetesVersion", "is_skewed", "parse_kubernetes_version")

_VERSION = re.compile(
    r"(?:Kubernetes )?v?(?P<major>0|[1-9][0-9]{0,3})\.(?P<minor>0|[1-9][0-9]{0,3})\.(?P<patch>0|[1-9][0-9]{0,5})"
    r"(?:-(?P<pre_release>[0-9A-Za-z.-]{1,64}))?(?:\+(?P<build>[0-9A-Za-z.-]{1,64}))?",
    re.ASCII,
)
#: The number of minor versions that a kubelet may be older than the API server (Kubernetes' version skew policy).
MAX_SKEW = 3


@dataclass(frozen=True)
class KubernetesVersion:
    """A version of Kubernetes. ``pre_release`` is `rc.1` in v1.37.0-rc.1, otherwise empty.

    ``build`` is the text after a `+`; it is not part of the rendered version, and comparisons ignore it.
    """

    major: int
    minor: int
    patch: int
    pre_release: str = ""
    build: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"v{self.major}.{self.minor}.{self.patch}{f'-{self.pre_release}' if self.pre_release else ''}"

    @property
    def release(self) -> str:
        """The minor release, as `1.37`."""
        return f"{self.major}.{self.minor}"


def parse_kubernetes_version(text: str) -> KubernetesVersion:
    """Parse a version from a ConfigMap or from `kubelet --version`. Raises ``invalid_kubernetes_version``."""
    found = _VERSION.fullmatch(text.strip())
    if found is None:
        raise JoinError(
            "invalid_kubernetes_version",
            f"Cannot read {text[:100]!r} as a version of Kubernetes: expected something like v1.37.2.",
            version=text[:100],
        )
    return KubernetesVersion(
        int(found["major"]),
        int(found["minor"]),
        int(found["patch"]),
        pre_release=found["pre_release"] or "",
        build=found["build"] or "",
    )


def is_skewed(kubelet: KubernetesVersion, cluster: KubernetesVersion) -> bool:
    """Whether this kubelet is newer than the cluster or too old for it."""
    return kubelet.major != cluster.major or not 0 <= cluster.minor - kubelet.minor <= MAX_SKEW
