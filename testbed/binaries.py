# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Programs: from a folder, the cache, the official releases, or built from pinned Go modules."""

from __future__ import annotations

import concurrent.futures
import hashlib
import os
import pathlib
import re
import shutil
import typing as t
import urllib.error
import urllib.request

from .pins import (
    CONTAINERD,
    COREDNS,
    ETCD,
    KUBERNETES,
    MODULES,
    NEWEST_ETCD,
    PROGRAMS,
    RELEASES,
    Finished,
    cache_folder,
    minor_of,
)
from .progress import finish, say
from .shell import BedError, run

#: Programs by module folder: name of the program -> its Go package.
_RUNTIME = {
    "containerd": "github.com/containerd/containerd/v2/cmd/containerd",
    "containerd-shim-runc-v2": "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
    "ctr": "github.com/containerd/containerd/v2/cmd/ctr",
    "bridge": "github.com/containernetworking/plugins/plugins/main/bridge",
    "host-local": "github.com/containernetworking/plugins/plugins/ipam/host-local",
    "loopback": "github.com/containernetworking/plugins/plugins/main/loopback",
    "portmap": "github.com/containernetworking/plugins/plugins/meta/portmap",
}
_ETCD = {name: f"go.etcd.io/etcd/{folder}/v3" for name, folder in (("etcd", "server"), ("etcdctl", "etcdctl"))}


def kubernetes(version: str, named_folder: pathlib.Path | None = None) -> pathlib.Path:
    """The folder with Kubernetes' programs of a version."""
    if named_folder is not None:
        missing = [name for name in PROGRAMS if not (named_folder / name).exists()]
        if missing:
            raise BedError(f"{named_folder} lacks {', '.join(missing)}")
        return named_folder
    place = Finished(f"kubernetes-{version}")

    def fill(folder: pathlib.Path) -> None:
        if not _download(version, folder):
            _build_kubernetes(version, folder)

    return place.make(fill)


def kubelet(version: str) -> pathlib.Path:
    """A folder with the kubelet of a version, perhaps with nothing else."""
    whole = Finished(f"kubernetes-{version}")
    if whole.path.exists():
        return whole.path

    def fill(folder: pathlib.Path) -> None:
        if not _download(version, folder, ("kubelet",)):
            _build_kubernetes(version, folder, ("kubelet",))

    return Finished(f"kubelet-program-{version}").make(fill)


def label(version: str, folder: pathlib.Path) -> str:
    """What distinguishes the programs in a folder from others: their version, and for a folder of the user's what lies in it."""
    if folder.parent == cache_folder():
        return version
    found = [(name, (folder / name).stat()) for name in PROGRAMS]
    content = repr([(name, stat.st_size, stat.st_mtime_ns, stat.st_ino) for name, stat in found])
    return f"{version}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def etcd(wanted: str = NEWEST_ETCD) -> pathlib.Path:
    """The folder with etcd and etcdctl, of the wanted version's minor if it is pinned, else the newest."""
    version = ETCD.get(minor_of(wanted), NEWEST_ETCD)
    return Finished(f"etcd-{version}").make(lambda folder: _build(f"etcd-{minor_of(version)}", _ETCD, folder))


def coredns() -> pathlib.Path:
    """The folder with coredns."""
    return Finished(f"coredns-{COREDNS}").make(lambda folder: _build("coredns", {"coredns": "testbed/dnsbed"}, folder))


def runtime() -> pathlib.Path:
    """The folder with containerd and the CNI plugins."""
    return Finished(f"runtime-{CONTAINERD}").make(lambda folder: _build("runtime", _RUNTIME, folder))


def pause() -> pathlib.Path:
    """The folder with the first process of pods."""

    def fill(folder: pathlib.Path) -> None:
        say("compiling pause")
        source = str(pathlib.Path(__file__).parent / "pause.c")
        run("gcc", "-Os", "-static", "-s", "-o", str(folder / "pause"), source)
        finish("pause")

    return Finished("pause-1").make(fill)


def _download(version: str, folder: pathlib.Path, names: t.Sequence[str] = PROGRAMS) -> bool:
    """Fetch the official release; False, with the reason said, when it cannot be reached. A wrong checksum is an error."""
    say(f"downloading Kubernetes {version} from {RELEASES}")
    for name in names:
        address = f"{RELEASES}/v{version}/bin/linux/amd64/{name}"
        try:
            with urllib.request.urlopen(f"{address}.sha256", timeout=5) as answer:
                expected = answer.read(200).decode("ascii").split()[0]
            with urllib.request.urlopen(address, timeout=30) as answer, open(folder / name, "wb") as stream:
                shutil.copyfileobj(answer, stream)
        except (urllib.error.URLError, OSError, ValueError, IndexError) as exc:
            say(f"cannot download {name} ({exc}): building instead")
            return False
        actual = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if actual != expected:
            raise BedError(f"{address} has checksum {actual}, expected {expected}")
        (folder / name).chmod(0o755)
        finish(name)
    return True


def _build_kubernetes(version: str, folder: pathlib.Path, names: t.Sequence[str] = PROGRAMS) -> None:
    if KUBERNETES.get(minor_of(version)) != version:
        pinned = ", ".join(KUBERNETES.values())
        raise BedError(f"Kubernetes {version} is not pinned, so it cannot be built; these are: {pinned}")
    package = "k8s.io/component-base/version"
    values = {
        "gitVersion": f"v{version}",
        "gitMajor": "1",
        "gitMinor": version.split(".")[1],
        "gitTreeState": "clean",
        "gitCommit": "0" * 40,
        "buildDate": "2026-01-01T00:00:00Z",
    }
    stamps = " ".join(f"-X {package}.{name}={value}" for name, value in values.items())
    packages = {name: f"k8s.io/kubernetes/cmd/{name}" for name in names}
    _build(f"kubernetes-{minor_of(version)}", packages, folder, stamps)


def _build(module: str, packages: dict[str, str], folder: pathlib.Path, stamps: str = "") -> None:
    """Build static programs from the pinned module in modules/. One call of Go builds them all, so that it compiles one while it links another."""
    if not (MODULES / module).exists():
        raise BedError(f"there is no pinned module testbed/modules/{module}: name a folder with --binaries")
    if shutil.which("go") is None:
        raise BedError("Go is missing: install Go 1.26 or newer, or name a folder with built programs with --binaries")
    say(f"building {', '.join(packages)}")
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly -buildvcs=false", "GOWORK": "off"}
    flags = ("-trimpath", "-tags", "no_btrfs", "-ldflags", f"-s -w {stamps}".strip())
    command = ("nice", "go", "build", *flags, "-o", f"{folder}/", *packages.values())
    places = {name: folder / _file_name(package) for name, package in packages.items()}
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        build = pool.submit(run, *command, cwd=MODULES / module, env=environment)
        while not concurrent.futures.wait([build], timeout=1).done:
            finish(*(name for name, place in places.items() if place.exists()))
    build.result()
    for name, place in places.items():
        place.rename(folder / name)
    finish(*packages)


def _file_name(package: str) -> str:
    """The name of the program that Go builds from a package: the last part of the path that is no version."""
    return re.sub(r"/v\d+$", "", package).rpartition("/")[2]


def missing_parts(version: str, named_folder: pathlib.Path | None = None) -> list[str]:
    """The programs of the cache that have to be built first, in this order; Kubernetes' are those in a folder if one is named."""
    wanted = {
        f"runtime-{CONTAINERD}": _RUNTIME,
        f"coredns-{COREDNS}": ("coredns",),
        "pause-1": ("pause",),
        f"kubernetes-{version}": () if named_folder else PROGRAMS,
        f"etcd-{NEWEST_ETCD}": _ETCD,
    }
    return [program for place, programs in wanted.items() if not Finished(place).path.exists() for program in programs]
