# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prints which rule refuses which attack, as the mutation tests have found it."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.tests.unit.support.attack_mutants import MUTATIONS


def pytest_configure(config: pytest.Config) -> None:
    config.stash[MUTATIONS] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    found = terminalreporter.config.stash[MUTATIONS]
    if found:
        terminalreporter.section("attacks, and the rules without which their tests fail")
        for attack, rules in found:
            terminalreporter.line(f"{attack.encode('ascii', 'backslashreplace').decode()}: {rules}")
