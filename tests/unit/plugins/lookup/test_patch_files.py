# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""patch_files: folders on the controller."""

from __future__ import annotations

import pathlib

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible_collections.kubejoin.kubeadm.plugins.lookup.patch_files import LookupModule


def test_patches_are_read_on_the_controller(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the node would read them; of what is no patch, only the name travels."""
    (tmp_path / "more").mkdir()
    (tmp_path / "more/etcd+json.yaml").write_text("[]")
    (tmp_path / "notes.txt").write_text("not for the node")
    kustomize = False
    lookup = LookupModule.__new__(LookupModule)
    monkeypatch.setattr(lookup, "set_options", lambda **_options: None)
    monkeypatch.setattr(lookup, "get_option", lambda name: {"kustomize": kustomize}[name])
    lookup._loader = DataLoader()
    (files,) = lookup.run([str(tmp_path)], variables={})
    assert sorted(file["name"] for file in files) == ["more/etcd+json.yaml", "notes.txt"]
    assert sorted(file["content"] for file in files) == ["", "[]"]
    with pytest.raises(AnsibleError, match="expected the absolute path of a folder"):
        lookup.run([str(tmp_path / "absent")], variables={})
    kustomize = True
    assert lookup.run([str(tmp_path)], variables={}) == [[{"name": "notes.txt", "content": "not for the node"}]]
    (tmp_path / "kustomization.yaml").write_text("patchesStrategicMerge: [more/etcd+json.yaml]")
    (files,) = lookup.run([str(tmp_path)], variables={})
    assert [file["name"] for file in files] == ["kustomization.yaml", "more/etcd+json.yaml"]
