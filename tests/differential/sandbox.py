# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run of real kubeadm binaries in namespaces of their own: a cluster's configuration uploaded, then a node joined.

Started by `regenerate.py` as `unshare --mount --pid --fork --net --uts --ipc`, with an empty folder as its argument; a
job comes as JSON on standard input, what kubeadm did goes as JSON to standard output. The root that kubeadm sees is a
tmpfs on that folder, with this machine's programs read-only: it goes with the mount namespace, nothing has to be
deleted. `kubelet` and `systemctl` in it are scripts that answer as the job wants the host to be.
"""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import threading
import typing as t

import yaml
from stub_api import TOKEN, Authority, StubApi

_FILES = ("config.yaml", "instance-config.yaml", "kubeadm-flags.env")
#: By target of patches: the phase that applies them, and the file that it writes.
PATCH_TARGETS = {
    "kubeletconfiguration": (("join", "phase", "kubelet-start"), "var/lib/kubelet/config.yaml"),
    "etcd": (("init", "phase", "etcd", "local"), "etc/kubernetes/manifests/etcd.yaml"),
    **{
        f"kube-{name}": (("init", "phase", "control-plane", name), f"etc/kubernetes/manifests/kube-{name}.yaml")
        for name in ("apiserver", "controller-manager", "scheduler")
    },
}
CONFIG_MAPS = "/api/v1/namespaces/kube-system/configmaps"
_SYSTEMCTL = """#!/bin/sh
case "$*" in
  *systemd-resolved*) echo {state} ;;
  "restart kubelet" | "start kubelet") [ -z "$UNTIL_KUBELET" ] || kill -9 $PPID ;;
esac
exit 0
"""


def main() -> None:
    job = json.load(sys.stdin)
    root = pathlib.Path(sys.argv[1])
    make_host(
        root,
        job["joiner"],
        job["kubelet_version"],
        name=job["hostname"],
        uploader=job["uploader"],
        resolved=job["systemd_resolved"],
    )
    with StubApi(Authority()) as api:
        json.dump(_judge(root, job, api), sys.stdout)


def make_host(
    root: pathlib.Path,
    binary: str,
    kubelet_version: str,
    *,
    name: str = "host-1",
    uploader: str = "",
    resolved: bool = False,
) -> None:
    """Make this process's namespaces a host of their own, with a loopback interface and the root that kubeadm sees.

    ``uploader`` is the kubeadm that stores a cluster's configuration, where that is another than ``binary``; ``resolved`` is
    whether the host has systemd-resolved.
    """
    run_command(["mount", "--make-rprivate", "/"])
    run_command(["ip", "link", "set", "lo", "up"])
    socket.sethostname(name)
    _make_root(root)
    for program, source in (("joiner", binary), ("uploader", uploader or binary)):
        (root / "job" / program).touch()
        _bind(source, root / "job" / program)
    write_script(root / "job/kubelet", f"#!/bin/sh\necho Kubernetes {kubelet_version}\n")
    write_script(root / "job/systemctl", _SYSTEMCTL.format(state="active" if resolved else "inactive"))


def run_command(command: list[str]) -> None:
    subprocess.run(command, check=True)


def _make_root(root: pathlib.Path) -> None:
    run_command(["mount", "-t", "tmpfs", "tmpfs", str(root)])
    for name in ("usr", "bin", "sbin", "lib", "lib64"):
        ours = pathlib.Path("/", name)
        if ours.is_symlink():
            (root / name).symlink_to(os.readlink(ours))
        elif ours.is_dir():
            (root / name).mkdir()
            _bind(str(ours), root / name)
    for name in ("dev", "proc", "etc", "tmp", "run", "var/lib", "job"):
        (root / name).mkdir(parents=True)
    (root / "dev/null").touch()
    run_command(["mount", "--bind", "/dev/null", str(root / "dev/null")])
    run_command(["mount", "-t", "proc", "proc", str(root / "proc")])


def _bind(source: str, target: pathlib.Path) -> None:
    run_command(["mount", "--bind", source, str(target)])
    run_command(["mount", "-o", "remount,bind,ro", str(target)])


def write_script(path: pathlib.Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def _judge(root: pathlib.Path, job: dict[str, t.Any], api: StubApi) -> dict[str, t.Any]:
    """Upload, edit as the job has it, join; what was in the ConfigMaps, what came of it."""
    upload_configuration(root, api, job["node_name"], job["init"])
    cluster = api.objects[f"{CONFIG_MAPS}/kubeadm-config"]["data"]
    kubelet = api.objects[f"{CONFIG_MAPS}/kubelet-config"]["data"]
    cluster["ClusterConfiguration"] = apply_edits(cluster["ClusterConfiguration"], job["edit_cluster"])
    kubelet["kubelet"] = job["kubelet"] or apply_edits(kubelet["kubelet"], job["edit_kubelet"])
    if job.get("patches"):
        return {"patched": [_patch(root, job, api, case) for case in job["patches"]]}
    write_yaml(root / "job/join.yaml", join_configuration(job, api))
    phase = ("join", "phase", "kubelet-start", "--config", "/job/join.yaml")
    joined = run_kubeadm(root, "joiner", *phase, until_kubelet=True)
    result = {"cluster_configuration": cluster["ClusterConfiguration"], "kubelet_configuration": kubelet["kubelet"]}
    if joined.returncode:
        return {**result, "error": joined.stderr, "files": {}}
    folder = root / "var/lib/kubelet"
    files = {name: (folder / name).read_text() for name in _FILES if (folder / name).exists()}
    # A node without the file may have its runtime's socket in an annotation.
    annotations = {} if "instance-config.yaml" in files else _annotate(root, job, api)
    return {**result, "files": files, "annotations": annotations}


def _annotate(root: pathlib.Path, job: dict[str, t.Any], api: StubApi) -> dict[str, str]:
    """The whole `kubeadm join`, with a kubelet that is well and a Node that is there: the Node's annotations."""
    _add_node(job["node_name"], api)
    write_yaml(root / "etc/kubernetes/kubelet.conf", admin_conf(api))
    with _healthy_kubelet(root):
        waited = run_kubeadm(root, "joiner", "join", "--config", "/job/join.yaml", "--skip-phases", "preflight")
    if waited.returncode:
        raise SystemExit(f"kubeadm did not see the kubelet: {waited.stderr}")
    patch = api.patches.get(f"/api/v1/nodes/{job['node_name']}", {})
    return t.cast("dict[str, str]", patch.get("metadata", {}).get("annotations", {}))


class _Healthy(http.server.BaseHTTPRequestHandler):
    """Answers `/healthz`."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_args: object) -> None:
        pass


@contextlib.contextmanager
def _healthy_kubelet(root: pathlib.Path) -> t.Iterator[None]:
    """Answers at the address in the kubelet's configuration, which may be any name."""
    lines = (root / "var/lib/kubelet/config.yaml").read_text().splitlines()
    # Only these: other values in the file may be texts that this parser refuses.
    configuration = yaml.safe_load("\n".join(line for line in lines if line.startswith("healthz")))
    with open(root / "etc/hosts", "a", encoding="utf-8") as hosts:
        hosts.write(f"127.0.0.1 {configuration['healthzBindAddress']}\n")
    port = configuration.get("healthzPort") or 10248
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), _Healthy) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


def _add_node(name: str, api: StubApi) -> str:
    path = f"/api/v1/nodes/{name}"
    metadata = {"name": name, "labels": {"kubernetes.io/hostname": name}}
    api.objects[path] = {"apiVersion": "v1", "kind": "Node", "metadata": metadata}
    return path


def put_files(folder: pathlib.Path, files: t.Mapping[str, t.Any]) -> None:
    """Contents by path, null for a folder, a list for a link's target."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.mkdir()
        elif isinstance(content, list):
            path.symlink_to(content[0])
        else:
            path.write_bytes(content.encode("latin-1"))


def _patch(root: pathlib.Path, job: dict[str, t.Any], api: StubApi, case: dict[str, t.Any]) -> dict[str, t.Any]:
    """One target written with patches; ``files`` are those of `put_files`."""
    for folder in ("patches", "etc/kubernetes"):  # a CA without its key would be an external one to `init`
        shutil.rmtree(root / folder, ignore_errors=True)
    put_files(root / "patches", case["files"])
    patches = {} if case["directory"] is None else {"patches": {"directory": case["directory"]}}
    phase, path = PATCH_TARGETS[case["target"]]
    if phase[0] == "join":
        documents = [{**join_configuration(job, api), **patches}]
    else:
        documents = [{**job["init"][0], **patches}, *job["init"][1:]]
    (root / path).unlink(missing_ok=True)
    write_yaml(root / "job/patched.yaml", *documents)
    run = run_kubeadm(root, "joiner", *phase, "--config", "/job/patched.yaml", until_kubelet=True)
    said = [line for line in run.stdout.splitlines() if line.startswith("[patches]")]
    if run.returncode:
        return {"said": said, "error": run.stderr}
    return {"said": said, "file": (root / path).read_text()}


def upload_configuration(
    root: pathlib.Path, api: StubApi, node_name: str, documents: t.Sequence[dict[str, t.Any]]
) -> None:
    """`kubeadm init phase upload-config`, which also wants a Node to annotate: it is there only so long."""
    node = _add_node(node_name, api)
    write_yaml(root / "job/init.yaml", *documents)
    write_yaml(root / "job/admin.conf", admin_conf(api))
    options = ("--config", "/job/init.yaml", "--kubeconfig", "/job/admin.conf")
    uploaded = run_kubeadm(root, "uploader", "init", "phase", "upload-config", "all", *options)
    if uploaded.returncode:
        raise SystemExit(f"kubeadm could not upload the configuration: {uploaded.stderr}")
    del api.objects[node]
    api.patches.clear()


def plain_documents(
    version: str, node_name: str, address: str = "192.0.2.1", **cluster: t.Any
) -> list[dict[str, t.Any]]:
    """The configuration for `kubeadm init` of a control plane with nothing special about it, and of its cluster with these fields."""
    kubeadm = "kubeadm.k8s.io/v1beta4"
    init = {
        "apiVersion": kubeadm,
        "kind": "InitConfiguration",
        "localAPIEndpoint": {"advertiseAddress": address},
        "nodeRegistration": {"name": node_name, "criSocket": "unix:///run/containerd/containerd.sock"},
    }
    return [init, {"apiVersion": kubeadm, "kind": "ClusterConfiguration", "kubernetesVersion": version, **cluster}]


def apply_edits(text: str, edits: list[list[str]]) -> str:
    """Replace each first text by the second; the empty first text stands for the end of the document."""
    for old, new in edits:
        if old not in text:
            raise SystemExit(f"nothing to edit: {old!r} is not in\n{text}")
        text = text.replace(old, new, 1) if old else text + new
    return text


def admin_conf(api: StubApi) -> dict[str, t.Any]:
    cluster = {"server": f"https://{api.address}", "insecure-skip-tls-verify": True}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "stub", "cluster": cluster}],
        "users": [{"name": "admin", "user": {"token": "stub"}}],
        "contexts": [{"name": "stub", "context": {"cluster": "stub", "user": "admin"}}],
        "current-context": "stub",
    }


def join_configuration(job: dict[str, t.Any], api: StubApi) -> dict[str, t.Any]:
    registration = {
        "name": job["node_name"],
        "criSocket": job["cri_socket"],
        "taints": job["taints"],
        "kubeletExtraArgs": [{"name": name, "value": value} for name, value in job["extra_args"]],
    }
    return {
        "apiVersion": "kubeadm.k8s.io/v1beta4",
        "kind": "JoinConfiguration",
        "discovery": {
            "bootstrapToken": {
                "token": TOKEN,
                "apiServerEndpoint": api.address,
                "unsafeSkipCAVerification": True,
            }
        },
        "nodeRegistration": registration,
        **({"controlPlane": job["control_plane"]} if "control_plane" in job else {}),
        "timeouts": {
            "discovery": "10s",
            "kubeletHealthCheck": "10s",
            "kubernetesAPICall": "5s",
            "tlsBootstrap": "1s",
            **job.get("timeouts", {}),
        },
    }


def write_yaml(path: pathlib.Path, *documents: t.Any) -> None:
    # JSON is YAML in which nobody can mistake a text for something else.
    path.write_text("\n---\n".join(json.dumps(document, ensure_ascii=False) for document in documents))


def run_kubeadm(
    root: pathlib.Path,
    binary: str,
    *arguments: str,
    timeout: float = 60,
    environment: t.Mapping[str, str] | None = None,
    until_kubelet: bool = False,
) -> subprocess.CompletedProcess[str]:
    """One run, which ends well with ``until_kubelet`` where it would start the kubelet: some versions then wait for it."""

    def enter() -> None:
        os.chroot(root)
        os.chdir("/")

    ending = {"UNTIL_KUBELET": "1"} if until_kubelet else {}
    run = subprocess.run(
        [f"/job/{binary}", *arguments],
        env={"PATH": "/job:/usr/bin:/bin", "HOME": "/tmp", **(environment or {}), **ending},
        preexec_fn=enter,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",  # kubeadm repeats what it could not read
        timeout=timeout,
        check=False,
    )
    if until_kubelet and run.returncode == -signal.SIGKILL:
        run.returncode = 0
    return run


if __name__ == "__main__":
    main()
