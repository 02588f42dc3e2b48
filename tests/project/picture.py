# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The picture in README.md: a run in which two workers join and a third one cannot. tools/regenerate-picture writes it."""

from __future__ import annotations

import dataclasses
import html
import io
import pathlib
import re
import sys
import tempfile
import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.checks import (
    PreflightSpec,
    observe_preflight,
    refuse_errors,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from .fake_hosts import REPOSITORY, honest, run_play

PICTURE = REPOSITORY / "docs/run.svg"
COMMAND = "$ ansible-playbook -i inventory.yml kubejoin.kubeadm.join"
_GROUPS: dict[str, dict[str, t.Any]] = {"control_plane": {"cp1": {}}, "workers": {"w1": {}, "w2": {}, "w3": {}}}
_COLUMNS = 124
_OMITTED = "…"
#: By the beginning of a line.
_STYLES = {
    "$": "bold",
    "changed: ": "yellow",
    "joined: ": "green",
    "failed in ": "red",
    "next: ": "cyan",
    "w3 ": "red",
    "w": "yellow",
}
#: An SVG that needs no font from elsewhere.
_FORMAT = """<!--
Copyright (c) 2026 the kubejoin.kubeadm authors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def record(folder: pathlib.Path) -> str:
    """The output of the run, without what differs from run to run."""
    hosts = {host: honest(host) for group in _GROUPS.values() for host in group}
    for answer in hosts.values():
        answer["preflight_info"] |= {"findings": [], "notes": []}
        server = {"server": "https://api.example.org:6443", "ca_cert_hashes": ["sha256:34a1bbf09b31f8f1…"]}
        answer["cluster_discovery_info"]["cluster"] |= server
    hosts["cp1"]["bootstrap_token"] = {"changed": True, "notes": [], "token": {"id": "abcdef"}}
    hosts["w3"]["preflight_info"] = _without_kubelet()
    play = run_play(folder, _GROUPS, hosts, "--forks", "1", ANSIBLE_CALLBACK_RESULT_FORMAT="yaml")
    assert play.status != 0, play.output
    return f"{COMMAND}\n{_excerpt(play.output)}\n"


def _excerpt(output: str) -> str:
    """The tasks that have changed something, the report without its statistics, and the recap."""
    _begin, *tasks = re.split(r"\n(?=TASK \[)", output)
    last, _newline, recap = tasks[-1].partition("\nPLAY RECAP")
    kept = [_excerpt_of_task(task) for task in (*tasks[:-1], last)]
    text = "\n".join(part for part, before in zip(kept, [None, *kept]) if part != _OMITTED or before != _OMITTED)
    return f"{text}\nPLAY RECAP{recap}".rstrip()


def _excerpt_of_task(task: str) -> str:
    if "Report the outcome" in task:
        return _without_times(task)
    return task.rstrip() + "\n" if "changed: [" in task else _OMITTED


def _without_times(report: str) -> str:
    """Times, and the order of the phases by time, differ from run to run, as does the form of times that are equal by chance."""
    lines = re.sub(r"(?<='seconds in )([\w-]+): [^']*", _time, report).splitlines(keepends=True)
    times = sorted(line for line in lines if "'seconds in" in line)
    return "".join(times.pop(0) if "'seconds in" in line else line for line in lines)


def _time(match: re.Match[str]) -> str:
    return f"{match[1]}: " + ("0.4" if match[1] == "invitation" else "median 0.4, slowest w1 0.4, w2 0.4")


def _without_kubelet() -> dict[str, t.Any]:
    """What the module returns for a host without a kubelet."""
    host = TestHost()
    host.version = None
    found = observe_preflight(host, PreflightSpec())
    findings = tuple(finding for finding in found.findings if finding.check == "KubeletVersion")
    try:
        refuse_errors(dataclasses.replace(found, findings=findings), ignored=())
    except JoinError as exc:
        return {"failed": True, "msg": str(exc), "error": exc.outline()}
    raise AssertionError("a host without a kubelet is not refused")


def render(text: str) -> str:
    """The output as an SVG, in Ansible's colors."""
    console = Console(record=True, width=_COLUMNS, file=io.StringIO(), force_terminal=True, color_system="standard")
    for line in text.splitlines():
        style = next((style for begin, style in _STYLES.items() if line.lstrip(" -'").startswith(begin)), "")
        console.print(Text(line, style=style))
    return console.export_svg(title="kubejoin.kubeadm", theme=MONOKAI, code_format=_FORMAT, unique_id="run")


def text_of(picture: str) -> list[str]:
    """The lines of a picture."""
    lines: dict[float, str] = {}
    for y, part in re.findall(r'<text[^>]* y="([\d.]+)"[^>]*clip-path[^>]*>([^<]*)</text>', picture):
        lines[float(y)] = lines.get(float(y), "") + html.unescape(part).replace("\xa0", " ")
    return [lines[y].rstrip() for y in sorted(lines)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        PICTURE.write_text(render(record(pathlib.Path(place))), encoding="utf-8")
    sys.stdout.write("\n".join(text_of(PICTURE.read_text(encoding="utf-8"))) + "\n")
