# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One real cluster for all end-to-end tests: a control plane made by the real kubeadm, and hosts that are renewed at will."""

from __future__ import annotations

import concurrent.futures
import pathlib
import typing as t

import pytest

from ..groups import group_of
from ..project.packed import copy as copy
from ..project.packed import tarball as tarball
from .bed import E2eBed, Shared
from .control_planes import leave
from .execution_node import build_image

FOLDER = pathlib.Path(__file__).parent
WORKERS = ("w1", "w2")
#: These files come last, in this order: first those with more hosts than the others, when the small beds of tests/testbed are gone, then
#: those with beds of their own. So the shared bed is started once.
LAST = (
    "test_cores.py",
    "test_results.py",
    "test_debian.py",
    "test_awx.py",
    "test_control_plane.py",
    "test_control_plane_faults.py",
    "test_external.py",
    "test_molecule.py",
    "test_versions.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = [FOLDER / name for name in LAST]
    items.sort(key=lambda item: order.index(item.path) if item.path in order else -1)


@pytest.fixture(scope="session")
def execution_environment() -> t.Iterator[concurrent.futures.Future[str]]:
    """The name of the image for AWX, which is built beside other tests."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        yield pool.submit(build_image)


@pytest.fixture(scope="session")
def shared(request: pytest.FixtureRequest) -> t.Iterator[Shared]:
    """The bed of the modules that have none of their own."""
    if any("execution_environment" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("execution_environment")
    shared = Shared("e2e")
    yield shared
    shared.down()


@pytest.fixture(scope="session")
def second() -> t.Iterator[Shared]:
    """The bed of the modules that run beside those of the first, in the process of the unit tests."""
    second = Shared("second")
    yield second
    second.down()


def is_beside(path: pathlib.Path) -> bool:
    return path.parent == FOLDER and group_of(f"e2e/{path.name}") == "unit"


@pytest.fixture(scope="module")
def bed(request: pytest.FixtureRequest) -> t.Iterator[E2eBed]:
    """The bed with its control plane cp1 and the workers w1 and w2, or the second one for modules that run beside those of the first."""
    if not is_beside(request.node.path):
        yield request.getfixturevalue("shared").up(*WORKERS)
        return
    second = request.getfixturevalue("second")
    yield second.up(*WORKERS)
    if request.node.path == [item.path for item in request.session.items if is_beside(item.path)][-1]:
        second.down()  # other tests of this process have beds of their own


@pytest.fixture
def both_kinds(shared: Shared) -> t.Iterator[E2eBed]:
    """The bed with fresh hosts for a worker w1 and a control plane cp2, which are gone afterwards."""
    bed = shared.up("w1", "cp2")
    yield bed
    leave(bed, "cp2")
    bed.remove("w1")


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
