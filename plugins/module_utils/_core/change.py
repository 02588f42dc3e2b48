# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The change model: what is, what is wanted, the one effect that leads from the first to the second, and what is returned."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from .errors import JoinError

__all__ = ("Change", "Resources", "in_phase", "join_changes")

#: Resources by their nouns, each a mapping; files, certificates and components are mappings of mappings, by path or name.
Resources = t.Mapping[str, t.Mapping[str, t.Any]]

_Done = t.TypeVar("_Done")


def _nothing() -> None:
    """The effect of a change that has none."""


@dataclass(frozen=True)
class Change:
    """One planned change.

    ``before`` and ``after`` map the name of a thing to how it looks: text, or a mapping of plain values.
    Both are printed as the diff, so they hold names, paths, fingerprints and public text, never a key or a token.
    ``apply`` is the only part with an effect; it is called at most once, and only when ``before != after``.
    ``notes`` are sentences about what was unusual.
    ``resources`` are what the module returns: as they will be after ``apply``, which is as they are where nothing changes. Unknown
    values are None. Some keys say what this run does (``reused``, ``changed``); the others say what there is.
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
    """One change made of several, applied in their order; a part that changes nothing is not applied.

    Of values that several have for a resource, the last counts.
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
    """What ``plan`` plans, as the part of a module that is this phase of kubeadm: its errors say so, in planning and in applying."""
    change = _tagged_with(phase, plan)
    return replace(change, apply=lambda: _tagged_with(phase, change.apply))


def _tagged_with(phase: str, act: t.Callable[[], _Done]) -> _Done:
    try:
        return act()
    except JoinError as exc:
        exc.phase = phase
        raise
