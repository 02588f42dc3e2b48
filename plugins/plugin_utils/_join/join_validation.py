# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""kubeadm's rules for a JoinConfiguration, all that are broken at once; the fields are named as kubeadm names them."""

from __future__ import annotations

import re
import typing as t

from ...module_utils._api.endpoint import parse_endpoint
from ...module_utils._core.errors import JoinError
from ...module_utils._credentials.pin import parse_pins
from ...module_utils._credentials.token import parse_token
from ...module_utils._formats.go_addresses import parse_address
from ...module_utils._formats.go_endpoints import is_dns_name
from ...module_utils._formats.go_urls import parse_url
from ...module_utils._formats.go_values import is_time

__all__ = ("expect_flow", "validate_join_configuration")

_KEY = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
_SCHEME = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*):", re.ASCII)

_Problem = t.Tuple[str, str, str]


def validate_join_configuration(configuration: t.Mapping[str, t.Any], *, needs_discovery: bool) -> None:
    """Refuse a complete configuration that kubeadm would refuse, and pins that it would only refuse later.

    ``needs_discovery`` is false for hosts that may join by an invitation. The error's code is that of the problems if they
    have one, else ``invalid_join_configuration``; details hold ``problems``: ``field``, ``code`` and ``problem`` of each.
    """
    problems = [
        *_discovery(configuration["discovery"], needs_discovery),
        *_node(configuration["nodeRegistration"]),
        *_control_plane(configuration.get("controlPlane")),
        *_ca_cert_path(configuration["caCertPath"]),
    ]
    if not problems:
        return
    codes = {code for _field, code, _problem in problems}
    reported = "; ".join(f"{field}: {problem.rstrip(chr(46))}" for field, _code, problem in problems)
    raise JoinError(
        codes.pop() if len(codes) == 1 else "invalid_join_configuration",
        f"Cannot join with this configuration: {reported}. Nothing was asked and nothing was changed.",
        problems=[{"field": field, "code": code, "problem": problem} for field, code, problem in problems],
    )


def expect_flow(configuration: t.Mapping[str, t.Any], *, control_plane: bool, rootfs: str = "") -> None:
    """Refuse a complete configuration that makes a host something else than its flow. Raises ``configuration_mixed``."""
    if control_plane != ("controlPlane" in configuration):
        role, has = ("a control plane", "no") if control_plane else ("a worker", "a")
        raise JoinError(
            "configuration_mixed",
            f"Cannot make this host {role}: the JoinConfiguration has {has} controlPlane; correct it, or use the other flow for this "
            "host (the role control_plane_join sets control_plane, worker_join does not).",
            variables=["configuration", "control_plane"],
        )
    if control_plane and rootfs:
        raise JoinError(
            "configuration_mixed",
            "Cannot make a control plane in rootfs: its etcd and its API server have to run to join; images are for workers alone.",
            variables=["control_plane", "rootfs"],
        )


def _discovery(discovery: t.Mapping[str, t.Any], needed: bool) -> t.Iterator[_Problem]:
    token, file = discovery.get("bootstrapToken"), discovery.get("file")
    if token is None and file is None:
        if needed:
            yield (
                "discovery",
                "discovery_missing",
                "neither bootstrapToken nor file is set, so the cluster cannot be verified",
            )
        return
    if token is not None and file is not None:
        yield (
            "discovery",
            "discovery_ambiguous",
            "bootstrapToken and file are both set, and only one of them can verify the cluster",
        )
    if token is not None:
        yield from _token_discovery(token)
    if file is not None:
        yield from _file_discovery(file.get("kubeConfigPath", ""))
    if token is not None or "tlsBootstrapToken" in discovery:
        yield from _raised("discovery.tlsBootstrapToken", lambda: parse_token(discovery.get("tlsBootstrapToken", "")))


def _token_discovery(token: t.Mapping[str, t.Any]) -> t.Iterator[_Problem]:
    prefix = "discovery.bootstrapToken."
    yield from _raised(f"{prefix}token", lambda: parse_token(token.get("token", "")))
    hashes = token.get("caCertHashes", ())
    yield from _raised(
        f"{prefix}caCertHashes",
        lambda: parse_pins(hashes, may_be_empty=token.get("unsafeSkipCAVerification", False)),
    )
    yield from _raised(f"{prefix}apiServerEndpoint", lambda: parse_endpoint(token.get("apiServerEndpoint", "")))


def _file_discovery(path: str) -> t.Iterator[_Problem]:
    scheme = _SCHEME.match(path)
    if not path:
        yield "discovery.file.kubeConfigPath", "discovery_missing", "it is empty"
    elif scheme and scheme["scheme"].lower() != "https":
        yield (
            "discovery.file.kubeConfigPath",
            "discovery_url_insecure",
            f"its scheme is {scheme['scheme']}, and only https, or a path, can be trusted",
        )


def _node(node: t.Mapping[str, t.Any]) -> t.Iterator[_Problem]:
    prefix, code = "nodeRegistration.", "invalid_join_configuration"
    name = node.get("name", "")
    if name and not is_dns_name(name):
        yield f"{prefix}name", code, f"{name!r} is not an RFC 1123 subdomain of lower-case letters, digits, `-` and `.`"
    socket = parse_url(node.get("criSocket", "unix:"))
    if socket is None or socket.scheme != "unix":
        yield f"{prefix}criSocket", code, "it is not the path of a socket, or its URL with the scheme unix"
    for at, argument in enumerate(node.get("kubeletExtraArgs", ())):
        if not argument.get("name"):
            yield f"{prefix}kubeletExtraArgs", code, f"the argument at index {at} has no name"
        if argument.get("mergeMethod"):
            yield f"{prefix}kubeletExtraArgs", code, "mergeMethod is in no release that joins nodes; leave it out"
    for at, taint in enumerate(node["taints"] or ()):
        if not taint["key"]:
            yield f"{prefix}taints", code, f"the taint at index {at} has no key"
        if "timeAdded" in taint and not is_time(taint["timeAdded"]):
            yield f"{prefix}taints", code, f"timeAdded at index {at} is not a time such as 2026-11-24T12:15:33Z"
    policy = node["imagePullPolicy"]
    if policy not in ("Always", "IfNotPresent", "Never"):
        yield f"{prefix}imagePullPolicy", code, f"{policy!r} is not Always, IfNotPresent or Never"
    ignored = [name.lower() for name in node.get("ignorePreflightErrors", ())]
    if "all" in ignored and set(ignored) != {"all"}:
        yield "ignore-preflight-errors", code, "`all` and names of checks are both set; set one of the two"


def _control_plane(control_plane: t.Mapping[str, t.Any] | None) -> t.Iterator[_Problem]:
    if control_plane is None:
        return
    code = "invalid_join_configuration"
    endpoint = control_plane["localAPIEndpoint"]
    address = endpoint.get("advertiseAddress")
    if address is not None and parse_address(address) is None:
        yield "controlPlane.localAPIEndpoint.advertiseAddress", code, f"{address!r} is not an IP address"
    if not 1 <= endpoint["bindPort"] <= 65535:
        yield "controlPlane.localAPIEndpoint.bindPort", code, f"{endpoint['bindPort']} is not a port"
    if _KEY.fullmatch(control_plane.get("certificateKey", "0" * 64)) is None:
        yield "controlPlane.certificateKey", code, "it is not 64 hexadecimal digits (32 bytes)"


def _ca_cert_path(path: str) -> t.Iterator[_Problem]:
    if not path.startswith("/"):
        yield "caCertPath", "invalid_join_configuration", f"{path!r} is not absolute"
    if not path.endswith(".crt"):
        yield "caCertPath", "invalid_join_configuration", f"{path!r} does not end in .crt"


def _raised(field: str, parse: t.Callable[[], t.Any]) -> t.Iterator[_Problem]:
    try:
        parse()
    except JoinError as exc:
        yield field, exc.code, str(exc)
