# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Patches in a folder of the host."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.folder import read_patch_files, read_patches
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost


def test_files_that_are_no_patches_are_reported_and_not_read() -> None:
    """kubeadm passes over them, too, and a misspelt name would otherwise go unnoticed."""
    host = TestHost()
    for name, text in {
        "kubeletconfiguration.yml": b"\xff",
        "README.md": b"x",
        "kubeletconfiguration.yaml": b"",
    }.items():
        host.store(f"/patches/{name}", text, 0o644)
    patches = read_patches(host, "/patches")
    assert patches.patches == ()
    (note,) = patches.notes
    assert "README.md, kubeletconfiguration.yaml, kubeletconfiguration.yml" in note


@pytest.mark.parametrize("folder", ["/absent", "relative", "/patches/file"])
def test_a_folder_that_is_not_there_is_refused(folder: str) -> None:
    """Rather than taken for one without patches."""
    host = TestHost()
    host.store("/patches/file", b"", 0o644)
    with pytest.raises(JoinError) as caught:
        read_patches(host, folder)
    assert caught.value.code == "patches_missing"


def test_a_patch_is_read_wherever_it_lies_below_the_folder() -> None:
    """By its path there; further files come with those of the folder."""
    host = TestHost()
    host.store("/patches/etcd.yaml", b"a: 1\n", 0o644)
    host.store("/patches/more/kube-scheduler+json.yaml", b"[]\n", 0o644)
    found = read_patches(host, "/patches", [("etcd0.yaml", "b: 2\n")])
    assert [(patch.path, patch.target, patch.kind) for patch in found.patches] == [
        ("etcd.yaml", "etcd", "strategic"),
        ("etcd0.yaml", "etcd", "strategic"),
        ("more/kube-scheduler+json.yaml", "kube-scheduler", "json"),
    ]


def test_no_folder_is_no_patches() -> None:
    """Nothing is read then; files from elsewhere still count."""
    assert read_patches(TestHost(), "").patches == ()
    assert len(read_patches(TestHost(), "", [("etcd.yaml", "a: 1")]).patches) == 1


def test_a_patch_that_cannot_be_read_is_named() -> None:
    """What is not UTF-8, and what leads to no file."""
    host = TestHost()
    host.store("/patches/etcd.yaml", b"\xff", 0o644)
    with pytest.raises(JoinError) as caught:
        read_patches(host, "/patches")
    assert (caught.value.code, caught.value.details["file"]) == ("patch_malformed", "/patches/etcd.yaml")
    host.links["/patches/etcd.yaml"] = "/nowhere"
    with pytest.raises(JoinError) as caught:
        read_patches(host, "/patches")
    assert (caught.value.code, caught.value.details["path"]) == ("file_not_read", "/patches/etcd.yaml")


def test_the_text_of_what_is_no_patch_is_not_read() -> None:
    """It may be anything, and large."""
    host = TestHost()
    host.store("/patches/picture.png", b"\xff", 0o644)
    assert read_patch_files(host, "/patches") == [("picture.png", "")]
