# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that say what a node is: its name, the API server on it, how far it shall come, patches for what kubeadm would write."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  node_name:
    description: Name of the node. By default the host name, in lower case.
    type: str
"""

    ADDRESS = r"""
options:
  apiserver_advertise_address:
    description:
      - IP address at which the other control planes and the nodes reach a control plane.
      - By default that of the interface with the default route. Where there is none, nothing is guessed.
    type: str
"""

    BIND_PORT = r"""
options:
  apiserver_bind_port:
    description: Port of the API server of a control plane.
    type: int
    default: 6443
"""

    WAIT = r"""
options:
  wait_for:
    description:
      - What to wait for once the service runs. V(registered) does not wait for the pod network that V(ready) needs,
        V(none) does not wait, as kubeadm.
      - Gives up early when the kubelet keeps ending, with its last log lines.
    type: str
    choices: [none, registered, ready]
    default: ready
  wait_timeout:
    description: Seconds to wait for that.
    type: int
    default: 240
"""

    PATCHES = r"""
options:
  patches:
    description:
      - Folder on the host with patches for what is written here (C(--patches)), such as C(kubeletconfiguration+merge.yaml).
      - Other files in it are passed over, as kubeadm does, and named in RV(notes).
    type: path
  patch_files:
    description: Patches that come from elsewhere; where O(patches) is given, too, they are added to its files.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the file, or its path below the folder of patches.
        type: str
        required: true
      content:
        description: Its content.
        type: str
        required: true
"""

    KUSTOMIZE = r"""
options:
  experimental_kustomize:
    description:
      - Folder of kustomize on the host with patches for static pods (C(--experimental-kustomize) of kubeadm 1.16 to 1.19). They are
        applied before other patches.
      - Of a kustomization, C(patchesStrategicMerge) and C(patchesJson6902) with files are known, and C(resources) are passed over.
        Anything else in it is refused. Without a kustomization, every file that is in no subfolder is a strategic merge patch.
    type: path
  kustomize_files:
    description: What such a folder has elsewhere, as the lookup P(kubejoin.kubeadm.patch_files#lookup) reads it.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Path of a file below the folder.
        type: str
        required: true
      content:
        description: Its content.
        type: str
        required: true
"""
