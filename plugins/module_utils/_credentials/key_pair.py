# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""New private keys for the certificates of a control plane, with the algorithm of its cluster."""

from __future__ import annotations

import secrets
import typing as t

try:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
except ImportError:
    pass  # the adapter reports what is missing

if t.TYPE_CHECKING:
    from .pki import PrivateKey

__all__ = ("generate_key", "generate_serial")


def generate_key(algorithm: str) -> PrivateKey:
    """A key with one of the algorithms of ClusterConfiguration, such as ``RSA-2048`` or ``ECDSA-P256``."""
    kind, _dash, size = algorithm.partition("-")
    if kind == "RSA":
        return rsa.generate_private_key(public_exponent=65537, key_size=int(size))
    return ec.generate_private_key(ec.SECP384R1() if size == "P384" else ec.SECP256R1())


def generate_serial() -> int:
    """A random serial number from 1 to 2^63-1, as in kubeadm."""
    return secrets.randbelow(2**63 - 1) + 1
