# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a ClusterConfiguration may not contain for a control plane, and that nothing else fails later."""

from __future__ import annotations

import json

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import parse_cluster_configuration
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.certificates import (
    issue_certificate,
    plan_profiles,
    unfit_because,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.kubeconfigs import (
    check_kubeconfig,
    plan_kubeconfigs,
    render_kubeconfig,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.shared_certificates import (
    plan_shared_files,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.validation import validate_cluster
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import FileState
from ansible_collections.kubejoin.kubeadm.tests.unit.support import control_plane_goldens as goldens
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority, new_key, pem_of_key
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.leaf_certificates import MINIMAL, NODE, NOW, VERSIONS
from hypothesis import given, settings
from hypothesis import strategies as st

AUTHORITY = Authority.make("kubernetes")
KEY = new_key()


def refusal(**fields: object) -> JoinError:
    with pytest.raises(JoinError) as caught:
        validate_cluster(parse_cluster_configuration(configuration(**fields)))
    return caught.value


def file_of(text: str) -> FileState:
    host = TestHost()
    host.store("/file", text.encode("utf-8"), 0o600)
    return host.files["/file"]


def configuration(**fields: object) -> str:
    return f"{MINIMAL}{''.join(f'{name}: {json.dumps(value)}' + chr(10) for name, value in fields.items())}"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"networking": {"serviceSubnet": "10.96.0.0/16, fd00:10::/112"}}, "networking.serviceSubnet"),
        ({"networking": {"serviceSubnet": "10.96.0.0/16,"}}, "networking.serviceSubnet"),
        ({"networking": {"serviceSubnet": "10.96.0.1/32"}}, "networking.serviceSubnet"),
        ({"networking": {"serviceSubnet": "10.96.0.0"}}, "networking.serviceSubnet"),
        ({"networking": {"dnsDomain": "größe.example.com"}}, "networking.dnsDomain"),
        ({"encryptionAlgorithm": "RSA-1024"}, "encryptionAlgorithm"),
        ({"certificateValidityPeriod": "-1h"}, "certificateValidityPeriod"),
        ({"certificateValidityPeriod": "0s"}, "certificateValidityPeriod"),
    ],
)
def test_what_kubeadm_cannot_use_is_refused_by_its_field(fields: dict[str, object], field: str) -> None:
    """Certificates that have expired when they are issued are also refused; kubeadm writes them."""
    error = refusal(**fields)
    assert (error.code, error.details["field"]) == ("invalid_cluster_configuration", field)
    assert field in str(error)


@pytest.mark.parametrize(("name", "minor"), goldens.refusals("certificates"))
def test_refuses_what_kubeadm_refuses(name: str, minor: str) -> None:
    """Before anything is written; kubeadm finds some of it in a later phase."""
    text = goldens.values("certificates", name, minor)["cluster_configuration"]
    with pytest.raises(JoinError) as caught:
        validate_cluster(parse_cluster_configuration(text.replace("VERSION", VERSIONS[minor]["kubernetes"])))
    assert caught.value.code == "invalid_cluster_configuration"


@pytest.mark.parametrize(("name", "minor"), goldens.answers("certificates"))
def test_accepts_what_kubeadm_accepts(name: str, minor: str) -> None:
    """The clusters of all goldens."""
    text = goldens.values("certificates", name, minor)["cluster_configuration"]
    validate_cluster(parse_cluster_configuration(text.replace("VERSION", VERSIONS[minor]["kubernetes"])))


def test_a_rootless_control_plane_is_refused() -> None:
    """Its pods would run as root in silence. A gate that is off is as good as none."""
    assert refusal(featureGates={"RootlessControlPlane": True}).code == "feature_gate_unsupported"
    validate_cluster(parse_cluster_configuration(configuration(featureGates={"RootlessControlPlane": False})))


def external(path: str) -> dict[str, object]:
    return {
        "external": {"endpoints": ["https://e:2379"], "caFile": path, "certFile": "/opt/e.crt", "keyFile": "/opt/e.key"}
    }


@pytest.mark.parametrize(
    "folder",
    [
        "/etc/kubernetes/pki",
        "/etc/kubernetes/ssl",
        "/etc/kubernetes/pki/",
        "/etc//kubernetes/./pki",
        "/etc/ssl/etcd/ssl",
        "/etc/etcd/pki",
        "/etc/pki/etcd",
        "/opt/pki",
        "/srv/kubernetes",
        "/data/pki",
        "/var/lib/minikube/certs",
        "/var/lib/etcd/pki",
    ],
)
def test_certificates_may_be_in_the_folders_that_are_in_use(folder: str) -> None:
    """Those of kubeadm, kubespray, minikube and administrators."""
    validate_cluster(parse_cluster_configuration(configuration(certificatesDir=folder)))
    validate_cluster(parse_cluster_configuration(configuration(etcd=external(f"{folder}/ca.pem"))))


@pytest.mark.parametrize(
    "folder",
    [
        "/",
        "//",
        "/etc",
        "/etc/cron.d",
        "/etc//cron.d/",
        "/opt/../etc/cron.d",
        "/etc/kubernetes/../cron.d",
        "/etc/kubernetes/manifests",
        "/etc/kubernetes-pki",
        "/etc/ssl/certs",
        "/etc/pki/ca-trust/source/anchors",
        "/etc/systemd/system",
        "/etc/sudoers.d",
        "/usr/local/share/ca-certificates",
        "/usr/bin",
        "/bin",
        "/lib/systemd/system",
        "/root/.ssh",
        "/home/admin/.ssh",
        "/var/spool/cron/crontabs",
        "/var/lib/kubelet/pki",
        "/var/lib/dpkg/info",
        "/proc/1/root/etc/cron.d",
        "/dev",
        "/run/systemd/system",
        "/tmp/pki",
        "pki",
        "../etc",
    ],
)
def test_certificates_stay_out_of_folders_of_the_system(folder: str) -> None:
    """However the path is written, and in each field that has one. The upload on a control plane refuses it as well."""
    for fields in ({"certificatesDir": folder}, {"etcd": external(f"{folder}/x")}):
        error = refusal(**fields)
        assert error.code == "invalid_cluster_configuration"
        assert str(error.details["field"]) in ("certificatesDir", "etcd.external.caFile")
        with pytest.raises(JoinError):
            plan_shared_files(parse_cluster_configuration(configuration(**fields)))


@pytest.mark.parametrize("path", ["/etc/kubernetes/admin.conf", "/etc/kubernetes//kubelet.conf", "/etc/kubernetes/x"])
def test_no_file_of_etcd_takes_the_place_of_a_kubeconfig(path: str) -> None:
    """These are directly in /etc/kubernetes."""
    assert refusal(etcd=external(path)).details["field"] == "etcd.external.caFile"


_HOSTS = st.sampled_from(
    ["cp", "Cp.example.com", "größe", "192.168.001.010", "::ffff:10.0.0.9", "fd00::1%eth0", "a b", "*.x", ""]
)
_CONFIGURATIONS = st.fixed_dictionaries(
    {},
    optional={
        "clusterName": st.sampled_from(["größe", "a: b", "", "\u2028", "名前", "a" * 300]) | st.text(max_size=5),
        "controlPlaneEndpoint": _HOSTS | st.text("ab1.:[]%", max_size=8),
        "networking": st.fixed_dictionaries(
            {},
            optional={
                "dnsDomain": _HOSTS | st.text(max_size=5),
                "serviceSubnet": st.sampled_from(["fd00::/108", "10.0.0.0/31", "::ffff:10.0.0.0/104"])
                | st.text("10./:, ", max_size=9),
            },
        ),
        "apiServer": st.fixed_dictionaries(
            {"certSANs": st.lists(_HOSTS | st.text("a1.:%*-é", max_size=9), max_size=3)}
        ),
        "etcd": st.fixed_dictionaries(
            {
                "local": st.fixed_dictionaries(
                    {"serverCertSANs": st.lists(_HOSTS, max_size=2), "peerCertSANs": st.lists(_HOSTS, max_size=2)}
                )
            }
        ),
        "certificateValidityPeriod": st.sampled_from(["-1h", "0s", "1ns", "1s", "8760h", "2562047h47m16s"]),
        "certificatesDir": st.text("/etcopvar.", max_size=12),
    },
)


@settings(deadline=None, max_examples=150)
@given(_CONFIGURATIONS)
def test_what_is_valid_can_be_written_and_settles(fields: dict[str, object]) -> None:
    """Each value is refused before anything is written, or all certificates and kubeconfigs are issued, and found correct afterwards."""
    try:
        cluster = parse_cluster_configuration(configuration(**fields))
        validate_cluster(cluster)
    except JoinError:
        return
    key = pem_of_key(KEY)
    for profile in plan_profiles(cluster, NODE):
        pem = issue_certificate(
            profile, KEY, AUTHORITY.certificate, AUTHORITY.key, serial=1, now=NOW, validity=cluster.certificate_validity
        )
        soon = cluster.certificate_validity.total_seconds() <= 1
        assert soon or unfit_because(profile, pem, key.encode(), AUTHORITY.certificate, now=NOW) is None
    for wanted in plan_kubeconfigs(cluster, NODE):
        pem = issue_certificate(
            wanted.profile,
            KEY,
            AUTHORITY.certificate,
            AUTHORITY.key,
            serial=1,
            now=NOW,
            validity=cluster.certificate_validity,
        )
        text = render_kubeconfig(wanted, cluster, certificate_authority=AUTHORITY.pem, certificate=pem, key=key)
        checked = check_kubeconfig(wanted, file_of(text), AUTHORITY.certificate, now=NOW)
        assert soon or checked.problem is None
