# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write goldens/patch_levels.json anew: what differs between patch versions of kubeadm. Other versions stay.

    python tests/differential/regenerate_patch_levels.py VERSION...

These are the tags of etcd's and the pause image, and the group in the certificate by which an API server is a client of
kubelets. A VERSION is `1.37.2`. It needs Go, which compiles parts of kubeadm of each version that print them. The first and
the last patch version of a minor are enough where both are the same, otherwise those too between which a value changes.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from testbed.pinning import write_module
from testbed.pins import MODULES, minor_of

_GOLDEN = pathlib.Path(__file__).parent / "goldens/patch_levels.json"
_PROGRAM = """package main

import (
	"encoding/json"
	"os"
	"strings"

	"k8s.io/kubernetes/cmd/kubeadm/app/apis/kubeadm"
	"k8s.io/kubernetes/cmd/kubeadm/app/constants"
	"k8s.io/kubernetes/cmd/kubeadm/app/phases/certs"
)

func main() {
	client, err := certs.KubeadmCertKubeletClient().GetConfig(&kubeadm.InitConfiguration{})
	if err != nil {
		panic(err)
	}
	json.NewEncoder(os.Stdout).Encode(map[string]string{
		"etcd":                 constants.DefaultEtcdVersion,
		"kubelet_client_group": strings.Join(client.Organization, ","),
		"pause":                constants.PauseVersion,
	})
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("versions", metavar="VERSION", nargs="+")
    golden = json.loads(_GOLDEN.read_text()) if _GOLDEN.exists() else {}
    for version in parser.parse_args().versions:
        golden[version] = _ask(version)
        print(version, golden[version])
        lines = (
            f"{json.dumps(name)}: {json.dumps(golden[name])}"
            for name in sorted(golden, key=lambda name: [int(number) for number in name.split(".")])
        )
        _GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def _ask(version: str) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        # The libraries of the pinned version are compiled already, and these parts need none in particular.
        pinned = MODULES / f"kubernetes-{minor_of(version)}"
        write_module(version, folder, libraries=pinned if pinned.exists() else None)
        (folder / "main.go").write_text(_PROGRAM)
        environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod -buildvcs=false", "GOWORK": "off"}
        subprocess.run(["go", "mod", "tidy"], cwd=folder, env=environment, check=True, capture_output=True)
        ran = subprocess.run(
            ["go", "run", "-trimpath", "."], cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
    return {key: str(value) for key, value in json.loads(ran.stdout).items()}


if __name__ == "__main__":
    main()
