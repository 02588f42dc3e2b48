# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""kubelet.conf."""

from __future__ import annotations

import base64

import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeconfig import (
    parse_kubeconfig_cluster,
    parse_kubeconfig_user,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.kubeconfig import render_kubelet_kubeconfig

PEM = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n"
TEXT = render_kubelet_kubeconfig(server="https://[::1]:6443", certificate_authority=PEM, client_pem="/var/lib/x.pem")


def test_it_is_the_kubelets_own() -> None:
    """With its names, its namespace, and the keys in its order."""
    value = yaml.safe_load(TEXT)
    assert list(value) == ["apiVersion", "clusters", "contexts", "current-context", "kind", "users"]
    assert value["current-context"] == "default-context"
    context = {"cluster": "default-cluster", "namespace": "default", "user": "default-auth"}
    assert value["contexts"] == [{"context": context, "name": "default-context"}]
    assert base64.b64decode(value["clusters"][0]["cluster"]["certificate-authority-data"]).decode() == PEM


def test_certificate_and_key_are_one_file() -> None:
    """By its path, so that a rotation is followed; no secret is in it."""
    user = parse_kubeconfig_user(TEXT, what="it")
    assert (user.client_certificate, user.client_key) == ("/var/lib/x.pem", "/var/lib/x.pem")
    assert not user.client_certificate_data and not user.client_key_data and not user.token


def test_it_is_read_back() -> None:
    """An IPv6 address in a URL needs quotes in YAML."""
    cluster = parse_kubeconfig_cluster(TEXT, what="it")
    assert (cluster.server, cluster.certificate_authority_data) == ("https://[::1]:6443", PEM)
