# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports what is being done, and how much of it is done, in percent of the time that it takes."""

from __future__ import annotations

import sys
import threading
import time
import typing as t

START = time.monotonic()

#: Seconds that each part of a bed takes on two processors from nothing: Debian, the programs, and what is made of them.
SECONDS: t.Final = {
    "Debian": 26,
    "containerd": 75,
    "containerd-shim-runc-v2": 2,
    "ctr": 2,
    "bridge": 1,
    "host-local": 1,
    "loopback": 1,
    "portmap": 1,
    "coredns": 50,
    "pause": 1,
    "kubeadm": 100,
    "kubelet": 170,
    "kubectl": 18,
    "kube-apiserver": 118,
    "kube-controller-manager": 40,
    "kube-scheduler": 8,
    "kube-proxy": 10,
    "etcd": 23,
    "etcdctl": 5,
    "images": 20,
    "control plane": 33,
    "hosts": 12,
}


class Progress:
    """Which parts of some work are done. A part that is none of this work is ignored, so that a builder can report each of its own."""

    def __init__(self, parts: t.Iterable[str] = ()) -> None:
        self._all = frozenset(parts)
        self._left = set(self._all)

    def finish(self, *parts: str) -> list[str]:
        """These parts are done; returns those that were not before."""
        new = [part for part in parts if part in self._left]
        self._left.difference_update(new)
        return new

    @property
    def seconds(self) -> int:
        """What is left to do takes about so long."""
        return sum(SECONDS[part] for part in self._left)

    @property
    def percent(self) -> int:
        """It never decreases, and is 100 only if nothing is left."""
        whole = sum(SECONDS[part] for part in self._all)
        return 100 * (whole - self.seconds) // whole if whole else 100


def duration(seconds: float) -> str:
    """In words: whole minutes, or seconds."""
    return f"{seconds / 60:.0f} minutes" if seconds > 90 else f"{seconds:.0f} seconds"


_current: Progress | None = None
#: Two threads build. What one prints is true when it is printed.
_lock = threading.RLock()


def begin(progress: Progress) -> None:
    """What is said from now on has the share of this work that is done."""
    global _current
    _current = progress


def finish(*parts: str) -> None:
    """These parts of the current work are done."""
    with _lock:
        new = _current.finish(*parts) if _current else []
        if new:
            say(f"done: {', '.join(new)}")


def say(message: str) -> None:
    """Print what is being done, with the seconds since the start, and the share of the work that is done if some has begun."""
    with _lock:
        share = f" {_current.percent:3d} %" if _current else ""
        print(f"[{time.monotonic() - START:6.1f} s{share}] {message}", file=sys.stderr, flush=True)
