# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cancelled runs on a real cluster: their tokens and certificates are deleted, and those of an active run are not."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import subprocess

import pytest

from testbed.shell import until

from .bed import E2eBed
from .observe import bootstrap_tokens, ready_nodes
from .play import TIMEOUT, Run, active_join, run_join

pytestmark = pytest.mark.bed

WITHDRAW = "playbooks/withdraw.yml"


def uploads(bed: E2eBed) -> set[str]:
    """The uploads of certificates for invitations, and the groups that may read them."""
    listed = bed.kubectl("-n", "kube-system", "get", "secrets,roles,rolebindings", "-o", "name").stdout.split()
    return {name for name in listed if "kubeadm-certs-" in name}


def await_invitation(bed: E2eBed, before: set[str], count: int = 1) -> set[str]:
    """The Secrets of tokens that a run has created, as soon as there are as many."""
    until("an invitation", lambda: len(bootstrap_tokens(bed) - before) >= count, 120)
    return bootstrap_tokens(bed) - before


def cancel(running: subprocess.Popen[str], number: signal.Signals) -> None:
    os.killpg(running.pid, number)
    running.communicate(timeout=TIMEOUT)
    assert running.returncode != 0


def withdraw(bed: E2eBed, inventory: pathlib.Path, *arguments: str) -> Run:
    return run_join(bed, inventory, *arguments, playbook=WITHDRAW).expect_success()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_withdrawal_deletes_what_a_canceled_run_has_left(
    bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...], number: signal.Signals
) -> None:
    """The token, the certificates and the right to read them. Check mode deletes nothing, a second withdrawal has nothing to do.

    The run is canceled while a host needs the token.
    """
    before = bootstrap_tokens(bed)
    with bed.without_api_server("w1"):
        with active_join(bed, inventory, variables={"invite_certificates": True}) as running:
            await_invitation(bed, before, 2)
            until("an upload", lambda: len(uploads(bed)) == 3, 60)
            cancel(running, number)
        left = bootstrap_tokens(bed) - before
        assert len(left) == 2 and len(uploads(bed)) == 3
        checked = withdraw(bed, inventory, "--check", "--diff")
        assert checked.changed() and bootstrap_tokens(bed) - before == left
        done = withdraw(bed, inventory)
        assert done.changed() and bootstrap_tokens(bed) <= before
        assert all(f"{name} of run " in done.output for name in left for name in [name.removeprefix("secret/")])
        until("no upload", lambda: uploads(bed) == set(), 60)
        assert withdraw(bed, inventory).changed() == []
    run_join(bed, inventory).expect_success()
    assert {*fresh} <= ready_nodes(bed) and bootstrap_tokens(bed) <= before


def test_the_next_run_deletes_it_as_well(bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...]) -> None:
    """And joins the hosts."""
    before = bootstrap_tokens(bed)
    with bed.without_api_server("w1"), active_join(bed, inventory) as running:
        await_invitation(bed, before)
        cancel(running, signal.SIGTERM)
    assert len(bootstrap_tokens(bed) - before) == 1
    run_join(bed, inventory).expect_success()
    assert {*fresh} <= ready_nodes(bed) and bootstrap_tokens(bed) <= before


def test_an_active_run_is_unharmed(bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...]) -> None:
    """It is stopped while another run is canceled, a withdrawal follows, and a third run joins a host. Then it continues and joins its own."""
    before = bootstrap_tokens(bed)
    with contextlib.ExitStack() as held, contextlib.ExitStack() as runs:
        held.enter_context(bed.without_api_server("w1"))
        active = runs.enter_context(active_join(bed, inventory, "--limit", "w1"))
        own = await_invitation(bed, before)
        os.killpg(active.pid, signal.SIGSTOP)
        held.close()
        with bed.without_api_server("w2"), active_join(bed, inventory, "--limit", "w2") as other:
            await_invitation(bed, before | own)
            cancel(other, signal.SIGTERM)
        withdrawn = withdraw(bed, inventory)
        assert own <= bootstrap_tokens(bed) <= before | own
        assert "kept, because the run may be active" in withdrawn.output
        run_join(bed, inventory, "--limit", "w2").expect_success()
        assert own <= bootstrap_tokens(bed) <= before | own
        os.killpg(active.pid, signal.SIGCONT)
        output = active.communicate(timeout=TIMEOUT)[0]
        assert active.returncode == 0, output
    assert {*fresh} <= ready_nodes(bed) and bootstrap_tokens(bed) <= before
