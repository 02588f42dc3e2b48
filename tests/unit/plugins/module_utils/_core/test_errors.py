# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors: their code and class, that their text and details can be displayed and sent, and which are transient."""

from __future__ import annotations

import copy
import json
import pickle
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api import kubeapi, lease
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane import shared_certificates
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import (
    CODES,
    MAX_SENTENCE,
    TRANSIENT_CODES,
    JoinError,
    NamedError,
    guide_url,
    printable,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._etcd import client
from hypothesis import given
from hypothesis import strategies as st

MODULES = (kubeapi, lease, client, shared_certificates)
CLASSES = sorted(
    {found for module in MODULES for found in vars(module).values() if isinstance(found, type)},
    key=lambda c: c.__name__,
)
NAMED = [found for found in CLASSES if issubclass(found, NamedError) and found is not NamedError]


def make(kind: type[NamedError]) -> NamedError:
    return kind("A sentence.", status=418, reason="a reason", seen=1)


def test_an_unknown_code_is_a_mistake_of_the_programmer() -> None:
    """It never reaches a user."""
    with pytest.raises(ValueError, match="no_such_code is not an error code"):
        JoinError("no_such_code", "A sentence.")


def test_codes_are_names() -> None:
    """Playbooks compare with them."""
    assert all(code.replace("_", "a").isalpha() and code.islower() for code in CODES)


@given(st.text(max_size=200), st.integers(3, 100))
def test_printable_text_is_one_line_of_a_bounded_length(text: str, most: int) -> None:
    """Beginning and end are kept, and text that is fine already stays as it is."""
    found = printable(text, most)
    assert found.isprintable()
    assert len(found) <= most + 3
    if text.isprintable() and len(text) <= most:
        assert found == text
    assert printable(found, most + 3) == found


def test_what_a_terminal_would_obey_is_taken_out() -> None:
    """Colours, titles, new lines and text from right to left."""
    error = JoinError("api_refused", "a\x1b[31mb\nc\u202ed", server="\x1b]0;title\x07")
    assert str(error) == "a b c d"
    assert error.details == {"server": " ]0;title "}


def test_a_long_text_is_cut_in_the_middle() -> None:
    """The sentence's own words stand at its ends."""
    text = str(JoinError("api_refused", "Cannot read: " + "x" * 10 * MAX_SENTENCE + "; the next step."))
    assert text.startswith("Cannot read: ") and text.endswith("; the next step.")
    assert len(text) <= MAX_SENTENCE + 3


def test_details_are_bounded() -> None:
    """In depth and in breadth, also where they contain themselves."""
    circle: list[object] = []
    circle.append(circle)
    error = JoinError("api_refused", "x", deep=circle, wide=list(range(100_000)), long="y" * 100_000)
    assert len(json.dumps(error.details)) < 30_000


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text() | st.integers(), inner),
        max_leaves=20,
    )
)
def test_any_detail_can_be_written_as_json(value: object) -> None:
    """Modules return it."""
    json.dumps(JoinError("api_refused", "x", value=value).details)


def test_an_error_survives_being_copied_and_sent() -> None:
    """With code, details and phase, as workers of a pool do."""
    error = JoinError("token_missing", "A sentence.", field="x", names=("a", "b"))
    error.phase = "preflight"
    for other in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (str(other), other.outline()) == (str(error), error.outline())


def test_the_outline_names_the_phase_where_there_is_one() -> None:
    """And is the same for every error otherwise."""
    error = JoinError("token_missing", "A sentence.", field="x")
    same = {"code": "token_missing", "details": {"field": "x"}, "see": guide_url("token_missing")}
    assert error.outline() == same
    error.phase = "preflight"
    assert error.outline() == {**same, "phase": "preflight"}


@pytest.mark.parametrize("kind", NAMED)
def test_a_class_has_a_code_and_survives_copies(kind: type[NamedError]) -> None:
    error = make(kind)
    error.phase = "kubelet-start"
    copy = pickle.loads(pickle.dumps(error))
    assert error.code == kind.CODE and error.code in CODES
    assert (type(copy), str(copy), copy.outline()) == (kind, str(error), error.outline())


@pytest.mark.parametrize("kind", NAMED)
def test_a_reworded_error_is_the_same_error(kind: type[NamedError]) -> None:
    """A next step can be added, and callers still catch the error."""
    reworded = make(kind).reworded("Another sentence.", more=2)
    assert type(reworded) is kind and reworded.code == kind.CODE and str(reworded) == "Another sentence."
    assert reworded.details == {"status": 418, "reason": "a reason", "seen": 1, "more": 2}


@pytest.mark.parametrize("code", sorted(CODES))
def test_the_code_alone_decides_where_there_is_no_class(code: str) -> None:
    assert JoinError(code, "A sentence.").transient == (code in TRANSIENT_CODES)


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (kubeapi.ApiUnreachableError("x"), True),
        *((kubeapi.refusal_class(status)("x", status=status), False) for status in (400, 401, 403, 404, 409, 410, 422)),
        *((kubeapi.refusal_class(status)("x", status=status), True) for status in (429, 500, 502, 503, 504)),
        (client.EtcdUnreachableError("x"), True),
        (client.EtcdUnhealthyError("x"), True),
        (client.EtcdUnavailableError("x", reason="anything"), True),
        (client.EtcdRefusalError("x", reason="etcdserver: too many learner members in cluster"), True),
        (client.EtcdRefusalError("x", reason="etcdserver: permission denied"), False),
        (lease.LockLostError("x"), False),
        (shared_certificates.SharedCertificatesMissingError("x"), False),
    ],
    ids=lambda value: f"{type(value).__name__}" if isinstance(value, JoinError) else str(value),
)
def test_transient_errors(error: JoinError, transient: bool) -> None:
    assert error.transient is transient


@pytest.mark.parametrize(("reported", "seconds"), [(None, 0.0), (7, 7.0), (0.5, 0.5), (-1, 0.0), ("soon", 0.0)])
def test_a_server_may_say_when_to_ask_again(reported: t.Any, seconds: float) -> None:
    assert kubeapi.ApiError("x", status=429, retry_after=reported).retry_after == seconds


@pytest.mark.parametrize(
    "secret",
    [
        "abcdef.0123456789abcdef",
        "ABCDEF.0123456789ABCDEF",
        "0a" * 32,
        "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMHcCAQEE",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "'{}' is wrong", "--token={}&x", "https://u:{}@host/", "a {}\n{}", "\x1b[1;31m{}\x1b[0m"]
)
def test_an_error_has_no_secret(secret: str, around: str) -> None:
    """Whatever it repeats, in its sentence, its details and their names."""
    text = around.format(secret, secret)
    error = JoinError("token_missing", f"Cannot use {text}", value=text, nested={text: [text]})
    for found in (str(error), repr(error), json.dumps(error.outline()), str(error.reworded(text))):
        assert "(not displayed)" in found
        assert not {part for part in ("0123456789abcdef", "0123456789ABCDEF", "0a" * 32, "MHcCAQEE") if part in found}


@pytest.mark.parametrize(
    "text", [f"sha256:{'0a' * 32}", "worker.example.org", "10.0.0.1:6443", "-----BEGIN CERTIFICATE-----"]
)
def test_an_error_has_what_is_public(text: str) -> None:
    assert text in str(JoinError("token_missing", f"Cannot use {text}."))
