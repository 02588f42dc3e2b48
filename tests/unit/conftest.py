# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is watched during all unit tests: that no error of the collection has a secret, and which errors there were."""

from __future__ import annotations

import collections
import json
import os
import pathlib
import sys
import types
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core import load
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.finding import Finding

UNIT = pathlib.Path(__file__).parent
LAST = "test_codes_reached.py"

#: The secrets of all unit tests: halves of tokens, tokens and passwords of kubeconfigs, private keys.
SECRETS = ("0123456789abcdef", "fedcba9876543210", "a-token-that-is-secret", "its-token", "PRIVATE KEY-----\nM")


@pytest.fixture(autouse=True)
def no_rejections(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process counts the rejected requests of its module; here it is one for all tests."""
    monkeypatch.setattr(load, "_rejected", [])


@pytest.fixture(scope="session", autouse=True)
def codes_raised() -> t.Iterator[set[str]]:
    """The codes of all errors and findings that the collection made so far; each is looked through for secrets when it is made."""
    make, find = JoinError.__init__, Finding.__init__
    codes: set[str] = set()

    def watched(self: JoinError, code: str, message: str, **details: t.Any) -> None:
        make(self, code, message, **details)
        frame: types.FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename.endswith("_core/errors.py"):
            frame = frame.f_back  # the constructor of a class of errors calls the one of JoinError
        if frame is not None and "/tests/" not in frame.f_code.co_filename:
            codes.add(code)
            printed = f"{self} {json.dumps(self.details)}"
            assert not any(secret in printed for secret in SECRETS), f"{code} has a secret"

    def found(self: Finding, check: str, severity: str, code: str, message: str) -> None:
        find(self, check, severity, code, message)
        if "/tests/" not in sys._getframe(1).f_code.co_filename:
            codes.add(code)
            assert not any(secret in self.message for secret in SECRETS), f"{code} has a secret"

    JoinError.__init__, Finding.__init__ = watched, found  # type: ignore[method-assign]
    yield codes
    JoinError.__init__, Finding.__init__ = make, find  # type: ignore[method-assign]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The account of all codes comes last, and only where all unit tests run. With KUBEJOIN_SAMPLE=n, every n-th case of a test runs."""
    cases: collections.Counter[str] = collections.Counter()
    sample = []
    for item in items:
        test = item.nodeid.partition("[")[0]
        if cases[test] % int(os.environ.get("KUBEJOIN_SAMPLE", "1")) == 0:
            sample.append(item)
        cases[test] += 1
    items[:] = sample
    last = [item for item in items if item.path.name == LAST]
    others = [item for item in items if item.path.name != LAST]
    whole = {path.resolve() for path in UNIT.rglob("test_*.py")} <= {item.path.resolve() for item in items}
    items[:] = others
    if whole and not config.getoption("keyword"):
        items += last
    else:
        config.hook.pytest_deselected(items=last)
