# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Credential plugins: a program that a kubeconfig names, and the ExecCredential that it prints."""

from __future__ import annotations

import base64
import json
import os
import shutil
import typing as t

from .._api.kubeconfig import Credentials, KubeconfigExec
from .._core.errors import JoinError
from .host import Run

__all__ = ("PLUGIN_TIMEOUT", "run_credential_plugin")

#: Seconds that a plugin may take, and bytes that it may print.
PLUGIN_TIMEOUT = 60.0
MAX_CREDENTIAL = 1024 * 1024

#: What coreutils' `timeout` ends with when time was up, having asked the plugin to end or having killed it.
_TIMED_OUT = (124, 137)


def run_credential_plugin(
    plugin: KubeconfigExec,
    *,
    run: Run,
    folder: str,
    what: str,
    server: str,
    certificate_authority: str,
    timeout: float = PLUGIN_TIMEOUT,
) -> Credentials:
    """Run the plugin on this host and read its ExecCredential. Raises ``credential_plugin_failed``.

    A relative command with a slash is relative to ``folder``. What it prints is secret, what it complains may be: no message
    repeats either.
    """
    command = _find(plugin, folder, what)
    spec: dict[str, t.Any] = {"interactive": False}
    if plugin.provide_cluster_info:
        authority = base64.b64encode(certificate_authority.encode("utf-8")).decode("ascii")
        spec["cluster"] = {"server": server, "certificate-authority-data": authority, "config": None}
    info = {"kind": "ExecCredential", "apiVersion": plugin.api_version, "spec": spec}
    environ = {**dict(plugin.env), "KUBERNETES_EXEC_INFO": json.dumps(info)}
    # The tool ends all processes that the plugin has started with it, and says by its status that it had to.
    bounded = ["timeout", "--kill-after=1", f"{timeout:g}", command, *plugin.args]
    status, printed, _error_output = run(bounded, environ)
    if status in _TIMED_OUT:
        raise _failed(plugin, what, f"it did not end within {timeout:g} seconds")
    if status:
        raise _failed(plugin, what, f"it ended with status {status}")
    return _parse(printed, plugin, what)


def _find(plugin: KubeconfigExec, folder: str, what: str) -> str:
    if "/" not in plugin.command:
        found = shutil.which(plugin.command)
        if found is None:
            raise _failed(plugin, what, "there is no such program in PATH on this host")
        return found
    if not os.path.isabs(plugin.command) and not folder:
        raise _failed(plugin, what, "a relative path means nothing for a file that was brought from elsewhere")
    return os.path.join(folder, plugin.command)


def _parse(printed: str, plugin: KubeconfigExec, what: str) -> Credentials:
    try:
        value = json.loads(printed) if len(printed) <= MAX_CREDENTIAL else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or value.get("kind") != "ExecCredential":
        raise _failed(plugin, what, "it did not print an ExecCredential in JSON")
    if value.get("apiVersion") != plugin.api_version:
        raise _failed(plugin, what, f"it did not print apiVersion {plugin.api_version}, as the kubeconfig asks it to")
    status = value.get("status")
    parts = [(status if isinstance(status, dict) else {}).get(key) or "" for key in _STATUS]
    if not all(isinstance(part, str) for part in parts):
        raise _failed(plugin, what, "its credentials are not texts")
    token, certificate, key = parts
    if bool(certificate) != bool(key) or not (token or certificate):
        raise _failed(plugin, what, "its status has neither a token nor a client certificate with its key")
    return Credentials(bearer=token, client_pem=f"{certificate}\n{key}" if certificate else "")


_STATUS = ("token", "clientCertificateData", "clientKeyData")


def _failed(plugin: KubeconfigExec, what: str, seen: str) -> JoinError:
    return JoinError(
        "credential_plugin_failed",
        f"Cannot get credentials from {plugin.command}, the exec plugin that {what} names: {seen}; run it on this host by hand "
        "as this user, or use other credentials.",
        command=plugin.command,
        what=what,
    )
