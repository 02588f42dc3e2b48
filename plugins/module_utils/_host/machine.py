# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The interface between the library and the machine that joins. The adapter implements it."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from .._core.defaults import CERTIFICATES_DIR
from .._core.errors import JoinError

__all__ = (
    "CA_FILE",
    "CRI_SOCKETS",
    "KUBELET_CLIENT_PEM",
    "KUBELET_CONF",
    "KUBELET_CONFIGURATION",
    "KUBELET_DIR",
    "KUBELET_FLAGS",
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
    "cri_socket_url",
    "describe_file",
    "find_cri_socket",
    "socket_path",
)

CA_FILE = CERTIFICATES_DIR + "/ca.crt"
KUBELET_CONF = "/etc/kubernetes/kubelet.conf"
MANIFESTS_DIR = "/etc/kubernetes/manifests"
KUBELET_DIR = "/var/lib/kubelet"
KUBELET_PKI_DIR = KUBELET_DIR + "/pki"
KUBELET_CLIENT_PEM = KUBELET_PKI_DIR + "/kubelet-client-current.pem"
KUBELET_CONFIGURATION = KUBELET_DIR + "/config.yaml"
KUBELET_FLAGS = KUBELET_DIR + "/kubeadm-flags.env"

#: The container runtimes' sockets that kubeadm searches for, in its spelling.
CRI_SOCKETS = (
    "unix:///var/run/containerd/containerd.sock",
    "unix:///var/run/crio/crio.sock",
    "unix:///var/run/cri-dockerd.sock",
)


@dataclass(frozen=True)
class FileState:
    """The state of a file: ``mode`` has its permission bits, ``modified`` is in seconds since the epoch, ``owner`` is a user name."""

    content: bytes = field(repr=False)
    mode: int
    modified: float
    owner: str = "root"

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


@dataclass(frozen=True)
class UnitState:
    """The state of a systemd unit: ``state`` uses systemd's terms, ``started`` is in seconds since the epoch or None.

    ``stale`` is true if its files or drop-in files have changed since systemd read them.
    """

    exists: bool
    enabled: bool
    running: bool
    state: str
    started: float | None
    restarts: int
    stale: bool = False


class Files(t.Protocol):
    """Read access to files. Paths are absolute."""

    def read(self, path: str) -> FileState | None:
        """Return the file at ``path``, or None if it does not exist. Follows symbolic links."""

    def list_files(self, path: str) -> list[str] | None:
        """Return the paths of all files below the folder at ``path``, or None if the folder does not exist."""

    def has_folder(self, path: str) -> bool:
        """Whether ``path`` is a folder."""


class WritableFiles(Files, t.Protocol):
    """Read and write access to files. Raises ``file_not_written``."""

    def refuse_unsafe(self, path: str) -> t.Mapping[str, str]:
        """Raise ``folder_unsafe`` or ``path_is_link`` if another user could replace the file at ``path``.

        System users are accepted. Return the folders that belong to them, with their names.
        """

    def store(self, path: str, content: bytes, mode: int) -> None:
        """Replace the file at ``path`` atomically, and create missing folders."""

    def make_folder(self, path: str, mode: int) -> None:
        """Create the folder at ``path``."""

    def remove(self, path: str) -> None:
        """Remove the file, or the folder with its content, at ``path``. A missing path is not an error."""

    def link(self, path: str, target: str) -> None:
        """Replace ``path`` with a symbolic link to ``target`` atomically."""


class Services(t.Protocol):
    """The units of systemd. Raises ``unit_failed``."""

    def unit(self, name: str) -> UnitState:
        """Return the state of a systemd unit."""

    def start_unit(self, name: str, *, enable: bool) -> None:
        """Enable the unit if ``enable`` is true, reload its files if they have changed, and (re)start it."""

    def enable_unit(self, name: str) -> None:
        """Enable the unit, so that it starts at boot."""

    def unit_log(self, name: str, lines: int) -> str:
        """Return the last log lines of a unit."""

    def uses_systemd_resolved(self) -> bool:
        """Whether systemd-resolved is active on this host."""


class Programs(t.Protocol):
    """Installed programs and running processes."""

    def has_program(self, name: str) -> bool:
        """Whether a program is in PATH of this process or of services."""

    def has_process(self, argument: str) -> bool:
        """Whether a running process was started with this argument."""

    def kubelet_version(self) -> str | None:
        """Return the output of ``kubelet --version``, or None if the kubelet is not installed."""

    def kubelet_flag_error(self, arguments: t.Sequence[str]) -> str | None:
        """Return the kubelet's error for command line arguments, or None if it accepts them."""


class Network(t.Protocol):
    """Addresses, ports, sockets and names."""

    def socket_answers(self, socket: str) -> bool:
        """Whether a server accepts connections at a ``unix://`` address."""

    def port_is_free(self, port: int, address: str = "") -> bool:
        """Whether the TCP port is unused on ``address``, by default on all addresses. True for addresses of other hosts."""

    def interface_address(self, name: str) -> str | None:
        """Return the first IPv4 address of a network interface, or None if it has no IPv4 address."""

    def name_resolution_error(self, name: str) -> str:
        """Return the reason why a host name cannot be resolved, or an empty string. Takes a few seconds at most."""


class Machine(t.Protocol):
    """Properties of the machine."""

    def is_live(self) -> bool:
        """Whether this is a running machine, not an image. An image has files and services, but does not start services."""

    def hostname(self) -> str:
        """Return the kernel's host name, trimmed and in lower case: kubeadm's default node name."""

    def is_root(self) -> bool:
        """Whether this process runs as root."""

    def kernel_release(self) -> str:
        """Return the kernel release, as printed by ``uname -r``."""

    def processors(self) -> int:
        """Return the number of processors that this process may use."""

    def local_time_stamp(self) -> str:
        """Return the local time in the format of the kubelet's file names: ``2026-01-31-23-59-59``."""


class Host(WritableFiles, Services, Programs, Network, Machine, t.Protocol):
    """The machine that joins. A function that needs only one part takes the protocol of that part."""


def describe_file(found: FileState | None, mode: int, *, changed: bool | None) -> dict[str, t.Any]:
    """Describe a file as modules return it: ``found``, or the file that this run writes. ``changed`` is None if still unknown."""
    if found is not None and changed is False:
        return {"mode": f"{found.mode:04o}", "owner": found.owner, "changed": False}
    return {"mode": f"{mode:04o}", "owner": "root", "changed": True if found is None else changed}


def cri_socket_url(text: str) -> str:
    """The URL of a runtime's socket, of a URL or a path; kubeadm adds the scheme to what does not begin with its name."""
    return text if text.startswith("unix") else f"unix://{text}"


def socket_path(url: str) -> str:
    """The path of a Unix socket, whose URL may be without an authority, as in ``unix:/run/x.sock``."""
    return re.sub("^unix:(//)?", "", url)


def find_cri_socket(host: Network, wanted: str) -> str:
    """Choose the socket as kubeadm does: ``wanted``, or that of the only runtime that answers, or containerd's.

    Raises ``cri_socket_ambiguous`` if several runtimes answer.
    """
    if wanted:
        return wanted if "://" in wanted else cri_socket_url(wanted)
    alive = [socket for socket in CRI_SOCKETS if host.socket_answers(socket)]
    if len(alive) > 1:
        raise JoinError(
            "cri_socket_ambiguous",
            f"Cannot choose a container runtime: {' and '.join(alive)} answer on this host, expected only one; set "
            "cri_socket.",
            sockets=alive,
        )
    return alive[0] if alive else CRI_SOCKETS[0]
