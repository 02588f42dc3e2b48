# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine that a module runs on: what it says when something of it cannot be read, run or chosen."""

from __future__ import annotations

import os
import pathlib
import pwd
import socket
import subprocess
import sys
import threading
import typing as t
import uuid

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system import host as host_module
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system import host as module
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.host import LocalHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import run_program


def host_with(shown: str, commands: list[t.Sequence[str]] | None = None) -> LocalHost:
    """A host whose `systemctl show` prints that."""

    def run(command: t.Sequence[str]) -> tuple[int, str, str]:
        if commands is not None:
            commands.append(command)
        return 0, shown, ""

    return LocalHost(run)


@pytest.fixture
def booted(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_module, "_SYSTEMD", str(tmp_path))


def test_a_host_without_systemd_has_one_code(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is asked of its units; no command is run that would fail in words of its own."""
    monkeypatch.setattr(host_module, "_SYSTEMD", str(tmp_path / "absent"))
    commands: list[t.Sequence[str]] = []
    host = host_with("LoadState=loaded", commands)
    for ask in (lambda: host.unit("kubelet"), lambda: host.start_unit("kubelet", enable=False)):
        with pytest.raises(JoinError) as caught:
            ask()
        assert caught.value.code == "systemd_missing"
    assert commands == []


@pytest.mark.usefixtures("booted")
@pytest.mark.parametrize("state", ["masked", "bad-setting", "error"])
def test_a_unit_that_systemd_does_not_take_is_not_called_missing(state: str) -> None:
    """As after a mistake in a drop-in file: the state and systemd's own reason are reported."""
    with pytest.raises(JoinError) as caught:
        host_with(f'LoadState={state}\nLoadError=org.freedesktop.systemd1.BadUnitSetting "Why."').unit("kubelet")
    assert caught.value.code == "unit_failed"
    assert state in str(caught.value) and "Why." in str(caught.value)


@pytest.mark.usefixtures("booted")
def test_a_unit_that_is_there_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither is an error."""
    shown = "LoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\nNRestarts=3"
    unit = host_with(shown).unit("kubelet")
    assert (unit.exists, unit.enabled, unit.running, unit.restarts) == (True, True, True, 3)
    assert not host_with("LoadState=not-found").unit("kubelet").exists


def test_a_file_has_the_name_of_its_owner(tmp_path: pathlib.Path) -> None:
    """The ID of a user without a name, as `ls` displays it."""
    path = tmp_path / "file"
    path.write_bytes(b"content")
    path.chmod(0o640)
    found = LocalHost(run_program).read(str(path))
    assert found is not None
    assert (found.content, found.mode, found.owner) == (b"content", 0o640, pwd.getpwuid(os.geteuid()).pw_name)
    if os.geteuid() == 0:
        os.chown(path, 54321, -1)
        changed = LocalHost(run_program).read(str(path))
        assert changed is not None and changed.owner == "54321"


def test_what_is_there_and_cannot_be_read_is_not_absent(tmp_path: pathlib.Path) -> None:
    """None for no file; a folder in its place is an error with the system's reason."""
    host = LocalHost(run_program)
    assert host.read(str(tmp_path / "absent")) is None
    with pytest.raises(JoinError, match="directory") as caught:
        host.read(str(tmp_path))
    assert caught.value.code == "file_not_read"


@pytest.mark.usefixtures("booted")
def test_a_unit_that_does_not_start_is_named_with_systemds_words(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real program in the place of systemctl, as there may be no systemd here."""
    program = tmp_path / "systemctl"
    program.write_text(
        "#!/bin/sh\n[ $1 = restart ] && { echo 'Job for it failed.' >&2; exit 1; }\necho LoadState=loaded\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    host = LocalHost(run_program)
    assert host.unit("kubelet").exists
    with pytest.raises(JoinError, match="Job for it failed") as caught:
        host.start_unit("kubelet", enable=False)
    assert caught.value.code == "unit_failed"
    assert caught.value.details["command"] == ["systemctl", "restart", "kubelet"]


def test_a_process_is_found_by_a_whole_argument() -> None:
    """Not by a part of one."""
    argument = f"--data-dir={uuid.uuid4()}"
    host = LocalHost(run_program)
    with subprocess.Popen(["sleep", "60", argument], stderr=subprocess.DEVNULL):
        pass
    assert not host.has_process(argument)
    program = [sys.executable, "-c", "print(flush=True); input()", argument]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert host.has_process(argument)
        assert not host.has_process(argument[:-1])
        process.communicate(b"\n")


def run(command: t.Sequence[str], environ: t.Optional[t.Mapping[str, str]] = None) -> tuple[int, str, str]:
    return 1, "", ""


HOST = LocalHost(run)


def test_programs_of_services_are_found_whatever_the_path(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In systemd's own PATH, and in that of this process."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert HOST.has_program("cp")
    assert not HOST.has_program("no-such-program")
    (tmp_path / "no-such-program").touch(mode=0o755)
    assert HOST.has_program("no-such-program")


def test_the_kubelet_is_run_where_services_find_it(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """sudo may set a PATH without /usr/local/bin, where kubespray and others install it."""
    (tmp_path / "kubelet").touch(mode=0o755)
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(host_module, "SERVICE_PATH", ("/also-nonexistent",))
    assert host_with("v1").kubelet_version() is None
    monkeypatch.setattr(host_module, "SERVICE_PATH", ("/also-nonexistent", str(tmp_path)))
    commands: list[t.Sequence[str]] = []
    host = host_with("v1", commands)
    assert host.kubelet_version() == "v1"
    assert host.kubelet_flag_error(["--a"]) is None
    assert commands == [[f"{tmp_path}/kubelet", "--version"], [f"{tmp_path}/kubelet", "--a", "--version"]]


@pytest.mark.parametrize("output", ["", "\n", " \n \n"])
def test_a_kubelet_that_ends_without_a_word_has_an_error(output: str) -> None:
    """A signal has ended it, such as that of the kernel when memory is short."""
    host = LocalHost(lambda _command, _environ=None: (-9, output, output))
    assert host.kubelet_flag_error(["--a"]) == "it ended with status -9"


def test_names_are_resolved_or_the_reason_is_reported() -> None:
    """In the resolver's words."""
    assert HOST.name_resolution_error("127.0.0.1") == ""
    assert HOST.name_resolution_error("nosuch.invalid")
    assert HOST.name_resolution_error("a" * 64 + ".invalid")


def test_a_resolver_that_does_not_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the time that there is for it."""
    release = threading.Event()
    monkeypatch.setattr(module, "_NAME_SECONDS", 0.1)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments: release.wait(10))
    assert HOST.name_resolution_error("worker-1") == "no answer within 0.1 seconds"
    release.set()


def test_the_kernel_is_the_one_that_runs() -> None:
    """As uname reports it."""
    assert HOST.kernel_release() == os.uname().release


def test_a_port_is_free_where_nobody_listens() -> None:
    """At any address, or at one; what is no address of this host is not taken."""
    # Not one that the kernel chooses: of those, another test may have the same at another address.
    port = next(number for number in range(20000, 30000) if HOST.port_is_free(number))
    with socket.create_server(("127.0.0.2", port)):
        assert not HOST.port_is_free(port)
        assert not HOST.port_is_free(port, "127.0.0.2")
        assert HOST.port_is_free(port, "127.0.0.1")
        assert HOST.port_is_free(port, "::1")
        assert HOST.port_is_free(port, "192.0.2.99")
    assert HOST.port_is_free(port)


def test_processors_are_those_that_may_be_used() -> None:
    """Not those that the machine has."""
    allowed = os.sched_getaffinity(0)
    assert HOST.processors() == len(allowed)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        assert HOST.processors() == 1
    finally:
        os.sched_setaffinity(0, allowed)
