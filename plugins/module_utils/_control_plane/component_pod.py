# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The structure of a static pod of the control plane, as written by kubeadm: one container on the host's network."""

from __future__ import annotations

import datetime
import math
import typing as t
from dataclasses import dataclass

from .._config.cluster import Arguments, ExtraVolume
from .._core.releases import Release
from .._formats.yaml_writer import render_yaml

__all__ = ("Probe", "Probes", "StaticPod", "last_argument", "merge_arguments", "plan_environment", "render_manifest")

_PORT_NAME = "probe-port"


@dataclass(frozen=True)
class Probe:
    """One of the kubelet's probes; they differ in path and limits."""

    path: str
    initial_delay: int
    failure_threshold: int
    period: int


@dataclass(frozen=True)
class Probes:
    """The address and paths of a component's probes. ``host`` is empty for the pod's own address."""

    host: str
    port: int
    scheme: str
    liveness: str
    startup: str
    readiness: str = ""


@dataclass(frozen=True)
class StaticPod:
    """The differences between the four pods. ``mounts`` are the volumes in the order of the container's mounts."""

    release: Release
    name: str
    image: str
    command: tuple[str, ...]
    probes: Probes
    health_timeout: datetime.timedelta
    requests: t.Mapping[str, str]
    mounts: tuple[ExtraVolume, ...]
    environment: tuple[t.Mapping[str, t.Any], ...] = ()
    annotations: t.Mapping[str, str] | None = None

    def manifest(self) -> dict[str, t.Any]:
        """The Pod as a mapping, which can be patched before `render_manifest`."""
        metadata: dict[str, t.Any] = {
            "labels": {"component": self.name, "tier": "control-plane"},
            "name": self.name,
            "namespace": "kube-system",
        }
        if self.release.writes_empty_fields:
            metadata["creationTimestamp"] = None
        if self.annotations:
            metadata["annotations"] = dict(self.annotations)
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": metadata,
            "spec": {
                "containers": [self._container()],
                "hostNetwork": True,
                "priority": 2000001000,
                "priorityClassName": "system-node-critical",
                "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
                "volumes": [
                    {"hostPath": {"path": volume.host_path, "type": volume.path_type}, "name": volume.name}
                    for volume in sorted(self.mounts, key=lambda volume: volume.name)
                ],
            },
            "status": {},
        }

    def _container(self) -> dict[str, t.Any]:
        container: dict[str, t.Any] = {
            "command": list(self.command),
            "image": self.image,
            "imagePullPolicy": "IfNotPresent",
            "livenessProbe": self._probe(Probe(self.probes.liveness, 10, 8, 10)),
            "name": self.name,
            "resources": {"requests": dict(self.requests)},
            "startupProbe": self._probe(Probe(self.probes.startup, 10, self._startup_threshold(), 10)),
            "volumeMounts": [_mount(volume) for volume in self.mounts],
        }
        if self.release.names_probe_port:
            container["ports"] = [{"containerPort": self.probes.port, "name": _PORT_NAME, "protocol": "TCP"}]
        if self.probes.readiness:
            container["readinessProbe"] = self._probe(Probe(self.probes.readiness, 0, 3, 1))
        if self.environment:
            container["env"] = [dict(variable) for variable in self.environment]
        return container

    def _startup_threshold(self) -> int:
        return math.ceil(self.health_timeout.total_seconds() / 10)

    def _probe(self, probe: Probe) -> dict[str, t.Any]:
        port = _PORT_NAME if self.release.names_probe_port else self.probes.port
        get: dict[str, t.Any] = {"path": probe.path, "port": port, "scheme": self.probes.scheme}
        if self.probes.host:
            get["host"] = self.probes.host
        delay = {"initialDelaySeconds": probe.initial_delay} if probe.initial_delay else {}
        return {
            "failureThreshold": probe.failure_threshold,
            "httpGet": get,
            **delay,
            "periodSeconds": probe.period,
            "timeoutSeconds": 15,
        }


def _mount(volume: ExtraVolume) -> dict[str, t.Any]:
    mount: dict[str, t.Any] = {"mountPath": volume.mount_path, "name": volume.name}
    if volume.read_only:
        mount["readOnly"] = True
    return mount


def render_manifest(manifest: t.Mapping[str, t.Any]) -> str:
    """The file of a static pod, byte for byte as written by kubeadm."""
    return render_yaml(dict(manifest))


def merge_arguments(program: str, own: t.Mapping[str, str], provided: Arguments) -> tuple[str, ...]:
    """The command of a container: its own arguments sorted, then the provided ones, which override those of the same name."""
    names = {name for name, _value in provided}
    kept = sorted((name, value) for name, value in own.items() if name not in names)
    return (program, *(f"--{name}={value}" for name, value in (*kept, *provided)))


def last_argument(arguments: Arguments, name: str) -> str | None:
    """The effective value of a flag, which is the last one if it is repeated."""
    return next((value for provided, value in reversed(arguments) if provided == name), None)


def plan_environment(
    provided: t.Iterable[t.Mapping[str, t.Any]], inherited: t.Mapping[str, str]
) -> tuple[t.Mapping[str, t.Any], ...]:
    """A container's variables: the proxy variables of the joining program, overridden by the provided ones.

    Proxy variables are those whose names end in `_proxy`, in any case; empty ones are ignored.
    """
    proxies = {
        name: {"name": name, "value": value}
        for name, value in inherited.items()
        if value and name.lower().endswith("_proxy")
    }
    variables: dict[str, t.Mapping[str, t.Any]] = {**proxies, **{variable["name"]: variable for variable in provided}}
    return tuple(variables[name] for name in sorted(variables))
