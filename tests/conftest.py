# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which tests may run side by side: what shares a machine's beds, or an account of a run, stays in one process."""

from __future__ import annotations

import pathlib

import pytest

TESTS = pathlib.Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Beds are one per machine; unit tests give one account of all error codes; what is packed is packed once."""
    for item in items:
        group = _group(item)
        if group:
            item.add_marker(pytest.mark.xdist_group(group))


def _group(item: pytest.Item) -> str:
    if item.get_closest_marker("bed"):
        return "bed"
    if TESTS / "unit" in item.path.parents:
        return "unit"
    fixtures = getattr(item, "fixturenames", ())
    return "packed" if "copy" in fixtures else ""
