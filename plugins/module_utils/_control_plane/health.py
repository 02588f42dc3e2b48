# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The phase wait-control-plane: health of the three components of this host, at the addresses in their static pods."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._api.https import HttpsError
from .._core.change import Change
from .._core.clock import Clock, polls
from .._core.defaults import API_SERVER_PORT
from .._core.errors import JoinError
from .._core.objects import list_at, mapping_at
from .._formats.yaml_reader import parse_yaml_documents
from .._host.machine import MANIFESTS_DIR, Files
from .local_node import host_in_url

__all__ = ("API_SERVER", "HEALTH_ENDPOINTS", "Ask", "find_health_urls", "plan_health")

#: Requests the health of a component by its name and URL; returns the HTTP status. Raises HttpsError.
Ask = t.Callable[[str, str], int]
API_SERVER = "kube-apiserver"


@dataclass(frozen=True)
class _Component:
    address_flag: str
    address: str
    port: str
    path: str


#: By name: the flag of the listen address and its default, the port, and the path.
HEALTH_ENDPOINTS = {
    API_SERVER: _Component("advertise-address", "127.0.0.1", str(API_SERVER_PORT), "/livez"),
    "kube-controller-manager": _Component("bind-address", "127.0.0.1", "10257", "/healthz"),
    "kube-scheduler": _Component("bind-address", "127.0.0.1", "10259", "/livez"),
}


def find_health_urls(host: Files) -> dict[str, str]:
    """The health URL of each component, from its patched manifest. Raises ``component_not_healthy`` if that is missing."""
    return {name: _url(host, name, component) for name, component in HEALTH_ENDPOINTS.items()}


def plan_health(host: Files, *, ask: Ask, clock: Clock, timeout: float) -> Change:
    """Plan to wait until all components are healthy.

    Without manifests, as in check mode before they are written, planning sends no request. Raises on applying
    ``component_not_healthy`` with the status of each component that is not healthy within ``timeout`` seconds.
    """
    thing = "control plane components"
    after = dict.fromkeys(HEALTH_ENDPOINTS, "healthy")
    urls = {} if any(host.read(_path(name)) is None for name in HEALTH_ENDPOINTS) else find_health_urls(host)
    before = _probe(urls, ask) if urls else dict.fromkeys(HEALTH_ENDPOINTS, "missing")

    def apply() -> None:
        urls = find_health_urls(host)
        seen: dict[str, str] = {}
        for _left in polls(clock, timeout, 0.05, 0.5):
            seen = _probe(urls, ask)
            if seen == after:
                return
        sick = {name: found for name, found in seen.items() if found != "healthy"}
        reported = "; ".join(f"{name} at {urls[name]}: {found}" for name, found in sick.items())
        raise JoinError(
            "component_not_healthy",
            f"Components of this control plane are not healthy after {timeout:g} s: {reported}; read the log of the container, for "
            "instance with `crictl ps -a` and `crictl logs`, or below /var/log/pods.",
            components=sick,
        )

    components = {name: {"url": urls.get(name), "healthy": True} for name in HEALTH_ENDPOINTS}
    return Change({thing: before}, {thing: after}, apply, resources={"components": components})


def _probe(urls: t.Mapping[str, str], ask: Ask) -> dict[str, str]:
    return {name: _seen(name, url, ask) for name, url in urls.items()}


def _seen(name: str, url: str, ask: Ask) -> str:
    try:
        status = ask(name, url)
    except HttpsError as exc:
        return str(exc)
    return "healthy" if status == 200 else f"it responds with status {status}"


def _path(name: str) -> str:
    return f"{MANIFESTS_DIR}/{name}.yaml"


def _url(host: Files, name: str, component: _Component) -> str:
    arguments = _arguments(host, name)
    address = arguments.get(component.address_flag) or component.address
    if address in ("0.0.0.0", "::"):  # noqa: S104 (nothing is bound here)
        address = "::1" if address == "::" else "127.0.0.1"
    return f"https://{host_in_url(address)}:{arguments.get('secure-port') or component.port}{component.path}"


def _arguments(host: Files, name: str) -> dict[str, str]:
    """The flags of the container that runs the component; the last one of a repeated flag is effective."""
    found = host.read(_path(name))
    documents = parse_yaml_documents(found.text, what=_path(name), code="component_not_healthy") if found else []
    for container in (c for document in documents for c in list_at(mapping_at(document.value, "spec"), "containers")):
        command = [str(part) for part in (*(container.get("command") or ()), *(container.get("args") or ()))]
        if command and command[0].rpartition("/")[2] == name:
            pairs = (part[2:].partition("=") for part in command if part.startswith("--"))
            return {flag: value for flag, _equals, value in pairs}
    raise JoinError(
        "component_not_healthy",
        f"Cannot check the health of {name}: {_path(name)} has no container whose command is {name}; expected the static pod of "
        "kubeadm; correct the patches for it, or delete the file and run again.",
        components={name: "no such container"},
    )
