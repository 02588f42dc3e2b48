# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Strategies for what another machine may send, and an API server that sends it."""

from __future__ import annotations

import contextlib
import copy
import functools
import json
import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api import kubeapi as _kubeapi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import KubeApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import unverified
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import MAX_SENTENCE, JoinError
from hypothesis import strategies as st


class Expected(contextlib.AbstractContextManager[None]):
    """Nothing or a JoinError ends the block, and its sentence and details can be shown to anybody."""

    def __exit__(self, kind: t.Any, error: BaseException | None, trace: t.Any) -> bool:
        if not isinstance(error, JoinError):
            return False
        assert str(error).isprintable()
        assert len(str(error)) <= MAX_SENTENCE + 10
        json.dumps(error.details, allow_nan=True).encode()
        return True


# Anything that JSON can say; half characters are refused where it is read.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS


ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)


def places(value: t.Any, path: tuple[t.Any, ...] = ()) -> t.Iterator[tuple[t.Any, ...]]:
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in pairs:
        yield from places(part, (*path, key))


def altered(valid: t.Any) -> st.SearchStrategy[t.Any]:
    """A valid value with anything in up to three of its places, as an attacker would make it."""

    @st.composite
    def alter(draw: t.Any) -> t.Any:
        value = copy.deepcopy(valid)
        for _change in range(draw(st.integers(1, 3))):
            path = draw(st.sampled_from(list(places(value))))
            if not path:
                return draw(ANYTHING)
            parent = functools.reduce(lambda part, key: part[key], path[:-1], value)
            parent[path[-1]] = draw(ANYTHING)
        return value

    return alter()


class PreparedApi(KubeApi):
    """An API server with prepared answers, without a connection."""

    def __init__(self, value: t.Any, created: t.Any = None) -> None:
        super().__init__("https://api.invalid:6443", unverified())
        self.value, self.created = value, created

    def _ask(self, method: str, path: str, **options: t.Any) -> dict[str, t.Any]:
        value = self.created if method == "POST" else self.value
        return self._parse(json.dumps(value).encode(), path)

    def watch(
        self, path: str, timeout: float, *, name: str = "", version: str = ""
    ) -> t.Iterator[tuple[str, dict[str, t.Any]]]:
        yield "MODIFIED", _kubeapi.mapping_at(self.value)


@st.composite
def broken(draw: t.Any, whole: bytes) -> bytes:
    """A structure with bytes changed, cut out or put in."""
    content = bytearray(whole)
    for _change in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(content) - 1, 0)))
        content[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(content)
