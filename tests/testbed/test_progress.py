# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The progress of a build: which parts it has, and how much of it is done."""

from __future__ import annotations

import pathlib
import re
import threading
import time
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testbed import Bed, binaries, images, pins, progress, rootfs
from testbed.progress import SECONDS, Progress, duration
from testbed.shell import BedError


@given(st.permutations(sorted(SECONDS)), st.sets(st.sampled_from(sorted(SECONDS))))
def test_the_share_never_decreases_and_ends_at_100(order: list[str], parts: set[str]) -> None:
    """Whatever the parts of the work are, and in which order they and others are finished."""
    work = Progress(parts)
    seen = [work.percent]
    for part in order:
        work.finish(part)
        seen.append(work.percent)
    assert seen == sorted(seen)
    assert seen[0] == (0 if parts else 100) and seen[-1] == 100
    assert parts <= set(order[: seen.index(100)]), "all parts are finished at 100 %"


def test_the_share_is_one_of_the_time() -> None:
    work = Progress(["kubelet", "kubectl"])
    work.finish("kubectl")
    assert work.percent == 100 * SECONDS["kubectl"] // (SECONDS["kubelet"] + SECONDS["kubectl"])
    assert work.seconds == SECONDS["kubelet"]


@pytest.mark.parametrize(("seconds", "text"), [(9, "9 seconds"), (89, "89 seconds"), (725, "12 minutes")])
def test_durations_are_in_words(seconds: int, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize("name", ["tools/demo", "testbed/README.md"])
def test_the_time_from_nothing_is_documented(name: str) -> None:
    """As the parts take it together."""
    text = " ".join((pathlib.Path(__file__).parents[2] / name).read_text(encoding="utf-8").split())
    assert f"about {duration(sum(SECONDS.values()))}" in text


@pytest.fixture
def empty(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """An empty cache, and commands that take no time: Go writes the programs that it is asked for."""
    monkeypatch.setenv("KUBEJOIN_TESTBED_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(binaries, "RELEASES", "http://127.0.0.1:1")
    monkeypatch.setattr(binaries.shutil, "which", lambda name: f"/usr/bin/{name}")

    def run(*command: str, **options: t.Any) -> None:
        if "build" in command:
            *_flags, folder = command[: command.index("-o") + 2]
            for package in command[command.index("-o") + 2 :]:
                pathlib.Path(folder, binaries._file_name(package)).write_text("program")

    monkeypatch.setattr(binaries, "run", run)
    monkeypatch.setattr(rootfs, "run", run)
    monkeypatch.setattr(rootfs, "_install", lambda *arguments: None)
    monkeypatch.setattr(images, "image_list", lambda programs, version: {"etcd": f"etcd:{pins.NEWEST_ETCD}-0"})
    monkeypatch.setattr(progress, "_current", None)
    return tmp_path / "cache"


def built(bed: Bed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What `build` prints; of the parts that need a machine, it only says that they are done."""
    monkeypatch.setattr(bed, "_layers", lambda kind, kubelet: [])
    monkeypatch.setattr(bed, "_seed", lambda: progress.finish("images"))
    bed.build("control plane", "hosts")
    progress.finish("control plane")
    progress.finish("hosts")
    return capsys.readouterr().err.splitlines()


def test_every_part_is_planned_weighed_and_finished(
    empty: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From nothing these are all parts; the last one that is finished leads to 100 %."""
    bed = Bed("parts")
    assert {*bed._missing_parts(), "control plane", "hosts"} == set(SECONDS)
    lines = built(bed, monkeypatch, capsys)
    assert f"ready in about {duration(sum(SECONDS.values()))}" in lines[1]
    shares = [int(found) for found in re.findall(r"(\d+) %\]", "\n".join(lines))]
    assert len(shares) == len(lines) and shares == sorted(shares)
    assert shares[0] == 0 and shares[-1] == 100 and shares[-2] < 100


def test_what_is_in_the_cache_is_not_planned(
    empty: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    built(Bed("parts"), monkeypatch, capsys)
    assert Bed("parts")._missing_parts() == ["images"]
    for place in (rootfs.BASE, f"etcd-{pins.NEWEST_ETCD}"):
        (empty / place).rename(empty / f"other-{place}")
    assert Bed("parts")._missing_parts() == ["Debian", "etcd", "etcdctl", "images"]


def test_a_debian_that_cannot_be_installed_stops_the_build(
    empty: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is installed beside the programs, and its error is raised before all of them are built."""
    failed = threading.Event()

    def fail(*arguments: object) -> None:
        failed.set()
        raise BedError("no mirror")

    def runtime() -> None:
        assert failed.wait(10)
        time.sleep(0.5)  # until the error has arrived

    monkeypatch.setattr(rootfs, "_install", fail)
    monkeypatch.setattr(binaries, "runtime", runtime)
    with pytest.raises(BedError, match="no mirror"):
        built(Bed("parts"), monkeypatch, capsys)
    assert not [*empty.glob("coredns-*"), *empty.glob("kubernetes-*")]


def test_programs_have_the_names_that_they_are_asked_for(empty: pathlib.Path) -> None:
    """Go names one after the last part of its path that is no version."""
    assert sorted(path.name for path in binaries.etcd().iterdir()) == ["etcd", "etcdctl"]
    assert sorted(path.name for path in binaries.kubernetes(pins.NEWEST).iterdir()) == sorted(pins.PROGRAMS)
