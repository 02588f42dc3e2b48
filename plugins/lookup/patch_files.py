# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: patch_files
short_description: Read a folder of patches on the controller
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Returns the files in a folder and below it, as the option O(kubejoin.kubeadm.kubelet#module:patch_files) takes them.
  - Of files that are no patches by their names, only the names are returned.
options:
  _terms:
    description: Paths of folders, absolute or as Ansible looks for C(files).
    type: list
    elements: str
    required: true
  kustomize:
    description:
      - Whether the folders are of kustomize, for the option
        O(kubejoin.kubeadm.control_plane_files#module:kustomize_files). Then only its kustomization and the files that it names are
        returned, and without a kustomization the files that are in no subfolder.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Have the kubelet join with patches from the controller
  kubejoin.kubeadm.kubelet:
    cluster: "{{ discovery.cluster }}"
    patch_files: "{{ lookup('kubejoin.kubeadm.patch_files', '/srv/patches') }}"
"""

RETURN = r"""
_raw:
  description: A list for each folder, of mappings with C(name), the path below the folder, and C(content).
  type: list
  elements: list
"""

import typing as t

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ..module_utils._core.errors import JoinError
from ..module_utils._patches.folder import read_patch_files
from ..module_utils._patches.kustomize_folder import read_kustomize_files
from ..module_utils._system.host import LocalFiles


class LookupModule(LookupBase):
    """Reads on the controller what modules would read on the node."""

    def run(self, terms: t.Any, variables: t.Any = None, **kwargs: t.Any) -> list[t.Any]:
        self.set_options(var_options=variables, direct=kwargs)
        return [self._read(term, variables) for term in terms]

    def _read(self, term: str, variables: t.Any) -> list[dict[str, str]]:
        read = read_kustomize_files if self.get_option("kustomize") else read_patch_files
        folder = self.find_file_in_search_path(variables, "files", term, ignore_missing=True) or term
        try:
            files = read(LocalFiles(), folder)
        except JoinError as exc:
            raise AnsibleError(str(exc)) from exc
        return [{"name": name, "content": content} for name, content in files]
