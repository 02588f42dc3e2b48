# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Go and Kubernetes' libraries answered to single texts."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import REPOSITORY

__all__ = ("GOLDENS", "answers_of", "text_goldens")

GOLDENS = REPOSITORY / "tests" / "differential" / "goldens" / "text"


def text_goldens(what: str) -> list[t.Any]:
    """Pairs of a text and the answer, which is None for a refusal."""
    entries = json.loads((GOLDENS / f"{what}.json").read_text(encoding="utf-8"))
    return [pytest.param(entry["text"], entry.get("result"), id=repr(entry["text"])[:60]) for entry in entries]


def answers_of(what: str) -> dict[str, str | None]:
    """The answers by text, None for a refusal, where there are too many for a test each."""
    answers: dict[str, str | None] = json.loads((GOLDENS / f"{what}.json").read_text(encoding="utf-8"))
    return answers
