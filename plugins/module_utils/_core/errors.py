# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The errors of the collection: what failed, the reason, and the next step."""

from __future__ import annotations

import re
import typing as t

__all__ = (
    "CODES",
    "NOT_DISPLAYED",
    "SECRET",
    "TRANSIENT_CODES",
    "JoinError",
    "NamedError",
    "guide_url",
    "is_transient_status",
    "printable",
    "redact",
)

_Error = t.TypeVar("_Error", bound="JoinError")

#: The maximum length of a sentence and of each text in the details, in characters.
MAX_SENTENCE = 8000
#: The maximum nesting depth of details, and the maximum number of entries of a list or mapping.
_MAX_LEVELS = 8
_MAX_ENTRIES = 1000

#: What a bootstrap token, a certificate key, a private key, PEM in base64, a JSON web token and the user of a URL look like. Pins are
#: hexadecimal as well, and public. A token may follow an escape sequence of `repr`.
SECRET = re.compile(
    r"(?:(?<![a-z0-9])|(?<=\\\w)|(?<=\\x..))[a-z0-9]{6}\.[a-z0-9]{16}(?![a-z0-9]|\.\w)"
    r"|(?<!sha256:)[0-9a-f]{64}"
    r"|-----BEGIN [a-z0-9 ]*PRIVATE KEY-----.*?(?:-----END [a-z0-9 ]*PRIVATE KEY-----|\Z)"
    r"|LS0tLS1CRUdJTi[a-z0-9+/=]*"
    r"|eyJ[a-z0-9_-]{8,}\.eyJ[a-z0-9_-]{8,}\.[a-z0-9_-]*"
    r"|(?<=://)[^/\s@]+(?=@)",
    re.IGNORECASE | re.DOTALL,
)
#: A sequence that a terminal interprets, such as a color. The word that follows begins after it.
_SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
#: The text instead of a secret.
NOT_DISPLAYED = "(not displayed)"

#: All error codes. Playbooks branch on them, so they are never renamed. The troubleshooting guide explains each.
CODES = frozenset(
    {
        "advertise_address_unusable",
        "api_conflict",
        "api_forbidden",
        "api_not_found",
        "api_refused",
        "api_server_not_kubernetes",
        "api_server_unreachable",
        "api_server_untrusted",
        "api_unauthorized",
        "authority_key_missing",
        "certificate_key_malformed",
        "certificate_key_wrong",
        "certificate_malformed",
        "cgroup_driver_mismatch",
        "cgroup_missing",
        "cgroups_outdated",
        "clock_skew",
        "cluster_configuration_unreadable",
        "cluster_info_changed",
        "cluster_info_missing",
        "cluster_info_signature_mismatch",
        "component_not_healthy",
        "configuration_mixed",
        "control_plane_endpoint_missing",
        "control_plane_pending",
        "credential_plugin_failed",
        "credentials_malformed",
        "credentials_missing",
        "cri_socket_ambiguous",
        "cri_unavailable",
        "csr_bad_certificate",
        "csr_denied",
        "csr_not_approved",
        "csr_not_signed",
        "discovery_ambiguous",
        "discovery_file_incomplete",
        "discovery_file_not_embedded",
        "discovery_missing",
        "discovery_url_failed",
        "discovery_url_insecure",
        "endpoint_malformed",
        "endpoint_not_certified",
        "etcd_member_conflict",
        "etcd_not_promoted",
        "etcd_not_started",
        "etcd_refused",
        "etcd_unauthorized",
        "etcd_unhealthy",
        "etcd_unreachable",
        "etcd_untrusted",
        "feature_gate_unsupported",
        "file_in_the_way",
        "file_not_read",
        "file_not_written",
        "firewall_active",
        "folder_unsafe",
        "group_missing",
        "host_too_small",
        "host_unreachable",
        "images_missing",
        "invalid_cluster_configuration",
        "invalid_join_configuration",
        "invalid_kubelet_configuration",
        "invalid_kubernetes_version",
        "invalid_yaml",
        "inviter_missing",
        "joined_elsewhere",
        "kernel_unfit",
        "kubeconfig_malformed",
        "kubeconfig_unreadable",
        "kubelet_argument_refused",
        "kubelet_missing",
        "kubelet_service_missing",
        "kubelet_version_skew",
        "kustomization_malformed",
        "kustomization_unsupported",
        "library_missing",
        "lock_lost",
        "lock_not_acquired",
        "machine_id_duplicate",
        "name_unresolved",
        "no_route",
        "node_name_duplicate",
        "node_name_invalid",
        "node_name_overridden",
        "node_name_taken",
        "node_not_ready",
        "node_not_registered",
        "not_privileged",
        "not_settled",
        "object_not_owned",
        "path_is_link",
        "patch_failed",
        "patch_malformed",
        "patches_missing",
        "pin_malformed",
        "pin_mismatch",
        "pin_missing",
        "pipelining_disabled",
        "port_in_use",
        "preflight_failed",
        "program_missing",
        "proxy_in_the_way",
        "proxy_unusable",
        "runtime_outdated",
        "setting_wrong",
        "shared_certificates_incomplete",
        "shared_certificates_missing",
        "shared_certificates_unusable",
        "source_address_odd",
        "strategy_unsupported",
        "swap_on",
        "systemd_missing",
        "token_expired",
        "token_id_taken",
        "token_lifetime_invalid",
        "token_malformed",
        "token_missing",
        "token_not_signed",
        "unit_failed",
        "unknown_phase",
        "unsupported_kubernetes_version",
        "variable_from_host",
    }
)

#: The guide, in which each code is an anchor.
_GUIDE = "https://github.com/kubejoin/kubejoin.kubeadm/blob/main/docs/docsite/rst/guide_troubleshooting.rst"

#: The codes of errors that may disappear on a later attempt. Errors of an API server decide by its answer, see `_api.kubeapi`.
TRANSIENT_CODES = frozenset({"api_server_unreachable", "etcd_unhealthy", "etcd_unreachable"})


class JoinError(Exception):
    """A refusal or a failure with a known cause.

    ``code`` is one of CODES.
    ``str()`` is a full sentence: the operation, its object, what was seen, what was expected, the next step.
    ``details`` contains the facts of the sentence in machine-readable form. Neither ever contains a secret: callers do not
    quote what may be one, and what looks like one is redacted, because users put tokens and keys in the wrong place. Both may
    quote a server, so control characters are removed and their length is limited.
    ``phase`` is the failed phase of kubeadm in modules that run several, otherwise empty.
    """

    #: Whether a server that is starting may raise it, too.
    is_possible_at_start = False

    def __init__(self, code: str, message: str, **details: t.Any) -> None:
        if code not in CODES:
            raise ValueError(f"{code} is not an error code")
        super().__init__(printable(message))
        self.code = code
        self.details = {key: _plain(value) for key, value in details.items()}
        self.phase = ""

    @property
    def transient(self) -> bool:
        """Whether the same attempt may succeed later."""
        return self.code in TRANSIENT_CODES

    @property
    def retry_after(self) -> float:
        """The seconds to wait before the next attempt as requested by the server, or 0."""
        seconds = self.details.get("retry_after")
        return float(seconds) if isinstance(seconds, (int, float)) and seconds > 0 else 0.0

    def reworded(self: _Error, message: str, **details: t.Any) -> _Error:
        """The same error with a new sentence and additional details."""
        return _rebuild(type(self), self.code, message, {**self.details, **details})

    def outline(self) -> dict[str, t.Any]:
        """The error for playbooks, without its sentence."""
        phase = {"phase": self.phase} if self.phase else {}
        return {"code": self.code, "details": self.details, **phase, "see": guide_url(self.code)}

    def __reduce__(self) -> t.Any:
        return (_rebuild, (type(self), self.code, str(self), self.details), {"phase": self.phase})


class NamedError(JoinError):
    """An error with the code ``CODE`` that callers catch by class."""

    CODE = ""

    def __init__(self, message: str, **details: t.Any) -> None:
        super().__init__(self.CODE, message, **details)


def guide_url(code: str) -> str:
    """Where the troubleshooting guide explains the code."""
    return f"{_GUIDE}#{code.replace('_', '-')}"


def is_transient_status(status: int) -> bool:
    """Whether a request that failed with this HTTP status may succeed later."""
    return status in (408, 429) or status >= 500


def redact(text: str) -> str:
    """``text`` without what looks like a secret, and without colors."""
    return SECRET.sub(NOT_DISPLAYED, _SEQUENCE.sub(" ", text))


def printable(text: str, most: int = MAX_SENTENCE) -> str:
    """``text`` on one line, without secrets and control characters; if it is longer than ``most``, its middle is omitted."""
    text = redact(text)
    if len(text) > most:
        text = f"{text[: most * 2 // 3]} … {text[-(most // 3) :]}"  # quotations are in the middle of a sentence
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def _plain(value: t.Any, level: int = 0) -> t.Any:
    """The value in a form that JSON can represent."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str) or level == _MAX_LEVELS:
        return printable(value) if isinstance(value, str) else "…"
    if isinstance(value, t.Mapping):
        pairs = list(value.items())[:_MAX_ENTRIES]
        return {printable(str(key)): _plain(part, level + 1) for key, part in pairs}
    return [_plain(part, level + 1) for part in list(value)[:_MAX_ENTRIES]]


def _rebuild(cls: type[_Error], code: str, message: str, details: dict[str, t.Any]) -> _Error:
    error = cls.__new__(cls)
    JoinError.__init__(error, code, message, **details)
    return error
