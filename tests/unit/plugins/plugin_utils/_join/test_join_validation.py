# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""kubeadm's rules for a JoinConfiguration."""

from __future__ import annotations

import copy
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.document import read_join_configuration
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.join_validation import (
    expect_flow,
    validate_join_configuration,
)

TOKEN = "abcdef.0123456789abcdef"
PIN = "sha256:" + "0" * 64
CONFIGURATION: dict[str, t.Any] = {
    "discovery": {
        "bootstrapToken": {"token": TOKEN, "apiServerEndpoint": "api:6443", "caCertHashes": [PIN]},
        "tlsBootstrapToken": TOKEN,
    },
    "nodeRegistration": {"name": "worker-1", "imagePullPolicy": "IfNotPresent", "taints": None},
    "caCertPath": "/etc/kubernetes/pki/ca.crt",
}
CONTROL_PLANE = {"localAPIEndpoint": {"advertiseAddress": "192.0.2.2", "bindPort": 6443}}


def changed(path: str, value: t.Any) -> dict[str, t.Any]:
    """A good configuration with one value changed, or taken away."""
    found = copy.deepcopy({**CONFIGURATION, "controlPlane": CONTROL_PLANE})
    place = found
    *parents, last = path.split(".")
    for name in parents:
        place = place[name]
    if value is None:
        place.pop(last, None)
    else:
        place[last] = value
    return found


def problems(configuration: dict[str, t.Any], *, needs_discovery: bool = True) -> list[tuple[str, str]]:
    """Field and code of each problem."""
    try:
        validate_join_configuration(configuration, needs_discovery=needs_discovery)
    except JoinError as error:
        codes = {problem["code"] for problem in error.details["problems"]}
        expected = codes.pop() if len(codes) == 1 else "invalid_join_configuration"
        if error.code != expected:
            raise AssertionError(f"{error.code}, expected {expected}") from error
        return [(problem["field"], problem["code"]) for problem in error.details["problems"]]
    return []


def test_a_good_configuration_has_no_problems() -> None:
    """Of a worker, and of a control plane."""
    assert problems(CONFIGURATION) == []
    assert problems({**CONFIGURATION, "controlPlane": CONTROL_PLANE}) == []
    file = {"file": {"kubeConfigPath": "/d.conf"}}
    assert problems({**CONFIGURATION, "discovery": file}) == []


INVALID = "invalid_join_configuration"


@pytest.mark.parametrize(
    ("path", "value", "field", "code"),
    [
        ("discovery.bootstrapToken", None, "", ""),
        ("discovery.bootstrapToken.token", "x", "discovery.bootstrapToken.token", "token_malformed"),
        (
            "discovery.bootstrapToken.apiServerEndpoint",
            "api",
            "discovery.bootstrapToken.apiServerEndpoint",
            "endpoint_malformed",
        ),
        ("discovery.bootstrapToken.caCertHashes", [], "discovery.bootstrapToken.caCertHashes", "pin_missing"),
        ("discovery.bootstrapToken.caCertHashes", ["x"], "discovery.bootstrapToken.caCertHashes", "pin_malformed"),
        ("discovery.tlsBootstrapToken", "x", "discovery.tlsBootstrapToken", "token_malformed"),
        ("discovery.file", {"kubeConfigPath": "/x"}, "discovery", "discovery_ambiguous"),
        ("nodeRegistration.name", "Worker", "nodeRegistration.name", INVALID),
        ("nodeRegistration.name", "a" * 254, "nodeRegistration.name", INVALID),
        ("nodeRegistration.name", "a..b", "nodeRegistration.name", INVALID),
        ("nodeRegistration.imagePullPolicy", "Sometimes", "nodeRegistration.imagePullPolicy", INVALID),
        ("nodeRegistration.kubeletExtraArgs", [{"value": "x"}], "nodeRegistration.kubeletExtraArgs", INVALID),
        (
            "nodeRegistration.kubeletExtraArgs",
            [{"name": "v", "mergeMethod": "x"}],
            "nodeRegistration.kubeletExtraArgs",
            INVALID,
        ),
        ("nodeRegistration.taints", [{"key": "a", "timeAdded": "soon"}], "nodeRegistration.taints", INVALID),
        ("nodeRegistration.ignorePreflightErrors", ["all", "Swap"], "ignore-preflight-errors", INVALID),
        (
            "controlPlane.localAPIEndpoint.advertiseAddress",
            "cp-1",
            "controlPlane.localAPIEndpoint.advertiseAddress",
            INVALID,
        ),
        ("controlPlane.localAPIEndpoint.bindPort", 0, "controlPlane.localAPIEndpoint.bindPort", INVALID),
        ("controlPlane.localAPIEndpoint.bindPort", 65536, "controlPlane.localAPIEndpoint.bindPort", INVALID),
        ("controlPlane.certificateKey", "0a" * 31, "controlPlane.certificateKey", INVALID),
        ("caCertPath", "ca.crt", "caCertPath", INVALID),
        ("caCertPath", "/ca.pem", "caCertPath", INVALID),
    ],
)
def test_each_rule_names_its_field(path: str, value: t.Any, field: str, code: str) -> None:
    """By kubeadm's name of it, with a code of its own where there is one."""
    if field:
        assert problems(changed(path, value)) == [(field, code)]
    else:
        assert problems({**CONFIGURATION, "discovery": {}}) == [("discovery", "discovery_missing")]


@pytest.mark.parametrize("names", [["all"], ["ALL"], ["Swap", "swap"], []])
def test_all_checks_or_some_may_be_ignored(names: list[str]) -> None:
    """Not both."""
    assert problems(changed("nodeRegistration.ignorePreflightErrors", names)) == []


@pytest.mark.parametrize(
    ("path", "code"),
    [("", "discovery_missing"), ("http://host/d.conf", "discovery_url_insecure"), ("FTP://host/d", "discovery_url_insecure"),
     ("https://host/d.conf", ""), ("HTTPS://host/d", ""), ("/d.conf", ""), ("d.conf", "")],
)  # fmt: skip
def test_a_discovery_file_is_a_path_or_an_https_url(path: str, code: str) -> None:
    """What else is there, anybody could have written."""
    configuration = {**CONFIGURATION, "discovery": {"file": {"kubeConfigPath": path}}}
    assert problems(configuration) == ([("discovery.file.kubeConfigPath", code)] if code else [])


@pytest.mark.parametrize(
    ("socket", "url"),
    [
        ("/run/x.sock", "unix:///run/x.sock"),
        ("run/x.sock", "unix://run/x.sock"),
        ("unix:///run/x.sock", "unix:///run/x.sock"),
        ("unix:/run/x.sock", "unix:/run/x.sock"),
        ("", None),
        ("UNIX:///run/x.sock", "unix://UNIX:///run/x.sock"),
        ("tcp://127.0.0.1:1", "unix://tcp://127.0.0.1:1"),
        (" /run/x.sock", ""),
        ("unixfile", ""),
        (f"kubeadm join --token {TOKEN}", ""),
    ],
)
def test_a_socket_is_a_path_or_a_url_of_unix(socket: str, url: str | None) -> None:
    """As kubeadm completes and refuses it. The error does not contain it, as it may hold anything."""
    data = {
        "apiVersion": "kubeadm.k8s.io/v1beta4",
        "kind": "JoinConfiguration",
        "nodeRegistration": {"criSocket": socket},
    }
    complete = read_join_configuration(data, what="the JoinConfiguration")
    if url != "":
        validate_join_configuration(complete, needs_discovery=False)
        assert complete["nodeRegistration"].get("criSocket") == url
        return
    with pytest.raises(JoinError) as caught:
        validate_join_configuration(complete, needs_discovery=False)
    assert [found["field"] for found in caught.value.details["problems"]] == ["nodeRegistration.criSocket"]
    assert socket.strip() not in str(caught.value)


def test_unpinned_discovery_must_be_asked_for() -> None:
    """Pins that are there must be good in any case."""
    token = {**CONFIGURATION["discovery"]["bootstrapToken"], "unsafeSkipCAVerification": True}
    for pins, found in (([], []), (["x"], [("discovery.bootstrapToken.caCertHashes", "pin_malformed")])):
        discovery = {"bootstrapToken": {**token, "caCertHashes": pins}, "tlsBootstrapToken": TOKEN}
        assert problems({**CONFIGURATION, "discovery": discovery}) == found


def test_discovery_may_be_left_to_an_invitation() -> None:
    """What is there of it must be good all the same."""
    assert problems({**CONFIGURATION, "discovery": {}}, needs_discovery=False) == []
    assert problems(changed("discovery.tlsBootstrapToken", "x"), needs_discovery=False) != []


def test_all_problems_are_reported_at_once() -> None:
    """In the order of the fields; the sentence has them all, and no token."""
    configuration = changed("caCertPath", "ca.crt")
    configuration["discovery"]["bootstrapToken"]["token"] = "ABCDEF.0123456789abcdef"
    configuration["nodeRegistration"]["name"] = "_"
    assert [field for field, _code in problems(configuration)] == [
        "discovery.bootstrapToken.token", "nodeRegistration.name", "caCertPath",
    ]  # fmt: skip
    with pytest.raises(JoinError) as caught:
        validate_join_configuration(configuration, needs_discovery=True)
    assert caught.value.code == INVALID
    assert "0123456789abcdef" not in str(caught.value) + str(caught.value.details)


@pytest.mark.parametrize("control_plane", [True, False])
def test_a_configuration_is_of_its_flow(control_plane: bool) -> None:
    """A worker's is no control plane's."""
    configuration = {**CONFIGURATION, **({"controlPlane": CONTROL_PLANE} if control_plane else {})}
    expect_flow(configuration, control_plane=control_plane)
    with pytest.raises(JoinError) as caught:
        expect_flow(configuration, control_plane=not control_plane)
    assert caught.value.code == "configuration_mixed"


def test_an_image_is_a_workers() -> None:
    """etcd and the API server would have to run in it."""
    expect_flow(CONFIGURATION, control_plane=False, rootfs="/image")
    with pytest.raises(JoinError) as caught:
        expect_flow({**CONFIGURATION, "controlPlane": CONTROL_PLANE}, control_plane=True, rootfs="/image")
    assert caught.value.code == "configuration_mixed"
