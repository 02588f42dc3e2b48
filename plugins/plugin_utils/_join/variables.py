# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The variables of the roles join and invite, without their prefix: type, field of JoinConfiguration and default."""

from __future__ import annotations

import difflib
import typing as t
from dataclasses import dataclass

from ...module_utils._core.defaults import ADMIN_CONF, WAIT_LEVELS
from ...module_utils._core.errors import JoinError

__all__ = (
    "ARGUMENT",
    "FLAGS",
    "HELPERS",
    "INVITE_VARIABLES",
    "JOIN_VARIABLES",
    "LIMIT_VARIABLES",
    "SECRETS",
    "TAINT",
    "Variable",
    "check_variable_names",
    "limit_input",
    "refuse_facts",
    "role_input",
)


#: An argument of the kubelet, and a taint.
ARGUMENT = {"name": "string", "value": "string"}
TAINT = {"key": "string", "value": "string", "effect": "string", "timeAdded": "string"}
_TIMEOUTS = (
    "controlPlaneComponentHealthCheck",
    "discovery",
    "etcdAPICall",
    "kubeletHealthCheck",
    "kubernetesAPICall",
    "tlsBootstrap",
    "upgradeManifests",
)


@dataclass(frozen=True)
class Variable:
    """``kind`` is a type: a name, a list with the type of its items, a mapping of names to types, "" for any name, or a tuple of
    choices. ``field`` is the field of JoinConfiguration with the same meaning.

    A value that is equal to ``default`` counts as not set, and so does an empty list or mapping unless ``may_be_empty``. A number is at
    least ``minimum``.
    """

    kind: t.Any
    field: str = ""
    default: t.Any = None
    is_secret: bool = False
    may_be_empty: bool = False
    minimum: int | None = None


#: The variables that correspond to the flags of `kubeadm join` and to fields of JoinConfiguration.
FLAGS = {
    "apiserver_endpoint": Variable("string", "discovery.bootstrapToken.apiServerEndpoint"),
    "discovery_token": Variable("string", "discovery.bootstrapToken.token", is_secret=True),
    "discovery_token_ca_cert_hashes": Variable(["string"], "discovery.bootstrapToken.caCertHashes"),
    "discovery_token_unsafe_skip_ca_verification": Variable(
        "bool", "discovery.bootstrapToken.unsafeSkipCAVerification", default=False
    ),
    "discovery_file": Variable("string", "discovery.file.kubeConfigPath"),
    "tls_bootstrap_token": Variable("string", "discovery.tlsBootstrapToken", is_secret=True),
    "ca_cert_path": Variable("string", "caCertPath"),
    "control_plane": Variable("bool", "controlPlane"),
    "apiserver_advertise_address": Variable("string", "controlPlane.localAPIEndpoint.advertiseAddress"),
    "apiserver_bind_port": Variable("int32", "controlPlane.localAPIEndpoint.bindPort", default=0),
    "certificate_key": Variable("string", "controlPlane.certificateKey", is_secret=True),
    "node_name": Variable("string", "nodeRegistration.name"),
    "cri_socket": Variable("string", "nodeRegistration.criSocket"),
    "taints": Variable([TAINT], "nodeRegistration.taints", may_be_empty=True),
    "kubelet_extra_args": Variable([ARGUMENT], "nodeRegistration.kubeletExtraArgs"),
    "ignore_preflight_errors": Variable(["string"], "nodeRegistration.ignorePreflightErrors"),
    "image_pull_policy": Variable("string", "nodeRegistration.imagePullPolicy"),
    "image_pull_serial": Variable("bool", "nodeRegistration.imagePullSerial", default=True),
    "skip_phases": Variable(["string"], "skipPhases"),
    "patches": Variable("string", "patches.directory"),
    "dry_run": Variable("bool", "dryRun", default=False),
    "timeouts": Variable(dict.fromkeys(_TIMEOUTS, "duration"), "timeouts"),
}

#: The secrets in a JoinConfiguration, by variable: the field.
SECRETS = {name: variable.field for name, variable in FLAGS.items() if variable.is_secret}

#: All variables of the role join but `join_configuration`.
JOIN_VARIABLES = {
    **FLAGS,
    "token": Variable("string", is_secret=True),
    "discovery_file_remote_src": Variable("bool", default=True),
    "shared_certificates": Variable({"": "string"}, is_secret=True),
    "only_phases": Variable(["string"]),
    "start_at_phase": Variable("string"),
    "rootfs": Variable("string"),
    "patches_remote_src": Variable("bool", default=True),
    "experimental_kustomize": Variable("string"),
    "experimental_kustomize_remote_src": Variable("bool", default=True),
    "wait": Variable(("host", "fleet"), default="host"),
    "wait_for": Variable(WAIT_LEVELS, default="ready"),
    "wait_timeout": Variable("int32", minimum=0),
    "install_requirements": Variable("bool", default=True),
}

#: The variables of the role invite. Defaults that depend on the play or on its hosts are None.
INVITE_VARIABLES = {
    "host": Variable("string"),
    "kubeconfig": Variable("string", default=ADMIN_CONF),
    "become": Variable("bool"),
    "install_requirements": Variable("bool", default=True),
    "token_ttl": Variable("int32"),
    "token_groups": Variable(["string"], default=["system:bootstrappers:kubeadm:default-node-token"]),
    "token_description": Variable("string", default="made by kubejoin.kubeadm.invite"),
    "certificates": Variable("bool", default=False),
    "certificates_ttl": Variable("int32"),
    "certificates_secret": Variable("string", default=""),
    "withdraw_run": Variable("string", default=""),
}

#: The variables of the playbook that limit on how many hosts its tasks run at once; 0 means `forks`.
LIMIT_VARIABLES = {
    "concurrency": Variable("int32", default=0, minimum=0),
    "throttle": Variable("int32", default=0, minimum=0),
}

#: Variables that the playbooks and roles set, for use in other playbooks.
HELPERS = (
    "invite_created",
    "invite_discovery",
    "invite_result",
    "invite_withdrawn",
    "join_batch",
    "join_check_mode",
    "join_control_plane_hosts",
    "join_flow",
    "join_flow_hosts",
    "join_max_fail_percentage",
    "join_needs_invitation",
    "join_pending_hosts",
    "join_throttle",
    "join_worker_hosts",
)

#: From this similarity on, another variable is taken for a misspelt one.
_MISSPELT = 0.7


def refuse_facts(variables: t.Mapping[str, t.Any]) -> None:
    """Refuse facts with the names of the roles' variables: a host returns its facts itself, and would choose files of the controller.

    ``variables`` are those of a task. Raises ``variable_from_host``.
    """
    found = sorted(_known_names() & set(variables.get("ansible_facts") or ()))
    if found:
        raise JoinError(
            "variable_from_host",
            f"Cannot use the facts of this host: {', '.join(found)} must not be a fact, because hosts return facts and must not configure the "
            "roles; remove it from the host or from the fact cache, and use set_fact without cacheable. Nothing was changed.",
            variables=found,
        )


def role_input(
    variables: t.Mapping[str, t.Any], template: t.Callable[[t.Any], t.Any]
) -> tuple[t.Any, dict[str, t.Any]]:
    """`join_configuration`, and the other variables of the role join without their prefix, as a task has them.

    ``template`` evaluates a value. Most values have no template, so this costs less than a template of each variable.
    """
    flags = _values(JOIN_VARIABLES, variables, template)
    flags["control_plane"] = flags.get("control_plane") or False
    return template(variables.get("join_configuration")), flags


def limit_input(variables: t.Mapping[str, t.Any], template: t.Callable[[t.Any], t.Any]) -> dict[str, t.Any]:
    """The variables that limit a play, without their prefix, as a task has them. ``template`` evaluates a value."""
    return _values(LIMIT_VARIABLES, variables, template)


def _values(
    names: t.Iterable[str], variables: t.Mapping[str, t.Any], template: t.Callable[[t.Any], t.Any]
) -> dict[str, t.Any]:
    return {name: template(variables[f"join_{name}"]) for name in names if f"join_{name}" in variables}


def check_variable_names(names: t.Iterable[str]) -> list[str]:
    """Refuse misspelt variables of the roles. Returns a warning for each other name that begins with `join_` or `invite_`.

    Raises ``invalid_join_configuration``.
    """
    known = _known_names()
    misspelt: list[tuple[str, str]] = []
    foreign: list[tuple[str, str]] = []
    for name in sorted(set(names) - known):
        if name.startswith(("join_", "invite_")):
            nearest, similarity = _nearest(name, known)
            (misspelt if similarity >= _MISSPELT else foreign).append((name, nearest))
    if misspelt:
        reported = "; ".join(f"there is no variable {name}, the nearest is {nearest}" for name, nearest in misspelt)
        raise JoinError(
            "invalid_join_configuration",
            f"Cannot use the variables of this host: {reported}. Correct the name, or rename a variable that is not for this "
            "collection. Nothing was changed.",
            problems=[
                {"field": name, "line": None, "problem": f"there is no such variable, the nearest is {nearest}"}
                for name, nearest in misspelt
            ],
        )
    return [
        f"The variable {name} is not one of the roles join and invite, and has no effect there. The nearest is {nearest}."
        for name, nearest in foreign
    ]


def _known_names() -> set[str]:
    join, invite = (
        {f"{role}_{name}" for name in names}
        for role, names in (("join", (*JOIN_VARIABLES, *LIMIT_VARIABLES)), ("invite", INVITE_VARIABLES))
    )
    return {"join_configuration", *HELPERS} | join | invite


def _nearest(name: str, known: t.Iterable[str]) -> tuple[str, float]:
    """The most similar name with the same prefix, and how similar it is without the prefix: 1 means equal."""
    prefix, _underscore, rest = name.partition("_")
    matcher = difflib.SequenceMatcher(b=rest)
    best = ("", 0.0)
    for other in sorted(known):
        if other.startswith(f"{prefix}_"):
            matcher.set_seq1(other[len(prefix) + 1 :])
            best = max(best, (other, matcher.ratio()), key=lambda pair: pair[1])
    return best
