# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock on a real API server: one holder at a time, it is taken over from a holder that is gone, and a holder that lost it knows."""

from __future__ import annotations

import datetime
import threading
import time

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.clock import SystemClock
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError

from .lab import KubeLab

pytestmark = pytest.mark.bed


class LateClock(SystemClock):
    """A machine whose wall clock is an hour off."""

    def now(self) -> datetime.datetime:
        return super().now() + datetime.timedelta(hours=1)


def test_one_holds_it_at_a_time_and_a_dead_holder_is_taken_over_from(kube: KubeLab) -> None:
    """Contenders at once, a holder that lives, one that has died; wall clocks decide nothing."""
    held, most = [], []

    def contend(name: str) -> None:
        lock = kube.lock(name, wait=30)
        lock.acquire()
        held.append(name)
        most.append(len(held))
        time.sleep(0.1)
        held.remove(name)
        lock.release()

    threads = [threading.Thread(target=contend, args=(f"run-{number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1]

    alive = kube.lock("alive", duration=2)
    alive.acquire()
    refused: list[JoinError] = []

    def want() -> None:
        try:
            kube.lock("waiting", clock=LateClock(), wait=4).acquire()
        except JoinError as exc:
            refused.append(exc)

    waiting = threading.Thread(target=want)
    waiting.start()
    while waiting.is_alive():
        alive.keep()
        waiting.join(0.2)
    [refusal] = refused
    assert refusal.code == "lock_not_acquired"
    assert refusal.details["holder"] == "alive" and refusal.details["acquired"] in str(refusal)

    began = time.monotonic()
    heir = kube.lock("heir", clock=LateClock(), wait=20)
    heir.acquire()
    assert 2 <= time.monotonic() - began < 10
    with pytest.raises(JoinError) as caught:
        alive.keep()
    assert caught.value.code == "lock_lost"
    alive.release()
    heir.keep()
    lease = kube.api().get("/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kubejoin-etcd")
    assert lease["spec"]["holderIdentity"] == "heir"
