# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Credential plugins: programs that are set in a kubeconfig and print an ExecCredential."""

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

#: The limits for a plugin: its run time in seconds, and its output in bytes.
PLUGIN_TIMEOUT = 60.0
MAX_CREDENTIAL = 1024 * 1024

#: The exit status of coreutils' `timeout` after it terminated or killed the plugin.
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
    """Run the plugin on this host and parse its ExecCredential. Raises ``credential_plugin_failed``.

    A relative command with a slash is relative to ``folder``. The output is secret and the error output may be, so messages
    contain neither.
    """
    command = _find(plugin, folder, what)
    spec: dict[str, t.Any] = {"interactive": False}
    if plugin.provide_cluster_info:
        authority = base64.b64encode(certificate_authority.encode("utf-8")).decode("ascii")
        spec["cluster"] = {"server": server, "certificate-authority-data": authority, "config": None}
    info = {"kind": "ExecCredential", "apiVersion": plugin.api_version, "spec": spec}
    environ = {**dict(plugin.env), "KUBERNETES_EXEC_INFO": json.dumps(info)}
    # `timeout` also ends the processes that the plugin has started, and reports a timeout by its exit status.
    bounded = ["timeout", "--kill-after=1", f"{timeout:g}", command, *plugin.args]
    status, printed, _error_output = run(bounded, environ)
    if status in _TIMED_OUT:
        raise _failed(plugin, what, f"it did not end within {timeout:g} seconds")
    if status:
        raise _failed(plugin, what, f"it exited with status {status}")
    return _parse(printed, plugin, what)


def _find(plugin: KubeconfigExec, folder: str, what: str) -> str:
    if "/" not in plugin.command:
        found = shutil.which(plugin.command)
        if found is None:
            raise _failed(plugin, what, "there is no such program in PATH on this host")
        return found
    if not os.path.isabs(plugin.command) and not folder:
        raise _failed(plugin, what, "its path is relative, but the kubeconfig was not read from a file on this host")
    return os.path.join(folder, plugin.command)


def _parse(printed: str, plugin: KubeconfigExec, what: str) -> Credentials:
    try:
        value = json.loads(printed) if len(printed) <= MAX_CREDENTIAL else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or value.get("kind") != "ExecCredential":
        raise _failed(plugin, what, "it did not print an ExecCredential in JSON")
    if value.get("apiVersion") != plugin.api_version:
        raise _failed(plugin, what, f"it did not print apiVersion {plugin.api_version}, which the kubeconfig requires")
    status = value.get("status")
    parts = [(status if isinstance(status, dict) else {}).get(key) or "" for key in _STATUS]
    if not all(isinstance(part, str) for part in parts):
        raise _failed(plugin, what, "its credentials are not strings")
    token, certificate, key = parts
    if bool(certificate) != bool(key) or not (token or certificate):
        raise _failed(plugin, what, "its status has neither a token nor a client certificate with its key")
    return Credentials(bearer=token, client_pem=f"{certificate}\n{key}" if certificate else "")


_STATUS = ("token", "clientCertificateData", "clientKeyData")


def _failed(plugin: KubeconfigExec, what: str, seen: str) -> JoinError:
    return JoinError(
        "credential_plugin_failed",
        f"Cannot get credentials from {plugin.command}, the exec plugin of {what}: {seen}; run it manually on this host "
        "as this user, or use other credentials.",
        command=plugin.command,
        what=what,
    )
