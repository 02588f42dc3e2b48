# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmarks' own data."""

from __future__ import annotations

import json
import pathlib
import runpy

BENCH = pathlib.Path(__file__).resolve().parents[2] / "bench"


def test_the_results_are_those_that_modules_document() -> None:
    """The file is what its script writes."""
    written = json.loads((BENCH / "results.json").read_text(encoding="utf-8"))
    assert written == runpy.run_path(str(BENCH / "regenerate_results.py"))["results"]()
