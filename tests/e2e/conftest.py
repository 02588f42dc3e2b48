# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One real cluster for all end-to-end tests: a control plane made by the real kubeadm, and hosts that are renewed at will."""

from __future__ import annotations

import pathlib
import typing as t

import pytest

from .bed import E2eBed

WORKERS = ("w1", "w2")


@pytest.fixture(scope="session")
def bed(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[E2eBed]:
    """The bed with its control plane cp1 and the workers w1 and w2."""
    with E2eBed("e2e", workers=WORKERS) as ready:
        yield ready


@pytest.fixture(scope="module")
def machine(bed: E2eBed) -> t.Iterator[None]:
    """The machine for a bed of the module's own: it does not carry two control planes and their workers."""
    bed.down()
    try:
        yield
    finally:
        bed.up(WORKERS)


@pytest.fixture
def fresh(bed: E2eBed) -> tuple[str, ...]:
    """Both workers as they come from their image, unknown to the cluster."""
    bed.renew(*WORKERS)
    return WORKERS


@pytest.fixture(scope="session")
def inventory(bed: E2eBed, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The bed's inventory as a file."""
    path = tmp_path_factory.mktemp("inventory") / "hosts.yml"
    path.write_text(bed.inventory(), encoding="utf-8")
    return path
