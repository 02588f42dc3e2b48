# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""New keys: their kinds, that none comes twice, and that they are generated side by side."""

from __future__ import annotations

import threading
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane import keys
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.certificates import ALGORITHMS
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.keys import NewKeys, generate_key
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import public_bytes_of
from cryptography.hazmat.primitives.asymmetric import ec, rsa

if t.TYPE_CHECKING:
    from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import PrivateKey

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


def test_expected_keys_are_all_different_and_no_more_than_expected() -> None:
    """Also those that are expected after some have been taken."""
    supply = NewKeys()
    taken = []
    for count in (3, 2):
        for _number in range(count):
            supply.expect()
        taken += [supply.take("ECDSA-P384") for _number in range(count)]
        with pytest.raises(StopIteration):
            supply.take("ECDSA-P384")
    assert {key.curve.name for key in taken if isinstance(key, ec.EllipticCurvePrivateKey)} == {"secp384r1"}
    assert len({public_bytes_of(key.public_key()) for key in taken}) == 5


def test_expected_keys_are_generated_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """None is finished before another one has been begun."""
    both = threading.Barrier(2, timeout=30)

    def generate(algorithm: str) -> PrivateKey:
        both.wait()
        return generate_key(algorithm)

    monkeypatch.setattr(keys, "generate_key", generate)
    supply = NewKeys()
    supply.expect()
    supply.expect()
    assert supply.take("ECDSA-P256") is not supply.take("ECDSA-P256")
