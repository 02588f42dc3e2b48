# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Discovery files that real kubeadm and this collection are asked to join by.

``{server}`` and ``{ca}`` stand for the API server and the base64 of its CA, ``{other_ca}`` for another one, ``{ca_file}``
for a path of it. Every case is a cluster, a user (None: no user at all) and what else differs.
``layout`` is one of LAYOUTS.
"""

from __future__ import annotations

import base64
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
    **{
        f"layout_{name}": {"user": _TOKEN, "layout": name}
        for name in (
            "separator", "second_document", "damaged_document", "key_twice", "merge_key", "tabs", "comment", "byte_order_mark", "wrapped",
            "text_around", "byte_order_mark_around", "folded",
        )
    },
}  # fmt: skip


def _with_ca(text: str, change: t.Callable[[str], str]) -> str:
    """The file with another text of its CA in base64."""
    document = json.loads(text)
    cluster = document["clusters"][0]["cluster"]
    cluster["certificate-authority-data"] = change(cluster["certificate-authority-data"])
    return json.dumps(document)


def _around(before: str) -> t.Callable[[str], str]:
    return lambda data: base64.b64encode(before.encode() + base64.b64decode(data)).decode()


#: The same file in layouts of people and programs.
LAYOUTS: dict[str, t.Callable[[str], str]] = {
    "separator": lambda text: f"{text}\n---\n",
    "second_document": lambda text: f"{text}\n---\nkind: Other\n",
    "damaged_document": lambda text: f"{text}\n---\nkind: [\n",
    "key_twice": lambda text: text.replace("{", '{"current-context": "other", ', 1),
    "merge_key": lambda text: text.replace("{", '{"<<": {"kind": "Other", "current-context": "other"}, ', 1),
    "tabs": lambda text: json.dumps(json.loads(text), indent="\t"),
    "comment": lambda text: f"# c\n{text}\t# d\n",
    "byte_order_mark": lambda text: f"\ufeff{text}",
    "wrapped": lambda text: _with_ca(
        text, lambda data: "\r\n".join(data[at : at + 64] for at in range(0, len(data), 64))
    ),
    "text_around": lambda text: _with_ca(text, _around("# für München\n")),
    "byte_order_mark_around": lambda text: _with_ca(text, _around("\ufeff\n")),
    "folded": lambda text: _with_ca(text, lambda data: f"{data[:64]} {data[64:]}"),
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
    return LAYOUTS[case["layout"]](text) if "layout" in case else text
