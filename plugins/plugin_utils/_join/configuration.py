# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The door for input: variables, flags and a JoinConfiguration in, one configuration and the options of all tasks out."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ...module_utils._api.endpoint import is_secret_url
from .display import displayable
from .document import (
    configuration_of,
    options_of,
    read_join_configuration,
    secrets_of,
    timeouts_of,
    without_secrets,
)
from .join_validation import expect_flow, validate_join_configuration
from .phases import CONTROL_PLANE_PHASES, WORKER_PHASES, phases_by_module, select_phases
from .variable_reader import read_variables
from .variables import JOIN_VARIABLES

__all__ = ("ControllerFiles", "Input", "read_input", "read_secrets", "read_settings")

_WHAT = "the JoinConfiguration"
#: Text on one line that is YAML or JSON, and not a path.
_DOCUMENT = re.compile(r"[\[{#%]|---|.*:\s")


class ControllerFiles(t.Protocol):
    """Files on the controller, found as Ansible finds those of roles and playbooks. Both raise JoinError."""

    def read_text(self, path: str, what: str) -> str:
        """The decrypted text of a file. ``what`` names it in an error."""

    def read_patches(self, path: str, *, kustomize: bool) -> list[dict[str, str]]:
        """The patches in a folder as the options of modules take them."""


@dataclass(frozen=True)
class Input:
    """The variables that are set, in their types, and the complete JoinConfiguration that they make."""

    provided: t.Mapping[str, t.Any]
    configuration: t.Mapping[str, t.Any]

    def value(self, name: str) -> t.Any:
        """The value of a variable, or its default."""
        return self.provided.get(name, JOIN_VARIABLES[name].default)

    def is_remote(self, name: str) -> bool:
        """Whether a path of a variable is one on the host and not on the controller."""
        return bool(self.value(f"{name}_remote_src"))


def read_input(configuration: t.Any, flags: t.Any, files: ControllerFiles) -> Input:
    """The one way in. ``configuration`` is a path on the controller, a text or data; ``flags`` are variables without `join_`.

    Raises JoinError, most often ``invalid_join_configuration``.
    """
    provided = read_variables(flags, JOIN_VARIABLES, what="the variables")
    source, what = _find_document(configuration, files)
    file = None if source is None else read_join_configuration(source, what=what)
    complete = configuration_of(provided, file, what=what)
    validate_join_configuration(complete, needs_discovery=False)
    return Input(provided, complete)


def _find_document(configuration: t.Any, files: ControllerFiles) -> tuple[t.Any, str]:
    """The text or the data of the document, None for no document, and how to name it."""
    if not isinstance(configuration, str):
        return (None if configuration in (None, [], {}) else configuration), _WHAT
    text = configuration.strip()
    if not text:
        return None, _WHAT
    if "\n" in text or _DOCUMENT.match(text):
        return configuration, _WHAT
    what = f"{_WHAT} {displayable(text)}"
    return files.read_text(text, what), what


def read_settings(source: Input, files: ControllerFiles) -> dict[str, t.Any]:
    """All that tasks need, without secrets: the configuration, options of modules, phases and timeouts.

    Raises ``configuration_mixed``, ``unknown_phase``, ``file_not_read`` and ``patches_missing``.
    """
    configuration, provided = source.configuration, source.provided
    control_plane = "controlPlane" in configuration
    if "control_plane" in provided:
        expect_flow(configuration, control_plane=provided["control_plane"], rootfs=provided.get("rootfs", ""))
    phases = select_phases(
        CONTROL_PLANE_PHASES if control_plane else WORKER_PHASES,
        skip=configuration.get("skipPhases", ()),
        only=provided.get("only_phases", ()),
        start_at=provided.get("start_at_phase", ""),
    )
    timeouts = timeouts_of(configuration)
    return {
        "configuration": without_secrets(configuration),
        "discovery": next((mode for mode in ("bootstrapToken", "file") if mode in configuration["discovery"]), ""),
        "install_requirements": source.value("install_requirements"),
        "options": {
            **options_of(configuration),
            "discovery_file": _displayed_file(source),
            "rootfs": provided.get("rootfs", ""),
            "wait_for": source.value("wait_for"),
            "wait_timeout": provided.get("wait_timeout", int(timeouts["kubeletHealthCheck"])),
            **_patch_options(source, files),
        },
        "phases": list(phases),
        "phases_by_module": phases_by_module(phases, control_plane=control_plane),
        "secrets": [name for name, value in read_secrets(source, files).items() if value],
        "timeouts": timeouts,
        "wait": source.value("wait"),
        "waits_together": _is_awaited_by_inviter(source, phases),
    }


def _is_awaited_by_inviter(source: Input, phases: t.Collection[str]) -> bool:
    """Whether the host that creates the invitation may wait for this node. Control planes wait for more than their nodes."""
    configuration = source.configuration
    is_settled = bool(configuration["discovery"]) or "controlPlane" in configuration or configuration.get("dryRun")
    return not is_settled and not source.provided.get("rootfs") and "kubelet-wait-bootstrap" in phases


def read_secrets(source: Input, files: ControllerFiles) -> dict[str, t.Any]:
    """What must not be part of a result: tokens, keys, URLs with secrets, and the content of a discovery file on the controller."""
    return {
        **secrets_of(source.configuration),
        "discovery_file": _discovery_file(source) if is_secret_url(_discovery_file(source)) else "",
        "discovery_kubeconfig": _read_discovery_file(source, files),
        "shared_certificates": dict(source.provided.get("shared_certificates", {})),
    }


def _discovery_file(source: Input) -> str:
    return str(source.configuration["discovery"].get("file", {}).get("kubeConfigPath", ""))


def _displayed_file(source: Input) -> str:
    """The path or URL that the host reads, unless it is secret."""
    path = _discovery_file(source)
    return "" if _controller_file(source) or is_secret_url(path) else path


def _controller_file(source: Input) -> str:
    """The path of a discovery file on the controller. URLs are read by the host."""
    path = _discovery_file(source)
    return "" if source.is_remote("discovery_file") or path.lower().startswith("https:") else path


def _read_discovery_file(source: Input, files: ControllerFiles) -> str:
    path = _controller_file(source)
    return files.read_text(path, f"the discovery file {displayable(path)}") if path else ""


def _patch_options(source: Input, files: ControllerFiles) -> dict[str, t.Any]:
    """Folders on the host by their paths, and the files of those on the controller."""
    patches = source.configuration.get("patches", {}).get("directory", "")
    kustomize = source.provided.get("experimental_kustomize", "")
    here = {"patches": source.is_remote("patches"), "kustomize": source.is_remote("experimental_kustomize")}
    return {
        "patches": patches if here["patches"] else "",
        "patch_files": [] if here["patches"] or not patches else files.read_patches(patches, kustomize=False),
        "experimental_kustomize": kustomize if here["kustomize"] else "",
        "kustomize_files": [] if here["kustomize"] or not kustomize else files.read_patches(kustomize, kustomize=True),
    }
