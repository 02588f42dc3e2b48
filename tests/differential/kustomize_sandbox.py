# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one old kubeadm binary makes of static pods with `--experimental-kustomize`.

Started like `sandbox.py`, whose root it uses; the job on standard input holds one binary and many cases, answers go to
standard output in their order.
"""

from __future__ import annotations

import json
import pathlib
import shutil
import sys
import typing as t

from sandbox import make_host, put_files, run_kubeadm, write_yaml

_KUBEADM = "kubeadm.k8s.io/v1beta2"


def main() -> None:
    job = json.load(sys.stdin)
    root = pathlib.Path(sys.argv[1])
    make_host(root, job["binary"], job["version"])
    node = {
        "localAPIEndpoint": {"advertiseAddress": "192.0.2.1"},
        "nodeRegistration": {"name": "cp-1", "criSocket": "/run/x.sock"},
    }
    init = {"apiVersion": _KUBEADM, "kind": "InitConfiguration", **node}
    cluster = {"apiVersion": _KUBEADM, "kind": "ClusterConfiguration", "kubernetesVersion": job["version"]}
    write_yaml(root / "job/init.yaml", init, cluster)
    for phase in ("ca", "front-proxy-ca", "etcd-ca"):
        made = run_kubeadm(root, "joiner", "init", "phase", "certs", phase, "--config", "/job/init.yaml")
        if made.returncode:
            raise SystemExit(f"kubeadm could not make {phase}: {made.stderr}")
    json.dump([_answer(root, case) for case in job["cases"]], sys.stdout)


def _answer(root: pathlib.Path, case: dict[str, t.Any]) -> dict[str, t.Any]:
    """The static pod of the case's target, or what kubeadm said."""
    for folder in ("kustomize", "patches", "etc/kubernetes/manifests"):
        shutil.rmtree(root / folder, ignore_errors=True)
    put_files(root / "kustomize", case["files"])
    put_files(root / "patches", case["patches"])
    target = case["target"]
    phase = ("etcd", "local") if target == "etcd" else ("control-plane", target.replace("kube-", "", 1))
    options = ["--experimental-kustomize", case["directory"]] if case["directory"] is not None else []
    if case["patches"]:
        options += ["--experimental-patches", "/patches"]
    run = run_kubeadm(root, "joiner", "init", "phase", *phase, "--config", "/job/init.yaml", *options)
    if run.returncode:
        return {"error": run.stderr}
    return {"file": (root / f"etc/kubernetes/manifests/{target}.yaml").read_text()}


if __name__ == "__main__":
    main()
