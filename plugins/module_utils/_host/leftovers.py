# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Files of an earlier join on a host, and their cluster (kubeadm: FileAvailable)."""

from __future__ import annotations

import base64
import binascii
import re
import typing as t

from .._core.finding import Finding, error, warning
from .._credentials.der import pins_of
from .machine import KUBELET_CONF, Files

__all__ = ("check_of", "check_owner", "find_leftovers", "owner_of", "refuse_folder")

BOOTSTRAP_CONF = "/etc/kubernetes/bootstrap-kubelet.conf"

_SERVER = re.compile(r"^\s*(?:-\s+)?\"?server\"?:\s*\"?(https://[^\s\",]+)", re.MULTILINE)
_AUTHORITY = re.compile(r"\"?certificate-authority-data\"?:\s*\"?([A-Za-z0-9+/=]+)")


def find_leftovers(host: Files, *, ca_cert_path: str, pins: t.Collection[str]) -> t.Iterator[Finding]:
    """The existing files among those that a join writes.

    kubeadm refuses each of them. Here, files of the cluster to be joined (one of ``pins``) are accepted, because the join
    continues, and files of another cluster are errors. Without pins, they are warnings, and kubelet-start decides.
    """
    for path in (KUBELET_CONF, BOOTSTRAP_CONF, ca_cert_path):
        found = _find_leftover(host, path, pins)
        if found is not None:
            yield found


Owner = t.Tuple[str, t.Tuple[str, ...]]


def owner_of(host: Files, path: str) -> Owner:
    """The cluster of a certificate or kubeconfig: its server, if known, and its pins."""
    found = host.read(path)
    if found is None:
        return "", ()
    server, authority = ("", found.text) if "BEGIN CERTIFICATE" in found.text else _read_kubeconfig(found.text)
    return server, pins_of(authority)


def check_of(path: str) -> str:
    """kubeadm's name of the check that a file does not exist."""
    return "FileAvailable-" + path.replace("/", "-")


def refuse_folder(path: str) -> Finding:
    """The finding for a folder at the path of a file."""
    return error(check_of(path), "file_in_the_way", f"{path} is a folder; move it away")


def _find_leftover(host: Files, path: str, pins: t.Collection[str]) -> Finding | None:
    if host.has_folder(path):
        return refuse_folder(path)
    if host.read(path) is None:
        return None
    found = check_owner(check_of(path), path, owner_of(host, path), pins)
    if found is None and path == BOOTSTRAP_CONF:
        return warning(
            check_of(path), "file_in_the_way",
            f"{path} remains from an interrupted `kubeadm join`; it contains a bootstrap token and is not needed; delete it",
        )  # fmt: skip
    return found


def check_owner(check: str, path: str, owner: Owner, pins: t.Collection[str]) -> Finding | None:
    """The finding for a file of the cluster ``owner``; None if that is the cluster to be joined."""
    server, theirs = owner
    if not theirs:
        return error(
            check,
            "file_in_the_way",
            f"{path} exists and does not identify its cluster; check the content and delete it",
        )
    which = f"{f'at {server} ' if server else ''}with CA {', '.join(theirs)}"
    if pins and not set(theirs) & set(pins):
        return error(
            check,
            "joined_elsewhere",
            f"{path} belongs to another cluster, the one {which}; expected CA {', '.join(sorted(pins))}; remove this host from that "
            "cluster first, for instance with `kubeadm reset`",
        )
    if not pins:
        return warning(
            check,
            "file_in_the_way",
            f"{path} belongs to the cluster {which}; the join continues if that is the cluster to be joined, and fails in "
            "kubelet-start if it is not",
        )
    return None


def _read_kubeconfig(text: str) -> tuple[str, str]:
    """Server and CA of a kubeconfig with one cluster, as written by a join. They are used for messages and compared with pins."""
    server, authority = _SERVER.search(text), _AUTHORITY.search(text)
    try:
        pem = base64.b64decode(authority[1]).decode("utf-8", "replace") if authority else ""
    except binascii.Error:
        pem = ""
    return server[1] if server else "", pem
