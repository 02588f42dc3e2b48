# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections by kubeconfigs of any kind."""

from __future__ import annotations

import base64
import json
import pathlib
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeconfig import Credentials
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.connections import (
    connect_as_admin,
    connect_with,
    open_kubeconfig,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority, pem_of_key
from ansible_collections.kubejoin.kubeadm.tests.unit.support.discovery_file import GOOD, config
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import run_program
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer

SECRET = "a-token-that-is-secret"
SERVER = "https://api.invalid:6443"
CERTIFICATE, KEY = GOOD.issue("me")


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def credentials(user: dict[str, t.Any], folder: str = "") -> Credentials:
    return open_kubeconfig(config(SERVER, user), what="the file", folder=folder).credentials(run_program)


def test_credentials_that_are_in_the_file() -> None:
    """A certificate goes before a token, and both may be there; a token before a password."""
    pair = {"client-certificate-data": encoded(CERTIFICATE), "client-key-data": encoded("KEY")}
    password = {"username": "u", "password": SECRET}
    assert credentials({}) == Credentials()
    assert credentials(password) == Credentials(basic=("u", SECRET))
    assert credentials({"token": SECRET, **password}) == Credentials(bearer=SECRET)
    assert credentials({"token": SECRET, **pair}) == Credentials(bearer=SECRET, client_pem=f"{CERTIFICATE}\nKEY")


def test_paths_are_relative_to_the_kubeconfig(tmp_path: pathlib.Path) -> None:
    """Data in the file goes before a path; a token from a file loses its end of line."""
    (tmp_path / "sub").mkdir()
    for name, content in (
        ("sub/me.crt", CERTIFICATE),
        ("me.key", "KEY"),
        ("token", f"{SECRET}\n"),
        ("ca.crt", GOOD.pem),
    ):
        (tmp_path / name).write_text(content)
    by_path = {"client-certificate": "sub/me.crt", "client-key": str(tmp_path / "me.key")}
    assert credentials(by_path, str(tmp_path)).client_pem == f"{CERTIFICATE}\nKEY"
    assert credentials({"tokenFile": "token", "token": "other"}, str(tmp_path)).bearer == SECRET
    data = {**by_path, "client-key-data": encoded("DATA")}
    assert credentials(data, str(tmp_path)).client_pem == f"{CERTIFICATE}\nDATA"
    text = config(SERVER, {}, "", **{"certificate-authority": "ca.crt"})
    assert open_kubeconfig(text, what="it", folder=str(tmp_path)).certificate_authority == GOOD.pem


@pytest.mark.parametrize(
    ("user", "cluster", "key"),
    [
        ({"tokenFile": "/t"}, {}, "tokenFile"),
        ({"client-certificate": "/c", "client-key-data": encoded("k")}, {}, "client-certificate"),
        ({"client-certificate-data": encoded("c"), "client-key": "/k"}, {}, "client-key"),
        ({}, {"certificate-authority": "/ca.crt"}, "certificate-authority"),
    ],
)
def test_a_file_from_elsewhere_may_name_no_paths(user: dict[str, t.Any], cluster: dict[str, t.Any], key: str) -> None:
    """They would be those of another machine; which one, is said."""
    text = config(SERVER, user, "" if cluster else GOOD.pem, **cluster)
    with pytest.raises(JoinError) as caught:
        open_kubeconfig(text, what="the file", folder="")
    assert (caught.value.code, caught.value.details) == (
        "discovery_file_not_embedded",
        {"what": "the file", "key": key},
    )


def test_a_path_that_is_not_used_is_not_missed() -> None:
    """Data in the file takes its place."""
    pair = {"client-certificate-data": encoded(CERTIFICATE), "client-key-data": encoded("KEY")}
    assert credentials({**pair, "client-certificate": "/c", "client-key": "/k"}).client_pem == f"{CERTIFICATE}\nKEY"


def test_secrets_are_not_in_the_text_of_a_kubeconfig() -> None:
    """Nor in that of credentials."""
    opened = open_kubeconfig(config(SERVER, {"token": SECRET}), what="it", folder="")
    assert SECRET not in repr(opened) + repr(opened.credentials(run_program))


@pytest.mark.parametrize(
    ("user", "header"),
    [({"token": SECRET}, f"Bearer {SECRET}"), ({"username": "u", "password": "p"}, f"Basic {encoded('u:p')}")],
)
def test_an_administrator_speaks_with_what_the_file_has(
    user: dict[str, t.Any], header: str, tmp_path: pathlib.Path
) -> None:
    """To the server that its CA vouches for, and to no other."""
    path = tmp_path / "admin.conf"
    with FakeServer(lambda _method, _path: (200, {"kind": "x"}), GOOD) as server:
        path.write_text(config(server.url, user))
        assert connect_as_admin(str(path), run_program).get("/x") == {"kind": "x"}
        assert f"authorization: {header}".lower().encode() in server.received.lower()
    with FakeServer(lambda _method, _path: (200, {}), Authority.make()) as evil:
        path.write_text(config(evil.url, user))
        with pytest.raises(JoinError) as caught:
            connect_as_admin(str(path), run_program).get("/x")
        assert evil.received == b""
    assert caught.value.code == "api_server_untrusted"


def test_an_administrator_without_credentials_is_refused(tmp_path: pathlib.Path) -> None:
    """Nobody is asked anonymously."""
    path = tmp_path / "admin.conf"
    path.write_text(config(SERVER))
    with pytest.raises(JoinError) as caught:
        connect_as_admin(str(path), run_program)
    assert (caught.value.code, caught.value.details) == ("kubeconfig_malformed", {"what": str(path)})


def test_a_home_folder_is_found(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a shell."""
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(JoinError) as caught:
        connect_as_admin("~/admin.conf", run_program)
    assert caught.value.details == {"path": f"{tmp_path}/admin.conf"}


def test_without_a_ca_the_host_vouches(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bundle, and nothing else."""
    with FakeServer(lambda _method, _path: (200, {"kind": "x"}), GOOD) as server:
        with pytest.raises(JoinError) as caught:
            connect_with(server.url, "", Credentials(bearer=SECRET)).get("/x")
        assert (caught.value.code, server.received) == ("api_server_untrusted", b"")
        (tmp_path / "bundle.pem").write_text(GOOD.pem)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "bundle.pem"))
        assert connect_with(server.url, "", Credentials(bearer=SECRET)).get("/x") == {"kind": "x"}


def test_a_client_certificate_that_cannot_be_used_is_refused() -> None:
    """Before anybody is asked."""
    with pytest.raises(JoinError) as caught:
        connect_with(SERVER, GOOD.pem, Credentials(client_pem=CERTIFICATE))
    assert caught.value.code == "kubeconfig_unreadable"
    connect_with(SERVER, GOOD.pem, Credentials(client_pem=CERTIFICATE + pem_of_key(KEY)))


def test_documents_are_json_or_yaml() -> None:
    """As kubectl has it."""
    text = config(SERVER, {"token": SECRET})
    assert json.loads(text)["users"]
    for form in (text, text.replace("{", "{ ").replace("}", " }")):
        assert open_kubeconfig(form, what="it", folder="").cluster.server == SERVER
