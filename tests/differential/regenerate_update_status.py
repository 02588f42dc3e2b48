# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write goldens/update_status.yaml anew: what kubeadm 1.18 makes of ClusterStatus when a control plane joins.

    python tests/differential/regenerate_update_status.py FOLDER...

The binary is that of regenerate_kustomize.py.
"""

from __future__ import annotations

import pathlib
import typing as t

from kustomize_cases import MINORS
from namespaces import run_inside
from regenerate import find_binaries, render
from regenerate_kustomize import shorten_answer
from regenerate_manifests import parse_options

_HERE = pathlib.Path(__file__).parent
_CONFIGURATION = """apiVersion: kubeadm.k8s.io/v1beta2
kind: ClusterConfiguration
kubernetesVersion: VERSION
controlPlaneEndpoint: cp.example.com:6443
"""
_STATUS = """apiEndpoints:
  cp-1:
    advertiseAddress: 192.0.2.1
    bindPort: 6443
apiVersion: kubeadm.k8s.io/v1beta2
kind: ClusterStatus
"""


def _case(
    status: str | None = _STATUS, node: str = "cp-2", address: str = "192.0.2.2", port: int = 6443
) -> dict[str, t.Any]:
    return {"configuration": _CONFIGURATION, "status": status, "node": node, "address": address, "port": port}


CASES = {
    "second": _case(),
    "order": _case(node="a-control-plane"),
    "name_with_domain": _case(node="cp-2.example.org"),
    "name_is_a_number": _case(node="17"),
    "name_is_no_text_of_yaml": _case(node="y"),
    "other_port": _case(port=8443),
    "ipv6": _case(address="2001:DB8::2"),
    "there_already": _case(node="cp-1", address="192.0.2.1"),
    "there_with_another_address": _case(node="cp-1", address="192.0.2.9", port=7443),
    "v1beta1": _case(_STATUS.replace("v1beta2", "v1beta1")),
    "v1beta3": _case(_STATUS.replace("v1beta2", "v1beta3")),
    "unknown_fields": _case(_STATUS + "extra: 1\n"),
    "missing": _case(None),
    "empty": _case(""),
    "without_endpoints": _case("apiVersion: kubeadm.k8s.io/v1beta2\nkind: ClusterStatus\n"),
    "other_kind": _case(_STATUS.replace("ClusterStatus", "ClusterConfiguration")),
    "torn": _case("apiEndpoints: {"),
}


def main() -> None:
    path, version = find_binaries(parse_options(__doc__ or "").folders, MINORS[:1])[MINORS[0]]
    job = {"binary": path, "version": version, "cases": list(CASES.values())}
    answers = run_inside(str(_HERE / "update_status_sandbox.py"), "ROOT", job=job)
    cases = {
        name: {**case, **(shorten_answer(answer) if "error" in answer else {"after": answer["status"]})}
        for (name, case), answer in zip(CASES.items(), answers)
    }
    (_HERE / "goldens/update_status.yaml").write_text(render({"kubeadm": version, "cases": cases}))


if __name__ == "__main__":
    main()
