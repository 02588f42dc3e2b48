# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""New keys for the certificates of a control plane."""

from __future__ import annotations

import concurrent.futures
import typing as t

try:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
except ImportError:
    pass  # the adapter reports what is missing

if t.TYPE_CHECKING:
    from .._credentials.pki import PrivateKey

__all__ = ("NewKeys", "generate_key")


def generate_key(algorithm: str) -> PrivateKey:
    """A key with one of the algorithms of ClusterConfiguration, such as ``RSA-2048`` or ``ECDSA-P256``."""
    kind, _dash, size = algorithm.partition("-")
    if kind == "RSA":
        return rsa.generate_private_key(public_exponent=65537, key_size=int(size))
    return ec.generate_private_key(ec.SECP384R1() if size == "P384" else ec.SECP256R1())


class NewKeys:
    """The keys that a change needs. They are generated side by side when the first one is taken.

    An RSA key takes 50 to 300 ms of a processor, a control plane needs ten, and the library does not hold Python's lock meanwhile.
    """

    def __init__(self) -> None:
        self._expected = 0
        self._keys: t.Iterator[PrivateKey] = iter(())

    def expect(self) -> None:
        """Count one more key that will be taken."""
        self._expected += 1

    def take(self, algorithm: str) -> PrivateKey:
        """A key that nobody else gets. All expected ones have the same algorithm."""
        if self._expected:
            executor = concurrent.futures.ThreadPoolExecutor()
            self._keys = executor.map(generate_key, [algorithm] * self._expected)
            self._expected = 0
            executor.shutdown(wait=False)
        return next(self._keys)
