# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real etcd, and a real API server, as plain processes on loopback."""

from __future__ import annotations

import pathlib
import sys
import typing as t

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from .lab import EtcdLab, KubeLab


@pytest.fixture
def lab(tmp_path: pathlib.Path) -> t.Iterator[EtcdLab]:
    """An etcd cluster of one voter, ``a``; more are started by the test. All of it ends with the test."""
    with EtcdLab(tmp_path) as ready:
        yield ready


@pytest.fixture
def kube(lab: EtcdLab) -> KubeLab:
    """A real API server in front of ``lab``."""
    return KubeLab(lab)
