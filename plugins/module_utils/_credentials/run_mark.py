# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The mark of Secrets that an invitation creates: the run of Ansible that created them."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._core.objects import text_at

__all__ = ("RUN_LABEL", "RunMark", "read_run_mark")

_PREFIX = "kubejoin.kubeadm"
#: The label that selects marked Secrets; its value is the ID of the run.
RUN_LABEL = f"{_PREFIX}/run"
_WORKFLOW_LABEL = f"{_PREFIX}/workflow"


@dataclass(frozen=True)
class RunMark:
    """A run: its ``id``, when it ``started``, its ``process`` on the controller, and the ``workflow`` that it is a part of.

    Unknown values are empty. Nothing of it is secret.
    """

    id: str
    started: str = ""
    process: str = ""
    workflow: str = ""

    def describe(self, purpose: str) -> str:
        """The description of a Secret for people."""
        return f"{purpose} (run {self.id}, started {self.started or 'at an unknown time'})".strip()

    def metadata(self) -> dict[str, dict[str, str]]:
        """The labels and annotations of a Secret."""
        labels = {RUN_LABEL: self.id, **({_WORKFLOW_LABEL: self.workflow} if self.workflow else {})}
        return {
            "labels": labels,
            "annotations": {f"{_PREFIX}/started": self.started, f"{_PREFIX}/process": self.process},
        }


def read_run_mark(secret: t.Any) -> RunMark | None:
    """The mark of a Secret, None if it has none."""
    run = text_at(secret, "metadata", "labels", RUN_LABEL)
    if not run:
        return None
    return RunMark(
        run,
        started=text_at(secret, "metadata", "annotations", f"{_PREFIX}/started"),
        process=text_at(secret, "metadata", "annotations", f"{_PREFIX}/process"),
        workflow=text_at(secret, "metadata", "labels", _WORKFLOW_LABEL),
    )
