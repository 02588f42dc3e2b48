# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The change model: the current state, the desired state, the function that applies the change, and the returned resources."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from .errors import JoinError

__all__ = ("Change", "Resources", "in_phase", "join_changes")

#: Resources by noun, each a mapping; files, certificates and components are mappings of mappings, by path or name.
Resources = t.Mapping[str, t.Mapping[str, t.Any]]

_Done = t.TypeVar("_Done")


def _nothing() -> None:
    """Do nothing: the default of ``Change.apply``."""


@dataclass(frozen=True)
class Change:
    """One planned change.

    ``before`` and ``after`` map the name of each item to its state: text, or a mapping of plain values.
    Both are displayed as the diff, so they contain names, paths, fingerprints and public text, never a key or a token.
    ``apply`` is the only part with side effects; it is called at most once, and only if ``before != after``.
    ``notes`` are sentences about unusual findings.
    ``resources`` are returned by the module. They describe the state after ``apply``, which is the current state if nothing
    changes. Unknown values are None. Some keys describe the run (``reused``, ``changed``), the others the resource.
    """

    before: t.Mapping[str, t.Any]
    after: t.Mapping[str, t.Any]
    apply: t.Callable[[], None] = field(default=_nothing, repr=False)
    notes: tuple[str, ...] = ()
    resources: Resources = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        return dict(self.before) != dict(self.after)


def join_changes(changes: t.Sequence[Change]) -> Change:
    """Combine changes into one, applied in order; parts that change nothing are not applied.

    If several changes set the same value of a resource, the last one wins.
    """

    def apply() -> None:
        for change in changes:
            if change.changed:
                change.apply()

    resources: dict[str, dict[str, t.Any]] = {}
    for change in changes:
        for noun, values in change.resources.items():
            resources.setdefault(noun, {}).update(values)
    return Change(
        before={name: value for change in changes for name, value in change.before.items()},
        after={name: value for change in changes for name, value in change.after.items()},
        apply=apply,
        notes=tuple(note for change in changes for note in change.notes),
        resources=resources,
    )


def in_phase(phase: str, plan: t.Callable[[], Change]) -> Change:
    """The change planned by ``plan``; errors of planning and applying are tagged with this phase of kubeadm."""
    change = _tagged_with(phase, plan)
    return replace(change, apply=lambda: _tagged_with(phase, change.apply))


def _tagged_with(phase: str, act: t.Callable[[], _Done]) -> _Done:
    try:
        return act()
    except JoinError as exc:
        exc.phase = phase
        raise
