# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes bench/results.json: what modules return on a host, in the shape that they document and with texts that kubeadm has written.

usage: python3 bench/regenerate_results.py   (with PyYAML)

The values are the samples in `RETURN` of each module. The cluster's configurations are kubeadm's, from tests/differential/goldens.
"""

from __future__ import annotations

import json
import pathlib
import typing as t

import yaml

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
#: The place of the host's name in the file.
NAME = "NODE-NAME"
#: As long as a certificate of kubeadm's CA in PEM.
AUTHORITY = "-----BEGIN CERTIFICATE-----\n" + ("M" * 64 + "\n") * 16 + "-----END CERTIFICATE-----\n"
#: The checks that warn on common hosts.
WARNINGS = {"Swap": "swap_on", "FileExisting-ethtool": "program_missing", "SystemVerification": "cgroups_outdated"}
KUBELET_FILES = (
    "/etc/kubernetes/kubelet.conf",
    "/etc/kubernetes/pki/ca.crt",
    "/var/lib/kubelet/config.yaml",
    "/var/lib/kubelet/instance-config.yaml",
    "/var/lib/kubelet/kubeadm-flags.env",
)


def result_of(module: str) -> dict[str, t.Any]:
    """All that a module returns, by its documentation."""
    text = (REPOSITORY / f"plugins/modules/{module}.py").read_text(encoding="utf-8")
    documented = yaml.safe_load(text.split('RETURN = r"""')[1].split('"""')[0])
    return {"changed": True, **{name: _sample(value) for name, value in documented.items()}}


def _sample(value: dict[str, t.Any]) -> t.Any:
    if "contains" not in value:
        return value.get("sample")
    one = {name: _sample(part) for name, part in value["contains"].items()}
    return [one] if value["type"] == "list" else one


def results() -> dict[str, t.Any]:
    """By module, and for the module that inspects hosts by state, too."""
    golden = yaml.safe_load((REPOSITORY / "tests/differential/goldens/1.37/defaults.yaml").read_text(encoding="utf-8"))
    described = {**result_of("cluster_discovery_info"), "changed": False, "notes": [], "ready_nodes": []}
    described["cluster"] |= {
        "certificate_authority": AUTHORITY,
        "cluster_configuration": golden["cluster_configuration"],
        "kubelet_configuration": golden["kubelet_configuration"],
    }
    inspected = {
        **result_of("preflight_info"),
        "changed": False,
        "node_name": NAME,
        "machine_id": f"machine id of {NAME}",
        "states": {"kubelet": False, "static_pods": None, "mark": None},
        "server": None,
        "ca_cert_hashes": [],
        "certificate_expires": None,
        "notes": [],
        "missing_packages": [],
    }
    [finding] = inspected["findings"]
    inspected["findings"] = [
        {**finding, "check": check, "code": code, "severity": "warning"} for check, code in WARNINGS.items()
    ]
    joined = {
        **result_of("preflight_info"),
        **{name: inspected[name] for name in ("changed", "node_name", "machine_id", "notes", "missing_packages")},
        "joined": True,
        "pending": [],
        "states": {"kubelet": True, "static_pods": None, "mark": None},
        "findings": [],
        "cri_socket": None,
        "kubelet_version": None,
    }
    kubelet = {**result_of("kubelet"), "notes": []}
    kubelet["files"] = [{**kubelet["files"][0], "path": path} for path in KUBELET_FILES]
    kubelet["certificate"]["subject"] = f"CN=system:node:{NAME},O=system:nodes"
    kubelet["node"] |= {"name": NAME, "labels": {"kubernetes.io/hostname": NAME, "kubernetes.io/os": "linux"}}
    return {
        "bootstrap_token": result_of("bootstrap_token"),
        "cluster_discovery_info": described,
        "kubelet": kubelet,
        "nodes_info": {**result_of("nodes_info"), "changed": False},
        "preflight_info": inspected,
        "preflight_info joined": joined,
    }


if __name__ == "__main__":
    (REPOSITORY / "bench/results.json").write_text(
        json.dumps(results(), indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )
