# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole plays with a budget of hosts that join at once: how many work when each host begins."""

from __future__ import annotations

import pathlib
import typing as t

import pytest

from .fake_hosts import Play, honest, run_play

FORKS = ("--forks", "6")


def run(folder: pathlib.Path, number: int, *arguments: str, rejected: t.Container[int] = ()) -> tuple[Play, list[int]]:
    """A play with so many workers, of which some have requests rejected; and how many were at work when each began, in that order."""
    hosts = [f"w{index:02}" for index in range(number)]
    answers: dict[str, t.Any] = {host: honest(host) for host in ("cp1", *hosts)}
    for index, host in enumerate(hosts):
        answers[host]["kubelet"] |= {"work": True, **({"rejected_requests": 2} if index in rejected else {})}
    groups: dict[str, dict[str, dict[str, t.Any]]] = {
        "control_plane": {"cp1": {}},
        "workers": {host: {} for host in hosts},
    }
    play = run_play(folder, groups, answers, *FORKS, *arguments)
    levels = [line.split() for line in (folder / "levels").read_text(encoding="utf-8").splitlines()]
    assert sorted(host for host, _level in levels) == hosts, play.output
    return play, [int(level) for _host, level in levels]


def test_a_server_that_serves_all_sees_the_upper_bound(tmp_path: pathlib.Path) -> None:
    play, levels = run(tmp_path, 9, "-e", "join_concurrency=3")
    assert play.status == 0 and max(levels) == 3, play.output


def test_without_it_forks_decide(tmp_path: pathlib.Path) -> None:
    """What the server rejects changes nothing then."""
    play, levels = run(tmp_path, 12, rejected=range(12))
    assert play.status == 0 and max(levels[6:]) > 3, (levels, play.output)


def test_a_busy_server_is_asked_by_one_at_a_time(tmp_path: pathlib.Path) -> None:
    """Each round of rejections halves the budget, from 6 to 3 and 1. The report and the outcome are as ever."""
    play, levels = run(tmp_path, 14, "-e", "join_concurrency=6", rejected=range(14))
    assert play.status == 0 and "joined: 14 nodes" in play.output, play.output
    assert "note: The API server rejected requests because of its load." in play.output
    assert max(levels[:7]) > 3 and levels[-2:] == [1, 1], levels


def test_the_budget_recovers(tmp_path: pathlib.Path) -> None:
    """After a while in which the server was busy."""
    _play, levels = run(tmp_path, 28, "-e", "join_concurrency=6", rejected=range(14))
    assert min(levels[11:15]) == 1 and max(levels[-6:]) > 3, levels


@pytest.mark.parametrize("variable", ["join_concurrency", "join_throttle"])
def test_a_fixed_bound_limits_it(tmp_path: pathlib.Path, variable: str) -> None:
    other = {"join_concurrency": "join_throttle", "join_throttle": "join_concurrency"}[variable]
    play, levels = run(tmp_path, 6, "-e", f"{variable}=2 {other}=4")
    assert play.status == 0 and max(levels) == 2, play.output


def test_a_wrong_value_is_refused_before_a_token_is_created(tmp_path: pathlib.Path) -> None:
    groups: dict[str, dict[str, dict[str, t.Any]]] = {"control_plane": {"cp1": {}}, "workers": {"w1": {}}}
    answers = {host: honest(host) for host in ("cp1", "w1")}
    play = run_play(tmp_path, groups, answers, "-e", "join_concurrency=many")
    assert play.status != 0 and "concurrency: it is a text, expected a whole number" in play.output
    assert not [call for call in play.calls if call.module == "bootstrap_token"]
