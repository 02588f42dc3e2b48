# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Container images written from plain programs, as one OCI archive, with no container engine."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pathlib
import re
import shutil
import tarfile
import typing as t
from dataclasses import dataclass

from . import binaries
from .shell import run

REGISTRY = "registry.k8s.io"
_LIBRARIES = "usr/lib/x86_64-linux-gnu"


@dataclass(frozen=True)
class Image:
    """An image: its full reference, its entry point (empty: none), and file or folder by its path inside."""

    reference: str
    entrypoint: str
    content: t.Mapping[str, pathlib.Path]


def image_list(programs: pathlib.Path, version: str) -> dict[str, str]:
    """Short name -> reference of the images that this kubeadm wants."""
    listed = run(str(programs / "kubeadm"), "config", "images", "list", "--kubernetes-version", f"v{version}")
    references = [line for line in listed.stdout.split() if line.startswith(REGISTRY)]
    return {re.sub(r".*/|:.*", "", reference): reference for reference in references}


def etcd(programs: pathlib.Path, version: str) -> pathlib.Path:
    """The folder with the etcd for this kubeadm."""
    return binaries.etcd(image_list(programs, version)["etcd"].rpartition(":")[2])


def write_archive(archive: pathlib.Path, programs: pathlib.Path, version: str, base: pathlib.Path) -> None:
    """Write all images of a version into one archive that `ctr images import` takes."""
    names = image_list(programs, version)
    tools = archive.parent / "proxy-tools"
    _collect_proxy_tools(base, tools)
    images = [
        Image(names[name], "", {f"/usr/local/bin/{name}": programs / name})
        for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
    ]
    images.append(Image(names["kube-proxy"], "", {"/usr/local/bin/kube-proxy": programs / "kube-proxy", "/": tools}))
    images.append(Image(names["pause"], "/pause", {"/pause": binaries.pause() / "pause"}))
    folder = etcd(programs, version)
    images.append(Image(names["etcd"], "", {f"/usr/local/bin/{name}": folder / name for name in ("etcd", "etcdctl")}))
    images.append(Image(names["coredns"], "/coredns", {"/coredns": binaries.coredns() / "coredns"}))
    with tarfile.open(archive, "w") as stream:
        _write_layout(stream, images)
    shutil.rmtree(tools)


def _write_layout(stream: tarfile.TarFile, images: t.Sequence[Image]) -> None:
    written: set[str] = set()

    def put(name: str, data: bytes) -> None:
        if name not in written:
            written.add(name)
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            entry.mode = 0o644
            stream.addfile(entry, io.BytesIO(data))

    def blob(data: bytes, kind: str) -> dict[str, t.Any]:
        digest = hashlib.sha256(data).hexdigest()
        put(f"blobs/sha256/{digest}", data)
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{digest}", "size": len(data)}

    manifests = []
    for image in images:
        layer = blob(_layer(image.content), "layer.v1.tar")
        config: dict[str, t.Any] = {"Env": ["PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], "WorkingDir": "/"}
        if image.entrypoint:
            config["Entrypoint"] = [image.entrypoint]
        described = {
            "architecture": "amd64",
            "os": "linux",
            "config": config,
            "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]},
        }
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": blob(json.dumps(described).encode(), "config.v1+json"),
            "layers": [layer],
        }
        names = {"io.containerd.image.name": image.reference}
        manifests.append({**blob(json.dumps(manifest).encode(), "manifest.v1+json"), "annotations": names})
    index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": manifests}
    put("oci-layout", b'{"imageLayoutVersion":"1.0.0"}')
    put("index.json", json.dumps(index).encode())


def _layer(content: t.Mapping[str, pathlib.Path]) -> bytes:
    """One layer with those files and folders, the same bytes every time: sorted, owned by root, without times."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as layer:
        folders: set[str] = set()

        def add(inside: str, path: pathlib.Path) -> None:
            parents = [str(parent) for parent in reversed(pathlib.PurePosixPath(inside.strip("/")).parents)][1:]
            for parent in parents:
                if parent not in folders:
                    folders.add(parent)
                    entry = tarfile.TarInfo(parent)
                    entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                    layer.addfile(entry)
            entry = tarfile.TarInfo(inside.strip("/"))
            if path.is_symlink():
                entry.type, entry.linkname = tarfile.SYMTYPE, os.readlink(path)
                layer.addfile(entry)
                return
            status = path.stat()
            entry.size, entry.mode = status.st_size, status.st_mode & 0o777
            with open(path, "rb") as stream:
                layer.addfile(entry, stream)

        for scratch in ("/tmp/.keep", "/etc/.keep"):
            add(scratch, pathlib.Path(os.devnull))
        for inside, path in content.items():
            if not path.is_dir():
                add(inside, path)
                continue
            for folder, subfolders, files in os.walk(path):
                subfolders.sort()
                links = [name for name in subfolders if (pathlib.Path(folder) / name).is_symlink()]
                for name in sorted(files + links):
                    found = pathlib.Path(folder, name)
                    add(str(found.relative_to(path)), found)
    return buffer.getvalue()


def _collect_proxy_tools(base: pathlib.Path, target: pathlib.Path) -> None:
    """What kube-proxy calls, with every library that the programs and the iptables extensions need."""
    shutil.rmtree(target, ignore_errors=True)
    for folder in ("usr/sbin", _LIBRARIES, "lib64"):
        (target / folder).mkdir(parents=True)
    programs = [
        f"usr/sbin/{name}" for name in ("xtables-nft-multi", "nft", "conntrack") if (base / "usr/sbin" / name).exists()
    ]
    extensions = [str(path.relative_to(base)) for path in (base / _LIBRARIES / "xtables").glob("*.so")]
    for program in programs:
        shutil.copy2(base / program, target / "usr/sbin")
    linked = run("chroot", str(base), "ldd", *(f"/{path}" for path in programs + extensions), check=False).stdout
    for library in set(re.findall(r"=> /(?:usr/)?lib/x86_64-linux-gnu/(\S+)", linked)):
        shutil.copy2(base / _LIBRARIES / library, target / _LIBRARIES)
    for tables in ("iptables", "ip6tables"):
        for command in ("", "-save", "-restore"):
            (target / "usr/sbin" / f"{tables}{command}").symlink_to("xtables-nft-multi")
    shutil.copytree(base / _LIBRARIES / "xtables", target / _LIBRARIES / "xtables", symlinks=True)
    (target / "lib").symlink_to("usr/lib")
    shutil.copy2(base / "lib64/ld-linux-x86-64.so.2", target / "lib64")
