# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One real cluster for all end-to-end tests: a control plane made by the real kubeadm, and hosts that are renewed at will."""

from __future__ import annotations

import pathlib
import typing as t

import pytest

from ..project.packed import copy as copy
from ..project.packed import tarball as tarball
from .bed import E2eBed

WORKERS = ("w1", "w2")


class Shared:
    """A bed that is up while tests use it: the machine does not carry two control planes and their workers."""

    def __init__(self) -> None:
        self._bed: E2eBed | None = None

    def up(self) -> E2eBed:
        if self._bed is None:
            self._bed = E2eBed("e2e", workers=WORKERS).__enter__()
        return self._bed

    def down(self) -> None:
        if self._bed is not None:
            self._bed.down()
            self._bed = None


@pytest.fixture(scope="session")
def shared() -> t.Iterator[Shared]:
    """The bed of the modules that have none of their own."""
    shared = Shared()
    yield shared
    shared.down()


@pytest.fixture(scope="module")
def bed(shared: Shared) -> E2eBed:
    """The bed with its control plane cp1 and the workers w1 and w2."""
    return shared.up()


@pytest.fixture(scope="module")
def machine(shared: Shared) -> None:
    """The machine for a bed of the module's own."""
    shared.down()


@pytest.fixture
def fresh(bed: E2eBed) -> tuple[str, ...]:
    """Both workers as they come from their image, unknown to the cluster."""
    bed.renew(*WORKERS)
    return WORKERS


@pytest.fixture(scope="module")
def inventory(bed: E2eBed, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The bed's inventory as a file."""
    path = tmp_path_factory.mktemp("inventory") / "hosts.yml"
    path.write_text(bed.inventory(), encoding="utf-8")
    return path
