# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Remains of an earlier control plane: its static pods, and the data of its etcd."""

from __future__ import annotations

import posixpath
import re
import typing as t

from .._core.finding import Finding, error
from .leftovers import check_of, check_owner, owner_of, refuse_folder
from .machine import KUBELET_CONF, MANIFESTS_DIR, Files

__all__ = ("find_data_leftover", "observe_manifests")

#: The files with which a static pod verifies other components of its cluster.
_TRUSTED = re.compile(r"^\s*- \"?--(?:client-ca-file|kubeconfig|trusted-ca-file)=([^\s\"]+)", re.MULTILINE)


def observe_manifests(host: Files, components: t.Iterable[str], pins: t.Collection[str]) -> dict[str, Finding | None]:
    """The existing static pods, each with its problem (kubeadm: FileAvailable).

    The CA that a pod trusts identifies its cluster.
    """
    found: dict[str, Finding | None] = {}
    for component in components:
        path = f"{MANIFESTS_DIR}/{component}.yaml"
        if host.has_folder(path):
            found[component] = refuse_folder(path)
            continue
        manifest = host.read(path)
        if manifest is not None:
            owners = (owner_of(host, _cluster_authority(trusted)) for trusted in _TRUSTED.findall(manifest.text))
            owner = next((owner for owner in owners if owner[1]), ("", ()))
            found[component] = check_owner(check_of(path), path, owner, pins)
    return found


def _cluster_authority(path: str) -> str:
    """The path of the cluster's CA; for the CA of etcd, it is in the parent folder."""
    folder, name = posixpath.split(path)
    return posixpath.join(posixpath.dirname(folder), name) if posixpath.basename(folder) == "etcd" else path


def find_data_leftover(host: Files, folder: str, pins: t.Collection[str]) -> Finding | None:
    """Existing data of etcd (kubeadm: DirAvailable).

    etcd joins after the kubelet, so the data belongs to the cluster that the kubelet has joined.
    """
    is_file = not host.has_folder(folder) and host.read(folder) is not None
    if not is_file and not host.list_files(folder):
        return None
    check = "DirAvailable-" + folder.replace("/", "-")
    if not is_file and host.read(KUBELET_CONF) is not None:
        return check_owner(check, folder, owner_of(host, KUBELET_CONF), pins)
    return error(
        check,
        "file_in_the_way",
        f"{folder} is not an empty folder, but this host is in no cluster; expected no data, because a new member of etcd starts "
        "without data; check the content and delete it",
    )
