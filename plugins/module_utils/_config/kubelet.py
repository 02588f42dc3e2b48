# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""KubeletConfiguration as kubeadm reads and writes it: through the typed struct of its own minor version.

Fields that this minor does not have are dropped (kubeadm warns and continues).
"""

from __future__ import annotations

from .._formats.typed_documents import TypedDocument, parse_typed_document

__all__ = ("parse_kubelet_configuration",)

_GROUP = "kubelet.config.k8s.io"


def parse_kubelet_configuration(text: str) -> TypedDocument:
    """Parse the key `kubelet` of the ConfigMap kubelet-config; `kubelet_fields` describes its fields.

    Raises ``invalid_kubelet_configuration`` if the text is not YAML or has another kind or API version. The document raises
    the same error for values of a wrong type.
    """
    document = parse_typed_document(
        text,
        what="the kubelet configuration of the cluster (ConfigMap kube-system/kubelet-config, key kubelet)",
        code="invalid_kubelet_configuration",
        remedy="correct it with `kubectl -n kube-system edit configmap kubelet-config`, or restore it with "
        "`kubeadm init phase upload-config kubelet`",
        group=_GROUP,
    )
    document.expect("apiVersion", f"{_GROUP}/v1beta1")
    document.expect("kind", "KubeletConfiguration")
    return document
