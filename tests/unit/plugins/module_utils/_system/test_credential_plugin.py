# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Programs that print credentials."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import KubeApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeconfig import (
    EXEC_VERSIONS,
    Credentials,
    KubeconfigExec,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import trusting
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system import credential_plugin
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.credential_plugin import run_credential_plugin
from ansible_collections.kubejoin.kubeadm.tests.unit.support.anything import (
    Expected,
    altered,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import run_program
from hypothesis import given
from hypothesis import strategies as st

CA = Authority.make()


CREDENTIAL = {"kind": "ExecCredential", "apiVersion": EXEC_VERSIONS[0], "status": {"token": "t"}}


PLUGIN = KubeconfigExec(EXEC_VERSIONS[0], "plugin", (), (), provide_cluster_info=False)


@given(st.text() | altered(CREDENTIAL).map(json.dumps))
def test_what_a_credential_plugin_prints(printed: str) -> None:
    """Whatever it is, it is not repeated; a token that is taken can be sent, or is refused without a word of it."""
    with Expected():
        found = credential_plugin._parse(printed, PLUGIN, "the file")
        KubeApi("https://api.invalid", trusting(CA.pem), bearer=found.bearer)


SECRET = "a-token-that-is-secret"


V1 = "client.authentication.k8s.io/v1"


def plugin(path: pathlib.Path, script: str, **parts: t.Any) -> t.Any:
    program = path / "plugin"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    described = KubeconfigExec(V1, "./plugin", ("an arg",), (("WHO", "me"),), provide_cluster_info=True)
    return run_credential_plugin(
        described,
        run=run_program,
        folder=str(path),
        what="d.conf",
        server="https://s",
        certificate_authority="CA",
        **parts,
    )


def test_an_exec_plugin_gets_env_args_and_cluster_and_gives_a_token(tmp_path: pathlib.Path) -> None:
    """A real program: its input is in the token that it makes."""
    script = (
        'printf %s "$KUBERNETES_EXEC_INFO" > "$(dirname "$0")/info"\n'
        f'echo "{{\\"kind\\":\\"ExecCredential\\",\\"apiVersion\\":\\"{V1}\\",\\"status\\":{{\\"token\\":\\"$WHO $1\\"}}}}"'
    )
    assert plugin(tmp_path, script).bearer == "me an arg"
    info = json.loads((tmp_path / "info").read_text())
    assert info["spec"]["cluster"]["server"] == "https://s"
    assert info["spec"]["interactive"] is False


@pytest.mark.parametrize(
    "script",
    [
        f"echo {SECRET}; exit 3",
        f"echo {SECRET}",
        f'echo \'{{"kind":"ExecCredential","apiVersion":"other","status":{{"token":"{SECRET}"}}}}\'',
        f'echo \'{{"kind":"ExecCredential","apiVersion":"{V1}","status":{{"clientKeyData":"{SECRET}"}}}}\'',
        "sleep 60",
    ],
)
def test_a_plugin_that_fails_is_named_and_what_it_printed_is_not(tmp_path: pathlib.Path, script: str) -> None:
    """Status, no JSON, another version, half a pair, no end."""
    with pytest.raises(JoinError) as caught:
        plugin(tmp_path, script, timeout=1.0)
    assert caught.value.code == "credential_plugin_failed"
    assert SECRET not in str(caught.value) + repr(caught.value.__cause__) + repr(caught.value.__context__)


def run_with(
    status: int, printed: str = "", *, kubeconfig: KubeconfigExec = PLUGIN, folder: str = "/etc"
) -> Credentials:
    """The credentials that a program with this answer leads to."""

    def run(command: t.Sequence[str], environ: t.Optional[t.Mapping[str, str]] = None) -> tuple[int, str, str]:
        return status, printed, ""

    options: dict[str, t.Any] = {"what": "the file", "server": "https://s", "certificate_authority": "CA"}
    return credential_plugin.run_credential_plugin(kubeconfig, run=run, folder=folder, **options)


SHELL = dataclasses.replace(PLUGIN, command="sh")


def test_a_client_certificate_comes_with_its_key() -> None:
    """As one text, certificate first."""
    status = {"clientCertificateData": "CERTIFICATE", "clientKeyData": "KEY"}
    found = run_with(0, json.dumps({**CREDENTIAL, "status": status}), kubeconfig=SHELL)
    assert (found.bearer, found.client_pem) == ("", "CERTIFICATE\nKEY")


@pytest.mark.parametrize(
    ("status", "command", "folder", "words"),
    [
        (0, "no-such-program-anywhere", "/etc", "there is no such program in PATH"),
        (0, "./plugin", "", "its path is relative, but the kubeconfig was not read from a file on this host"),
        (124, "sh", "/etc", "it did not end within 60 seconds"),
        (137, "sh", "/etc", "it did not end within 60 seconds"),
        (3, "sh", "/etc", "it exited with status 3"),
    ],
)
def test_each_failure_is_named(status: int, command: str, folder: str, words: str) -> None:
    """With the command and where it was named."""
    with pytest.raises(JoinError, match=words) as caught:
        run_with(status, "", kubeconfig=dataclasses.replace(PLUGIN, command=command), folder=folder)
    assert caught.value.code == "credential_plugin_failed"
    assert caught.value.details == {"command": command, "what": "the file"}


def test_more_than_any_credential_needs_is_not_read() -> None:
    """A program may print without end."""
    assert run_with(0, json.dumps(CREDENTIAL), kubeconfig=SHELL).bearer == "t"
    with pytest.raises(JoinError):
        run_with(0, json.dumps(CREDENTIAL) + " " * credential_plugin.MAX_CREDENTIAL, kubeconfig=SHELL)
