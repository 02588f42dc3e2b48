# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write goldens/discovery.json anew: what real kubeadm binaries make of the discovery files of discovery_files.py. Other minors stay.

    python tests/differential/regenerate_discovery.py [--only CASE] KUBEADM...

CASE is a part of the names of the cases to run; the others are kept. Needs root, unshare and ip. Each binary is run in namespaces and a root of its own (sandbox.py).
"""

from __future__ import annotations

import base64
import json
import pathlib
import re
import sys
import typing as t

import yaml
from discovery_files import FILES, render_file
from namespaces import run_inside, version_of
from sandbox import make_host, plain_documents, run_kubeadm, upload_configuration, write_yaml
from stub_api import TOKEN, Authority, StubApi

_GOLDEN = pathlib.Path(__file__).parent / "goldens/discovery.json"
_CLUSTER_INFO = "/api/v1/namespaces/kube-public/configmaps/cluster-info"
_NODE = "worker-1"


def main() -> None:
    _program, *binaries = sys.argv
    only = binaries[1] if binaries[0] == "--only" else ""
    golden = json.loads(_GOLDEN.read_text()) if _GOLDEN.exists() else {}
    for binary in binaries[2:] if only else binaries:
        version, minor = version_of(binary)
        seen = run_inside(__file__, "--inside", "ROOT", str(pathlib.Path(binary).resolve()), version, only)
        golden[minor] = {**(golden[minor] if only else {}), **seen}
    _GOLDEN.write_text(json.dumps(golden, indent=1, sort_keys=True) + "\n")


def inside(root: pathlib.Path, binary: str, version: str, only: str) -> dict[str, t.Any]:
    """Join by every file in turn, in namespaces that are this process's own."""
    make_host(root, binary, version, name=_NODE)
    authority, other = Authority(), Authority()
    with StubApi(authority) as api:
        upload_configuration(root, api, _NODE, plain_documents(version, _NODE))
        return {name: _join(root, api, case, authority, other) for name, case in FILES.items() if only in name}


def _join(
    root: pathlib.Path, api: StubApi, case: dict[str, t.Any], authority: Authority, other: Authority
) -> dict[str, t.Any]:
    kept = api.objects[_CLUSTER_INFO]
    how = case.get("cluster_info")
    if isinstance(how, str):
        text = kept["data"]["kubeconfig"].replace(f"https://{api.address}", how)
        api.objects[_CLUSTER_INFO] = {**kept, "data": {"kubeconfig": text}}
    elif how is not None:
        api.objects[_CLUSTER_INFO] = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": how}
    (root / "job/ca.crt").write_bytes(authority.pem)
    encoded = {name: base64.b64encode(value.pem).decode() for name, value in (("ca", authority), ("other_ca", other))}
    pems = {"ca": authority.pem, "other_ca": other.pem}
    text = render_file(case, server=f"https://{api.address}", ca_file="/job/ca.crt", **encoded)
    (root / "job/discovery.conf").write_text(text)
    discovery = {"file": {"kubeConfigPath": "/job/discovery.conf"}}
    write_yaml(
        root / "job/join.yaml",
        {
            "apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "JoinConfiguration",
            "discovery": {**discovery, **({"tlsBootstrapToken": TOKEN} if case.get("tls_token") else {})},
            "nodeRegistration": {"name": _NODE, "criSocket": "unix:///run/containerd/containerd.sock"},
            "timeouts": {
                "discovery": "2s",
                "kubeletHealthCheck": "1s",
                "kubernetesAPICall": "2s",
                "tlsBootstrap": "1s",
            },
        },
    )
    bootstrap = root / "etc/kubernetes/bootstrap-kubelet.conf"
    bootstrap.unlink(missing_ok=True)
    phase = ("join", "phase", "kubelet-start", "--config", "/job/join.yaml")
    run = run_kubeadm(root, "joiner", *phase, until_kubelet=True)
    api.objects[_CLUSTER_INFO] = kept
    if not bootstrap.exists():
        error = next((line for line in run.stderr.splitlines() if line.startswith("error")), run.stderr)
        port = api.address.rpartition(":")[2]
        error = re.sub(r"0x[0-9a-f]+", "0x…", error.replace(port, "PORT").replace(encoded["ca"], "CA"))
        return {"accepted": False, "error": error}
    written = yaml.safe_load(bootstrap.read_text())
    cluster = written["clusters"][0]["cluster"]
    data = cluster.pop("certificate-authority-data", "")
    server = cluster.pop("server")
    return {
        "accepted": True,
        "server": "file" if server == f"https://{api.address}" else server,
        "ca": next((name for name, pem in pems.items() if pem in base64.b64decode(data)), data),
        "also": sorted(cluster),
        "credentials": sorted(written["users"][0]["user"]) if written.get("users") else [],
    }


if __name__ == "__main__":
    if sys.argv[1] == "--inside":
        json.dump(inside(pathlib.Path(sys.argv[2]), *sys.argv[3:]), sys.stdout)
    else:
        main()
