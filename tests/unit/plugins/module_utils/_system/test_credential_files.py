# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files with credentials: what is read, and how TLS gets a client certificate."""

from __future__ import annotations

import os
import pathlib
import ssl

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import KubeApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import trusting
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.credential_files import (
    load_files,
    load_pem,
    read_text,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority, new_key, pem_of_key
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer, server_tls
from cryptography.hazmat.primitives import serialization

CA = Authority.make()
CERTIFICATE, KEY = CA.issue("me")
PEM = CERTIFICATE + pem_of_key(KEY)


def asking_for_a_certificate() -> ssl.SSLContext:
    """A server's TLS that accepts only certificates of our CA."""
    context = server_tls(*CA.issue("kube-apiserver", addresses=["127.0.0.1"]))
    context.load_verify_locations(cadata=CA.pem)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


@pytest.mark.parametrize("way", ["pem", "one file", "two files"])
def test_a_server_sees_the_client_certificate(way: str, tmp_path: pathlib.Path) -> None:
    """Whatever it came in."""
    (tmp_path / "both.pem").write_text(PEM)
    (tmp_path / "me.crt").write_text(CERTIFICATE)
    (tmp_path / "me.key").write_text(pem_of_key(KEY))
    tls = trusting(CA.pem)
    if way == "pem":
        load_pem(tls, PEM)
    elif way == "one file":
        load_files(tls, str(tmp_path / "both.pem"))
    else:
        load_files(tls, str(tmp_path / "me.crt"), str(tmp_path / "me.key"))
    with FakeServer(lambda _method, _path: (200, {"kind": "x"}), CA, tls=asking_for_a_certificate()) as server:
        assert KubeApi(server.url, tls).get("/x") == {"kind": "x"}


def test_a_key_in_memory_stays_there() -> None:
    """No file is left, and no descriptor."""
    before = len(os.listdir("/proc/self/fd"))
    load_pem(trusting(CA.pem), PEM)
    assert len(os.listdir("/proc/self/fd")) == before


ENCRYPTED = new_key().private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")
)


@pytest.mark.parametrize(
    "pem",
    [
        "",
        CERTIFICATE,
        pem_of_key(KEY),
        CERTIFICATE + pem_of_key(new_key()),
        CERTIFICATE + ENCRYPTED.decode(),
        "\N{SNOWMAN}",
    ],
    ids=["empty", "no key", "no certificate", "another key", "an encrypted key", "no PEM"],
)
def test_what_is_no_client_certificate_is_refused_without_its_text(pem: str) -> None:
    """And nobody is asked for a password."""
    with pytest.raises(JoinError) as caught:
        load_pem(trusting(CA.pem), pem)
    assert caught.value.code == "kubeconfig_unreadable"
    assert "/proc/" not in str(caught.value) + str(caught.value.details)
    assert "BEGIN" not in str(caught.value)


def test_a_file_that_cannot_be_loaded_is_named(tmp_path: pathlib.Path) -> None:
    """By its path."""
    path = str(tmp_path / "absent.pem")
    with pytest.raises(JoinError) as caught:
        load_files(trusting(CA.pem), path)
    assert (caught.value.code, caught.value.details) == ("kubeconfig_unreadable", {"path": path})


def test_a_file_is_read_as_text(tmp_path: pathlib.Path) -> None:
    """What is absent, a folder, or no UTF-8, is refused by its path."""
    path = tmp_path / "file"
    path.write_text("ü\n", encoding="utf-8")
    assert read_text(str(path)) == "ü\n"
    (tmp_path / "binary").write_bytes(b"\xff")
    for name in ("absent", "binary", "."):
        with pytest.raises(JoinError) as caught:
            read_text(str(tmp_path / name))
        assert (caught.value.code, caught.value.details) == ("kubeconfig_unreadable", {"path": str(tmp_path / name)})
