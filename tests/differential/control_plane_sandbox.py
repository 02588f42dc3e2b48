# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one real kubeadm binary writes on nodes that join as control planes: static pods, certificates, kubeconfigs.

Started like `sandbox.py`, whose root it uses; the job on standard input holds one binary and many cases, answers go to
standard output in their order.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import shutil
import sys
import time
import typing as t

from describe import describe_certificate, describe_kubeconfig
from sandbox import (
    CONFIG_MAPS,
    admin_conf,
    apply_edits,
    join_configuration,
    make_host,
    run_command,
    run_kubeadm,
    write_yaml,
)
from stub_api import Authority, StubApi

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "plugins"))
from module_utils._control_plane.shared_certificates import SharedFile, decrypt_shared_files, encrypt_shared_files

_SECRET = "/api/v1/namespaces/kube-system/secrets/kubeadm-certs"
_CERTIFICATE_KEY = "0123456789abcdef" * 4
_SOCKET = "unix:///run/containerd/containerd.sock"
_KUBEADM = "kubeadm.k8s.io/v1beta4"
#: What kubeadm reads as well, though nothing here comes from it: ConfigMap, key and value.
_OTHERS = (
    ("kubelet-config", "kubelet", '{"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration"}'),
    (
        "kube-proxy",
        "config.conf",
        '{"apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration"}',
    ),
)


def main() -> None:
    job = json.load(sys.stdin)
    root = make_control_plane_host(job)
    with StubApi(Authority()) as api:
        authorities = Authorities(root, job["version"])
        answers, problems = [], []
        for case in job["cases"]:
            try:
                run = ControlPlaneRun(root, api, job["version"], authorities, case)
                answers.append(run.prepare() if job["certificates"] else run.manifests())
            except UnusableCaseError as exc:
                problems.append(f"{job['version']} {case['name']}: {exc}")
    if problems:
        raise SystemExit("\n".join(problems))
    json.dump(answers, sys.stdout)


def make_control_plane_host(job: t.Mapping[str, t.Any]) -> pathlib.Path:
    """The root of a host with the binary of a job."""
    root = pathlib.Path(sys.argv[1])
    make_host(root, job["binary"], job["version"])
    # Which folders a host has is for the cases to say; kubeadm itself needs none of this machine's.
    run_command(["umount", str(root / "usr")])
    return root


class UnusableCaseError(Exception):
    """A case that says nothing: kubeadm would not have it in the first place."""


class Authorities:
    """The files that control planes share, made once for each algorithm by kubeadm itself."""

    def __init__(self, root: pathlib.Path, version: str) -> None:
        self._root = root
        self._version = version

    def put(self, folder: pathlib.Path, algorithm: str) -> None:
        kept = self._root / "job" / f"pki-{algorithm}"
        if not kept.exists():
            self._make(kept, algorithm)
        shutil.copytree(kept, folder, dirs_exist_ok=True)

    def _make(self, folder: pathlib.Path, algorithm: str) -> None:
        inside = f"/{folder.relative_to(self._root)}"
        cluster = {"encryptionAlgorithm": algorithm, "certificatesDir": inside}
        write_yaml(self._root / "job/authorities.yaml", *init_documents(self._version, cluster))
        for phase in ("ca", "front-proxy-ca", "etcd-ca", "sa"):
            made = run_kubeadm(
                self._root, "joiner", "init", "phase", "certs", phase, "--config", "/job/authorities.yaml"
            )
            if made.returncode:
                raise SystemExit(f"kubeadm could not make {phase}: {made.stderr}")
        # Certificates count time in seconds: what comes later must be seen to be later.
        until = time.time() + 1
        while time.time() < until:
            time.sleep(0.1)


class ControlPlaneRun:
    """One case: a cluster's configuration stored, then all that a joining control plane writes before its kubelet starts."""

    def __init__(
        self, root: pathlib.Path, api: StubApi, version: str, authorities: Authorities, case: dict[str, t.Any]
    ) -> None:
        self._root, self._api, self._version, self._case = root, api, version, case
        self._authorities = authorities
        self._node = case["node"]

    def manifests(self) -> dict[str, t.Any]:
        """The static pods, with the files that control planes share already in their places."""
        self._clean()
        stored = self._store()
        self._put_shared_files()
        result: dict[str, t.Any] = {"cluster_configuration": stored}
        self._write_join()
        self._put_admin_conf()
        manifests = self._kubeadm(
            "join", "phase", "control-plane-prepare", "control-plane", "--config", "/job/join.yaml"
        )
        if manifests:
            return {**result, "error": manifests}
        result["files"] = self._take_manifests()
        if not self._case["only_joined"]:
            result["files"].update(self._init_manifests(stored, result["files"]))
        return result

    def prepare(self) -> dict[str, t.Any]:
        """All that `kubeadm join` does before it starts the kubelet, from the download of the shared files on."""
        self._clean()
        self._put_shared_files()
        self._put_external_etcd_files()
        stored = self._store()
        secret = self._upload_certificates(self._unedited if self._case["only_joined"] else stored)
        self._clean()
        self._write_join(_CERTIFICATE_KEY)
        started = time.time()
        problem = self._kubeadm("join", "phase", "control-plane-prepare", "all", "--config", "/job/join.yaml")
        if problem:
            return {"cluster_configuration": stored, "error": problem}
        return {"cluster_configuration": stored, "secret": secret, **self._describe(started)}

    def _clean(self) -> None:
        for path in (*(self._root / name for name in ("etc", "opt", "usr")), self._certificates_dir()):
            shutil.rmtree(path, ignore_errors=True)
        (self._root / "etc/kubernetes").mkdir(parents=True)
        for folder in self._case["folders"]:
            (self._root / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)

    def _upload_certificates(self, stored: str) -> dict[str, t.Any]:
        """`kubeadm init phase upload-certs`: the Secret, its key, and what is in it. It is replaced by one of our making."""
        self._write_init(stored)
        write_yaml(self._root / "job/admin.conf", admin_conf(self._api))
        options = ("--upload-certs", "--kubeconfig", "/job/admin.conf")
        problem = self._kubeadm("init", "phase", "upload-certs", "--config", "/job/init.yaml", *options)
        if problem:
            raise UnusableCaseError(f"kubeadm could not upload the certificates: {problem}")
        secret = self._api.objects[_SECRET]
        data, key = secret["data"], bytes.fromhex(_CERTIFICATE_KEY)
        files = [SharedFile(name, name) for name in data]
        contents = decrypt_shared_files(data, files, key, server="stub")
        empty = {name: b"" for name in data if name not in contents}
        secret["data"] = encrypt_shared_files({**contents, **empty}, key, (os.urandom(12) for _ in data))
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(contents.items())}
        return {"key": _CERTIFICATE_KEY, "data": dict(sorted(data.items())), "sha256": hashes}

    def _describe(self, started: float) -> dict[str, t.Any]:
        """Each certificate and kubeconfig in words, and the modes of all files and folders."""
        kubernetes = self._root / "etc/kubernetes"
        folder = self._certificates_dir()
        certificates = {}
        for path in sorted(folder.rglob("*.crt")):
            name = str(path.relative_to(folder))[: -len(".crt")]
            authority = "front-proxy-ca" if name == "front-proxy-client" else "ca"
            if name.startswith("etcd/") or name == "apiserver-etcd-client":
                authority = "etcd/ca"
            if name != authority and not name.endswith("-ca") and path not in self._external_etcd_files():
                key = path.with_suffix(".key").read_bytes()
                authority_pem = (folder / f"{authority}.crt").read_bytes()
                certificates[name] = describe_certificate(path.read_bytes(), key, authority_pem, started)
        ca = (folder / "ca.crt").read_bytes()
        return {
            "certificates": certificates,
            "kubeconfigs": {
                path.name: describe_kubeconfig(path.read_text(), ca, started)
                for path in sorted(kubernetes.glob("*.conf"))
            },
            "modes": {
                str(path.relative_to(self._root)): f"{path.stat().st_mode & 0o7777:o}"
                for path in sorted(
                    {
                        *kubernetes.rglob("*"),
                        *(self._root / "opt").rglob("*"),
                        *folder.rglob("*"),
                        *self._external_etcd_files(),
                    }
                )
            },
        }

    def _certificates_dir(self) -> pathlib.Path:
        return self._root / self._case["cluster"].get("certificatesDir", "/etc/kubernetes/pki").lstrip("/")

    def _store(self) -> str:
        """The text that this kubeadm keeps in the cluster, edited as the case has it."""
        case = self._case
        if case["stored"]:
            text = str(case["stored"]).replace("VERSION", self._version)
        else:
            write_yaml(self._root / "job/init.yaml", *self._documents())
            text = self._uploaded()
        self._unedited = text
        text = apply_edits(text, case["edits"])
        for name, key, value in (("kubeadm-config", "ClusterConfiguration", text), *_OTHERS):
            self._api.objects[f"{CONFIG_MAPS}/{name}"] = {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": name, "namespace": "kube-system"},
                "data": {key: value},
            }
        return text

    def _uploaded(self) -> str:
        write_yaml(self._root / "job/admin.conf", admin_conf(self._api))
        options = ("--config", "/job/init.yaml", "--kubeconfig", "/job/admin.conf")
        problem = self._kubeadm("init", "phase", "upload-config", "kubeadm", *options)
        if problem:
            raise UnusableCaseError(f"kubeadm could not upload the configuration: {problem}")
        return str(self._api.objects[f"{CONFIG_MAPS}/kubeadm-config"]["data"]["ClusterConfiguration"])

    def _documents(self) -> list[dict[str, t.Any]]:
        return init_documents(self._version, self._case["cluster"], node=self._node, timeouts=self._case["timeouts"])

    def _put_shared_files(self) -> None:
        folder = self._certificates_dir()
        self._authorities.put(folder, self._case["cluster"].get("encryptionAlgorithm", "RSA-2048"))
        if self._case["external_ca"]:
            (folder / "ca.key").unlink()

    def _put_admin_conf(self) -> None:
        """What the phases before have written, and what kubeadm then reads the cluster's configuration with."""
        write_yaml(self._root / "etc/kubernetes/admin.conf", admin_conf(self._api))

    def _put_external_etcd_files(self) -> None:
        """Any certificate with its key will do for an external etcd."""
        for target, source in self._external_etcd_files().items():
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                shutil.copyfile(self._certificates_dir() / "etcd" / source, target)

    def _external_etcd_files(self) -> dict[pathlib.Path, str]:
        """Their paths, and what each of them is a copy of."""
        external = self._case["cluster"].get("etcd", {}).get("external", {})
        sources = {"caFile": "ca.crt", "certFile": "ca.crt", "keyFile": "ca.key"}
        return {
            self._root / external[name].lstrip("/"): source for name, source in sources.items() if external.get(name)
        }

    def _write_join(self, certificate_key: str = "") -> None:
        key = {"certificateKey": certificate_key} if certificate_key else {}
        job = {
            "node_name": self._node["name"],
            "cri_socket": _SOCKET,
            "taints": [],
            "extra_args": [],
            "control_plane": {"localAPIEndpoint": self._endpoint(), **key},
            "timeouts": self._case["timeouts"],
        }
        write_yaml(self._root / "job/join.yaml", join_configuration(job, self._api))

    def _endpoint(self) -> dict[str, t.Any]:
        return {"advertiseAddress": self._node["advertise_address"], "bindPort": self._node["bind_port"]}

    def _kubeadm(self, *arguments: str) -> str:
        """The error of one run, empty when it went well."""
        run = run_kubeadm(self._root, "joiner", *arguments, environment=self._case["environment"])
        return run.stderr or "?" if run.returncode else ""

    def _take_manifests(self) -> dict[str, str]:
        folder = self._root / "etc/kubernetes/manifests"
        taken = {path.name: path.read_text() for path in sorted(folder.iterdir())}
        shutil.rmtree(folder)
        return taken

    def _write_init(self, stored: str) -> None:
        """What init needs to know of this node, and the cluster's configuration as it is stored."""
        path = self._root / "job/init.yaml"
        write_yaml(path, {**self._documents()[0], "certificateKey": _CERTIFICATE_KEY})
        path.write_text(f"{path.read_text()}\n---\n{stored}")

    def _init_manifests(self, stored: str, joined: dict[str, str]) -> dict[str, str]:
        """The manifest of etcd, which a join writes once it is a member; the others are the same for both or it ends here."""
        self._write_init(stored)
        external = "\n  external:" in stored
        phases = [("control-plane", "all"), *([] if external else [("etcd", "local")])]
        for phase in phases:
            problem = self._kubeadm("init", "phase", *phase, "--config", "/job/init.yaml")
            if problem:
                raise UnusableCaseError(problem)
        written = self._take_manifests()
        etcd = {name: written.pop(name) for name in ("etcd.yaml",) if name in written}
        if written != joined:
            raise UnusableCaseError("init and join write different manifests")
        return etcd


def init_documents(
    version: str,
    cluster: t.Mapping[str, t.Any],
    *,
    node: t.Mapping[str, t.Any] | None = None,
    timeouts: t.Mapping[str, str] | None = None,
) -> list[dict[str, t.Any]]:
    node = node or {"name": "cp-1", "advertise_address": "192.0.2.1", "bind_port": 6443}
    endpoint = {"advertiseAddress": node["advertise_address"], "bindPort": node["bind_port"]}
    return [
        {
            "apiVersion": _KUBEADM,
            "kind": "InitConfiguration",
            "localAPIEndpoint": endpoint,
            "nodeRegistration": {"name": node["name"], "criSocket": _SOCKET},
            "timeouts": timeouts or {},
        },
        {"apiVersion": _KUBEADM, "kind": "ClusterConfiguration", "kubernetesVersion": version, **cluster},
    ]


if __name__ == "__main__":
    main()
