# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users get can be published: Galaxy's import and lint accept it, and its documentation is whole."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import sys

import pytest

from .links import broken_links
from .programs import PROGRAMS, REPOSITORY, run


def test_galaxy_importer_accepts_the_tarball(tarball: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """Without an error or a warning, and it finds every role and module with its documentation."""
    programs = pathlib.Path(run("tools/venv", "3.13", "requirements-awx.txt").strip().splitlines()[-1], "bin")
    path = f"{programs}:{PROGRAMS}:{os.environ['PATH']}"
    printed = run(
        str(programs / "python"), "-m", "galaxy_importer.main", str(tarball),
        cwd=tmp_path, PATH=path, GALAXY_IMPORTER_ANSIBLE_LOCAL_TMP=str(tmp_path / "ansible"),
        GALAXY_IMPORTER_CHECK_REQUIRED_TAGS="true",  # as Automation Hub does
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
    """The production profile with its defaults. The modules of awx.awx are present instead of mocked.

    Only the file that antsibull-changelog writes is not read: it has an indentation of its own.
    """
    shutil.copytree(unpacked.parents[2], tmp_path / "collections")
    collection = tmp_path / "collections/ansible_collections/kubejoin/kubeadm"
    for name in (".ansible-lint", ".yamllint"):
        (collection / name).unlink()
    awx = run("tools/awx-collection", sys.executable).strip()
    path = f"{tmp_path / 'collections'}:{awx}"
    printed = run(
        "ansible-lint", "--offline", "--strict", "--profile", "production", "--nocolor", "--exclude", "changelogs/changelog.yaml",
        cwd=collection, ANSIBLE_COLLECTIONS_PATH=path,
    )  # fmt: skip
    assert "Passed: 0 failure(s), 0 warning(s)" in printed and "ERROR" not in printed


@pytest.fixture(scope="module")
def site(unpacked: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The documentation as web pages, built without a warning."""
    folder = tmp_path_factory.mktemp("site")
    run("tools/docs", str(folder), str(unpacked.parents[2]))
    return folder / "build/html"


def test_every_link_of_the_documentation_leads_somewhere(site: pathlib.Path) -> None:
    """In the guides and in the pages of roles, modules and lookups."""
    pages = sorted(site.rglob("*.html"))
    assert {"worker_join_role.html", "kubelet_module.html", "guide_troubleshooting.html"} <= {
        page.name for page in pages
    }
    count, broken = broken_links(site, pages, REPOSITORY)
    assert count > 1000 and broken == []


def test_every_link_of_the_tarball_leads_somewhere(unpacked: pathlib.Path) -> None:
    """In the README, the pages of roles and the others, to files that users have."""
    pages = sorted(unpacked.rglob("*.md"))
    assert {"README.md", "SECURITY.md", "roles/invite/README.md"} <= {str(page.relative_to(unpacked)) for page in pages}
    count, broken = broken_links(unpacked, pages, REPOSITORY)
    assert count > 20 and broken == []


@pytest.mark.parametrize(
    ("link", "is_right"),
    [
        ("other.md", True), ("other.md#a-heading-of-it", True), ("#start", True), ("https://example.org/x?y#z", True),
        ("https://github.com/kubejoin/kubejoin.kubeadm/blob/main/README.md", True),
        ("absent.md", False), ("other.md#absent", False), ("../outside.md", False), ("http://example.org", False),
        ("https://example", False), ("https://github.com/kubejoin/kubejoin.kubeadm/blob/main/absent.md", False),
    ],
)  # fmt: skip
def test_broken_links_are_found(link: str, is_right: bool, tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (tmp_path / "outside.md").touch()
    (folder / "other.md").write_text("# A heading of it\n", encoding="utf-8")
    (folder / "page.md").write_text(f"# Start\n\n[text]({link})\n\n```\n[code](nowhere)\n```\n", encoding="utf-8")
    assert broken_links(folder, [folder / "page.md"], REPOSITORY) == (1, [] if is_right else [f"page.md: {link}"])


#: Added to a page: what a browser displays of it becomes a part of the page.
_SEE = """
<script>addEventListener("load", () => {
  const heading = document.querySelector("h1"), box = heading.getBoundingClientRect();
  document.body.dataset.seen = JSON.stringify({
    heading: heading.innerText, size: parseFloat(getComputedStyle(heading).fontSize), width: box.width,
    images: [...document.images].filter(image => !image.naturalWidth).map(image => image.src),
    styles: [...document.styleSheets].length, overflow: document.documentElement.scrollWidth - innerWidth,
    rows: [...document.querySelectorAll("td")].filter(cell => cell.offsetHeight && cell.innerText.includes("join_token")).length,
  });
});</script></body>
"""


@pytest.mark.slow
def test_a_browser_displays_a_page(site: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """With its style sheets, within the width of the window, and with the variables of the role in a table."""
    page = (site / "worker_join_role.html").read_text(encoding="utf-8")
    (site / "seen.html").write_text(page.replace("</body>", _SEE), encoding="utf-8")
    printed = run(
        "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}", "--window-size=1280,1000",
        "--virtual-time-budget=20000", "--dump-dom", (site / "seen.html").as_uri(), HOME=str(tmp_path),
    )  # fmt: skip
    (site / "seen.html").unlink()
    (found,) = re.findall(r'data-seen="([^"]+)"', printed)
    seen = json.loads(found.replace("&quot;", '"').replace("&amp;", "&"))
    assert seen["heading"].startswith("kubejoin.kubeadm.worker_join role") and seen["size"] > 20 and seen["width"] > 300
    assert seen["images"] == [] and seen["styles"] >= 3 and seen["overflow"] <= 0 and seen["rows"] > 1


@pytest.mark.slow
def test_a_release_can_be_made() -> None:
    """Changelog, tarball, bill of materials, signatures, import by Galaxy, installation: a dry release."""
    printed = run("make", "--no-print-directory", "release-check")
    steps = re.findall(r"^== (.*)", printed, re.MULTILINE)
    assert len(steps) == 8 and steps[-1].endswith("can be made")
    assert "Successfully verified that checksums" in printed and "GPG signature verification succeeded" in printed
