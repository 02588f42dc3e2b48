# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which CAs the host trusts."""

from __future__ import annotations

import contextlib
import pathlib

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import KubeApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system import host_trust
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.host_trust import trusting_as_the_host
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer

OURS, OTHER = Authority.make("ours"), Authority.make("other")


def trusts(authority: Authority) -> bool:
    """Whether a server of this CA is believed."""
    with FakeServer(lambda _method, _path: (200, {}), authority) as server:
        with contextlib.suppress(JoinError):
            KubeApi(server.url, trusting_as_the_host()).get("/x")
            return True
        assert server.received == b""
        return False


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host without a bundle of its distribution."""
    monkeypatch.setattr(host_trust, "_BUNDLES", ())
    monkeypatch.setattr(host_trust, "_FOLDERS", ())


@pytest.mark.usefixtures("nowhere")
def test_without_a_bundle_nobody_is_trusted() -> None:
    """Rather than everybody."""
    assert not trusts(OURS)


@pytest.mark.usefixtures("nowhere")
def test_the_first_bundle_that_is_there_counts(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Go has it; those after it do not."""
    (tmp_path / "first.pem").write_text(OURS.pem)
    (tmp_path / "second.pem").write_text(OTHER.pem)
    paths = tuple(str(tmp_path / name) for name in ("absent.pem", "first.pem", "second.pem"))
    monkeypatch.setattr(host_trust, "_BUNDLES", paths)
    assert trusts(OURS)
    assert not trusts(OTHER)


@pytest.mark.usefixtures("nowhere")
def test_files_in_folders_count_whatever_else_lies_there(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Folders hold links, other files and folders, too."""
    (tmp_path / "ca.pem").write_text(OURS.pem)
    (tmp_path / "README").write_bytes(b"\xff")
    (tmp_path / "gone.pem").symlink_to("absent")
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr(host_trust, "_FOLDERS", (str(tmp_path / "absent"), str(tmp_path)))
    assert trusts(OURS)
    assert not trusts(OTHER)


def test_the_environment_goes_before_the_distribution(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundle, and folders with colons between them."""
    (tmp_path / "bundle.pem").write_text(OURS.pem)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/ca.pem").write_text(OTHER.pem)
    monkeypatch.setattr(host_trust, "_BUNDLES", (str(tmp_path / "folder/ca.pem"),))
    monkeypatch.setattr(host_trust, "_FOLDERS", ())
    assert trusts(OTHER)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "bundle.pem"))
    assert trusts(OURS)
    assert not trusts(OTHER)
    monkeypatch.setenv("SSL_CERT_DIR", f"{tmp_path}/absent:{tmp_path}/folder")
    assert trusts(OURS) and trusts(OTHER)
