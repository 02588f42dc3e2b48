# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""What an earlier join has left on a host, and of which cluster (kubeadm: FileAvailable)."""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
import typing as t

from ._der import pins_of
from ._finding import Finding, error, warning
from ._host import KUBELET_CONF, MANIFESTS_DIR, Host

__all__ = ("find_data_leftover", "find_leftovers", "observe_manifests")

BOOTSTRAP_CONF = "/etc/kubernetes/bootstrap-kubelet.conf"

_SERVER = re.compile(r"^\s*(?:-\s+)?\"?server\"?:\s*\"?(https://[^\s\",]+)", re.MULTILINE)
#: What a static pod verifies others of its cluster with.
_TRUSTED = re.compile(r"^\s*- \"?--(?:client-ca-file|kubeconfig|trusted-ca-file)=([^\s\"]+)", re.MULTILINE)
_AUTHORITY = re.compile(r"\"?certificate-authority-data\"?:\s*\"?([A-Za-z0-9+/=]+)")


def find_leftovers(host: Host, *, ca_cert_path: str, pins: t.Collection[str]) -> t.Iterator[Finding]:
    """The files that a join writes and that are there already.

    kubeadm refuses each of them. Here those of the cluster that is joined (one of ``pins``) are a join that goes on, those of
    another are errors, and where the cluster is not known yet (no pins) they are warnings: kubelet-start decides then.
    """
    for path in (KUBELET_CONF, BOOTSTRAP_CONF, ca_cert_path):
        found = _find_leftover(host, path, pins)
        if found is not None:
            yield found


def observe_manifests(host: Host, components: t.Iterable[str], pins: t.Collection[str]) -> dict[str, Finding | None]:
    """The static pods that are there already, and what is wrong with each (kubeadm: FileAvailable).

    Whose they are, the CA says that they are told to trust.
    """
    found: dict[str, Finding | None] = {}
    for component in components:
        path = f"{MANIFESTS_DIR}/{component}.yaml"
        if host.has_folder(path):
            found[component] = _folder_in_the_way(path)
            continue
        manifest = host.read(path)
        if manifest is not None:
            owners = (_owner(host, _cluster_authority(trusted)) for trusted in _TRUSTED.findall(manifest.text))
            owner = next((owner for owner in owners if owner[1]), ("", ()))
            found[component] = _judge(_check(path), path, owner, pins)
    return found


def _cluster_authority(path: str) -> str:
    """A member of etcd trusts a CA that the cluster's own lies beside, one folder up."""
    folder, name = posixpath.split(path)
    return posixpath.join(posixpath.dirname(folder), name) if posixpath.basename(folder) == "etcd" else path


def find_data_leftover(host: Host, folder: str, pins: t.Collection[str]) -> Finding | None:
    """Data of etcd that is there already (kubeadm: DirAvailable).

    etcd joins after the kubelet, so the data are those of the cluster that the kubelet has joined.
    """
    is_file = not host.has_folder(folder) and host.read(folder) is not None
    if not is_file and not host.list_files(folder):
        return None
    check = "DirAvailable-" + folder.replace("/", "-")
    if not is_file and host.read(KUBELET_CONF) is not None:
        return _judge(check, folder, _owner(host, KUBELET_CONF), pins)
    return error(
        check,
        "file_in_the_way",
        f"{folder} is no empty folder, and this host is in no cluster that data in it could be of; expected none, as a new member of "
        "etcd begins without data; look at it and delete it",
    )


Owner = t.Tuple[str, t.Tuple[str, ...]]


def _owner(host: Host, path: str) -> Owner:
    """The server, where it is told, and the pins of the cluster that a certificate or kubeconfig is of."""
    found = host.read(path)
    if found is None:
        return "", ()
    server, authority = ("", found.text) if "BEGIN CERTIFICATE" in found.text else _read_kubeconfig(found.text)
    return server, pins_of(authority)


def _check(path: str) -> str:
    return "FileAvailable-" + path.replace("/", "-")


def _folder_in_the_way(path: str) -> Finding:
    return error(_check(path), "file_in_the_way", f"{path} is a folder; move it away")


def _find_leftover(host: Host, path: str, pins: t.Collection[str]) -> Finding | None:
    if host.has_folder(path):
        return _folder_in_the_way(path)
    if host.read(path) is None:
        return None
    found = _judge(_check(path), path, _owner(host, path), pins)
    if found is None and path == BOOTSTRAP_CONF:
        return warning(
            _check(path), "file_in_the_way",
            f"{path} is left of a `kubeadm join` that was interrupted; it holds a bootstrap token and is not needed: delete it",
        )  # fmt: skip
    return found


def _judge(check: str, path: str, owner: Owner, pins: t.Collection[str]) -> Finding | None:
    """What is wrong with something that is of ``owner``; nothing if that is the cluster to be joined."""
    server, theirs = owner
    if not theirs:
        return error(
            check, "file_in_the_way", f"{path} is there and does not tell of which cluster; look at it and delete it"
        )
    which = f"{f'at {server} ' if server else ''}with CA {', '.join(theirs)}"
    if pins and not set(theirs) & set(pins):
        return error(
            check,
            "joined_elsewhere",
            f"{path} is of another cluster, the one {which}; expected CA {', '.join(sorted(pins))}; take this host out of that "
            "cluster first, for instance with `kubeadm reset`",
        )
    if not pins:
        return warning(
            check,
            "file_in_the_way",
            f"{path} is there, of the cluster {which}; the join goes on if that is the cluster to be joined, and ends in "
            "kubelet-start if it is not",
        )
    return None


def _read_kubeconfig(text: str) -> tuple[str, str]:
    """Server and CA of a kubeconfig with one cluster, as joins write them. They are told to people and compared with pins."""
    server, authority = _SERVER.search(text), _AUTHORITY.search(text)
    try:
        pem = base64.b64decode(authority[1]).decode("utf-8", "replace") if authority else ""
    except binascii.Error:
        pem = ""
    return server[1] if server else "", pem
