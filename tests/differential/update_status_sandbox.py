# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one old kubeadm binary makes of ConfigMap kubeadm-config in `kubeadm join phase control-plane-join update-status`.

Started like `sandbox.py`, whose root it uses; the job on standard input holds the binary and many cases, answers go to standard
output in their order.
"""

from __future__ import annotations

import json
import pathlib
import sys
import typing as t

from sandbox import CONFIG_MAPS, admin_conf, make_host, run_kubeadm, write_yaml
from stub_api import TOKEN, Authority, StubApi


def main() -> None:
    job = json.load(sys.stdin)
    root = pathlib.Path(sys.argv[1])
    make_host(root, job["binary"], job["version"])
    with StubApi(Authority(), keeps=True) as api:
        json.dump([_answer(root, api, job, case) for case in job["cases"]], sys.stdout)


def _answer(root: pathlib.Path, api: StubApi, job: dict[str, t.Any], case: dict[str, t.Any]) -> dict[str, t.Any]:
    """The ClusterStatus after the phase, or what kubeadm said."""
    minor = ".".join(job["version"].lstrip("v").split(".")[:2])
    kubelet = {"kubelet": '{"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration"}'}
    proxy = {"config.conf": '{"apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration"}'}
    configuration = {"ClusterConfiguration": case["configuration"].replace("VERSION", job["version"])}
    data = {**configuration, **({} if case["status"] is None else {"ClusterStatus": case["status"]})}
    for name, value in (("kubeadm-config", data), (f"kubelet-config-{minor}", kubelet), ("kube-proxy", proxy)):
        metadata = {"name": name, "namespace": "kube-system"}
        stored = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": value}
        api.objects[f"{CONFIG_MAPS}/{name}"] = stored
    (root / "etc/kubernetes").mkdir(exist_ok=True)
    write_yaml(root / "etc/kubernetes/admin.conf", admin_conf(api))
    token = {"token": TOKEN, "apiServerEndpoint": api.address, "unsafeSkipCAVerification": True}
    endpoint = {"advertiseAddress": case["address"], "bindPort": case["port"]}
    join = {
        "apiVersion": "kubeadm.k8s.io/v1beta2",
        "kind": "JoinConfiguration",
        "discovery": {"bootstrapToken": token},
        "nodeRegistration": {"name": case["node"], "criSocket": "/run/x.sock"},
        "controlPlane": {"localAPIEndpoint": endpoint},
    }
    write_yaml(root / "job/join.yaml", join)
    run = run_kubeadm(
        root, "joiner", "join", "phase", "control-plane-join", "update-status", "--config", "/job/join.yaml"
    )
    if run.returncode:
        return {"error": run.stderr}
    return {"status": api.objects[f"{CONFIG_MAPS}/kubeadm-config"]["data"]["ClusterStatus"]}


if __name__ == "__main__":
    main()
