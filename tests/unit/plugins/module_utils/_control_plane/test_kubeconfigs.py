# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kubeconfigs of a control plane: written as kubeadm does, and judged."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import (
    parse_cluster_configuration,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.certificates import (
    LeafProfile,
    unfit_because,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.kubeconfigs import (
    KubeconfigCheck,
    check_kubeconfig,
    cluster_server,
    plan_kubeconfigs,
    render_kubeconfig,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import FileState
from ansible_collections.kubejoin.kubeadm.tests.unit.support import control_plane_goldens as goldens
from ansible_collections.kubejoin.kubeadm.tests.unit.support.leaf_certificates import (
    AUTHORITIES,
    MINIMAL,
    NODE,
    NOW,
    VERSIONS,
    Authority,
    authority_of,
    describe_kubeconfig,
    issue,
    pem_of,
)


@pytest.mark.parametrize(("name", "minor"), goldens.answers("certificates"))
def test_writes_the_kubeconfigs_that_kubeadm_writes(name: str, minor: str) -> None:
    """Byte for byte but for what is in base64, and that field by field."""
    seen = goldens.values("certificates", name, minor)
    cluster = parse_cluster_configuration(
        seen["cluster_configuration"].replace("VERSION", VERSIONS[minor]["kubernetes"])
    )
    authority = authority_of(name, cluster)
    made = {}
    for wanted in plan_kubeconfigs(cluster, goldens.node(goldens.load("certificates", name))):
        certificate, key = issue(wanted.profile, cluster, authority)
        text = render_kubeconfig(
            wanted, cluster, certificate_authority=pem_of(authority), certificate=certificate, key=key
        )
        made[f"kubeconfigs/{wanted.profile.name}.conf"] = describe_kubeconfig(
            text, pem_of(authority).encode(), NOW.timestamp()
        )
    assert made == {key: value for key, value in seen.items() if key.startswith("kubeconfigs/")}


CLUSTER = parse_cluster_configuration(MINIMAL + "encryptionAlgorithm: ECDSA-P256\ncontrolPlaneEndpoint: cp:6443\n")


AUTHORITY = AUTHORITIES["ECDSA-P256"]


def judge(
    profile: LeafProfile, certificate: str, key: str, authority: Authority = AUTHORITY, **late: int
) -> str | None:
    now = NOW + datetime.timedelta(**late)
    return unfit_because(profile, certificate, key.encode(), authority.certificate, now=now)


def test_the_administrator_uses_the_endpoint() -> None:
    """Or the node's own API server, if the cluster has no endpoint."""
    assert cluster_server(CLUSTER, NODE) == "https://cp:6443"
    assert cluster_server(dataclasses.replace(CLUSTER, control_plane_endpoint=None), NODE) == "https://192.0.2.2:6443"


def test_says_why_a_kubeconfig_cannot_stay() -> None:
    """Another user, another CA, another server, or what is no kubeconfig at all. A right client certificate can stay in any case."""
    admin, _manager, scheduler = plan_kubeconfigs(CLUSTER, NODE)

    def text(
        wanted: t.Any,
        authority: Authority = AUTHORITY,
        server: str = "",
        trusted: str = "",
        certificate: str | None = None,
    ) -> str:
        issued, key = issue(wanted.profile, CLUSTER, authority)
        wanted = dataclasses.replace(wanted, server=server or wanted.server)
        return render_kubeconfig(
            wanted,
            CLUSTER,
            certificate_authority=trusted or pem_of(AUTHORITY),
            certificate=issued if certificate is None else certificate,
            key=key,
        )

    def judged(wanted: t.Any, text: str, **late: int) -> KubeconfigCheck:
        found = FileState(text.encode(), 0o600, 0.0)
        return check_kubeconfig(wanted, found, AUTHORITY.certificate, now=NOW + datetime.timedelta(**late))

    other = AUTHORITIES["RSA-2048"]
    stays = {
        None: (admin, text(admin)),
        "trusts the CA of another cluster": (admin, text(admin, trusted=pem_of(other))),
        "contains no CA of the cluster": (admin, text(admin, trusted="none")),
        "names https://cp:6443, not https://192.0.2.2:6443": (scheduler, text(scheduler, server="https://cp:6443")),
    }
    for problem, (wanted, content) in stays.items():
        judgement = judged(wanted, content)
        assert judgement.problem == problem
        assert judgement.identity is not None
        certificate, key = judgement.identity
        assert judge(wanted.profile, certificate, key) is None
        assert "PRIVATE KEY" not in repr(judgement)
    goes = {
        "cannot be read as a kubeconfig of a cluster and a user": judged(admin, "- nothing\n"),
        "has a client certificate that is missing": judged(admin, text(admin, certificate="")),
        "has a client certificate that was not signed by ca.crt": judged(admin, text(admin, other)),
        "has a client certificate that expired at 2027-11-24T12:00:00Z": judged(scheduler, text(scheduler), days=400),
        "has a client certificate that names kubernetes-admin, not system:kube-scheduler": judged(
            scheduler, text(admin)
        ),
    }
    assert [judgement.problem for judgement in goes.values()] == list(goes)
    assert [judgement.identity for judgement in goes.values()] == [None] * len(goes)
