# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that describe a node: its name, its API server, the level to wait for, and patches."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  node_name:
    description:
      - Name of the node. The default is the host name in lower case.
      - A C(--hostname-override) in the kubelet's unit or its environment files overrides it, as it does for the kubelet.
    type: str
"""

    ADDRESS = r"""
options:
  apiserver_advertise_address:
    description:
      - IP address at which the nodes and the other control planes reach this control plane.
      - The default is the address of the interface with the default route. Without a default route, the option is required.
    type: str
"""

    BIND_PORT = r"""
options:
  apiserver_bind_port:
    description: Port of the API server on a control plane.
    type: int
    default: 6443
"""

    WAIT = r"""
options:
  wait_for:
    description:
      - The state to wait for after the service has started. V(ready) needs a pod network; V(registered) does not.
      - V(none) does not wait, like kubeadm.
      - The module fails early, with the last log lines of the kubelet, if the kubelet exits repeatedly.
    type: str
    choices: [none, registered, ready]
    default: ready
  wait_timeout:
    description: Seconds to wait for this state.
    type: int
    default: 240
"""

    PATCHES = r"""
options:
  patches:
    description:
      - Folder on the host with patches for the files of this module (C(--patches)), such as C(kubeletconfiguration+merge.yaml).
      - Other files in the folder are ignored, as in kubeadm; RV(notes) names them.
    type: path
  patch_files:
    description: Patches copied from the controller. They are added to the files of O(patches).
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the file, or its path below the patches folder.
        type: str
        required: true
      content:
        description: Content of the file.
        type: str
        required: true
"""

    KUSTOMIZE = r"""
options:
  experimental_kustomize:
    description:
      - Kustomize folder on the host with patches for static pods (C(--experimental-kustomize) of kubeadm 1.16 to 1.19). They are
        applied before other patches.
      - A kustomization may contain C(patchesStrategicMerge) and C(patchesJson6902) with files. C(resources) are ignored. Other fields are
        refused. Without a kustomization, every file directly in the folder is a strategic merge patch.
    type: path
  kustomize_files:
    description: Files of a kustomize folder on the controller, as read by the lookup P(kubejoin.kubeadm.patch_files#lookup).
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Path of a file below the folder.
        type: str
        required: true
      content:
        description: Content of the file.
        type: str
        required: true
"""
