# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Libraries that are missing, and the packages that have them."""

from __future__ import annotations

import io
import sys
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system import requirements
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.requirements import (
    LIBRARIES,
    missing_packages,
    require,
)


def on(monkeypatch: pytest.MonkeyPatch, release: t.Optional[str]) -> None:
    """This distribution, and a library that nobody has."""

    def open_(path: str, *_arguments: t.Any, **_options: t.Any) -> t.Any:
        assert path == "/etc/os-release"
        if release is None:
            raise FileNotFoundError(path)
        return io.StringIO(release)

    monkeypatch.setitem(LIBRARIES, "no_such_library", ("python3-deb", "python3-rpm"))
    monkeypatch.setattr(requirements, "open", open_, raising=False)


def test_libraries_that_are_there_are_not_missing() -> None:
    """Those of these tests."""
    assert missing_packages() == []
    require(LIBRARIES)


@pytest.mark.parametrize(
    ("release", "package"),
    [
        ("NAME=Debian\nID=debian\n", "python3-deb"),
        ('ID=ubuntu\nID_LIKE="debian"\n', "python3-deb"),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', "python3-deb"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', "python3-rpm"),
        ("ID=opensuse-leap\nPRETTY_NAME=not debian\n", "python3-rpm"),
        ("", "python3-rpm"),
        (None, "python3-rpm"),
    ],
)
def test_packages_are_those_of_the_distribution(
    release: t.Optional[str], package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its ID, or by what it is like."""
    on(monkeypatch, release)
    assert missing_packages(["yaml", "no_such_library"]) == [package]


def test_the_error_names_packages_and_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that they are installed for the right one."""
    on(monkeypatch, "ID=debian\n")
    with pytest.raises(JoinError) as caught:
        require(["no_such_library"])
    assert caught.value.code == "library_missing"
    assert caught.value.details == {"packages": ["python3-deb"], "interpreter": sys.executable}


def test_every_library_has_a_package_on_either_side() -> None:
    """A name that no distribution has would be of no use."""
    assert all(
        len(packages) == 2 and all(name.startswith("python3-") for name in packages) for packages in LIBRARIES.values()
    )
