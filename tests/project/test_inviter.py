# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole plays on inventories of every kind: which host creates the invitation, and the errors if none can."""

from __future__ import annotations

import collections
import pathlib
import re
import typing as t

import pytest

from .fake_hosts import Play, cluster_of, honest, run_play

PENDING = {
    "failed": True,
    "msg": "Cannot use the kubeconfig: the host is not a control plane that has joined.",
    "error": {"code": "control_plane_pending", "details": {}},
}
DOWN = {
    "failed": True,
    "msg": "Cannot reach https://api:6443.",
    "error": {"code": "api_server_unreachable", "details": {}},
}
JOINED = {**honest("x")["preflight_info"], "joined": True, "pending": []}


def answers_of(
    *, joined: t.Iterable[str] = ("cp1",), fresh: t.Iterable[str] = (), down: t.Iterable[str] = ()
) -> dict[str, dict[str, t.Any]]:
    """What hosts answer: control planes that have joined, hosts that have not, and control planes whose API server is stopped."""
    found = {host: honest(host) for host in (*joined, *fresh, *down)}
    for host in fresh:
        found[host]["cluster_discovery_info"] = PENDING
    for host in down:
        found[host]["cluster_discovery_info"] = DOWN
    for host in (*joined, *down):
        found[host]["preflight_info"] = {**JOINED, "node_name": host, "machine_id": host}
    return found


def minted(play: Play) -> list[tuple[str, str]]:
    """By token that was created or deleted: the host and the state."""
    return [
        (call.host, call.arguments.get("state", "present")) for call in play.calls if call.module == "bootstrap_token"
    ]


def started(play: Play) -> dict[str, list[t.Any]]:
    """By host whose kubelet was started: the servers of its cluster."""
    found: dict[str, list[t.Any]] = {}
    for call in play.calls:
        if call.module == "kubelet":
            found.setdefault(call.host, []).append(call.arguments["cluster"]["server"])
    return found


def recap(play: Play) -> dict[str, bool]:
    """By host: whether it has failed."""
    return {
        host: failed != "0"
        for host, failed in re.findall(r"^(\S+) +: ok=.* failed=(\d+)", play.output, re.MULTILINE)
    }  # fmt: skip


def sentences(play: Play) -> str:
    return play.output[play.output.rindex("Report the outcome") :]


ORDERS = (("cp3", "cp2", "cp1"), ("cp1", "cp2", "cp3"))


@pytest.mark.parametrize(
    ("order", "names"), [(ORDERS[0], ("control_plane", "workers")), (ORDERS[1], ("kube_control_plane", "kube_node"))]
)
def test_neither_the_order_of_a_group_nor_its_name_matters(
    tmp_path: pathlib.Path, order: tuple[str, ...], names: tuple[str, str]
) -> None:
    """cp1 has joined, cp2 is fresh, the API server of cp3 is stopped: cp2 joins. What it describes beside its error does not count."""
    answers = answers_of(fresh=("cp2", "w1"), down=("cp3",))
    answers["cp2"]["cluster_discovery_info"] = {**PENDING, "cluster": cluster_of("cp2")}
    groups = {names[0]: {host: {} for host in order}, names[1]: {"w1": {}, "cp2": {}}}
    play = run_play(tmp_path, groups, answers, ANSIBLE_STRATEGY="free")
    assert play.status == 0, play.output
    server = cluster_of("cp1")["server"]
    assert started(play) == {"cp2": [server], "w1": [server]}
    assert minted(play) == [("cp1", "present"), ("cp1", "absent")] * 2
    assert "had joined before: 2 nodes" in play.output
    calls = collections.Counter((call.host, call.module) for call in play.calls)
    assert (
        calls["cp3", "preflight_info"] == calls["cp2", "preflight_info"] == calls["cp1", "cluster_discovery_info"] == 1
    )
    assert not calls["cp1", "preflight_info"]


def test_nothing_is_done_for_hosts_that_have_joined(tmp_path: pathlib.Path) -> None:
    """Each is inspected. That nothing is left to do is decided once for all of them, since a task costs the controller much more than that."""
    hosts = ("cp1", "cp2", "w1", "w2")
    groups = {"control_plane": {"cp1": {}, "cp2": {}}, "workers": {"w1": {}, "w2": {}}}
    play = run_play(tmp_path, groups, answers_of(joined=hosts))
    assert play.status == 0 and "had joined before: 2 nodes (w1, w2)" in play.output, play.output
    looked = sorted(call.host for call in play.calls if call.module == "preflight_info")
    assert looked == ["cp2", "w1", "w2"] and not minted(play)
    for flow in ("a worker", "a control plane"):
        decided = re.findall(rf"^TASK .*Phases of {flow}\b.*\n((?:skipping: .*\n)+)", play.output, re.MULTILINE)
        assert [text.count("skipping") for text in decided] == [1]


def test_a_host_that_is_gone_is_no_inviter(tmp_path: pathlib.Path) -> None:
    """It is called unreachable, and the others join."""
    (tmp_path / "gone-cp1").touch()
    groups = {"control_plane": {"cp1": {}, "cp2": {}, "cp3": {}}, "workers": {"w1": {}}}
    play = run_play(tmp_path, groups, answers_of(joined=("cp1", "cp2"), fresh=("cp3", "w1")))
    assert play.status != 0 and "unreachable in preflight: 1 node (cp1): Cannot" in play.output
    assert "cp1 cannot create the invitation: " in play.output
    assert started(play).keys() == {"cp3", "w1"} and {host for host, _state in minted(play)} == {"cp2"}
    assert recap(play) == {"cp1": True, "cp2": False, "cp3": False, "w1": False}


WORKERS = {"control_plane": {"cp1": {}, "cp2": {}}, "workers": {"w1": {}, "w2": {}, "w3": {}}}


def test_every_host_fails_if_there_is_nobody_to_invite_it(tmp_path: pathlib.Path) -> None:
    """The sentence has what each candidate answered, and the variable. The hosts of the next play are not even asked."""
    play = run_play(tmp_path, WORKERS, answers_of(joined=(), fresh=("cp2", "w1", "w2", "w3"), down=("cp1",)))
    assert play.status != 0 and {call.host for call in play.calls} == {"cp1", "cp2"}
    assert recap(play) == {"cp1": True, "cp2": True}
    report = sentences(play)
    assert "inviter_missing: 2 nodes (cp1, cp2)" in report
    for part in ("cp1: Cannot reach https://api:6443.", "cp2: Cannot use the kubeconfig", "invite_host"):
        assert part in report


def test_every_host_fails_if_the_inviter_fails(tmp_path: pathlib.Path) -> None:
    """The sentence has the host, why it was chosen, and the variable."""
    groups = {"control_plane": {"cp1": {}, "cp2": {}, "cp3": {}}}
    answers = answers_of(fresh=("cp2", "cp3"))
    refused = {"failed": True, "msg": "No.", "error": {"code": "api_forbidden", "details": {}}}
    answers["cp1"]["shared_certificates_upload"] = [refused, {"changed": True}]
    play = run_play(tmp_path, groups, answers)
    assert play.status != 0 and started(play) == {}
    assert recap(play) == {"cp1": True, "cp2": True, "cp3": True}
    report = sentences(play)
    assert "failed in invitation, api_forbidden: 3 nodes (cp1, cp2, cp3)" in report
    for part in ("cp1, which was chosen because it is the first host", "No.", "invite_host"):
        assert part in report


def test_a_host_that_is_named_invites_alone(tmp_path: pathlib.Path) -> None:
    """And no other, if it fails."""
    answers = answers_of(joined=("cp1",), fresh=("w1", "w2", "w3"), down=("cp2",))
    play = run_play(tmp_path, WORKERS, answers, "-e", "invite_host=cp2")
    assert minted(play) == [] and set(recap(play).values()) == {True}
    assert "cp2, which was chosen because it is invite_host, failed: Cannot reach" in play.output


def test_an_invalid_variable_of_the_invitation_fails_every_host(tmp_path: pathlib.Path) -> None:
    play = run_play(tmp_path, WORKERS, answers_of(joined=("cp1", "cp2")), "-e", "invite_token_ttl=soon")
    assert play.calls == () and set(recap(play).values()) == {True}
    assert "token_ttl: it is a text, expected a whole number" in play.output


def test_an_empty_inventory_is_an_error(tmp_path: pathlib.Path) -> None:
    play = run_play(tmp_path, {}, {})
    assert play.status != 0 and "group_missing: 1 node (localhost)" in play.output
    assert "control_plane or kube_control_plane or workers or kube_node; found no group" in play.output


def test_a_misspelt_group_is_an_error(tmp_path: pathlib.Path) -> None:
    """Of its hosts. Nothing is done for them, and they invite no others."""
    groups = {"contol_plane": {"cp1": {}}, "workers": {"w1": {}}}
    play = run_play(tmp_path, groups, answers_of(fresh=("w1",)))
    assert play.status != 0 and play.calls == () and recap(play) == {"cp1": True}
    assert "group_missing: 1 node (cp1)" in play.output and "found contol_plane, workers" in play.output


def test_a_slice_without_anything_is_an_error(tmp_path: pathlib.Path) -> None:
    """Of every host, in one sentence."""
    play = run_play(tmp_path, {"workers": {"w1": {}, "w2": {}}}, {})
    assert play.status != 0 and play.calls == () and recap(play) == {"w1": True, "w2": True}
    assert "inviter_missing: 2 nodes (w1, w2)" in sentences(play) and "invite_host: localhost" in sentences(play)


def test_the_workers_of_a_stopped_control_plane_fail(tmp_path: pathlib.Path) -> None:
    """All of them, by its error: if it is the only one, there is no play for it."""
    groups = {"control_plane": {"cp1": {}}, "workers": {"w1": {}, "w2": {}}}
    play = run_play(tmp_path, groups, answers_of(joined=(), fresh=("w1", "w2"), down=("cp1",)))
    assert play.status != 0 and recap(play) == {"w1": True, "w2": True}
    assert "failed in invitation, api_server_unreachable: 2 nodes (w1, w2): " in sentences(play)


def test_a_slice_without_control_planes_is_invited_by_the_controller(tmp_path: pathlib.Path) -> None:
    """By a kubeconfig there. A host that is invited by token needs none."""
    groups = {"workers": {"w1": {}, "w2": {}}, "controller": {"localhost": {}}}
    answers = {host: honest(host) for host in ("w1", "w2", "localhost")}
    play = run_play(tmp_path, groups, answers, "-e", "invite_host=localhost invite_kubeconfig=/k")
    assert play.status == 0, play.output
    assert minted(play) == [("localhost", "present"), ("localhost", "absent")]
    assert {call.arguments["kubeconfig"] for call in play.on("localhost")} == {"/k"}
    assert started(play).keys() == {"w1", "w2"}


def uploads(play: Play) -> list[str]:
    """Where control planes download the shared certificates from, and the hosts that have uploaded them."""
    used = [call.arguments["uploaded_to"] for call in play.calls if call.module == "control_plane_files"]
    return [*used, *(call.host for call in play.calls if call.module == "shared_certificates_upload")]


def test_control_planes_with_a_certificate_key_can_be_invited_by_the_controller(tmp_path: pathlib.Path) -> None:
    """It has no certificates, so the key is that of an upload by kubeadm."""
    groups = {"control_plane": {"cp2": {}, "cp3": {}}, "controller": {"localhost": {}}}
    answers = {host: honest(host) for host in ("cp2", "cp3", "localhost")}
    arguments = ("-e", "invite_host=localhost invite_kubeconfig=/k", "-e", f"join_certificate_key={'0' * 64}")
    play = run_play(tmp_path, groups, answers, *arguments)
    assert play.status == 0, play.output
    assert minted(play) == [("localhost", "present"), ("localhost", "absent")]
    assert uploads(play) == ["kubeadm-certs", "kubeadm-certs"]


def test_a_host_with_a_certificate_key_leaves_the_upload_to_others(tmp_path: pathlib.Path) -> None:
    """The other host uses that of the invitation."""
    groups = {"control_plane": {"cp1": {}, "cp2": {"join_certificate_key": "0" * 64}, "cp3": {}}}
    play = run_play(tmp_path, groups, answers_of(joined=("cp1",), fresh=("cp2", "cp3")))
    assert play.status == 0, play.output
    first, second, of_kubeadm, own = sorted(uploads(play))
    assert (first, second, of_kubeadm) == ("cp1", "cp1", "kubeadm-certs") and own.startswith("kubeadm-certs-")


def test_a_controller_without_certificates_names_the_key_as_the_way(tmp_path: pathlib.Path) -> None:
    groups = {"control_plane": {"cp2": {}}, "workers": {"w1": {}}, "controller": {"localhost": {}}}
    answers = {host: honest(host) for host in ("cp2", "w1", "localhost")}
    error = {"code": "shared_certificates_unusable", "details": {}}
    answers["localhost"]["shared_certificates_upload"] = {"failed": True, "msg": "ca.crt is missing.", "error": error}
    play = run_play(tmp_path, groups, answers, "-e", "invite_host=localhost invite_kubeconfig=/k")
    assert play.status != 0
    found = "failed in invitation, shared_certificates_unusable: "
    line = next(line for line in play.output.splitlines() if found in line)
    assert "set join_certificate_key to the key that `kubeadm init phase upload-certs --upload-certs` prints" in line
    assert "localhost with invite_kubeconfig" not in line


def test_each_batch_has_its_own_token(tmp_path: pathlib.Path) -> None:
    """Which is withdrawn before the next one is created. The first batch that fails ends the run."""
    answers = answers_of(fresh=("cp2", "w1", "w2", "w3"))
    answers["w2"]["kubelet"] = {"failed": True, "msg": "No.", "error": {"code": "node_not_ready", "details": {}}}
    play = run_play(tmp_path, WORKERS, answers, "-e", "join_batch=1 join_max_fail_percentage=0 join_throttle=1")
    assert play.status != 0 and started(play).keys() == {"cp2", "w1", "w2"}
    assert minted(play) == [("cp1", "present"), ("cp1", "absent")] * 3
    tokens = [call.arguments["token"] for call in play.calls if call.arguments.get("token") and call.host == "cp1"]
    assert len(set(tokens)) == 3
    assert [call.module for call in play.on("cp1")].count("cluster_discovery_info") == 1


def test_the_name_of_a_ready_node_is_refused_before_a_token_is_created(tmp_path: pathlib.Path) -> None:
    """Of a host that is not a node yet."""
    groups = {"control_plane": {"cp1": {}}, "workers": {"w1": {}, "w2": {}}}
    answers = answers_of(fresh=("w1", "w2"))
    answers["cp1"]["cluster_discovery_info"]["ready_nodes"] = ["cp1", "w1", "w2"]
    answers["w2"]["preflight_info"]["server"] = "https://api:6443"
    play = run_play(tmp_path, groups, answers)
    assert "failed in preflight, node_name_taken: 1 node (w1): " in sentences(play)
    assert started(play).keys() == {"w2"} and recap(play) == {"w1": True, "w2": False}
