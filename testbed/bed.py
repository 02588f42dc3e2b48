# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A bed as tests and the command line use it."""

from __future__ import annotations

import concurrent.futures
import fcntl
import json
import pathlib
import shutil
import subprocess
import sys
import typing as t

from . import binaries, doctor, images, kernel, rootfs
from .cluster import Cluster
from .hosts import Hosts
from .pins import DEBIANS, NEWEST, OWN_CONTAINERD, Finished, cache_folder
from .plan import Plan
from .progress import Progress, begin, duration, finish, say
from .shell import BedError, run

KINDS = ("node", "kubeadm", "bare", *DEBIANS, *(f"{name}-kubeadm" for name in DEBIANS))
#: kubeadm's names of key algorithms, its default first.
ALGORITHMS = ("RSA-2048", "RSA-3072", "RSA-4096", "ECDSA-P256", "ECDSA-P384")


class Bed:
    """Hosts and a cluster under one name. As a context manager it is taken away at the end, whatever happens."""

    def __init__(
        self,
        name: str,
        *,
        kubernetes: str = "",
        kubelet: str = "",
        algorithm: str = "",
        named_binaries: pathlib.Path | None = None,
    ) -> None:
        """A bed of this name; without ``kubernetes`` with what it was made of, or the newest.

        ``kubelet`` is the version of the workers' kubelet when it is not the cluster's, ``algorithm`` that of the
        cluster's keys, one of ALGORITHMS.
        """
        self.plan = Plan(name)
        self.folder = cache_folder() / "beds" / name
        self._note = self.folder / "bed.json"
        if not kubernetes and self._note.exists():
            noted = json.loads(self._note.read_text())
            kubernetes, kubelet = noted["kubernetes"], noted.get("kubelet", "")
            algorithm = noted.get("algorithm", "")
            named_binaries = pathlib.Path(noted["binaries"]) if noted.get("binaries") else None
        self.kubernetes = kubernetes or NEWEST
        self.kubelet = kubelet or self.kubernetes
        self.algorithm = algorithm or ALGORITHMS[0]
        self.named_binaries = named_binaries.resolve() if named_binaries else None
        self.hosts = Hosts(self.plan, self.folder / "hosts", Finished(rootfs.BASE).path / "key")

    def __enter__(self) -> Bed:
        return self

    def __exit__(self, *exc: object) -> None:
        self.down()

    @property
    def cluster(self) -> Cluster:
        """The bed's cluster."""
        return Cluster(self.hosts, self.kubernetes, self._programs(), self.algorithm)

    def up(self, workers: t.Sequence[str] = ("w1", "w2"), *, cluster: bool = True) -> None:
        """Start the control plane cp1 and fresh workers. What slow parts are missing is made first, with progress."""
        found = doctor.complaints(self.kubernetes, self.named_binaries)
        if found:
            raise BedError("this machine cannot carry a test bed:\n  " + "\n  ".join(found))
        self.down()
        self.folder.mkdir(parents=True)
        self.build(*([] if not cluster or self._has_control_plane() else ["control plane"]), "hosts")
        note = {
            "kubernetes": self.kubernetes,
            "kubelet": self.kubelet,
            "algorithm": self.algorithm,
            "binaries": str(self.named_binaries or ""),
        }
        self._note.write_text(json.dumps(note))
        if cluster:
            self._make("cp1", "kubeadm")
            self.cluster.start()
        for worker in workers:
            self._make(worker, "node")
        self.hosts.boot(*workers)
        finish("hosts")
        say("the bed is ready")

    def build(self, *then: str) -> None:
        """Make everything slow that is not cached yet. One process at a time; others wait. ``then`` are the parts of `up` that follow."""
        with open(cache_folder() / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for broken_off in cache_folder().glob("*.partial-*"):
                kernel.unmount_below(broken_off)
                shutil.rmtree(broken_off)
            parts = [*self._missing_parts(), *then]
            progress = Progress(parts)
            begin(progress)
            kept = [part for part in parts if part != "hosts"]
            say(f"to build, and keep in {cache_folder()}: {', '.join(kept) or 'nothing'}")
            if parts:
                say(f"ready in about {duration(progress.seconds)} on two processors")
            self._make_parts()
            self._layers("kubeadm", self.kubelet)
            self._seed()

    def _missing_parts(self) -> list[str]:
        programs = binaries.missing_parts(self.kubernetes, self.named_binaries)
        made_of = binaries.label(self.kubernetes, self.named_binaries) if self.named_binaries else self.kubernetes
        has_debian, has_images = (Finished(name).path.exists() for name in (rootfs.BASE, f"seed-1-{made_of}"))
        return [*([] if has_debian else ["Debian"]), *programs, *([] if has_images else ["images"])]

    def _make_parts(self) -> None:
        """The parts that do not depend on each other, in two sequences side by side, since none of them always uses two processors."""

        def others() -> None:
            rootfs.base()
            binaries.coredns()
            binaries.pause()

        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            beside = pool.submit(others)
            for make in (binaries.runtime, self._programs, self._etcd):
                make()
                if beside.done():
                    beside.result()  # its error is raised now, and not after all programs are built

    def add_host(self, host: str, kind: str = "node") -> None:
        """Make and boot a fresh host."""
        if host in self.hosts.names():
            raise BedError(f"there is a host {host} already; renew it, or remove it first")
        self._make(host, kind)
        self.hosts.boot(host)

    def renew(self, *hosts: str, kind: str = "node") -> None:
        """Hosts as they come from their layers, and unknown to the cluster."""
        self.remove(*hosts)
        for host in hosts:
            self._make(host, kind)
        self.hosts.boot(*hosts)

    def remove(self, *hosts: str) -> None:
        """Take hosts away, and their nodes out of the cluster."""
        self.hosts.remove(*hosts)
        if hosts and "cp1" in self.hosts.names():
            self.kubectl("delete", "node", "--ignore-not-found", *hosts)

    def snapshot(self) -> None:
        """Keep the control plane as it is now; it is stopped meanwhile. One snapshot is kept, as long as the bed."""
        self.cluster.save(self._snapshot)
        self.cluster.wake()

    def restore(self) -> None:
        """Bring the control plane back to the snapshot. Raises BedError when none was taken."""
        if not self._snapshot.exists():
            raise BedError(f"bed {self.plan.bed} has no snapshot")
        self.hosts.remove("cp1")
        self._make("cp1", "kubeadm")
        self.cluster.thaw(self._snapshot)

    @property
    def _snapshot(self) -> pathlib.Path:
        return self.folder / "snapshot"

    def ssh(self, host: str, command: str, **options: t.Any) -> subprocess.CompletedProcess[str]:
        """Run a shell command line on a host."""
        return self.hosts.ssh(host, command, **options)

    def kubectl(self, *arguments: str, **options: t.Any) -> subprocess.CompletedProcess[str]:
        """Run kubectl as the cluster's administrator."""
        return self.cluster.kubectl(*arguments, **options)

    def move_endpoint(self, host: str) -> None:
        """Have the cluster's endpoint api.bed lead to another control plane, as a change in DNS does."""
        self.hosts.move_endpoint(host)

    def enter_network(self) -> None:
        """Put the calling thread into the bed's network, where the hosts can be reached."""
        kernel.enter_network(self.plan)

    def command_prefix(self) -> list[str]:
        """What makes a command run in the bed's network."""
        return kernel.prefix(self.plan)

    def inventory(self, *, outside: bool = False) -> str:
        """An Ansible inventory of the hosts that there are, in YAML (which JSON is).

        It is for an Ansible in the bed's network, or with ``outside`` for one that is not.
        """
        control = f"-oControlMaster=auto -oControlPersist=60s -oControlPath={self.hosts.control_path}"
        if outside:
            pipe = [
                *self.command_prefix(),
                sys.executable,
                str(pathlib.Path(__file__).with_name("pipe.py")),
                "%h",
                "%p",
            ]
            control += f" -oProxyCommand='{' '.join(pipe)}'"
        names = self.hosts.names()
        groups = {
            group: {
                "hosts": {name: {"ansible_host": self.plan.address(name)} for name in names if name.startswith(prefix)}
            }
            for group, prefix in (("control_plane", "cp"), ("workers", "w"))
        }
        variables = {
            "ansible_user": "root",
            "ansible_python_interpreter": "/usr/bin/python3",
            "ansible_ssh_private_key_file": str(self.hosts.key),
            "ansible_ssh_common_args": " ".join([*self.hosts.ssh_options(), control]),
        }
        return json.dumps({"all": {"vars": variables, "children": groups}}, indent=2) + "\n"

    def status(self) -> str:
        """A line a host."""
        return "\n".join(
            f"{name} {self.plan.address(name)} {len(kernel.processes(self.plan, name))} processes"
            for name in self.hosts.names()
        )

    def down(self) -> None:
        """Take everything away, also after the tool was killed at any moment. Raises BedError if something stays."""
        kernel.kill_processes(self.plan, "")
        known = set(self.hosts.names()) | set(self.plan.all_hosts())
        present = [host for host in sorted(known) if host in self.hosts.names() or self._has_traces(host)]
        self.hosts.remove(*present)
        kernel.remove_network(self.plan)
        for root in kernel.hierarchies():
            if (root / self.plan.cgroup).exists():
                kernel.empty_cgroup(self.plan, "", itself=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        left = kernel.leftovers(self.plan, self.folder)
        if self.folder.exists():
            left.append(f"folder {self.folder}")
        if left:
            raise BedError("left over: " + ", ".join(left))

    def _has_traces(self, host: str) -> bool:
        namespace = pathlib.Path("/run/netns", self.plan.host_netns(host))
        return namespace.exists() or any((root / self.plan.cgroup / host).exists() for root in kernel.hierarchies())

    def _has_control_plane(self) -> bool:
        """Whether one was kept; perhaps one of other parts."""
        return any(cache_folder().glob(f"control-plane-{self.plan.bed}-*"))

    def _programs(self) -> pathlib.Path:
        return binaries.kubernetes(self.kubernetes, self.named_binaries)

    def _etcd(self) -> pathlib.Path:
        return images.etcd(self._programs(), self.kubernetes)

    def _layers(self, kind: str, kubelet: str) -> list[pathlib.Path]:
        """The layers of a kind of host, the topmost first: bare Debian, a node, or a node with kubeadm and kubectl, or such nodes of a release.

        ``kubelet`` is the version of its kubelet.
        """
        if kind not in KINDS:
            raise BedError(f"{kind!r} is no kind of host: {', '.join(KINDS)}")
        base = rootfs.base() / "tree"
        if kind == "bare":
            return [base]
        programs = self._programs()
        pause = images.image_list(programs, self.kubernetes)["pause"]
        kubelets = programs if kubelet == self.kubernetes else binaries.kubelet(kubelet)
        release = kind.partition("-")[0]
        runtime = rootfs.packed_node(pause) if release in OWN_CONTAINERD else rootfs.node(pause)
        layers = [
            rootfs.kubelet(kubelet, kubelets),
            runtime,
            rootfs.debian(release) / "tree" if release in DEBIANS else base,
        ]
        return [rootfs.kubeadm(self.kubernetes, programs), *layers] if kind.endswith("kubeadm") else layers

    def _make(self, host: str, kind: str) -> None:
        kubelet = self.kubernetes if host.startswith("cp") else self.kubelet
        self.hosts.make(host, self._layers(kind, kubelet), None if kind == "bare" else self._seed())

    def _seed(self) -> pathlib.Path:
        """containerd's data with all images imported and unpacked, made by a host of a bed of its own."""

        def fill(folder: pathlib.Path) -> None:
            say("importing the container images")
            with Bed("seed", kubernetes=self.kubernetes, named_binaries=self.named_binaries) as bed:
                bed.down()
                bed.hosts.make("s1", self._layers("node", self.kubernetes), None)
                archive = bed.folder / "hosts/s1/data/etcd/images.tar"
                images.write_archive(archive, self._programs(), self.kubernetes, rootfs.base() / "tree")
                bed.hosts.boot("s1")
                bed.ssh("s1", "ctr -n k8s.io images import --local=false /var/lib/etcd/images.tar && sync")
                bed.hosts.stop("s1")
                shutil.rmtree(bed.folder / "hosts/s1/data/containerd/tmpmounts", ignore_errors=True)
                run("cp", "-a", f"{bed.folder}/hosts/s1/data/containerd", str(folder / "containerd"))
            finish("images")

        return Finished(f"seed-1-{binaries.label(self.kubernetes, self._programs())}").make(fill) / "containerd"
