# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The picture in README.md is what the collection prints."""

from __future__ import annotations

import pathlib

from .picture import PICTURE, record, render, text_of


def test_the_picture_is_that_of_a_run(tmp_path: pathlib.Path) -> None:
    """Of the same hosts. If this fails, run tools/regenerate-picture."""
    drawn = text_of(PICTURE.read_text(encoding="utf-8"))
    assert drawn == text_of(render(record(tmp_path)))
    assert any("failed in preflight, KubeletVersion: 1 node (w3)" in line for line in drawn)
    assert any("--limit ''w3''" in line for line in drawn)
