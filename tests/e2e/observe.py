# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What hosts and the cluster look like, in forms that tests can compare."""

from __future__ import annotations

import base64
import contextlib
import datetime
import json
import re
import time
import typing as t

#: Folders of the kubelet whose content is the running pods', not the join's.
_RUNTIME = (
    "pods",
    "plugins",
    "plugins_registry",
    "device-plugins",
    "pod-resources",
    "pods-api",
    "image_manager",
    "checkpoints",
    "actuated_pods_state",
    "allocated_pods_state",
    "dra_manager_state",
)

_TREE = r"""
import hashlib, os, stat
for top in ("/etc/kubernetes", "/var/lib/kubelet", "/etc/default", "/etc/systemd/system"):
    for folder, folders, files in os.walk(top):
        for name in sorted(folders + files):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            if stat.S_ISSOCK(status.st_mode):
                continue
            content = ""
            if stat.S_ISLNK(status.st_mode):
                content = os.readlink(path)
            elif stat.S_ISREG(status.st_mode):
                content = open(path, "rb").read().hex()
            print("\t".join([path, stat.filemode(status.st_mode), f"{status.st_uid}:{status.st_gid}", content]))
"""

_COMMAND_LINES = r"""
import os, sys, time
seen = set()
end = time.time() + 60
while time.time() < end and not os.path.exists("/run/sampling-is-over"):
    for pid in os.listdir("/proc"):
        if pid.isdigit():
            try:
                seen.add(open(f"/proc/{pid}/cmdline", "rb").read().replace(b"\0", b" "))
            except OSError:
                pass
    time.sleep(0.005)
sys.stdout.buffer.write(b"\n".join(sorted(seen)))
"""

# Neither logs, containerd's own data, nor what Debian's daily timers write.
_EVERYTHING = (
    "find / -xdev -not -path '/var/log/*' -not -path '/var/backups*' -not -path '/var/lib/logrotate*' "
    "-not -path '/var/lib/systemd/timers*' -not -path '/var/lib/containerd/*' -not -path '/proc/*' -not -path /run -not -path /tmp "
    "-printf '%p %m %u %g %s %T@\\n' | sort; find /etc /var/lib/kubelet -type f -exec sha256sum {} + | sort -k2"
)


def node_tree(bed: t.Any, host: str) -> dict[str, tuple[str, str, str]]:
    """Path -> (mode, owner, content) of what a join writes; keys, certificates, dates and the host's name are masked."""
    listing = bed.ssh(host, "python3 -", input=_TREE).stdout
    tree = {}
    for line in listing.splitlines():
        path, mode, owner, content = line.split("\t")
        parts = path.split("/")
        if path.startswith("/var/lib/kubelet/") and parts[4] in _RUNTIME:
            continue
        text = content if mode.startswith("l") else bytes.fromhex(content).decode("utf-8", "replace")
        tree[_masked(path, host)] = (mode, owner, _masked(text, host))
    return tree


def _masked(text: str, host: str) -> str:
    text = re.sub(r"(-----BEGIN [A-Z ]+-----)[^-]+(-----END)", r"\1 masked \2", text)
    text = re.sub(r"kubelet-client-\d{4}(-\d\d){5}\.pem", "kubelet-client-DATE.pem", text)
    text = re.sub(r'"checksum":\d+', '"checksum":0', text)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UID", text)
    return re.sub(rf"\b{re.escape(host)}\b", "HOST", text)


def host_fingerprint(bed: t.Any, host: str) -> set[str]:
    """Everything on the host's own disk: paths, modes, owners, sizes, times; contents where a join could write."""
    return set(bed.ssh(host, _EVERYTHING).stdout.splitlines())


def cluster_fingerprint(bed: t.Any) -> dict[str, str]:
    """Version of every object that a join could touch. Nodes by name alone: their status changes by itself.

    Without tokens that are over, or soon will be, and what goes with them: the cluster deletes those when it comes to it.
    """
    objects = {}
    for kind in ("secrets", "configmaps", "certificatesigningrequests", "clusterrolebindings", "rolebindings"):
        items = json.loads(bed.kubectl("get", kind, "-A", "-o", "json").stdout)["items"]
        lasting = {item["metadata"]["name"] for item in items if not _is_over(item)}
        for item in items:
            metadata = item["metadata"]
            owners = {owner["name"] for owner in metadata.get("ownerReferences", ()) if owner["kind"] == "Secret"}
            if metadata["name"] in lasting and owners <= lasting:
                objects[f"{kind} {metadata.get('namespace', '')}/{metadata['name']}"] = metadata["resourceVersion"]
    for name in bed.kubectl("get", "nodes", "-o", "name").stdout.split():
        objects[name] = ""
    return objects


def _is_over(item: dict[str, t.Any]) -> bool:
    """Whether this is a bootstrap token that will have expired in two minutes."""
    text = base64.b64decode(item.get("data", {}).get("expiration", "")).decode() if item["kind"] == "Secret" else ""
    return bool(text) and datetime.datetime.fromisoformat(text) < _now() + datetime.timedelta(minutes=2)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)


def node_object(bed: t.Any, name: str) -> dict[str, t.Any]:
    """Labels, annotations and taints of a Node, its own name masked."""
    node = json.loads(bed.kubectl("get", "node", name, "-o", "json").stdout)
    text = json.dumps({key: node["metadata"].get(key, {}) for key in ("labels", "annotations")})
    return {**json.loads(_masked(text, name)), "taints": node["spec"].get("taints", []), "spec": sorted(node["spec"])}


def ready_nodes(bed: t.Any) -> set[str]:
    """Names of the nodes that are Ready."""
    nodes = json.loads(bed.kubectl("get", "nodes", "-o", "json").stdout)["items"]
    return {
        node["metadata"]["name"]
        for node in nodes
        if any(c["type"] == "Ready" and c["status"] == "True" for c in node["status"]["conditions"])
    }


def files_with(bed: t.Any, host: str, secret: str) -> set[str]:
    """The files on a host that hold a text, those of its containers and its journal aside."""
    skipped = " ".join(f"--exclude-dir={name}" for name in ("proc", "sys", "containerd"))
    return set(bed.ssh(host, f"grep -rlsF -f - / {skipped}; true", input=f"{secret}\n").stdout.split())


@contextlib.contextmanager
def command_lines(bed: t.Any, host: str) -> t.Iterator[t.Any]:
    """Every command line that there is on a host during the block, as the ``stdout`` of what it yields."""
    with bed.background(host, "rm -f /run/sampling-is-over; python3 -", input=_COMMAND_LINES) as sampler:
        try:
            yield sampler
        finally:
            bed.ssh(host, "touch /run/sampling-is-over")


def end_state(bed: t.Any, host: str) -> dict[str, t.Any]:
    """What a joined host and its Node look like, by the name of each thing."""
    bed.settle(host)
    return {**node_tree(bed, host), "unit": kubelet_unit(bed, host), "node": node_object(bed, host)}


def settled_differences(bed: t.Any, wanted: dict[str, t.Any], host: str) -> dict[str, tuple[t.Any, t.Any]]:
    """What differs between a state and a host's; the kubelet gets some seconds, as it makes some of its files late."""
    for left in range(20, -1, -1):
        reached = end_state(bed, host)
        things = wanted.keys() | reached.keys()
        different = {t: (wanted.get(t), reached.get(t)) for t in things if wanted.get(t) != reached.get(t)}
        if not different or not left:
            break
        time.sleep(1)
    return different


def signing_request(bed: t.Any, name: str) -> dict[str, t.Any]:
    """The spec of the last CSR for a node that came with a bootstrap token, what differs each time masked."""
    found = []
    for item in json.loads(bed.kubectl("get", "csr", "-o", "json").stdout)["items"]:
        described = bed.describe_request(item["spec"]["request"])
        if described["subject"].endswith(f"system:node:{name}") and item["spec"]["username"].startswith(
            "system:bootstrap:"
        ):
            found.append((item["metadata"]["creationTimestamp"], item, described))
    _time, item, described = max(found, key=lambda entry: entry[0])
    spec = {key: value for key, value in item["spec"].items() if key not in ("request", "username", "uid")}
    return {
        **spec,
        **described,
        "subject": _masked(described["subject"], name),
        "generateName": item["metadata"].get("generateName"),
    }


def kubelet_unit(bed: t.Any, host: str) -> dict[str, str]:
    """State of the kubelet's unit."""
    shown = bed.ssh(
        host, "systemctl show kubelet -p LoadState,ActiveState,SubState,UnitFileState,NeedDaemonReload,Type,Restart"
    )
    return dict(line.split("=", 1) for line in shown.stdout.splitlines())


def bootstrap_tokens(bed: t.Any) -> set[str]:
    """Names of the token Secrets. One that was there before may expire during a test, so tests allow fewer afterwards, and no more."""
    output = bed.kubectl(
        "-n", "kube-system", "get", "secrets", "--field-selector", "type=bootstrap.kubernetes.io/token", "-o", "name"
    )
    return set(output.stdout.split())


def module_executions(bed: t.Any, host: str) -> list[str]:
    """The modules that Ansible has executed on a host since it booted, from the host's own journal."""
    return [name for _process, name in module_processes(bed, host)]


def module_processes(bed: t.Any, host: str) -> list[tuple[str, str]]:
    """The same with the process of each, which is that of several modules if they are steps of one execution."""
    # --all: what a module is invoked with may be longer than what journalctl shows by default.
    entries = map(json.loads, bed.ssh(host, "journalctl --boot --output json --all --no-pager").stdout.splitlines())
    return [
        (entry["_PID"], entry["SYSLOG_IDENTIFIER"].removeprefix("ansible-"))
        for entry in entries
        if entry.get("SYSLOG_IDENTIFIER", "").startswith("ansible-")
        and str(entry["MESSAGE"]).startswith("Invoked with")
    ]
