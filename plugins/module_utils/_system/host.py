# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The machine that a module runs on, behind the library's interface."""

from __future__ import annotations

import errno
import fcntl
import functools
import os
import pwd
import shutil
import socket
import stat
import struct
import threading
import time
import typing as t

from .._core.errors import JoinError
from .._host.machine import FileState, UnitState, socket_path
from .files import list_files, make_folder, refuse_unsafe, remove, replace_by_link, replace_file

__all__ = ("SERVICE_PATH", "LocalFiles", "LocalHost", "Run")


class Run(t.Protocol):
    """Runs a program."""

    def __call__(
        self, command: t.Sequence[str], environ: t.Optional[t.Mapping[str, str]] = None
    ) -> tuple[int, str, str]:
        """The exit status, output and error output. ``environ`` is added to the environment."""


#: This folder exists only while systemd runs (sd_booted).
_SYSTEMD = "/run/systemd/system"

_UNIT_PROPERTIES = (
    "LoadState,LoadError,ActiveState,SubState,UnitFileState,NRestarts,ExecMainStartTimestampMonotonic,NeedDaemonReload"
)
#: systemd's search path for the programs of services.
SERVICE_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
#: The ioctl for the address of an interface, and the maximum length of an interface name (netdevice(7)).
_SIOCGIFADDR = 0x8915
_NAME_LENGTH = 15
#: The timeout for resolving a name.
_NAME_SECONDS = 3.0


class LocalFiles:
    """Implements ``_host.machine.Files``."""

    def read(self, path: str) -> FileState | None:
        try:
            with open(path, "rb") as stream:
                status = os.fstat(stream.fileno())
                mode, owner = stat.S_IMODE(status.st_mode), _user_name(status.st_uid)
                return FileState(stream.read(), mode, status.st_mtime, owner)
        except FileNotFoundError:
            return None
        except OSError as exc:
            raise JoinError(
                "file_not_read",
                f"Cannot read {path}: {exc.strerror}; expected a file that this user may read; check it, or set "
                "`become: true`.",
                path=path,
            ) from exc

    def list_files(self, path: str) -> list[str] | None:
        return list_files(path)

    def has_folder(self, path: str) -> bool:
        return os.path.isdir(path)


class LocalHost(LocalFiles):
    """Implements ``_host.machine.Host`` with files, sockets, and programs started by ``run``."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def is_live(self) -> bool:
        return True

    def hostname(self) -> str:
        return socket.gethostname().strip().lower()

    def is_root(self) -> bool:
        return os.geteuid() == 0

    def uses_systemd_resolved(self) -> bool:
        return self.run(["systemctl", "is-active", "--quiet", "systemd-resolved"])[0] == 0

    def refuse_unsafe(self, path: str) -> t.Mapping[str, str]:
        return {folder: _user_name(user_id) for folder, user_id in refuse_unsafe(path).items()}

    def store(self, path: str, content: bytes, mode: int) -> None:
        replace_file(path, content, mode)

    def make_folder(self, path: str, mode: int) -> None:
        make_folder(path, mode)

    def remove(self, path: str) -> None:
        remove(path)

    def link(self, path: str, target: str) -> None:
        replace_by_link(path, target)

    def unit(self, name: str) -> UnitState:
        found = self._unit_properties(name)
        _refuse_broken(name, found)
        started = int(found.get("ExecMainStartTimestampMonotonic") or 0) / 1e6
        return UnitState(
            exists=found.get("LoadState") == "loaded",
            enabled=found.get("UnitFileState", "").startswith(("enabled", "static", "alias")),
            running=found.get("ActiveState") == "active",
            state=f"{found.get('ActiveState')} ({found.get('SubState')})",
            started=time.time() - time.clock_gettime(time.CLOCK_MONOTONIC) + started if started else None,
            restarts=int(found.get("NRestarts") or 0),
            stale=found.get("NeedDaemonReload") == "yes",
        )

    def start_unit(self, name: str, *, enable: bool) -> None:
        if enable:
            self.enable_unit(name)
        if self._unit_properties(name).get("NeedDaemonReload") == "yes":
            self._systemctl("daemon-reload")
        self._systemctl("restart", name)

    def enable_unit(self, name: str) -> None:
        self._systemctl("enable", name)

    def unit_log(self, name: str, lines: int) -> str:
        return self.run(["journalctl", "--unit", name, "--lines", str(lines), "--output", "cat", "--no-pager"])[
            1
        ].strip()

    def kernel_release(self) -> str:
        return os.uname().release

    def has_program(self, name: str) -> bool:
        return self._find_program(name) is not None

    def name_resolution_error(self, name: str) -> str:
        errors: list[str] = []

        def resolve() -> None:
            try:
                socket.getaddrinfo(name, None)
            except (OSError, UnicodeError) as exc:
                errors.append(getattr(exc, "strerror", None) or str(exc))

        # getaddrinfo has no timeout, so the thread is abandoned if it takes too long.
        thread = threading.Thread(target=resolve, daemon=True)
        thread.start()
        thread.join(_NAME_SECONDS)
        return f"no answer within {_NAME_SECONDS:g} seconds" if thread.is_alive() else "".join(errors)

    def kubelet_version(self) -> str | None:
        kubelet = self._kubelet()
        if kubelet is None:
            return None
        status, output, error = self.run([*kubelet, "--version"])
        if status != 0:
            raise JoinError(
                "kubelet_missing", f"Cannot run `kubelet --version`: {error.strip()}; reinstall the kubelet."
            )
        return output.strip()

    def kubelet_flag_error(self, arguments: t.Sequence[str]) -> str | None:
        # With --version last, the kubelet parses all arguments, prints its version and exits.
        status, output, error = self.run([*(self._kubelet() or ["kubelet"]), *arguments, "--version"])
        lines = (error.strip() or output.strip()).splitlines() or [f"it ended with status {status}"]
        return None if status == 0 else lines[-1]

    def socket_answers(self, address: str) -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(2.0)
            try:
                client.connect(socket_path(address))
            except OSError:
                return False
        return True

    def port_is_free(self, port: int, address: str = "") -> bool:
        family = socket.AF_INET6 if ":" in address or (not address and socket.has_dualstack_ipv6()) else socket.AF_INET
        both = not address and family == socket.AF_INET6
        try:
            socket.create_server((address, port), family=family, dualstack_ipv6=both).close()
        except OSError as exc:
            return exc.errno == errno.EADDRNOTAVAIL
        return True

    def processors(self) -> int:
        return len(os.sched_getaffinity(0))

    def has_process(self, argument: str) -> bool:
        wanted = argument.encode("utf-8")
        return any(wanted in _command_line(entry) for entry in os.listdir("/proc") if entry.isdigit())

    def interface_address(self, name: str) -> str | None:
        request = struct.pack("256s", name.encode("utf-8")[:_NAME_LENGTH])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            try:
                answer = fcntl.ioctl(client.fileno(), _SIOCGIFADDR, request)
            except OSError:
                return None
        return socket.inet_ntoa(answer[20:24])

    def local_time_stamp(self) -> str:
        return time.strftime("%Y-%m-%d-%H-%M-%S")

    def _find_program(self, name: str) -> str | None:
        """Return the path of a program in PATH of this process, which sudo may limit (secure_path), or of services."""
        return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *SERVICE_PATH]))

    def _kubelet(self) -> list[str] | None:
        """Return the command that runs the kubelet, or None if it is not installed."""
        found = self._find_program("kubelet")
        return [found] if found is not None else None

    def _unit_properties(self, name: str) -> dict[str, str]:
        if not os.path.isdir(_SYSTEMD):
            raise JoinError(
                "systemd_missing",
                f"Cannot inspect {name}.service: this host does not run systemd ({_SYSTEMD} is missing), expected it to manage the "
                "kubelet; with another init system, join manually with kubeadm.",
            )
        output = self._systemctl("show", f"--property={_UNIT_PROPERTIES}", name)
        return dict(line.split("=", 1) for line in output.splitlines() if "=" in line)

    def _systemctl(self, *arguments: str) -> str:
        command = ["systemctl", *arguments]
        status, output, error = self.run(command)
        if status != 0:
            raise JoinError(
                "unit_failed",
                f"`{' '.join(command)}` failed: {error.strip() or output.strip()}; check `systemctl status {arguments[-1]}`.",
                command=command,
            )
        return output


@functools.cache
def _user_name(user_id: int) -> str:
    """Return the user name of an id, or the id itself if the user does not exist, as `ls` does."""
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return str(user_id)


def _command_line(process: str) -> list[bytes]:
    try:
        with open(f"/proc/{process}/cmdline", "rb") as stream:
            return stream.read().split(b"\0")
    except OSError:  # the process has exited
        return []


def _refuse_broken(name: str, found: t.Mapping[str, str]) -> None:
    """Refuse a unit that systemd cannot load; otherwise, it would appear to be missing."""
    state = found.get("LoadState", "")
    if state in ("masked", "bad-setting", "error"):
        raise JoinError(
            "unit_failed",
            f"{name}.service cannot be started: systemd reports it as {state} ({found.get('LoadError') or 'without a reason'}); fix the "
            f"unit and its drop-in files (`systemctl cat {name}`, `systemd-analyze verify {name}.service`), or unmask it.",
            unit=name,
            state=state,
        )
