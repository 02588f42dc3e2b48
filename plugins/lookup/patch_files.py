# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: patch_files
short_description: Read a patches folder on the controller
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Returns the files in a folder and below it, in the format of the option O(kubejoin.kubeadm.kubelet#module:patch_files).
  - For files whose names are not those of patches, only the names are returned.
options:
  _terms:
    description: Paths of folders, absolute or in Ansible's search path for C(files).
    type: list
    elements: str
    required: true
  kustomize:
    description:
      - Whether the folders are kustomize folders, for the option
        O(kubejoin.kubeadm.control_plane_files#module:kustomize_files). If so, the kustomization and its patches are returned, or without
        a kustomization, the files directly in the folder.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Join with patches from the controller
  kubejoin.kubeadm.kubelet:
    cluster: "{{ discovery.cluster }}"
    patch_files: "{{ lookup('kubejoin.kubeadm.patch_files', '/srv/patches') }}"
"""

RETURN = r"""
_raw:
  description: For each folder, a list of mappings with C(name), which is the path below the folder, and C(content).
  type: list
  elements: list
"""

import typing as t

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ..module_utils._core.errors import JoinError
from ..plugin_utils._controller import AnsibleFiles


class LookupModule(LookupBase):
    """Reads patches on the controller as modules read them on the node."""

    def run(self, terms: t.Any, variables: t.Any = None, **kwargs: t.Any) -> list[t.Any]:
        self.set_options(var_options=variables, direct=kwargs)
        files = AnsibleFiles.of_lookup(self, variables)
        try:
            return [files.read_patches(term, kustomize=self.get_option("kustomize")) for term in terms]
        except JoinError as exc:
            raise AnsibleError(str(exc)) from None
