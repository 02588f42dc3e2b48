# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Control planes on the bed: hosts for them, their joins, etcd's members, and faults that come at a certain moment."""

from __future__ import annotations

import base64
import concurrent.futures
import contextlib
import json
import re
import ssl
import tempfile
import threading
import typing as t

from ..writer import ConfigMaps, Servers, Writer
from .bed import E2eBed
from .play import Run, run_join

ETCDCTL = (
    "etcdctl",
    "--cacert=/etc/kubernetes/pki/etcd/ca.crt",
    "--cert=/etc/kubernetes/pki/etcd/healthcheck-client.crt",
    "--key=/etc/kubernetes/pki/etcd/healthcheck-client.key",
)

#: Seconds for which nothing may be written. While no member that serves is stopped, a write waits for the two processors alone,
#: on which API servers start beside it: a learner has no vote, and a promotion needs no election. Where the leader of etcd
#: or the server that is written to goes away, it waits for an election and for one attempt.
UNDISTURBED = 4.0
ELECTION = 8.0


def join(
    bed: E2eBed, hosts: str, *arguments: str, kill_after: tuple[str, int] | None = None, **variables: t.Any
) -> Run:
    """Run the playbook for control planes, a comma between their names."""
    inventory = bed.folder / f"{hosts}.yml"
    inventory.write_text(bed.inventory(), encoding="utf-8")
    known = {"join_control_plane_hosts": hosts, "join_worker_hosts": "nobody", **variables}
    return run_join(bed, inventory, *arguments, variables=known, kill_after=kill_after)


def in_etcd(bed: E2eBed, *arguments: str) -> str:
    """What etcdctl says in the pod of the control plane that is the cluster's endpoint."""
    return bed.kubectl("-n", "kube-system", "exec", f"etcd-{bed.hosts.endpoint}", "--", *ETCDCTL, *arguments).stdout


def members(bed: E2eBed) -> dict[str, str]:
    listed = json.loads(in_etcd(bed, "member", "list", "-w", "json"))["members"]
    return {member.get("name", ""): "learner" if member.get("isLearner") else "voter" for member in listed}


def voters(*hosts: str) -> dict[str, str]:
    return dict.fromkeys(hosts, "voter")


def leave(bed: E2eBed, *hosts: str) -> None:
    """Take control planes out of etcd and of the cluster, and their hosts away."""
    urls = {f"https://{bed.plan.address(host)}:2380" for host in hosts}
    for member in json.loads(in_etcd(bed, "member", "list", "-w", "json"))["members"]:
        if urls.intersection(member["peerURLs"]):
            in_etcd(bed, "member", "remove", f"{member['ID']:x}")
    bed.remove(*hosts)


def differences(wanted: dict[str, t.Any], reached: dict[str, t.Any]) -> dict[str, tuple[t.Any, t.Any]]:
    """What is not the same in two end states, by the name of the thing."""
    return {
        thing: (wanted.get(thing), reached.get(thing))
        for thing in wanted.keys() | reached.keys()
        if wanted.get(thing) != reached.get(thing)
    }


def join_by_kubeadm(bed: E2eBed, host: str, *, shared: bool = False) -> None:
    """The reference: the real `kubeadm join --control-plane`, with certificates that it shares itself unless they are there."""
    own: dict[str, t.Any] = {"localAPIEndpoint": {"advertiseAddress": bed.plan.address(host)}}
    if not shared:
        bed.ssh("cp1", "kubeadm init phase upload-certs --upload-certs --config /root/init.yaml")
        own["certificateKey"] = bed.cluster.join_values()["certificate_key"]
    bed.cluster.join(host, {"controlPlane": own})


def masked(bed: E2eBed, host: str, state: dict[str, t.Any]) -> dict[str, t.Any]:
    """Without what is a host's own: its address, keys and certificates inside kubeconfigs, the members when it joined."""
    text = json.dumps(state).replace(bed.plan.address(host), "ADDRESS")
    text = re.sub(r"(client-(?:certificate|key)-data: )[A-Za-z0-9+/=]+", r"\1masked", text)
    text = re.sub(r"--initial-cluster=[^\\]+", "--initial-cluster=masked", text)
    return t.cast("dict[str, t.Any]", json.loads(text))


class EtcdEye:
    """Looks at etcd from the bed's network, fast enough to see a member pass through its stages."""

    def __init__(self, bed: E2eBed) -> None:
        self._bed = bed
        pki = bed.hosts.folder / "cp1/root/etc/kubernetes/pki/etcd"
        tls = ssl.create_default_context(cafile=str(pki / "ca.crt"))
        tls.load_cert_chain(pki / "healthcheck-client.crt", pki / "healthcheck-client.key")
        self._servers = Servers([f"{bed.plan.address('cp1')}:2379"], tls)
        self._thread = concurrent.futures.ThreadPoolExecutor(1, initializer=bed.enter_network)

    def stand(self, host: str) -> str:
        """`absent`, `unstarted`, `learner` or `voter`."""
        url = f"https://{self._bed.plan.address(host)}:2380"
        for member in self._ask("cluster/member/list")["members"]:
            if url in member["peerURLs"]:
                return "unstarted" if not member.get("name") else "learner" if member.get("isLearner") else "voter"
        return "absent"

    def term(self) -> int:
        """It grows with each election."""
        return int(self._ask("maintenance/status")["raftTerm"])

    def _ask(self, path: str) -> t.Any:
        return self._thread.submit(self._servers.ask, "POST", f"/v3/{path}", {}).result()[1]


def admin_tls(bed: E2eBed) -> ssl.SSLContext:
    """TLS with API servers as the cluster's administrator."""
    shown = json.loads(bed.kubectl("config", "view", "--raw", "-o", "json").stdout)
    cluster, user = shown["clusters"][0]["cluster"], shown["users"][0]["user"]
    tls = ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
    with tempfile.NamedTemporaryFile() as pem:
        pem.write(b"".join(base64.b64decode(user[f"client-{part}-data"]) for part in ("certificate", "key")))
        pem.flush()
        tls.load_cert_chain(pem.name)
    return tls


@contextlib.contextmanager
def served(bed: E2eBed, *hosts: str, within: float = UNDISTURBED) -> t.Iterator[Writer]:
    """The cluster takes writes during the block, through the API server of any of these hosts.

    None is lost, and none waits for longer than ``within`` seconds; where that is `UNDISTURBED`, nobody is elected and no
    attempt fails.
    """
    servers = Servers([f"{bed.plan.address(host)}:6443" for host in hosts], admin_tls(bed))
    eye = EtcdEye(bed)
    term = eye.term() if within == UNDISTURBED else 0
    with Writer(ConfigMaps(servers), enter=bed.enter_network) as writer:
        yield writer
    assert writer.written > 0, writer.failed
    assert writer.lost == set()
    assert writer.longest_gap < within, (writer.longest_gap, writer.failed)
    if within == UNDISTURBED:
        assert writer.failed == []
        assert eye.term() == term, "a leader was elected"


@contextlib.contextmanager
def beside(work: t.Callable[[threading.Event], None]) -> t.Iterator[None]:
    """Run ``work`` in a thread of its own during the block; its event is set when the block is over."""
    over = threading.Event()
    thread = threading.Thread(target=work, args=(over,))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextlib.contextmanager
def at_the_moment(reached: t.Callable[[], bool], act: t.Callable[[], t.Any]) -> t.Iterator[None]:
    """Act during the block, as soon as it is reached. The block fails when it never was."""
    done = threading.Event()

    def watch(over: threading.Event) -> None:
        while not over.wait(0.01):
            with contextlib.suppress(OSError):
                if reached():
                    break
        else:
            return
        act()
        done.set()

    with beside(watch):
        yield
    assert done.is_set(), "the moment never came"
