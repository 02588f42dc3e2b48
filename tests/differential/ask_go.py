# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the small Go programs that ask Kubernetes' own code."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import tempfile
import typing as t

__all__ = ("ask_endpoints", "ask_kubeadm", "ask_libraries")

_HERE = pathlib.Path(__file__).parent
#: The modules with which Go builds what has the API version of kubeadm.
_KUBEADM_MODULES = {
    "v1beta1": _HERE / "kubeadm-1.18",
    "v1beta2": _HERE / "kubeadm-1.19",
    "v1beta3": _HERE.parents[1] / "testbed/modules/kubernetes-1.36",
    "v1beta4": _HERE.parents[1] / "testbed/modules/kubernetes-1.37",
    "v1": _HERE.parents[1] / "testbed/modules/kubernetes-1.37",
}
_GO_MOD = """module oracle

go 1.26.0

require (
	k8s.io/api {version}
	k8s.io/apimachinery {version}
	k8s.io/client-go {version}
	k8s.io/kubelet {version}
	sigs.k8s.io/yaml v1.6.0
)
"""


def ask_libraries(version: str, word: str, questions: str = "") -> str:
    """What oracle/main.go prints for a word, with the libraries of a version such as `v1.37.2`."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shutil.copy(_HERE / "oracle/main.go", folder)
        (folder / "go.mod").write_text(_GO_MOD.format(version=version.replace("v1.", "v0.", 1)))
        subprocess.run(["go", "mod", "tidy"], cwd=folder, check=True, capture_output=True)
        return _run(folder, word, questions=questions)


def ask_endpoints(questions: str) -> str:
    """What oracle_kubeadm/endpoints.go prints, with the newest kubeadm."""
    with tempfile.TemporaryDirectory() as name:
        folder = shutil.copytree(_KUBEADM_MODULES["v1beta4"], pathlib.Path(name, "module"))
        shutil.copy(_HERE / "oracle_kubeadm/endpoints.go", folder)
        return _run(folder, program="endpoints.go", questions=questions)


def ask_kubeadm(version: str, word: str) -> str:
    """What oracle_kubeadm/main.go prints for a word, with an API version of kubeadm such as `v1beta4`."""
    with tempfile.TemporaryDirectory() as name:
        folder = shutil.copytree(_KUBEADM_MODULES[version], pathlib.Path(name, "module"))
        program = (_HERE / "oracle_kubeadm/main.go").read_text()
        (folder / "main.go").write_text(program.replace("VERSION", version))
        return _run(folder, word)


def _run(folder: pathlib.Path, *words: str, program: str = "main.go", questions: str = "") -> str:
    shutil.copy(_HERE / "oracle/types.go", folder)
    # Kubernetes is built without cgo too, so what is compiled for it is used again.
    environment = {**os.environ, "CGO_ENABLED": "0"}
    command: t.Sequence[str] = ["go", "run", "-trimpath", program, "types.go", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, input=questions, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
