# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Go modules that build Kubernetes of one version, with all that it depends on pinned."""

from __future__ import annotations

import json
import os
import pathlib
import tempfile
import typing as t

from .pins import MODULES, PROGRAMS, minor_of
from .progress import say
from .shell import run

_TEXT = """module testbed/kubernetes

go 1.26.0

godebug default=go1.26

tool (
{programs})

require k8s.io/kubernetes v{version}

replace (
{libraries})
"""
_ENVIRONMENT = {**os.environ, "GOFLAGS": "-mod=mod", "GOWORK": "off"}


def pin(version: str) -> pathlib.Path:
    """Write the module of a version's minor in modules/, and return its folder."""
    folder = MODULES / f"kubernetes-{minor_of(version)}"
    say(f"writing {folder}")
    write_module(version, folder, PROGRAMS)
    run("go", "mod", "tidy", cwd=folder, env=_ENVIRONMENT)
    return folder


def write_module(
    version: str, folder: pathlib.Path, programs: t.Sequence[str] = (), libraries: pathlib.Path | None = None
) -> None:
    """Write a go.mod with these programs as its tools, and with the libraries of another module if one is named.

    Kubernetes names the libraries that are developed with it by folders of its repository; the module names their releases.
    """
    with tempfile.TemporaryDirectory() as empty:
        downloaded = run("go", "mod", "download", "-json", f"k8s.io/kubernetes@v{version}", cwd=empty, env=_ENVIRONMENT)
    described = _replacements(pathlib.Path(json.loads(downloaded.stdout)["GoMod"]))
    release = version.replace("1.", "v0.", 1)
    releases = {name: release for name, new in described.items() if new["Path"].startswith("./staging/")}
    for name, new in _replacements(libraries / "go.mod").items() if libraries else ():
        releases[name] = new["Version"]
    folder.mkdir(parents=True, exist_ok=True)
    text = _TEXT.format(
        programs="".join(f"\tk8s.io/kubernetes/cmd/{name}\n" for name in sorted(programs)),
        version=version,
        libraries="".join(f"\t{name} => {name} {releases[name]}\n" for name in sorted(releases)),
    )
    (folder / "go.mod").write_text(text)


def _replacements(module: pathlib.Path) -> dict[str, dict[str, str]]:
    """What a go.mod replaces, by path: the new path, and its version if it has one."""
    described = json.loads(run("go", "mod", "edit", "-json", str(module)).stdout)
    return {entry["Old"]["Path"]: entry["New"] for entry in described["Replace"]}
