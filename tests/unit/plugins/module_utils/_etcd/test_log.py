# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""etcd's own log: what of it is worth reporting."""

from __future__ import annotations

import json

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._etcd.log import EtcdLogError, find_log_error


def log(*entries: dict[str, str]) -> str:
    return "".join(f"2026-01-01T00:00:00Z stderr F {json.dumps(entry)}\n" for entry in entries)


CAUSE = {"level": "warn", "msg": "failed to get cluster response", "error": "x509: signed by unknown authority"}
AFTERMATH = {
    "level": "warn",
    "msg": "rejected connection on peer endpoint",
    "error": "set tcp 192.0.2.3:2380: use of closed network connection",
}
END = {"level": "fatal", "msg": "discovery failed", "error": "cannot fetch cluster info from peer urls"}


def test_the_last_error_before_the_end_says_why() -> None:
    """And not what etcd itself closes on its way out."""
    found = find_log_error(log(CAUSE, AFTERMATH, END))
    assert found.is_end
    assert found.text == (
        "discovery failed: cannot fetch cluster info from peer urls "
        "(before that: failed to get cluster response: x509: signed by unknown authority)"
    )


def test_without_an_error_before_it_the_end_stands_alone() -> None:
    """What only is of interest is no complaint, nor is what is no entry of etcd."""
    assert find_log_error(log(AFTERMATH, END)).text == "discovery failed: cannot fetch cluster info from peer urls"
    assert find_log_error(log({"level": "info", "msg": "serving"}) + "no entry\n") == EtcdLogError()
