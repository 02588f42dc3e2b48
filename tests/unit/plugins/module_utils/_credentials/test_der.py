# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pins and names of certificates without the library: the same as with it."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.der import names_of, pins_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

RSA, ECDSA = Authority.make(kind="rsa"), Authority.make()


def der_of(pem: str) -> bytes:
    return x509.load_pem_x509_certificate(pem.encode()).public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize("authority", [RSA, ECDSA], ids=["rsa", "ecdsa"])
def test_the_pin_is_that_of_the_library(authority: Authority) -> None:
    """Alone and in a bundle, with text around it."""
    assert pins_of(authority.pem) == (pin_of(authority.certificate),)
    assert pins_of(f"# ours\n{RSA.pem}\n{ECDSA.pem}") == (pin_of(RSA.certificate), pin_of(ECDSA.certificate))


def test_names_are_those_of_the_library() -> None:
    """DNS names and addresses of both kinds."""
    pem, _key = ECDSA.issue("api", names=["api", "*.example.org"], addresses=["192.0.2.1", "2001:db8::1"])
    found = x509.load_pem_x509_certificate(pem.encode()).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert sorted(names_of(der_of(pem))) == sorted(str(name.value) for name in found.value)


def test_a_certificate_without_names_has_none() -> None:
    """Nor has what is none."""
    pem, _key = ECDSA.issue("api")
    assert names_of(der_of(pem)) == ()
    assert (names_of(b""), pins_of(""), pins_of("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")) == (
        (),
        (),
        (),
    )


PEM, _KEY = ECDSA.issue("api", names=["api.example.org"], addresses=["192.0.2.1"])


@given(at=st.integers(0, len(der_of(PEM)) - 1), byte=st.integers(0, 255), cut=st.integers(0, 800))
def test_a_broken_certificate_breaks_nothing(at: int, byte: int, cut: int) -> None:
    """Any byte changed, any end cut off."""
    der = bytearray(der_of(PEM))
    der[at] = byte
    assert all(isinstance(name, str) for name in names_of(bytes(der[:cut])))


@given(st.binary(max_size=80))
def test_any_bytes_break_nothing(data: bytes) -> None:
    """They have no names."""
    assert isinstance(names_of(data), tuple)
