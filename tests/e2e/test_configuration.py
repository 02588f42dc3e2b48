# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JoinConfigurations and phases: what a file says is what the node becomes."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
import yaml

from .bed import E2eBed
from .observe import cluster_fingerprint, host_fingerprint, node_object
from .play import run_join

pytestmark = pytest.mark.bed


def configuration(bed: E2eBed, tls_token: str, **fields: t.Any) -> dict[str, t.Any]:
    """A JoinConfiguration with the bed's own token for discovery and another for TLS bootstrap."""
    variables = bed.join_variables()
    return {
        "apiVersion": "kubeadm.k8s.io/v1beta4",
        "kind": "JoinConfiguration",
        "discovery": {
            "bootstrapToken": {
                "apiServerEndpoint": variables["join_apiserver_endpoint"],
                "token": variables["join_token"],
                "caCertHashes": variables["join_discovery_token_ca_cert_hashes"],
            },
            "tlsBootstrapToken": tls_token,
        },
        **fields,
    }


#: Patches of each type; the second sees what the first has made, and no kubelet has the last one's field.
PATCHES = {
    "kubeletconfiguration0+merge.yaml": "maxPods: 51\n",
    "kubeletconfiguration1+json.json": json.dumps(
        [
            {"op": "test", "path": "/maxPods", "value": 51},
            {"op": "replace", "path": "/maxPods", "value": 52},
        ]
    ),
    "kubeletconfiguration2.yaml": "containerLogMaxFiles: 7\nflavour: sweet\n",
}


def test_a_file_on_the_controller_says_everything(
    bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...], tmp_path: pathlib.Path
) -> None:
    """Two tokens, of which each can do only its own part, taints, arguments, patches on the node and a name.

    The kubelet runs with all of it, and no secret is in the output.
    """
    bed.ssh("w1", "mkdir /etc/patches")
    for name, content in PATCHES.items():
        bed.ssh("w1", f"cat > /etc/patches/{name}", input=content)
    with (
        bed.kubeadm_token("--usages", "authentication") as tls_token,
        bed.kubeadm_token(lacking="usage-bootstrap-authentication") as discovery_token,
    ):
        registration = {
            "name": "Renamed",
            "taints": [{"key": "rack", "value": "r7", "effect": "PreferNoSchedule"}],
            "kubeletExtraArgs": [{"name": "node-labels", "value": "example.org/rack=r7"}],
        }
        said = configuration(bed, tls_token, nodeRegistration=registration, caCertPath="/etc/kubernetes/pki/ca.crt")
        said["patches"] = {"directory": "/etc/patches"}
        said["discovery"]["bootstrapToken"]["token"] = discovery_token
        file = tmp_path / "join.yaml"
        file.touch(mode=0o600)
        file.write_text(f"---\n{yaml.safe_dump(said)}")
        variables = {"join_configuration": str(file)}
        run = run_join(bed, inventory, "--limit", "w1", "-vvvv", "--diff", variables=variables).expect_success()
    node = node_object(bed, "renamed")
    assert {"key": "rack", "value": "r7", "effect": "PreferNoSchedule"} in node["taints"]
    assert node["labels"]["example.org/rack"] == "r7"
    kubelet = json.loads(bed.kubectl("get", "--raw", "/api/v1/nodes/renamed/proxy/configz").stdout)["kubeletconfig"]
    assert (kubelet["maxPods"], kubelet["containerLogMaxFiles"]) == (52, 7)
    assert "does not have: flavour" in " ".join(run.output.split())
    for token in (tls_token, discovery_token):
        assert token.split(".")[1] not in run.output
    bed.kubectl("delete", "node", "renamed")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        ({"unknown": 1}, "unknown (line "),
        ({"nodeRegistration": {"taints": 3}}, "nodeRegistration.taints (line "),
        ({"caCertPath": "ca.pem"}, "caCertPath: 'ca.pem' is not absolute"),
    ],
)
def test_a_bad_file_is_refused_before_any_host_is_asked(
    bed: E2eBed, inventory: pathlib.Path, worker: str, tmp_path: pathlib.Path, spoil: dict[str, t.Any], sentence: str
) -> None:
    """With path and line; nothing ran on the host."""
    file = tmp_path / "join.yaml"
    file.write_text(yaml.safe_dump(configuration(bed, "abcdef.0123456789abcdef", **spoil)))
    run = run_join(bed, inventory, "--limit", "w1", variables={"join_configuration": str(file)})
    assert run.codes() == {"w1": "invalid_join_configuration"}
    assert sentence in run.output
    assert not any("Inspect and check this host" in task for task in run.executed())


@pytest.fixture
def worker(bed: E2eBed) -> str:
    bed.renew("w1")
    return "w1"


def test_data_with_dry_run_changes_nothing(
    bed: E2eBed, inventory: pathlib.Path, worker: str, tmp_path: pathlib.Path
) -> None:
    """`dryRun: true` in a configuration that the inventory holds, by invitation: as --check, patches in the diff.

    The patches are on the controller.
    """
    (tmp_path / "kubeletconfiguration.yaml").write_text("maxPods: 53\n")
    data = {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "JoinConfiguration", "dryRun": True}
    before = host_fingerprint(bed, "w1"), cluster_fingerprint(bed)
    data["patches"] = {"directory": str(tmp_path)}
    variables = {"join_configuration": data, "join_patches_remote_src": False}
    run = run_join(bed, inventory, "--limit", "w1", "--diff", variables=variables).expect_success()
    assert "+maxPods: 53" in run.output
    assert [entry for entry in run.changed() if "Kubelet start" in entry]
    assert (host_fingerprint(bed, "w1"), cluster_fingerprint(bed)) == before


def test_one_phase_alone_and_then_the_rest(bed: E2eBed, inventory: pathlib.Path, worker: str) -> None:
    """kubelet-start alone does not wait for the node; kubelet-wait-bootstrap alone changes nothing and waits."""
    started = run_join(bed, inventory, "--limit", "w1", variables={"join_only_phases": ["kubelet-start"]})
    assert any("Kubelet start" in entry for entry in started.expect_success().changed())
    waiting = {"join_start_at_phase": "kubelet-wait-bootstrap"}
    waited = run_join(bed, inventory, "--limit", "w1", variables=waiting).expect_success()
    assert not any("Kubelet start" in entry for entry in waited.changed())
    assert "True" in bed.kubectl("get", "node", "w1", "-o", "jsonpath={.status.conditions[?(@.type=='Ready')]}").stdout


def test_an_unknown_phase_is_refused_with_the_known_ones(bed: E2eBed, inventory: pathlib.Path, worker: str) -> None:
    """Before any host is asked."""
    run = run_join(bed, inventory, "--limit", "w1", variables={"join_skip_phases": ["kubelet-stat"]})
    assert run.codes() == {"w1": "unknown_phase"}
    assert "kubelet-wait-bootstrap" in run.output


def test_an_image_is_prepared_and_its_host_left_alone(bed: E2eBed, inventory: pathlib.Path, worker: str) -> None:
    """`join_rootfs`: the files and the certificate are in the image, no service runs, and a second run changes nothing."""
    bed.ssh(
        "w1",
        "mkdir -p /mnt/image && mount -t tmpfs tmpfs /mnt && mkdir -p /mnt/up /mnt/work /mnt/image && "
        "mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/up,workdir=/mnt/work /mnt/image && "
        "systemctl disable --quiet kubelet --root /mnt/image",
    )
    variables = {"join_rootfs": "/mnt/image", "join_node_name": "pictured"}
    run_join(bed, inventory, "--limit", "w1", variables=variables).expect_success()
    made = bed.ssh("w1", "cd /mnt/up && find etc/kubernetes var/lib/kubelet -type f -o -type l | sort").stdout.split()
    assert {"etc/kubernetes/kubelet.conf", "var/lib/kubelet/pki/kubelet-client-current.pem"} <= {*made}
    assert bed.ssh("w1", "test -e /etc/kubernetes/kubelet.conf", check=False).returncode != 0
    assert bed.ssh("w1", "systemctl is-enabled kubelet --root /mnt/image").stdout.strip() == "enabled"
    assert bed.kubectl("get", "node", "pictured", check=False).returncode != 0
    again = run_join(bed, inventory, "--limit", "w1", variables=variables).expect_success()
    assert again.changed() == []
