# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Preflight: checks of the connection to the cluster's endpoint. Only HTTPProxy is also a check of kubeadm."""

from __future__ import annotations

import typing as t
import urllib.parse

from .._api.proxy import proxy_for, render_proxy
from .._core.errors import JoinError
from .._core.finding import Finding, error, warning
from .._formats.go_addresses import parse_address
from .endpoint_probe import EndpointProbe

__all__ = ("find_endpoint_problems", "find_proxied_targets", "find_proxy_problems")

#: Seconds by which the signer backdates certificates. A host whose clock is further behind rejects its own certificate.
BACKDATED = 300
#: Seconds by which synchronised clocks never differ.
NOTABLE = 30


def find_proxy_problems(server: str, environ: t.Mapping[str, str]) -> t.Iterator[Finding]:
    """The environment routes requests to the API server through a proxy (kubeadm: HTTPProxy)."""
    try:
        proxy = proxy_for(server, environ)
    except JoinError as exc:
        yield error("HTTPProxy", exc.code, str(exc))
        return
    if proxy:
        host = urllib.parse.urlsplit(server).hostname
        yield warning(
            "HTTPProxy",
            "proxy_in_the_way",
            f"connections to {server} use the proxy {render_proxy(proxy)} of HTTPS_PROXY; if this is not intended, add "
            f"{host} to NO_PROXY",
        )


def find_proxied_targets(
    targets: t.Iterable[tuple[str, str, str]], environ: t.Mapping[str, str]
) -> t.Iterator[Finding]:
    """Other targets behind a proxy: check names, URLs, and the values to add to NO_PROXY (kubeadm: also HTTPProxyCIDR)."""
    for check, url, exception in targets:
        try:
            proxy = proxy_for(url, environ)
        except JoinError as exc:
            yield warning(check, exc.code, str(exc))
            continue
        if proxy:
            yield warning(
                check,
                "proxy_in_the_way",
                f"connections to {exception} use the proxy {render_proxy(proxy)} of HTTPS_PROXY; if this is not intended, "
                f"add {exception} to NO_PROXY",
            )


def find_endpoint_problems(server: str, probe: EndpointProbe) -> t.Iterator[Finding]:
    """Findings about the probed endpoint. An unreachable endpoint is only a warning, because discovery retries longer."""
    if probe.no_route:
        yield error(
            "Endpoint", "no_route",
            f"this host has no route to {server} ({probe.no_route}); check `ip route get` and add one",
        )  # fmt: skip
        return
    yield from _source_problems(server, probe.source)
    if probe.unresolved or probe.unreachable:
        yield warning(
            "Endpoint", "api_server_unreachable",
            f"{server} does not answer at the moment: {probe.unresolved or probe.unreachable}; the join waits for it for a while; "
            "check the address, the route and the firewalls in between",
        )  # fmt: skip
        return
    yield from _certificate_problems(server, probe)
    if probe.skew is not None:
        yield from _clock_problems(server, probe.skew)


def _source_problems(server: str, source: str) -> t.Iterator[Finding]:
    target = parse_address(urllib.parse.urlsplit(server).hostname or "")
    address = parse_address(source.partition("%")[0])  # of a socket, with its zone
    if address is None or (target is not None and target.is_loopback):
        return
    if address.is_loopback or (address.is_link_local and not (target is not None and target.is_link_local)):
        yield warning(
            "Endpoint", "source_address_odd",
            f"this host connects to {server} from {source}, which other hosts cannot reach; check `ip route get` and /etc/hosts",
        )  # fmt: skip


def _certificate_problems(server: str, probe: EndpointProbe) -> t.Iterator[Finding]:
    host = (urllib.parse.urlsplit(server).hostname or "").rstrip(".")
    if probe.names and not any(_matches(name, host) for name in probe.names):
        yield error(
            "Endpoint", "endpoint_not_certified",
            f"the certificate of {server} is for {', '.join(probe.names)}, not for {host}; use one of those names, or add {host} to "
            "apiServer.certSANs on the control planes and reissue the certificate",
        )  # fmt: skip
    elif probe.untrusted:
        yield error(
            "Endpoint", "api_server_untrusted",
            f"the certificate of {server} was refused ({probe.untrusted}); expected one signed by the cluster's CA; check which "
            "server responds there, and this host's clock",
        )  # fmt: skip


def _clock_problems(server: str, skew: float) -> t.Iterator[Finding]:
    if abs(skew) < NOTABLE:
        return
    where = "behind" if skew > 0 else "ahead of"
    reported = f"this host's clock is {abs(skew):.0f} seconds {where} that of {server}; set it, and start time synchronisation on both"
    if skew >= BACKDATED:
        yield error("ClockSkew", "clock_skew", f"{reported}: the node's certificate would not be valid yet")
    else:
        yield warning("ClockSkew", "clock_skew", reported)


def _matches(name: str, host: str) -> bool:
    address = parse_address(host)
    if address is not None:
        return parse_address(name) == address
    name, host = name.lower(), host.lower()
    if name.startswith("*."):
        return host.partition(".")[2] == name[2:]
    return name == host
