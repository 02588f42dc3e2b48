# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time of joining control planes by the collection, beside Ansible running the real `kubeadm join --control-plane`, to the same end.

usage: python3 bench/join_control_plane.py [--rounds 5] [--scenarios one,two] --ansible FOLDER

The end is that the Nodes and their static pods are Ready. Every round begins with a cluster of one control plane. Printed is what join_worker.py
prints, and for ours the time that the hosts together held the lock under which members are added to etcd.
"""

from __future__ import annotations

import typing as t

from contest import KUBEADM, TOKEN, Contest, Scenario, whole_run

PODS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")


class ControlPlanes(Contest):
    """Joined when their Nodes and static pods are Ready."""

    group = "control_plane"
    hosts_variable = "join_control_plane_hosts"
    ways = (TOKEN, KUBEADM)

    def prepare(self, hosts: t.Sequence[str]) -> None:
        self.bed.up([])
        for host in hosts:
            self.bed.add_host(host, kind="kubeadm")
        self.bed.ssh("cp1", "kubeadm init phase upload-certs --upload-certs --config /root/init.yaml")

    def flags(self, values: t.Mapping[str, str]) -> str:
        return f"--control-plane --certificate-key {values['certificate_key']}"

    def given(self, values: t.Mapping[str, str]) -> dict[str, t.Any]:
        return {"join_certificate_key": values["certificate_key"]}

    def await_end(self, hosts: t.Sequence[str]) -> None:
        ready = ("wait", "--for=condition=Ready", "--timeout=120s")
        self.bed.kubectl(*ready, *(f"node/{host}" for host in hosts))
        namespace, pods = "--namespace=kube-system", [f"pod/{pod}-{host}" for host in hosts for pod in PODS]
        for pod in pods:  # one by one: kubectl gives up where two are not there yet
            self.bed.kubectl("wait", "--for=create", "--timeout=120s", namespace, pod)
        self.bed.kubectl(*ready, namespace, *pods)


if __name__ == "__main__":
    whole_run(
        ControlPlanes,
        "Time joins of control planes beside raw kubeadm.",
        [Scenario("one", ("cp2",)), Scenario("two", ("cp2", "cp3"))],
    )
