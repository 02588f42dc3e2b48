# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file trees that hosts are layered from: a plain Debian, a container runtime, the kubelet, kubeadm."""

from __future__ import annotations

import pathlib
import shutil

from . import binaries
from .pins import DEBIAN, DEBIANS, OWN_CONTAINERD, Finished
from .progress import finish, say
from .shell import run

#: The name of a Debian and of the key of its root in the cache; the number changes with what is in it.
BASE = "base-2"
_PACKAGES = (
    "systemd,systemd-sysv,dbus,libpam-systemd,openssh-server,python3,python3-yaml,python3-cryptography,python3-requests,"
    "python3-apt,iproute2,iptables,nftables,conntrack,ethtool,socat,ca-certificates,procps,kmod,mount,util-linux,curl,"
    "openssl,less,iputils-ping,tar,gzip,jq,runc,sudo"
)
#: The second line has units that a login starts and that take inotify instances, of which all hosts have few together.
_MASKED = (
    "getty@tty1.service console-getty.service systemd-resolved.service systemd-networkd.service apt-daily.timer "
    "systemd-logind.service user@.service systemd-ask-password-console.path systemd-ask-password-wall.path "
    "apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer systemd-timesyncd.service"
).split()

_CONTAINERD_CONFIG = """version = 3
[grpc]
  address = '/run/containerd/containerd.sock'
[plugins.'io.containerd.cri.v1.images']
  snapshotter = 'overlayfs'
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = '{pause}'
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ['/opt/cni/bin']
    conf_dir = '/etc/cni/net.d'
  [plugins.'io.containerd.cri.v1.runtime'.containerd]
    default_runtime_name = 'runc'
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
      runtime_type = 'io.containerd.runc.v2'
      [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
        BinaryName = '/usr/sbin/runc'
        SystemdCgroup = true
"""

# For containerd 1.6 and 1.7.
_OLD_CONTAINERD_CONFIG = """version = 2
[plugins.'io.containerd.grpc.v1.cri']
  sandbox_image = '{pause}'
  restrict_oom_score_adj = true
  [plugins.'io.containerd.grpc.v1.cri'.cni]
    bin_dir = '/opt/cni/bin'
    conf_dir = '/etc/cni/net.d'
  [plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes.runc]
    runtime_type = 'io.containerd.runc.v2'
    [plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes.runc.options]
      SystemdCgroup = true
"""

_CONTAINERD_DROPIN = """[Unit]
After=bed-prepare.service
Requires=bed-prepare.service

[Service]
LimitNOFILE=20000
"""

_CONTAINERD_SERVICE = """[Unit]
Description=container runtime
After=network.target bed-prepare.service
Requires=bed-prepare.service

[Service]
Type=notify
ExecStart=/usr/bin/containerd
Delegate=yes
KillMode=process
Restart=always
RestartSec=2
LimitNOFILE=20000

[Install]
WantedBy=multi-user.target
"""

# Runs in the host's own mount namespace. A remount without "bind" would change the machine's own mounts.
_PREPARE = """#!/bin/bash
set -eu
for hierarchy in /sys/fs/cgroup/*/; do
  hierarchy=${hierarchy%/}
  if mountpoint -q "$hierarchy" && [ ! -L "$hierarchy" ]; then mount -o remount,rw,bind "$hierarchy"; fi
done
# The kubelet writes these where they differ from what it wants, and they are the machine's: show it files that agree.
mkdir -p /run/bed
pretend() {
  local file=/run/bed/${1//\\//_}
  echo "$2" > "$file"
  mountpoint -q "/proc/sys/$1" || mount --bind "$file" "/proc/sys/$1"
}
pretend vm/overcommit_memory 1
pretend vm/panic_on_oom 0
pretend kernel/panic 10
pretend kernel/panic_on_oops 1
pretend kernel/keys/root_maxkeys 1000000
pretend kernel/keys/root_maxbytes 25000000
echo 1 > /proc/sys/net/ipv4/ip_forward
mount --make-rshared /
"""

#: What API servers write to their audit logs, on every host that can become a control plane.
AUDIT_POLICY = "/usr/lib/bed/audit-policy.yaml"
_AUDIT_POLICY = """apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
"""

_PREPARE_SERVICE = """[Unit]
Description=what a kubelet needs of a host in a container
DefaultDependencies=no
After=local-fs.target
Before=sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/lib/bed/prepare

[Install]
WantedBy=multi-user.target
"""

_KUBELET_SERVICE = """[Unit]
Description=kubelet: The Kubernetes Node Agent
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
"""

_KUBEADM_DROPIN = """[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
"""


def base() -> pathlib.Path:
    """A Debian that boots systemd and sshd and lets root in by the bed's key, which lies beside the tree."""

    def fill(folder: pathlib.Path) -> None:
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "key"))
        _install(folder / "tree", DEBIAN, _PACKAGES, folder / "key.pub")
        finish("Debian")

    return Finished(BASE).make(fill)


def debian(kind: str) -> pathlib.Path:
    """The Debian of one of the kinds DEBIANS, with the container runtime that is packed for it, if kubelets can use it."""
    packages = f"{_PACKAGES},containerd" if kind in OWN_CONTAINERD else _PACKAGES

    def fill(folder: pathlib.Path) -> None:
        _install(folder / "tree", DEBIANS[kind], packages, base() / "key.pub")

    return Finished(f"{kind}-2").make(fill)


def _install(tree: pathlib.Path, release: str, packages: str, key: pathlib.Path) -> None:
    say(f"installing Debian {release} into a folder")
    targets = run("apt-get", "indextargets", "--format", "deb $(REPO_URI) $(CODENAME) main", "Identifier: Packages")
    sources = sorted(
        {line.replace(f" {DEBIAN}", f" {release}") for line in targets.stdout.splitlines() if f" {DEBIAN}" in line}
    )
    retries = '--aptopt=Acquire::Retries "5"'  # one of some hundred downloads may fail
    options = ("--variant=minbase", f"--include={packages}", "--components=main", retries)
    run("mmdebstrap", *options, release, str(tree), "-", input="\n".join(sources))
    _write(tree, "root/.ssh/authorized_keys", key.read_text(), 0o600)
    (tree / "root/.ssh").chmod(0o700)
    _write(tree, "etc/ssh/sshd_config.d/bed.conf", "PermitRootLogin yes\nUseDNS no\nMaxStartups 100\n")
    for old in (tree / "etc/ssh").glob("ssh_host_*"):
        old.unlink()
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tree / "etc/ssh/ssh_host_ed25519_key"))
    for unit in _MASKED:
        (tree / "etc/systemd/system" / unit).unlink(missing_ok=True)
        (tree / "etc/systemd/system" / unit).symlink_to("/dev/null")
    journal = "[Journal]\nStorage=volatile\nRuntimeMaxUse=64M\nReadKMsg=no\n"
    _write(tree, "etc/systemd/journald.conf.d/bed.conf", journal)
    _write(tree, "etc/systemd/system.conf.d/bed.conf", "[Manager]\nDefaultTimeoutStopSec=10s\n")
    for path in ("etc/machine-id", "etc/resolv.conf"):
        (tree / path).unlink(missing_ok=True)
        _write(tree, path, "")
    for waste in ("usr/share/doc", "usr/share/man", "usr/share/locale", "var/cache/apt/archives"):
        shutil.rmtree(tree / waste, ignore_errors=True)


def node(pause_image: str) -> pathlib.Path:
    """containerd and the CNI plugins, over a base."""
    tag = pause_image.rsplit(":", 1)[1]

    def fill(folder: pathlib.Path) -> None:
        programs = binaries.runtime()
        for name in ("containerd", "containerd-shim-runc-v2", "ctr"):
            _copy(programs / name, folder, "usr/bin")
        _write(folder, "etc/containerd/config.toml", _CONTAINERD_CONFIG.format(pause=pause_image))
        _unit(folder, "containerd.service", _CONTAINERD_SERVICE)
        _prepare(folder, programs)

    return Finished(f"node-2-{tag}").make(fill)


def packed_node(pause_image: str) -> pathlib.Path:
    """The CNI plugins and the configuration of containerd, over a Debian that has it."""
    tag = pause_image.rsplit(":", 1)[1]

    def fill(folder: pathlib.Path) -> None:
        _write(folder, "etc/containerd/config.toml", _OLD_CONTAINERD_CONFIG.format(pause=pause_image))
        _write(folder, "etc/systemd/system/containerd.service.d/bed.conf", _CONTAINERD_DROPIN)
        _prepare(folder, binaries.runtime())

    return Finished(f"packed-node-1-{tag}").make(fill)


def _prepare(folder: pathlib.Path, programs: pathlib.Path) -> None:
    for name in ("bridge", "host-local", "loopback", "portmap"):
        _copy(programs / name, folder, "opt/cni/bin")
    _write(folder, "usr/lib/bed/prepare", _PREPARE, 0o755)
    _write(folder, AUDIT_POLICY.lstrip("/"), _AUDIT_POLICY)
    _unit(folder, "bed-prepare.service", _PREPARE_SERVICE)
    # Without this order the kubelet ends once after a boot, and its restart takes ten seconds.
    _write(folder, "etc/systemd/system/kubelet.service.d/20-bed.conf", "[Unit]\nAfter=containerd.service\n")


def kubelet(version: str, programs: pathlib.Path) -> pathlib.Path:
    """The kubelet with its service and kubeadm's drop-in, laid out as the Kubernetes packages do."""

    def fill(folder: pathlib.Path) -> None:
        _copy(programs / "kubelet", folder, "usr/bin")
        _write(folder, "usr/lib/systemd/system/kubelet.service", _KUBELET_SERVICE)
        _write(folder, "usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf", _KUBEADM_DROPIN)
        wants = folder / "etc/systemd/system/multi-user.target.wants"
        wants.mkdir(parents=True)
        (wants / "kubelet.service").symlink_to("/usr/lib/systemd/system/kubelet.service")
        (folder / "etc/kubernetes/manifests").mkdir(parents=True)

    return Finished(f"kubelet-1-{binaries.label(version, programs)}").make(fill)


def kubeadm(version: str, programs: pathlib.Path) -> pathlib.Path:
    """kubeadm and kubectl, for control planes and for hosts that the real kubeadm joins."""

    def fill(folder: pathlib.Path) -> None:
        for name in ("kubeadm", "kubectl"):
            _copy(programs / name, folder, "usr/bin")

    return Finished(f"kubeadm-1-{binaries.label(version, programs)}").make(fill)


def _write(tree: pathlib.Path, path: str, text: str, mode: int = 0o644) -> None:
    target = tree / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    target.chmod(mode)


def _copy(program: pathlib.Path, tree: pathlib.Path, folder: str) -> None:
    target = tree / folder
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy2(program, target)


def _unit(tree: pathlib.Path, name: str, text: str) -> None:
    _write(tree, f"etc/systemd/system/{name}", text)
    wants = tree / "etc/systemd/system/multi-user.target.wants"
    wants.mkdir(parents=True, exist_ok=True)
    (wants / name).symlink_to(f"../{name}")
