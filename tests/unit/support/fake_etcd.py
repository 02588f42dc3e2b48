# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An etcd cluster in memory."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._etcd.members import EndpointStatus, EtcdHealth, Member

OWN_URL = "https://10.0.0.2:2380"


FIRST = Member(1, "cp1", ("https://10.0.0.1:2380",), ("https://10.0.0.1:2379",))


OWN = Member(2, "cp2", (OWN_URL,), ("https://10.0.0.2:2379",))


UNSTARTED = Member(2, "", (OWN_URL,), is_learner=True)


class FakeEtcd:
    """Implements what is used of EtcdApi, and EtcdInstance and Lock: one cluster, one host; ``actions`` is what was done.

    ``troubles`` maps an action to what it raises, in order; an error in a pair with True is raised after it was done.
    """

    def __init__(self, *members: Member, **troubles: t.Any) -> None:
        self.listed = {member.id: member for member in members or (FIRST,)}
        self.dead: set[int] = set()
        self.troubles = {action: list(errors) for action, errors in troubles.items()}
        self.actions: list[str] = []
        self.data = False
        self.placed = True
        self.starts = True
        self.ends_with: str | None = None
        self.warns_of = ""

    def _do(self, action: str, effect: t.Callable[[], t.Any]) -> t.Any:
        left = self.troubles.get(action)
        trouble = left.pop(0) if left else None
        if isinstance(trouble, JoinError):
            raise trouble
        done = effect()
        self.actions.append(action)
        if trouble is not None:
            raise trouble[0]
        return done

    def members(self) -> tuple[Member, ...]:
        return tuple(self.listed.values())

    def health(self) -> EtcdHealth:
        statuses = {
            member.id: EndpointStatus(
                "x", member.id, leader=1, is_learner=member.is_learner, raft_index=9, applied_index=5
            )
            for member in self.members()
            if member.is_started and member.id not in self.dead
        }
        return EtcdHealth(self.members(), statuses, dict.fromkeys(self.dead, "Connection refused"))

    def add_learner(self, peer_url: str) -> Member:
        return self._do("add", lambda: self.listed.setdefault(2, UNSTARTED))

    def promote(self, member_id: int) -> None:
        self._do("promote", lambda: self.listed.update({2: OWN}))

    def remove(self, member_id: int) -> None:
        self._do("remove", lambda: self.listed.pop(member_id))

    def has_data(self) -> bool:
        return self.data

    def is_placed(self) -> bool:
        return self.placed

    def start(self, members: t.Sequence[tuple[str, str]]) -> None:
        def effect() -> None:
            self.data = self.placed = True
            if self.starts and 2 in self.listed:
                self.listed[2] = dataclasses.replace(self.listed[2], name="cp2")

        self._do("start", effect)

    def problem(self) -> str | None:
        return self.ends_with

    def error(self) -> str:
        return self.warns_of

    def withdraw(self) -> None:
        self.data = False
        self._do("withdraw", lambda: None)

    def acquire(self) -> None:
        self._do("acquire", lambda: None)

    def keep(self) -> None:
        left = self.troubles.get("keep")
        trouble = left.pop(0) if left else None
        if trouble:
            raise trouble

    def release(self) -> None:
        self.actions.append("release")
