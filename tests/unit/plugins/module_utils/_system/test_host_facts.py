# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine that the tests run on, as preflight sees it."""

from __future__ import annotations

import os
import pathlib
import socket
import threading
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system import host as module
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.host import LocalHost


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


def test_names_are_resolved_or_the_reason_is_told() -> None:
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
    """As uname tells it."""
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
