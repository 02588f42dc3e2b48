# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users get can be published: Galaxy's import and lint accept it."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import sys

from .programs import PROGRAMS, run


def test_galaxy_importer_accepts_the_tarball(tarball: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """Without an error or a warning, and it finds every role and module with its documentation."""
    programs = pathlib.Path(run("tools/venv", "3.13", "requirements-awx.txt").strip().splitlines()[-1], "bin")
    path = f"{programs}:{PROGRAMS}:{os.environ['PATH']}"
    printed = run(
        str(programs / "python"), "-m", "galaxy_importer.main", str(tarball),
        cwd=tmp_path, PATH=path, GALAXY_IMPORTER_ANSIBLE_LOCAL_TMP=str(tmp_path / "ansible"),
    )  # fmt: skip
    assert "Linting collection via ansible-lint" in printed and "Importer processing completed" in printed
    assert [line for line in printed.splitlines() if "ERROR" in line or "WARNING" in line] == []
    found = json.loads((tmp_path / "importer_result.json").read_text(encoding="utf-8"))
    documented = {(item["content_type"], item["content_name"]) for item in found["docs_blob"]["contents"]}
    assert ("role", "worker_join") in documented and ("module", "kubelet") in documented
    assert [
        item for item in found["docs_blob"]["contents"] if item["content_type"] == "role" and not item["readme_html"]
    ] == []


def test_ansible_lint_accepts_the_tarball_without_a_configuration(
    unpacked: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """The production profile with its defaults. The modules of awx.awx are present instead of mocked."""
    shutil.copytree(unpacked.parents[2], tmp_path / "collections")
    collection = tmp_path / "collections/ansible_collections/kubejoin/kubeadm"
    for name in (".ansible-lint", ".yamllint"):
        (collection / name).unlink()
    awx = run("tools/awx-collection", sys.executable).strip()
    path = f"{tmp_path / 'collections'}:{awx}"
    printed = run(
        "ansible-lint", "--offline", "--strict", "--profile", "production", "--nocolor",
        cwd=collection, ANSIBLE_COLLECTIONS_PATH=path,
    )  # fmt: skip
    assert "Passed: 0 failure(s), 0 warning(s)" in printed and "ERROR" not in printed
