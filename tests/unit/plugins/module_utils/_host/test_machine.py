# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of a machine's files, and how its container runtime is chosen."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import (
    CRI_SOCKETS,
    FileState,
    describe_file,
    find_cri_socket,
    socket_path,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost


def test_the_only_runtime_that_answers_is_chosen() -> None:
    """Whichever it is."""
    for socket in CRI_SOCKETS:
        host = TestHost()
        host.sockets = {socket}
        assert find_cri_socket(host, "") == socket


def test_containerd_is_chosen_where_none_answers() -> None:
    """As kubeadm does: the next step says what is wrong with it."""
    host = TestHost()
    host.sockets = set()
    assert find_cri_socket(host, "") == CRI_SOCKETS[0]


def test_of_several_none_is_chosen() -> None:
    """They are named, in kubeadm's order."""
    host = TestHost()
    host.sockets = set(CRI_SOCKETS)
    with pytest.raises(JoinError) as caught:
        find_cri_socket(host, "")
    assert caught.value.code == "cri_socket_ambiguous"
    assert caught.value.details == {"sockets": list(CRI_SOCKETS)}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("/run/x.sock", "unix:///run/x.sock"),
        ("unix:///run/x.sock", "unix:///run/x.sock"),
        ("unix:/run/x.sock", "unix:/run/x.sock"),
        ("npipe:////./x", "npipe:////./x"),
    ],
)
def test_a_socket_that_is_named_is_taken_without_asking(wanted: str, found: str) -> None:
    """Also where several answer; a path gets its scheme."""
    host = TestHost()
    host.sockets = set(CRI_SOCKETS)
    assert find_cri_socket(host, wanted) == found


@pytest.mark.parametrize("url", ["unix:///run/x.sock", "unix:/run/x.sock"])
def test_the_path_of_a_socket(url: str) -> None:
    assert socket_path(url) == "/run/x.sock"


@pytest.mark.parametrize("changed", [False, True, None])
def test_a_file_is_described_as_it_will_be(changed: bool | None) -> None:
    """As it is where it stays; a file that does not exist is made in any case."""
    found = FileState(b"", 0o640, 1.0, "somebody")
    planned = {"mode": "0600", "owner": "root", "changed": changed}
    kept = {"mode": "0640", "owner": "somebody", "changed": False}
    assert describe_file(found, 0o600, changed=changed) == (kept if changed is False else planned)
    assert describe_file(None, 0o600, changed=changed) == {**planned, "changed": True}


def test_a_files_content_is_not_in_its_text() -> None:
    """It may be a key; bytes that are no UTF-8 are replaced where it is read as text."""
    file = FileState(b"secret \xff", 0o600, 1.0)
    assert "secret" not in repr(file)
    assert file.text == "secret \ufffd"
