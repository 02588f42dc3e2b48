# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Discovery files that real kubeadm and this collection are asked to join by.

``{server}`` and ``{ca}`` stand for the API server and the base64 of its CA, ``{other_ca}`` for another one, ``{ca_file}``
for a path of it. Every case is a cluster, a user (None: no user at all) and what else differs.
"""

from __future__ import annotations

import json
import typing as t

__all__ = ("FILES", "render_file")

_TOKEN = {"token": "abcdef.0123456789abcdef"}
_EMBEDDED = {"server": "{server}", "certificate-authority-data": "{ca}"}
_EXEC = {
    "apiVersion": "client.authentication.k8s.io/v1",
    "command": "/bin/echo",
    "args": [
        json.dumps(
            {
                "kind": "ExecCredential",
                "apiVersion": "client.authentication.k8s.io/v1",
                "status": {"token": "abcdef.0123456789abcdef"},
            }
        )
    ],
    "interactiveMode": "Never",
}

#: By name: the cluster, the user, whether there is a TLS-bootstrap token, and how cluster-info answers
#: (an HTTP status, or the server that it names).
FILES: dict[str, dict[str, t.Any]] = {
    "token": {"user": _TOKEN},
    "token_and_tls_token": {"user": _TOKEN, "tls_token": True},
    "no_user_and_tls_token": {"user": None, "tls_token": True},
    "no_user_and_no_token": {"user": None},
    "empty_user": {"user": {}},
    "username_and_password": {"user": {"username": "me", "password": "secret"}},
    "username_alone": {"user": {"username": "me"}},
    "token_file_missing": {"user": {"tokenFile": "/nowhere/token"}},
    "exec": {"user": {"exec": _EXEC}},
    "exec_v1beta1": {
        "user": {"exec": json.loads(json.dumps(_EXEC).replace("k8s.io/v1", "k8s.io/v1beta1"))},
    },
    "exec_v1alpha1": {
        "user": {"exec": json.loads(json.dumps(_EXEC).replace("k8s.io/v1", "k8s.io/v1alpha1"))},
    },
    "exec_without_mode": {"user": {"exec": {key: _EXEC[key] for key in _EXEC if key != "interactiveMode"}}},
    "exec_fails": {"user": {"exec": {**_EXEC, "command": "/bin/false"}}},
    "ca_as_file": {"cluster": {"server": "{server}", "certificate-authority": "{ca_file}"}, "user": _TOKEN},
    "ca_beside_file": {"cluster": {"server": "{server}", "certificate-authority": "ca.crt"}, "user": _TOKEN},
    "empty_user_and_tls_token": {"user": {}, "tls_token": True},
    "ca_of_another": {"cluster": {"server": "{server}", "certificate-authority-data": "{other_ca}"}, "user": _TOKEN},
    "no_ca": {"cluster": {"server": "{server}"}, "user": _TOKEN},
    "insecure": {"cluster": {"server": "{server}", "insecure-skip-tls-verify": True}, "user": _TOKEN},
    "tls_server_name": {"cluster": {**_EMBEDDED, "tls-server-name": "127.0.0.1"}, "user": _TOKEN},
    "server_name_of_nobody": {"cluster": {**_EMBEDDED, "tls-server-name": "nobody.example.org"}, "user": _TOKEN},
    "proxy_url": {"cluster": {**_EMBEDDED, "proxy-url": "http://127.0.0.1:9"}, "user": _TOKEN},
    "plain_http": {"cluster": {"server": "http://127.0.0.1:9"}, "user": _TOKEN},
    "unnamed_cluster": {"user": None, "unnamed": True, "tls_token": True},
    "no_clusters": {"user": _TOKEN, "clusters": []},
    "forbidden": {"user": _TOKEN, "cluster_info": 403},
    "unauthorized": {"user": _TOKEN, "cluster_info": 401},
    "other_server_in_cluster_info": {"user": _TOKEN, "cluster_info": "https://192.0.2.7:6443"},
}


def render_file(case: t.Mapping[str, t.Any], **values: str) -> str:
    """The discovery file of a case, as JSON, which is YAML."""
    name = "" if case.get("unnamed") else "stub"
    context = {"cluster": name, **({"user": "me"} if case["user"] is not None else {})}
    document: dict[str, t.Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": case.get("clusters", [{"name": name, "cluster": case.get("cluster", _EMBEDDED)}]),
        "users": [] if case["user"] is None else [{"name": "me", "user": case["user"]}],
    }
    if not case.get("unnamed"):
        document.update({"contexts": [{"name": "stub", "context": context}], "current-context": "stub"})
    text = json.dumps(document)
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    return text
