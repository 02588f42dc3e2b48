# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""What is left of a control plane: its static pods, and the data of its etcd."""

from __future__ import annotations

import posixpath
import re
import typing as t

from .._core.finding import Finding, error
from .leftovers import check_of, judge, owner_of, refuse_folder
from .machine import KUBELET_CONF, MANIFESTS_DIR, Host

__all__ = ("find_data_leftover", "observe_manifests")

#: What a static pod verifies others of its cluster with.
_TRUSTED = re.compile(r"^\s*- \"?--(?:client-ca-file|kubeconfig|trusted-ca-file)=([^\s\"]+)", re.MULTILINE)


def observe_manifests(host: Host, components: t.Iterable[str], pins: t.Collection[str]) -> dict[str, Finding | None]:
    """The static pods that are there already, and what is wrong with each (kubeadm: FileAvailable).

    Whose they are, the CA says that they are told to trust.
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
            found[component] = judge(check_of(path), path, owner, pins)
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
        return judge(check, folder, owner_of(host, KUBELET_CONF), pins)
    return error(
        check,
        "file_in_the_way",
        f"{folder} is no empty folder, and this host is in no cluster that data in it could be of; expected none, as a new member of "
        "etcd begins without data; look at it and delete it",
    )
