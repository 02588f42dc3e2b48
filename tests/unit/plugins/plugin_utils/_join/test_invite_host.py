# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which host creates an invitation: by answers alone, in any order of the candidates."""

from __future__ import annotations

import itertools
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.invite_configuration import (
    find_known,
    read_invitation,
)
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.invite_host import (
    choose_inviter,
    refuse_failed_invitation,
)

CLUSTER = {"server": "https://api:6443"}


def failed(code: str = "control_plane_pending", msg: str = "It has not joined", **details: t.Any) -> dict[str, t.Any]:
    return {"msg": msg, "error": {"code": code, "details": details}}


def settings(*control_planes: str, **variables: t.Any) -> dict[str, t.Any]:
    return read_invitation(variables, control_planes)


def refusal(chosen: dict[str, t.Any], *answers: dict[str, t.Any], groups: t.Iterable[str] = ()) -> JoinError:
    with pytest.raises(JoinError) as caught:
        choose_inviter(chosen, answers, groups)
    return caught.value


def test_the_first_that_has_joined_invites() -> None:
    """The notes say why others do not, and a kubeconfig of a host that has not joined is not enough."""
    able = {"cluster": CLUSTER, "notes": ["n"], "ready_nodes": ["c"]}
    found = choose_inviter(settings("b", "a", "c"), [failed(), {**failed(), "cluster": CLUSTER}, able], ())
    assert found["ready_nodes"] == ["c"]
    assert (found["host"], found["is_control_plane"], found["cluster"]) == ("c", True, CLUSTER)
    assert found["notes"] == [f"{host} cannot create the invitation: It has not joined." for host in "ba"] + ["n"]


ANSWERS: list[dict[str, t.Any]] = [
    {},
    {"cluster": None},
    {"cluster": "x", "notes": 1},
    {"cluster": CLUSTER, "error": "x"},
    {"cluster": CLUSTER, "error": {"code": []}, "host": "x", "because": "x", "is_control_plane": True},
    {"msg": ["x"], "error": {"code": "library_missing", "details": []}},
    {"cluster": CLUSTER, "notes": [[]]},
]


@pytest.mark.parametrize("answers", itertools.permutations(ANSWERS, 2))
def test_whatever_hosts_answer_only_a_candidate_without_an_error_invites(answers: tuple[dict[str, t.Any], ...]) -> None:
    """It is the first of them, and else the error has the next step."""
    chosen = settings("a", "b")
    if ANSWERS[-1] in answers:
        assert choose_inviter(chosen, answers, ())["host"] == "ab"[answers.index(ANSWERS[-1])]
    else:
        assert "invite_host" in str(refusal(chosen, *answers))


def test_the_host_that_is_named_is_asked_alone() -> None:
    """Whether or not it is a control plane. Its error has the reason for the choice."""
    chosen = settings("a", "b", host="c")
    assert chosen["candidates"] == ["c"]
    assert choose_inviter(chosen, [{"cluster": CLUSTER}], ())["is_control_plane"] is False
    error = refusal(chosen, failed("api_forbidden", "No."))
    assert error.code == "api_forbidden"
    assert "c, which was chosen because it is invite_host, failed: No. " in str(error)


def test_the_error_of_all_has_what_each_answered() -> None:
    """And the code that all have, if they have one."""
    error = refusal(settings("a", "b"), failed(), failed("api_server_unreachable", "Down."))
    assert error.code == "inviter_missing"
    assert error.details["hosts"] == {"a": "control_plane_pending", "b": "api_server_unreachable"}
    for part in ("a: It has not joined.", "b: Down.", "invite_host"):
        assert part in str(error)
    assert refusal(settings("a", "b"), failed(), failed()).code == "control_plane_pending"
    assert refusal(settings("a"), failed("made_up")).code == "inviter_missing"


def test_without_a_candidate_the_ways_are_named() -> None:
    """As in a slice: the groups that were searched and those there are, a kubeconfig on the controller, a token."""
    error = refusal(settings(), groups=["all", "ungrouped", "workers"])
    assert error.code == "inviter_missing"
    for part in (
        "control_plane or kube_control_plane",
        "found workers",
        "invite_host: localhost",
        "invite_kubeconfig",
        "join_token",
    ):
        assert part in str(error)


def test_libraries_are_missing_on_the_first_candidate_that_has_a_kubeconfig() -> None:
    missing = failed("library_missing", packages=["python3-yaml"])
    error = refusal(settings("a", "b", "c"), failed(), missing, missing)
    assert (error.details["incomplete"], error.details["packages"]) == ("b", ["python3-yaml"])


def test_an_inviter_is_kept_for_the_plays_of_a_run() -> None:
    """If it is one of the candidates, and found in the same way."""
    found = choose_inviter(settings("a", "b"), [failed(), {"cluster": CLUSTER}], ())
    chosen = {**settings("a", "b"), "known": find_known(settings("a", "b"), [{"failed": True}, {}, found])}
    assert choose_inviter(chosen, [], ()) == found
    for other in (settings("a"), settings("a", "b", host="b")):
        assert find_known(other, [found]) == {}


def test_a_step_that_fails_has_the_host_and_why_it_was_chosen() -> None:
    found = choose_inviter(settings("a"), [{"cluster": CLUSTER}], ())
    refuse_failed_invitation([{}, found, {"changed": True}])
    with pytest.raises(
        JoinError, match=r"a, which was chosen because it is the first .* failed: No\. .*invite_host"
    ) as caught:
        refuse_failed_invitation([{}, found, {"failed": True, "msg": "No", "error": {"code": "api_forbidden"}}])
    assert caught.value.code == "api_forbidden"
    with pytest.raises(JoinError, match=r"^All of it\.$"):
        refuse_failed_invitation([{}, {"failed": True, "msg": "All of it."}])
