# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kubeconfigs: which cluster and which user of one count, and what is refused."""

from __future__ import annotations

import base64
import json
import typing as t

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeconfig import (
    EXEC_VERSIONS,
    KubeconfigUser,
    parse_kubeconfig_cluster,
    parse_kubeconfig_user,
    render_component_kubeconfig,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError

SECRET = "a-token-that-is-secret"
PEM = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def document(user: t.Any = None, **cluster: t.Any) -> dict[str, t.Any]:
    """A kubeconfig with one cluster and one user."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": "https://api:6443", **cluster}}],
        "users": [{"name": "u", "user": user or {}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }


def user_of(user: t.Any) -> KubeconfigUser:
    return parse_kubeconfig_user(json.dumps(document(user)), what="the file")


def refusal(parse: t.Callable[..., object], value: t.Any) -> str:
    with pytest.raises(JoinError) as caught:
        parse(value if isinstance(value, str) else json.dumps(value), what="the file")
    assert caught.value.code == "kubeconfig_malformed"
    assert caught.value.details["what"] == "the file"
    assert SECRET not in str(caught.value)
    return str(caught.value)


def test_the_cluster_of_the_current_context_counts() -> None:
    """With its CA, embedded or in a file."""
    value = document(**{"certificate-authority-data": encoded(PEM), "certificate-authority": "/ca.crt"})
    value["clusters"].insert(0, {"name": "other", "cluster": {"server": "https://other:1"}})
    found = parse_kubeconfig_cluster(json.dumps(value), what="it")
    assert (found.server, found.certificate_authority_data, found.certificate_authority) == (
        "https://api:6443",
        PEM,
        "/ca.crt",
    )


def test_a_cluster_without_a_name_counts_before_all_others() -> None:
    """As in the kubeconfig of cluster-info, which has no context."""
    value = document()
    value["clusters"].append({"name": "", "cluster": {"server": "https://nameless:1"}})
    assert parse_kubeconfig_cluster(json.dumps(value), what="it").server == "https://nameless:1"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "[]",
        "a: [",
        {},
        {**document(), "clusters": {}},
        {**document(), "clusters": ["c"]},
        {**document(), "clusters": [{"name": "c", "cluster": "s"}]},
        {**document(), "clusters": []},
        {**document(), "current-context": "y"},
        {**document(), "contexts": [{"name": "x", "context": {"cluster": "d"}}]},
        {**document(), "contexts": [{"name": "x", "context": {"cluster": 1}}]},
        document(server=""),
        document(server="http://api"),
        document(server="https://u:p@api"),
        document(server=["https://api"]),
        document(**{"certificate-authority-data": "!"}),
        document(**{"certificate-authority-data": encoded("\u00e9")}),
        document(**{"certificate-authority": 1}),
    ],
)
def test_a_kubeconfig_without_a_usable_cluster_is_refused(value: t.Any) -> None:
    """Whatever is wrong, it is named by the same code."""
    refusal(parse_kubeconfig_cluster, value)


@pytest.mark.parametrize(
    ("key", "value"), [("insecure-skip-tls-verify", True), ("tls-server-name", "x"), ("proxy-url", "http://p:1")]
)
def test_what_a_kubelets_kubeconfig_would_lose_is_refused(key: str, value: t.Any) -> None:
    """By its name; where it says nothing, it does no harm."""
    assert f"its cluster has {key}" in refusal(parse_kubeconfig_cluster, document(**{key: value}))
    assert (
        parse_kubeconfig_cluster(json.dumps(document(**{key: type(value)()})), what="it").server == "https://api:6443"
    )


def test_every_way_to_authenticate() -> None:
    """Each alone is no longer anonymous."""
    assert user_of({}).is_anonymous
    token = user_of({"token": SECRET})
    assert (token.token, token.is_anonymous) == (SECRET, False)
    assert not user_of({"tokenFile": "/t"}).is_anonymous
    assert not user_of({"username": "u", "password": SECRET}).is_anonymous
    files = user_of({"client-certificate": "/c", "client-key": "/k"})
    assert (files.client_certificate, files.client_key, files.is_anonymous) == ("/c", "/k", False)
    data = user_of({"client-certificate-data": encoded(PEM), "client-key-data": encoded("KEY")})
    assert (data.client_certificate_data, data.client_key_data, data.is_anonymous) == (PEM, "KEY", False)


@pytest.mark.parametrize(
    "half", [{"username": "u"}, {"password": "p"}, {"client-certificate": "/c"}, {"client-key": "/k"}]
)
def test_half_of_a_pair_is_anonymous(half: dict[str, str]) -> None:
    """As kubeadm sees it."""
    assert user_of(half).is_anonymous


def test_without_a_context_or_users_nobody_speaks() -> None:
    """It is a file that says where the cluster is and no more."""
    value = document()
    del value["current-context"], value["users"]
    assert parse_kubeconfig_user(json.dumps(value), what="it").is_anonymous


@pytest.mark.parametrize(
    "value",
    [
        {**document(), "users": []},
        {**document(), "users": "u"},
        document({"token": 1}),
        document({"password": [SECRET]}),
        document({"client-key-data": f"!{SECRET}"}),
        document({"auth-provider": {"name": "oidc"}}),
    ],
)
def test_a_user_that_cannot_be_read_is_refused(value: t.Any) -> None:
    """Without a word of what may be secret."""
    refusal(parse_kubeconfig_user, value)


def test_secrets_are_not_in_the_text_of_a_user() -> None:
    """Neither tokens nor keys, passwords, arguments or the environment of programs."""
    program = {
        "apiVersion": EXEC_VERSIONS[1],
        "command": "c",
        "args": [SECRET],
        "env": [{"name": "n", "value": SECRET}],
    }
    user = user_of({"token": SECRET, "password": SECRET, "client-key-data": encoded(SECRET), "exec": program})
    assert SECRET not in repr(user)
    assert user.exec is not None
    assert (user.exec.args, user.exec.env) == ((SECRET,), (("n", SECRET),))


def exec_of(**changed: t.Any) -> dict[str, t.Any]:
    value = {"apiVersion": EXEC_VERSIONS[0], "command": "c", "interactiveMode": "Never", **changed}
    return {"exec": {key: part for key, part in value.items() if part is not None}}


@pytest.mark.parametrize(
    ("changed", "taken"),
    [
        ({}, True),
        ({"interactiveMode": "IfAvailable"}, True),
        ({"interactiveMode": "Always"}, False),
        ({"interactiveMode": None}, False),
        ({"interactiveMode": None, "apiVersion": EXEC_VERSIONS[1]}, True),
        ({"interactiveMode": "Always", "apiVersion": EXEC_VERSIONS[1]}, False),
        ({"apiVersion": "client.authentication.k8s.io/v1alpha1"}, False),
        ({"apiVersion": None}, False),
        ({"command": None}, False),
        ({"command": 1}, False),
        ({"args": ["a", "b"]}, True),
        ({"args": "a"}, False),
        ({"args": [1]}, False),
        ({"env": [{"name": "n"}]}, True),
        ({"env": [{"value": "v"}]}, False),
        ({"env": {"n": "v"}}, False),
        ({"env": [{"name": 1}]}, False),
    ],
)
def test_a_program_must_be_one_that_can_run_without_anybody(changed: dict[str, t.Any], taken: bool) -> None:
    """The newer version of the contract has to say that it can."""
    value = document(exec_of(**changed))
    if taken:
        assert parse_kubeconfig_user(json.dumps(value), what="it").exec is not None
    else:
        refusal(parse_kubeconfig_user, value)


def test_a_program_gets_the_cluster_only_if_it_requests_it() -> None:
    """By a boolean and by nothing that looks like one."""
    for value, provides in ((True, True), (False, False), ("true", False), (None, False)):
        found = user_of(exec_of(provideClusterInfo=value)).exec
        assert found is not None and found.provide_cluster_info is provides


def test_a_components_kubeconfig_is_read_back() -> None:
    """By others, and by this collection; all is in it."""
    text = render_component_kubeconfig(
        cluster_name="kubernetes", server="https://api:6443", certificate_authority=PEM, user="kubernetes-admin",
        certificate=PEM, key="KEY\n",
    )  # fmt: skip
    value = yaml.safe_load(text)
    assert value["current-context"] == "kubernetes-admin@kubernetes"
    assert value["contexts"] == [
        {"name": "kubernetes-admin@kubernetes", "context": {"cluster": "kubernetes", "user": "kubernetes-admin"}}
    ]
    cluster, user = parse_kubeconfig_cluster(text, what="it"), parse_kubeconfig_user(text, what="it")
    assert (cluster.server, cluster.certificate_authority_data) == ("https://api:6443", PEM)
    assert (user.client_certificate_data, user.client_key_data) == (PEM, "KEY\n")
    older = render_component_kubeconfig(
        cluster_name="kubernetes", server="https://api:6443", certificate_authority=PEM, user="kubernetes-admin",
        certificate=PEM, key="KEY\n", has_preferences=True,
    )  # fmt: skip
    assert yaml.safe_load(older) == {**value, "preferences": {}}


@pytest.mark.parametrize(
    "server", [f"https://u:{SECRET}@api", f"https:{SECRET}@api", f"https://api?{SECRET}", f"https://u:{SECRET}/@api"]
)
def test_a_server_with_a_password_is_refused_without_it(server: str) -> None:
    """It would be copied to files of the node, and an error is read by many."""
    assert refusal(parse_kubeconfig_cluster, document(server=server))


@pytest.mark.parametrize(
    ("layout", "authority"),
    [
        ("certificate-authority-data: |\n      {}\n", PEM),
        ("certificate-authority-data: \t{}\t# the CA\n", PEM),
        ('"certificate-authority-data": "{}"\n', f"# Zertifikat für München\n{PEM}"),
        ("certificate-authority-data: {}\n", f"\ufeff{PEM}"),
        ("certificate-authority-data: x\n    certificate-authority-data: {}\n", PEM),
        ("<<: {{server: 'https://other', certificate-authority-data: {}}}\n    server: https://api:6443\n", PEM),
    ],
)
@pytest.mark.parametrize("end", ["", "---\n", "---", "---\nkind: Other\n", "...\n", "---\t# c\n\tx: ["])
def test_a_kubeconfig_is_read_as_go_reads_it(layout: str, authority: str, end: str) -> None:
    """Layouts that kubeadm accepts: wrapped base64, tabs, text around PEM, repeated and merged keys, more documents."""
    data = encoded(authority)
    wrapped = "\n      ".join(data[at : at + 20] for at in range(0, len(data), 20)) if "|" in layout else data
    cluster = layout.format(wrapped)
    server = "" if "<<" in layout else "    server: https://api:6443\n"
    text = f"clusters:\n- name: ''\n  cluster:\n    {cluster}{server}{end}"
    found = parse_kubeconfig_cluster(text, what="the file")
    assert found.server == "https://api:6443"
    assert found.certificate_authority_data.endswith(PEM)
    assert found.certificate_authority_data.isascii()
