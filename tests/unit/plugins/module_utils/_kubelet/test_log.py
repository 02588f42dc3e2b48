# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Summaries of the kubelet's log: repetitions count once, and the cause is in them."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.log import MAX_LINES, summarize_log
from hypothesis import given
from hypothesis import strategies as st

#: The log of the kubelet 1.37.2 that has a static pod, and whose Node an admission policy refuses.
REFUSED = r"""
E1128 18:02:49.158846     176 kubelet.go:3596] "Unable to register mirror pod because node is not registered yet" err="node \"w1\" not found" node="w1"
E1128 18:02:49.263395     176 kubelet.go:3596] "Unable to register mirror pod because node is not registered yet" err="node \"w1\" not found" node="w1"
I1128 18:02:49.483270     176 kubelet_node_status.go:75] "Attempting to register node" node="w1"
E1128 18:02:49.495180     176 kubelet_node_status.go:108] "Unable to register node with API server" err="nodes \"w1\" is forbidden: ValidatingAdmissionPolicy 'racked' with binding 'racked' denied request: a node needs the label example.org/rack" node="w1"
E1128 18:02:49.564766     176 kubelet.go:3596] "Unable to register mirror pod because node is not registered yet" err="node \"w1\" not found" node="w1"
E1128 18:02:49.714509     176 kubelet_node_status.go:108] "Unable to register node with API server" err="nodes \"w1\" is forbidden: ValidatingAdmissionPolicy 'racked' with binding 'racked' denied request: a node needs the label example.org/rack" node="w1"
E1128 18:02:50.309789     176 csi_plugin.go:399] Failed to initialize CSINode: error updating CSINode annotation: timed out waiting for the condition; caused by: nodes "w1" not found
E1128 18:02:50.359303     176 kubelet.go:3596] "Unable to register mirror pod because node is not registered yet" err="node \"w1\" not found" node="w1"
"""
CAUSE = (
    "ValidatingAdmissionPolicy 'racked' with binding 'racked' denied request: a node needs the label example.org/rack"
)
REGISTRATION = next(line for line in REFUSED.splitlines() if "Unable to register node" in line)


def test_the_answer_of_the_api_server_is_the_error_of_the_registration() -> None:
    """Without the quotation marks of the log."""
    summary = summarize_log(REFUSED)
    assert CAUSE in summary.registration_error
    assert "\\" not in summary.registration_error
    assert CAUSE in str(summary).replace("\\", "")


def test_each_line_is_in_the_summary_once() -> None:
    """With the number of its repetitions, although object names and times differ."""
    lines = summarize_log(REFUSED).lines
    assert len(lines) <= MAX_LINES
    messages = [line.partition('"')[2].partition('"')[0] for line in lines if '"' in line]
    assert len(set(messages)) == len(messages)
    assert any(line.endswith(" times)") for line in lines)


def test_a_registration_that_succeeds_later_has_no_error() -> None:
    """The kubelet tries again."""
    success = 'I1128 10:00:00.000000    1 kubelet_node_status.go:78] "Successfully registered node" node="w1"'
    assert summarize_log(f"{REGISTRATION}\n{success}").registration_error == ""
    assert summarize_log(f"{success}\n{REGISTRATION}").registration_error != ""


def test_exits_are_reported_with_the_messages_of_systemd() -> None:
    """They have no format of klog."""
    log = "".join(
        f'E1128 10:00:0{at}.000000  {at} run.go:72] "command failed" err="failed to load kubelet config file, path: /x"\n'
        "kubelet.service: Main process exited, code=exited, status=1/FAILURE\n"
        "kubelet.service: Failed with result 'exit-code'.\n"
        f"kubelet.service: Scheduled restart job, restart counter is at {at}.\n"
        for at in range(5)
    )
    assert summarize_log(log).lines == (
        'E "command failed" err="failed to load kubelet config file, path: /x" (5 times)',
        "kubelet.service: Main process exited, code=exited, status=1/FAILURE (5 times)",
        "kubelet.service: Failed with result 'exit-code'. (5 times)",
        "kubelet.service: Scheduled restart job, restart counter is at 4. (5 times)",
    )


@pytest.mark.parametrize("log", ["", "\n \n"])
def test_an_empty_log_is_none(log: str) -> None:
    """The error has to say something."""
    assert str(summarize_log(log)) == "none"


@given(st.lists(st.text(), max_size=40), st.lists(st.text(), max_size=40))
def test_whatever_surrounds_it_a_refused_registration_is_reported(before: list[str], after: list[str]) -> None:
    """And a summary is short and printable."""
    after = [text for text in after if "register" not in text]
    summary = summarize_log("\n".join([*before, REGISTRATION, *after]))
    assert CAUSE in summary.registration_error
    assert len(summary.lines) <= MAX_LINES
    assert str(summary).isprintable()
