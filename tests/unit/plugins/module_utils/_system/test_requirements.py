# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Libraries that are missing, and the packages that have them."""

from __future__ import annotations

import io
import pathlib
import sys
import types
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system import requirements
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.requirements import (
    LIBRARIES,
    missing_packages,
    require,
)

#: The lines of /etc/os-release that identify a distribution.
RELEASES = {
    "Debian 12": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n',
    "Ubuntu 24.04": 'VERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\nUBUNTU_CODENAME=noble\n',
    "Linux Mint": 'ID=linuxmint\nID_LIKE="ubuntu debian"\n',
    "RHEL 9": 'ID="rhel"\nID_LIKE="fedora"\nVERSION_ID="9.6"\nPLATFORM_ID="platform:el9"\n',
    "RHEL 10": 'ID="rhel"\nID_LIKE="centos fedora"\nVERSION_ID="10.0"\nPLATFORM_ID="platform:el10"\n',
    "Rocky Linux 9": 'ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.6"\n',
    "Fedora": "ID=fedora\nVERSION_ID=42\nVARIANT_ID=server\n",
    "openSUSE Leap": 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\nPRETTY_NAME="not debian"\n',
    "SLES 15": 'ID="sles"\nID_LIKE="suse"\nVERSION_ID="15.6"\n',
    "Flatcar": 'NAME="Flatcar Container Linux by Kinvolk"\nID=flatcar\nID_LIKE=coreos\n',
    "an empty file": "",
}
DEBIAN = ["python3-cryptography", "python3-requests", "python3-yaml"]
RPM = ["python3-cryptography", "python3-requests", "python3-pyyaml"]
RPM_OF_311 = ["python3.11-cryptography", "python3.11-requests", "python3.11-pyyaml"]
SUSE_OF_311 = ["python311-cryptography", "python311-requests", "python311-PyYAML"]


def on(monkeypatch: pytest.MonkeyPatch, release: t.Optional[str], *, default: bool = True) -> None:
    """This distribution, none of the libraries, and a Python 3.11 that is the default there, or not."""

    def open_(path: str, *_arguments: t.Any, **_options: t.Any) -> t.Any:
        assert path == "/etc/os-release"
        if release is None:
            raise FileNotFoundError(path)
        return io.StringIO(release)

    monkeypatch.setattr(requirements, "open", open_, raising=False)
    nothing = types.SimpleNamespace(util=types.SimpleNamespace(find_spec=lambda _name: None))
    monkeypatch.setattr(requirements, "importlib", nothing)
    monkeypatch.setattr(requirements, "_is_default", lambda: default)
    python = types.SimpleNamespace(executable=sys.executable, version_info=types.SimpleNamespace(minor=11))
    monkeypatch.setattr(requirements, "sys", python)


def test_libraries_that_are_there_are_not_missing() -> None:
    """Those of these tests."""
    assert missing_packages() == []
    require(LIBRARIES)


@pytest.mark.parametrize(
    ("release", "default", "packages"),
    [
        ("Debian 12", True, DEBIAN),
        ("Debian 12", False, DEBIAN),
        ("Ubuntu 24.04", True, DEBIAN),
        ("Linux Mint", True, DEBIAN),
        ("RHEL 9", True, RPM),
        ("RHEL 9", False, RPM_OF_311),
        ("RHEL 10", True, RPM),
        ("RHEL 10", False, RPM_OF_311),
        ("Rocky Linux 9", True, RPM),
        ("Rocky Linux 9", False, RPM_OF_311),
        ("Fedora", True, RPM),
        ("Fedora", False, RPM_OF_311),
        ("openSUSE Leap", True, SUSE_OF_311),
        ("openSUSE Leap", False, SUSE_OF_311),
        ("SLES 15", True, SUSE_OF_311),
        ("an empty file", True, RPM),
    ],
)
def test_packages_are_those_of_the_distribution(
    release: str, default: bool, packages: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its ID, or by what it is like, and of the Python that runs."""
    on(monkeypatch, RELEASES[release], default=default)
    assert missing_packages() == packages


def test_a_host_without_the_file_has_the_names_of_most(monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, None)
    assert missing_packages() == RPM


def test_flatcar_has_no_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is to be installed, and the error says what to do instead."""
    on(monkeypatch, RELEASES["Flatcar"])
    with pytest.raises(JoinError, match=r"Flatcar has no packages.*set ansible_python_interpreter") as caught:
        missing_packages()
    assert caught.value.code == "library_missing" and caught.value.details["packages"] == []


def test_the_error_names_packages_and_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that they are installed for the right one."""
    on(monkeypatch, RELEASES["Debian 12"])
    with pytest.raises(JoinError) as caught:
        require(["requests"])
    assert caught.value.code == "library_missing"
    assert caught.value.details == {"packages": ["python3-requests"], "interpreter": sys.executable}


def test_only_an_interpreter_of_the_distribution_is_its_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    """/usr/bin/python3 may be a link to it."""
    monkeypatch.setattr(requirements.sys, "executable", "/usr/bin/python3")
    assert requirements._is_default()
    monkeypatch.setattr(requirements.sys, "executable", str(tmp_path / "python3"))
    assert not requirements._is_default()
