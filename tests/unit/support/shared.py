# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The certificates that control planes share."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import parse_cluster_configuration
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.shared_certificates import (
    SharedFile,
    plan_shared_files,
    verify_shared_files,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority, new_key, pem_of_key
from cryptography.hazmat.primitives import serialization

# The CAs in the goldens live ten years from when they were made.
NOW = datetime.datetime(2027, 1, 1, tzinfo=datetime.timezone.utc)


MINIMAL = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.37.2\n"


STACKED = plan_shared_files(parse_cluster_configuration(MINIMAL))


@dataclasses.dataclass
class Shared:
    """What the control planes of a made-up cluster share."""

    contents: dict[str, bytes]

    @classmethod
    def make(cls, files: t.Sequence[SharedFile] = STACKED) -> Shared:
        contents = {}
        for name in ("ca", "front-proxy-ca", "etcd-ca", "external-etcd-ca"):
            authority = Authority.make(name)
            contents.update({f"{name}.crt": authority.pem.encode(), f"{name}.key": pem_of_key(authority.key).encode()})
        certificate, client_key = authority.issue("client")
        contents.update(
            {"external-etcd.crt": certificate.encode(), "external-etcd.key": pem_of_key(client_key).encode()}
        )
        key = new_key()
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        contents.update({"sa.key": pem_of_key(key).encode(), "sa.pub": public})
        return cls({file.entry: contents[file.entry] for file in files})

    def problems(self, files: t.Sequence[SharedFile] = STACKED, now: datetime.datetime = NOW) -> list[str]:
        """What the refusal names, which has to be there."""
        with pytest.raises(JoinError) as caught:
            verify_shared_files(self.contents, files, now=now, source="the inventory")
        assert caught.value.code == "shared_certificates_unusable"
        assert all(problem in str(caught.value) for problem in caught.value.details["problems"])
        return list(caught.value.details["problems"])
