# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Discovery files against what real kubeadm binaries made of them (tests/differential/regenerate_discovery.py)."""

from __future__ import annotations

import base64
import json
import pathlib
import sys
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.cluster_discovery import discover
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import (
    CLUSTER_CONFIGURATION,
    KUBELET_CONFIGURATION,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.cluster_info import cluster_info, kubeconfig
from ansible_collections.kubejoin.kubeadm.tests.unit.support.discovery_file import options
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, run_program
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import DIFFERENTIAL

sys.path.insert(0, str(DIFFERENTIAL))
from discovery_files import FILES, render_file

GOLDENS = json.loads((DIFFERENTIAL / "goldens/discovery.json").read_text(encoding="utf-8"))
GOOD = Authority.make()
OTHER = Authority.make()

#: Where the answer differs on purpose; docs/docsite/rst/guide_trust.rst says so, too.
DIFFERENT = {
    "ca_beside_file": "paths are relative to the kubeconfig, as kubectl takes them; for kubeadm to its working directory",
    "no_user_and_tls_token": "a context that names no user is one without credentials",
    "tls_server_name": "kubelet.conf would lose it",
    "unauthorized": "a server that refuses has proven its identity, whether by 401 or by 403",
}


def encoded(authority: Authority) -> str:
    return base64.b64encode(authority.pem.encode()).decode()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("minor", GOLDENS)
def test_both_accept_or_both_refuse_and_end_with_the_same_server_and_ca(
    minor: str, name: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or there is a reason why not."""
    for variable in ("HTTPS_PROXY", "https_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(variable, raising=False)
    case, golden = FILES[name], GOLDENS[minor][name]
    how = case.get("cluster_info")

    def answer(_method: str, path: str) -> tuple[int, t.Any]:
        if not path.endswith("cluster-info"):
            return 200, {"data": {"ClusterConfiguration": CLUSTER_CONFIGURATION, "kubelet": KUBELET_CONFIGURATION}}
        if isinstance(how, int):
            return how, {"kind": "Status", "code": how}
        return 200, cluster_info(kubeconfig(GOOD.pem, how or server.url))

    (tmp_path / "ca.crt").write_text(GOOD.pem)
    with FakeServer(answer, GOOD) as server:
        values = {"ca": encoded(GOOD), "other_ca": encoded(OTHER), "ca_file": str(tmp_path / "ca.crt")}
        (tmp_path / "d.conf").write_text(render_file(case, server=server.url, **values), encoding="utf-8")
        token = "abcdef.0123456789abcdef" if case.get("tls_token") else None
        seen: dict[str, t.Any] = {"accepted": False}
        try:
            file = str(tmp_path / "d.conf")
            cluster = discover(options(discovery_file=file, tls_bootstrap_token=token), TestClock(), run_program)[
                "cluster"
            ]
            where = "file" if cluster["server"] == server.url else cluster["server"]
            pems = {"ca": GOOD.pem, "other_ca": OTHER.pem}
            authority = next(name for name, pem in pems.items() if pem in cluster["certificate_authority"])
            seen = {"accepted": True, "server": where, "ca": authority}
        except JoinError:
            pass
    expected = {key: golden[key] for key in ("accepted", "server", "ca") if key in golden}
    assert (seen != expected) == (name in DIFFERENT)
