# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write goldens/join_files anew: what real kubeadm binaries write for each JoinConfiguration and flag set of join_cases.py.

    python tests/differential/regenerate_join_files.py KUBEADM...

Needs root, unshare and ip. Each binary is run in namespaces and a root of its own (sandbox.py), with the endpoints of the cases
as addresses of its loopback interface, and the API server of stub_api.py behind them.
"""

from __future__ import annotations

import ipaddress
import json
import pathlib
import shutil
import stat
import subprocess
import sys
import typing as t

import yaml
from cryptography import x509
from join_cases import DOCUMENTS, FLAGS, PIN
from namespaces import run_inside, version_of
from regenerate import render
from sandbox import CONFIG_MAPS, make_host, plain_documents, run_command, run_kubeadm, upload_configuration
from stub_api import TOKEN, Authority, StubApi

_GOLDENS = pathlib.Path(__file__).parent / "goldens/join_files"
_HOST = "differential"
_ADDRESSES = ("10.0.0.1", "fd00::1")
_NAME = "api.example.com"
#: All but the one that writes.
_SKIPPED = (
    "preflight,control-plane-prepare,check-etcd,etcd-join,kubelet-wait-bootstrap,control-plane-join,wait-control-plane"
)
#: Asks somebody outside.
_NOT_ASKED = ("file-https",)
#: Seconds after which kubeadm is recorded as waiting.
_PATIENCE = 30
_FOLDERS = ("etc/kubernetes", "var/lib/kubelet", "etc/pki")


def main() -> None:
    _GOLDENS.mkdir(exist_ok=True)
    for binary in sys.argv[1:]:
        version, minor = version_of(binary)
        seen = run_inside(__file__, "--inside", "ROOT", str(pathlib.Path(binary).resolve()), version)
        golden = {"kubeadm": version, "hostname": _HOST, **seen}
        path = _GOLDENS / f"{minor}.yaml"
        path.write_text(render(_shared(golden, {})))


def _shared(value: t.Any, known: dict[str, t.Any]) -> t.Any:
    """The same with equal mappings as one object, which YAML writes once and refers to."""
    if not isinstance(value, dict):
        return value
    made = {key: _shared(part, known) for key, part in value.items()}
    return known.setdefault(json.dumps(made), made) if "content" in made else made


def inside(root: pathlib.Path, binary: str, version: str) -> dict[str, t.Any]:
    """Join by every case in turn, in namespaces that are this process's own."""
    make_host(root, binary, version, name=_HOST)
    for address in _ADDRESSES:
        run_command(
            ["ip", "address", "add", f"{address}/{'128' if ':' in address else '32'}", "dev", "lo", *_usable(address)]
        )
    (root / "etc/hosts").write_text(f"{_ADDRESSES[0]} {_NAME}\n")
    for folder in ("etc/patches", "x"):
        (root / folder).mkdir()
    authority = Authority([*(x509.IPAddress(ipaddress.ip_address(a)) for a in _ADDRESSES), x509.DNSName(_NAME)])
    with StubApi(authority, f"{_ADDRESSES[0]}:6443") as api:
        upload_configuration(root, api, _HOST, plain_documents(version, _HOST, _ADDRESSES[0]))
        maps = {name: api.objects[f"{CONFIG_MAPS}/{name}"]["data"] for name in ("kubeadm-config", "kubelet-config")}
        (root / "job/discovery.conf").write_text(_discovery_file(api, authority))
        documents = {name: _join(root, authority, text, ["--config", "FILE"]) for name, text in _asked(DOCUMENTS)}
        flags = {name: _join(root, authority, DOCUMENTS["plain"], arguments) for name, arguments in _asked(FLAGS)}
    return {
        "cluster_configuration": maps["kubeadm-config"]["ClusterConfiguration"],
        "kubelet_configuration": maps["kubelet-config"]["kubelet"],
        "documents": documents,
        "flags": flags,
    }


def _usable(address: str) -> list[str]:
    return ["nodad"] if ":" in address else []


def _asked(cases: t.Mapping[str, t.Any]) -> list[tuple[str, t.Any]]:
    """All but joins of control planes, which would ask for more than there is here."""
    return [(name, case) for name, case in cases.items() if name not in _NOT_ASKED and "controlPlane:" not in case]


def _discovery_file(api: StubApi, authority: Authority) -> str:
    cluster = {"server": f"https://{api.address}", "certificate-authority": "/job/ca.crt"}
    (pathlib.Path(sys.argv[2]) / "job/ca.crt").write_bytes(authority.pem)
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "c", "cluster": cluster}],
            "users": [{"name": "u", "user": {"token": TOKEN}}],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "x",
        }
    )


def _join(root: pathlib.Path, authority: Authority, document: str, arguments: t.Sequence[str]) -> dict[str, t.Any]:
    for folder in _FOLDERS:
        shutil.rmtree(root / folder, ignore_errors=True)
    (root / "job/join.yaml").write_text(_real(document, authority))
    real = ["/job/join.yaml" if argument == "FILE" else _real(argument, authority) for argument in arguments]
    try:
        run = run_kubeadm(
            root, "joiner", "join", *real, "--skip-phases", _SKIPPED, timeout=_PATIENCE, until_kubelet=True
        )
    except subprocess.TimeoutExpired:
        return {"waits": True}
    if run.returncode:
        return {"refused": True}
    return {"files": {path: content for folder in _FOLDERS for path, content in _files(root, folder, authority)}}


def _real(text: str, authority: Authority) -> str:
    """A case with the pin of this CA and a discovery file that is one."""
    text = text.replace(PIN, authority.pin).replace(PIN.upper(), authority.pin.upper())
    return text.replace("/etc/passwd", "/job/discovery.conf")


def _files(root: pathlib.Path, folder: str, authority: Authority) -> t.Iterator[tuple[str, dict[str, str]]]:
    for path in sorted((root / folder).rglob("*")):
        inner = f"/{path.relative_to(root)}"
        if path.is_file() and not inner.startswith("/etc/kubernetes/tmp/"):
            content = path.read_text().replace(authority.pem.decode(), "CA\n")
            yield inner, {"mode": f"{stat.S_IMODE(path.stat().st_mode):04o}", "content": _describe(inner, content)}


def _describe(path: str, content: str) -> str:
    """A file as it is; of the bootstrap kubeconfig what the kubelet takes from it, as its CA is another in each run."""
    if not path.endswith("/bootstrap-kubelet.conf"):
        return content
    value = yaml.safe_load(content)
    found = {"server": value["clusters"][0]["cluster"]["server"], "token": value["users"][0]["user"].get("token", "")}
    return json.dumps(found)


if __name__ == "__main__":
    if sys.argv[1] == "--inside":
        json.dump(inside(pathlib.Path(sys.argv[2]), *sys.argv[3:]), sys.stdout)
    else:
        main()
