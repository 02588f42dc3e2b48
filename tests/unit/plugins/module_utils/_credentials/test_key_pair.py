# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""New keys and serial numbers."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.certificates import ALGORITHMS
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.key_pair import (
    generate_key,
    generate_serial,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import public_bytes_of
from cryptography.hazmat.primitives.asymmetric import ec, rsa

KINDS = {
    "RSA-2048": "rsa of 2048",
    "RSA-3072": "rsa of 3072",
    "RSA-4096": "rsa of 4096",
    "ECDSA-P256": "secp256r1",
    "ECDSA-P384": "secp384r1",
}


def test_every_algorithm_has_a_kind() -> None:
    """A new one needs a row of this table."""
    assert tuple(KINDS) == ALGORITHMS


@pytest.mark.parametrize("algorithm", KINDS)
def test_a_key_is_of_the_kind_that_was_asked_for(algorithm: str) -> None:
    """By the library that reads it."""
    key = generate_key(algorithm)
    if isinstance(key, rsa.RSAPrivateKey):
        assert KINDS[algorithm] == f"rsa of {key.key_size}"
        assert key.public_key().public_numbers().e == 65537
    else:
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        assert KINDS[algorithm] == key.curve.name


def test_no_key_comes_twice() -> None:
    """Each is drawn anew."""
    keys = [public_bytes_of(generate_key("ECDSA-P256").public_key()) for _number in range(3)]
    assert len(set(keys)) == 3


def test_serial_numbers_are_positive_and_have_63_bits() -> None:
    """A certificate with another one is malformed for Go."""
    found = {generate_serial() for _number in range(500)}
    assert all(0 < serial < 2**63 for serial in found)
    assert len(found) == 500
    assert max(found) > 2**60
