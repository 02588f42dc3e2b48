# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""What conversations and planners need to know of, and do to, the machine that joins; the adapter implements it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._core.defaults import CERTIFICATES_DIR
from .._core.errors import JoinError

__all__ = (
    "CA_FILE",
    "CRI_SOCKETS",
    "KUBELET_CLIENT_PEM",
    "KUBELET_CONF",
    "KUBELET_DIR",
    "KUBELET_PKI_DIR",
    "MANIFESTS_DIR",
    "FileState",
    "Files",
    "Host",
    "Machine",
    "Network",
    "Programs",
    "Services",
    "UnitState",
    "WritableFiles",
    "describe_file",
    "find_cri_socket",
)

CA_FILE = CERTIFICATES_DIR + "/ca.crt"
KUBELET_CONF = "/etc/kubernetes/kubelet.conf"
MANIFESTS_DIR = "/etc/kubernetes/manifests"
KUBELET_DIR = "/var/lib/kubelet"
KUBELET_PKI_DIR = KUBELET_DIR + "/pki"
KUBELET_CLIENT_PEM = KUBELET_PKI_DIR + "/kubelet-client-current.pem"

#: The container runtimes' sockets that kubeadm looks for, by its spelling.
CRI_SOCKETS = (
    "unix:///var/run/containerd/containerd.sock",
    "unix:///var/run/crio/crio.sock",
    "unix:///var/run/cri-dockerd.sock",
)


@dataclass(frozen=True)
class FileState:
    """A file as it is: ``mode`` are its permission bits, ``modified`` seconds since the epoch, ``owner`` the name of a user."""

    content: bytes = field(repr=False)
    mode: int
    modified: float
    owner: str = "root"

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


@dataclass(frozen=True)
class UnitState:
    """A systemd unit as it is: ``state`` in systemd's words, ``started`` seconds since the epoch or None.

    ``stale`` says that its files or drop-in files are others than those that systemd has read.
    """

    exists: bool
    enabled: bool
    running: bool
    state: str
    started: float | None
    restarts: int
    stale: bool = False


class Files(t.Protocol):
    """Files to be read. Paths are absolute."""

    def read(self, path: str) -> FileState | None:
        """The file at ``path``, None when there is none. Follows symbolic links."""

    def list_files(self, path: str) -> list[str] | None:
        """The paths of all that is below the folder at ``path`` and no folder itself; None when there is no folder."""

    def has_folder(self, path: str) -> bool:
        """Whether a folder is at ``path``."""


class WritableFiles(Files, t.Protocol):
    """Files to be read and written. Raises ``file_not_written``."""

    def refuse_unsafe(self, path: str) -> None:
        """Raise ``folder_unsafe`` or ``path_is_link`` where somebody else could exchange what is written to ``path``."""

    def store(self, path: str, content: bytes, mode: int) -> None:
        """Replace the file at ``path`` in one step; missing folders are made."""

    def make_folder(self, path: str, mode: int) -> None:
        """Make the folder at ``path``."""

    def remove(self, path: str) -> None:
        """Take away the file, or the folder with all that is in it, at ``path``; nothing there is no error."""

    def link(self, path: str, target: str) -> None:
        """Replace ``path`` by a symbolic link to ``target`` in one step."""


class Services(t.Protocol):
    """The units of systemd. Raises ``unit_failed``."""

    def unit(self, name: str) -> UnitState:
        """The state of a systemd unit."""

    def start_unit(self, name: str, *, enable: bool) -> None:
        """Enable the unit if asked to, and (re)start it with its files read anew."""

    def enable_unit(self, name: str) -> None:
        """Have the unit start at boot."""

    def unit_log(self, name: str, lines: int) -> str:
        """The last lines that a unit has logged."""

    def uses_systemd_resolved(self) -> bool:
        """Whether systemd-resolved is active here."""


class Programs(t.Protocol):
    """Programs that are installed or run."""

    def has_program(self, name: str) -> bool:
        """Whether a program is in the PATH of this process or of services."""

    def has_process(self, argument: str) -> bool:
        """Whether a process of this machine has been started with this argument."""

    def kubelet_version(self) -> str | None:
        """What ``kubelet --version`` prints, None when there is no kubelet."""

    def kubelet_flag_error(self, arguments: t.Sequence[str]) -> str | None:
        """What the kubelet says of command line arguments that it does not take, None when it takes them."""


class Network(t.Protocol):
    """Addresses, ports, sockets and names."""

    def socket_answers(self, socket: str) -> bool:
        """Whether something accepts connections at a ``unix://`` address."""

    def port_is_free(self, port: int, address: str = "") -> bool:
        """Whether nobody listens on the TCP port at ``address``, by default at any. True for addresses of other hosts."""

    def interface_address(self, name: str) -> str | None:
        """The first IPv4 address of a network interface, None when it has none."""

    def name_resolution_error(self, name: str) -> str:
        """Why a host name cannot be resolved, in words; empty when it can. Takes seconds at most."""


class Machine(t.Protocol):
    """What the machine is."""

    def is_live(self) -> bool:
        """Whether this machine runs. An image that is prepared does not: it has files, and services that are not started."""

    def hostname(self) -> str:
        """The kernel's host name, trimmed and in lower case: kubeadm's default for the node's name."""

    def is_root(self) -> bool:
        """Whether this process may do what a join needs."""

    def kernel_release(self) -> str:
        """What ``uname -r`` prints."""

    def processors(self) -> int:
        """How many processors this process may use."""

    def local_time_stamp(self) -> str:
        """The local time in the form of the kubelet's file names, ``2026-01-31-23-59-59``."""


class Host(WritableFiles, Services, Programs, Network, Machine, t.Protocol):
    """The machine that joins. A function that needs one part of it alone takes that part."""


def describe_file(found: FileState | None, mode: int, *, changed: bool | None) -> dict[str, t.Any]:
    """A file as modules return it: ``found``, or what this run makes of it; ``changed`` is None where that is not known yet."""
    if found is not None and changed is False:
        return {"mode": f"{found.mode:04o}", "owner": found.owner, "changed": False}
    return {"mode": f"{mode:04o}", "owner": "root", "changed": True if found is None else changed}


def find_cri_socket(host: Network, wanted: str) -> str:
    """``wanted``, or the one runtime that answers here, or containerd's socket when none does, as kubeadm chooses.

    Raises ``cri_socket_ambiguous`` when several answer.
    """
    if wanted:
        return wanted if "://" in wanted else f"unix://{wanted}"
    alive = [socket for socket in CRI_SOCKETS if host.socket_answers(socket)]
    if len(alive) > 1:
        raise JoinError(
            "cri_socket_ambiguous",
            f"Cannot choose a container runtime: {' and '.join(alive)} answer on this host; expected one; name it with "
            "cri_socket.",
            sockets=alive,
        )
    return alive[0] if alive else CRI_SOCKETS[0]
