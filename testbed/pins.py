# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The versions that a bed is made of, and where its parts are kept."""

from __future__ import annotations

import os
import pathlib
import typing as t

MODULES = pathlib.Path(__file__).parent / "modules"
DEBIAN = "bookworm"
#: Other kinds of hosts: Debian's releases as they are packed. The containerd of Debian 11 is older than the CRI of all these kubelets, so
#: hosts of that kind have the bed's own.
DEBIANS = {"debian11": "bullseye", "debian12": "bookworm", "debian13": "trixie"}
OWN_CONTAINERD = ("debian12", "debian13")
COREDNS = "1.14.6"
CONTAINERD = "2.1.5"

#: etcd by minor version; go.mod and go.sum of each are in modules/etcd-MINOR. A cluster gets the newest, unless that of its
#: kubeadm's minor version is here, too: kubeadm passes options to older ones that newer ones do not have.
ETCD = {"3.5": "3.5.21", "3.7": "3.7.0"}
NEWEST_ETCD = ETCD["3.7"]

#: Kubernetes by minor version; go.mod and go.sum of each are in modules/kubernetes-MINOR.
KUBERNETES = {
    "1.32": "1.32.13",
    "1.33": "1.33.13",
    "1.34": "1.34.4",
    "1.35": "1.35.4",
    "1.36": "1.36.3",
    "1.37": "1.37.2",
}
NEWEST = KUBERNETES["1.37"]

CONTROL_PLANE_PROGRAMS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy")
PROGRAMS = ("kubeadm", "kubelet", "kubectl", *CONTROL_PLANE_PROGRAMS)

#: Where releases are downloaded from; each file has its checksum beside it, named FILE.sha256.
RELEASES = os.environ.get("KUBEJOIN_TESTBED_RELEASES", "https://dl.k8s.io/release")


def cache_folder() -> pathlib.Path:
    """Where everything is kept that is slow to make."""
    default = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "kubejoin-testbed"
    folder = pathlib.Path(os.environ.get("KUBEJOIN_TESTBED_CACHE") or default).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def minor_of(version: str) -> str:
    """``1.37`` for ``1.37.2``."""
    return ".".join(version.split(".")[:2])


class Finished:
    """A folder of the cache that is either whole or not there: made beside its place and renamed when it is done."""

    def __init__(self, name: str) -> None:
        self.path = cache_folder() / name

    def make(self, build: t.Callable[[pathlib.Path], None]) -> pathlib.Path:
        """The folder's path; ``build`` fills it first when it is not there."""
        if not self.path.exists():
            partial = self.path.with_name(f"{self.path.name}.partial-{os.getpid()}")
            partial.mkdir(parents=True)
            build(partial)
            partial.rename(self.path)
        return self.path
