# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a cluster can have outside itself: an etcd on a host of its own, and CAs whose keys no control plane has."""

from __future__ import annotations

import base64
import contextlib
import datetime
import json
import pathlib
import shutil
import threading
import typing as t

import yaml
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority, pem_of_key
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from testbed import binaries

from .bed import E2eBed
from .control_planes import beside

#: Where control planes have what they speak with an external etcd with; no manifest mounts this folder anyway.
ETCD_CLIENT = "/etc/kubernetes/etcd-client"
_PKI = "/etc/kubernetes/pki"
_ETCD = "/etc/etcd"
_ETCDCTL = f"etcdctl --cacert={_ETCD}/ca.crt --cert={_ETCD}/client.crt --key={_ETCD}/client.key"
_SERVICE = """[Unit]
Description=etcd
[Service]
Type=notify
ExecStart=/usr/local/bin/etcd --name=outside --data-dir=/var/lib/etcd \
  --listen-client-urls={url}:2379 --advertise-client-urls={url}:2379 \
  --listen-peer-urls={url}:2380 --initial-advertise-peer-urls={url}:2380 --initial-cluster=outside={url}:2380 \
  --client-cert-auth=true --trusted-ca-file={folder}/ca.crt --cert-file={folder}/server.crt --key-file={folder}/server.key \
  --peer-client-cert-auth=true --peer-trusted-ca-file={folder}/ca.crt \
  --peer-cert-file={folder}/server.crt --peer-key-file={folder}/server.key
[Install]
WantedBy=multi-user.target
"""
#: A control plane's files that `kubeadm certs generate-csr` makes and a join has no use for.
_UNUSED = ("super-admin.conf", "kubelet.conf")


def inside(bed: E2eBed, host: str, path: str) -> pathlib.Path:
    """A path of a host that runs, on this machine."""
    return bed.hosts.folder / host / "root" / path.lstrip("/")


def _write(path: pathlib.Path, text: str) -> None:
    """With kubeadm's modes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600 if path.suffix in (".key", ".conf") else 0o644)
    path.write_text(text, encoding="ascii")


class ExternalEtcd:
    """etcd as a service of a host that has nothing else, with a CA of its own, which accepts the certificates that this CA has signed."""

    def __init__(self, bed: E2eBed, host: str) -> None:
        """Install and start it on a host that runs."""
        self._bed = bed
        self._host = host
        self._url = f"https://{bed.plan.address(host)}"
        self._authority = Authority.make("outside-ca", "rsa")
        certificate, key = self._authority.issue("etcd", addresses=[bed.plan.address(host)])
        _write(inside(bed, host, f"{_ETCD}/server.crt"), certificate)
        _write(inside(bed, host, f"{_ETCD}/server.key"), pem_of_key(key))
        self.let_in(host, _ETCD)
        for program in ("etcd", "etcdctl"):
            shutil.copy2(binaries.etcd() / program, inside(bed, host, "/usr/local/bin"))
        service = _SERVICE.format(url=self._url, folder=_ETCD)
        bed.ssh(host, "cat > /etc/systemd/system/etcd.service; systemctl enable --now etcd", input=service)

    def let_in(self, host: str, folder: str = ETCD_CLIENT) -> None:
        """Give a host the CA, and a client certificate with its key."""
        certificate, key = self._authority.issue("client", purpose=ExtendedKeyUsageOID.CLIENT_AUTH)
        for name, text in (
            ("ca.crt", self._authority.pem),
            ("client.crt", certificate),
            ("client.key", pem_of_key(key)),
        ):
            _write(inside(self._bed, host, f"{folder}/{name}"), text)

    def settings(self) -> str:
        """What ClusterConfiguration has for it, in YAML."""
        files = {f"{name}File": f"{ETCD_CLIENT}/{file}" for name, file in
                 (("ca", "ca.crt"), ("cert", "client.crt"), ("key", "client.key"))}  # fmt: skip
        return yaml.safe_dump({"etcd": {"external": {"endpoints": [f"{self._url}:2379"], **files}}})

    def members(self) -> list[str]:
        """Names of the members."""
        command = f"{_ETCDCTL} --endpoints={self._url}:2379 member list -w json"
        return [member["name"] for member in json.loads(self._bed.ssh(self._host, command).stdout)["members"]]


class ExternalAuthorities:
    """The cluster's CAs with their keys, which are on no control plane any more."""

    def __init__(self, bed: E2eBed) -> None:
        """Take the keys from cp1, the only control plane, and have its controller manager go on without."""
        self._bed = bed
        self.signed: list[str] = []
        self._authorities = {}
        for name in ("ca", "front-proxy-ca", "etcd/ca"):
            files = {kind: inside(bed, "cp1", f"{_PKI}/{name}.{kind}") for kind in ("crt", "key")}
            certificate = x509.load_pem_x509_certificate(files["crt"].read_bytes())
            key = serialization.load_pem_private_key(files["key"].read_bytes(), None)
            self._authorities[name] = Authority(certificate, key)
            files["key"].unlink()
        bed.ssh("cp1", "kubeadm init phase control-plane controller-manager --config /root/init.yaml")
        # One that runs has read the key already, and the lease of one that has ended would first have to run out.
        bed.ssh("cp1", "while pgrep -f '[k]ube-controller-manager.*pki/ca.key' > /dev/null; do sleep 0.1; done")
        bed.kubectl("-n", "kube-system", "delete", "--ignore-not-found", "lease", "kube-controller-manager")

    def equip(self, host: str, *, trusting: bool) -> None:
        """Give a host its certificates and kubeconfigs, the way of kubeadm's documentation.

        kubeadm makes keys, requests and kubeconfigs without certificates; the requests are signed here. Unless they are
        ``trusting``, kubeconfigs stay without the cluster's CA, as kubeadm makes them, and could not be used as they are.
        """
        bed, folder = self._bed, f"/root/{host}"
        configuration = yaml.safe_dump_all(self._configuration(host))
        command = f"kubeadm certs generate-csr --config /dev/stdin --cert-dir {folder}/pki --kubeconfig-dir {folder}"
        bed.ssh("cp1", f"cat | {command}", input=configuration)
        made = inside(bed, "cp1", folder)
        for request in made.rglob("*.csr"):
            name = str(request.relative_to(made).with_suffix(""))
            if name in _UNUSED:
                continue
            certificate = self._sign(_authority_of(name), x509.load_pem_x509_csr(request.read_bytes()))
            target = inside(bed, host, f"/etc/kubernetes/{name}")
            if name.endswith(".conf"):
                _write(target, self._completed((made / name).read_text(), certificate, trusting=trusting))
            else:
                _write(target.with_suffix(".key"), (made / name).with_suffix(".key").read_text())
                _write(target.with_suffix(".crt"), certificate)

    def shared(self) -> dict[str, str]:
        """What control planes share, by the names of the files with dashes."""
        files = [*(f"{name}.crt" for name in self._authorities), "sa.key", "sa.pub"]
        return {name.replace("/", "-"): inside(self._bed, "cp1", f"{_PKI}/{name}").read_text() for name in files}

    def share(self, host: str) -> None:
        """Copy that by hand: kubeadm uploads nothing where it knows of an external CA."""
        for name, text in self.shared().items():
            _write(inside(self._bed, host, f"{_PKI}/{name.replace('etcd-', 'etcd/')}"), text)

    def _configuration(self, host: str) -> t.Iterator[dict[str, t.Any]]:
        for document in yaml.safe_load_all(inside(self._bed, "cp1", "/root/init.yaml").read_text()):
            if document["kind"] == "InitConfiguration":
                document["localAPIEndpoint"]["advertiseAddress"] = self._bed.plan.address(host)
                document["nodeRegistration"]["name"] = host
            if document["kind"] in ("InitConfiguration", "ClusterConfiguration"):
                yield document

    def _completed(self, kubeconfig: str, certificate: str, *, trusting: bool) -> str:
        """With the certificate that its key has got."""
        document = yaml.safe_load(kubeconfig)
        if trusting:
            authority = base64.b64encode(self._authorities["ca"].pem.encode()).decode()
            document["clusters"][0]["cluster"]["certificate-authority-data"] = authority
        document["users"][0]["user"]["client-certificate-data"] = base64.b64encode(certificate.encode()).decode()
        return yaml.safe_dump(document)

    def _sign(self, authority: str, request: x509.CertificateSigningRequest) -> str:
        """A certificate for what is asked, good for clients, and for servers where names are asked for."""
        issuer = self._authorities[authority]
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder()
            .issuer_name(issuer.certificate.subject)
            .subject_name(request.subject)
            .public_key(request.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(minutes=5))
            .not_valid_after(now + datetime.timedelta(days=365))
        )
        usages = [ExtendedKeyUsageOID.CLIENT_AUTH]
        for extension in request.extensions:
            if isinstance(extension.value, x509.SubjectAlternativeName):
                builder = builder.add_extension(extension.value, critical=False)
                usages.append(ExtendedKeyUsageOID.SERVER_AUTH)
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        certificate = builder.sign(issuer.key, hashes.SHA256())
        return certificate.public_bytes(serialization.Encoding.PEM).decode()

    @contextlib.contextmanager
    def signing(self) -> t.Iterator[None]:
        """During the block, sign the requests of kubelets that the cluster has approved; ``signed`` are their names."""

        def sign(over: threading.Event) -> None:
            while not over.wait(0.2):
                for request in json.loads(self._bed.kubectl("get", "csr", "-o", "json").stdout)["items"]:
                    if _is_to_be_signed(request):
                        self._answer(request)

        with beside(sign):
            yield

    def _answer(self, request: dict[str, t.Any]) -> None:
        asked = x509.load_pem_x509_csr(base64.b64decode(request["spec"]["request"]))
        certificate = base64.b64encode(self._sign("ca", asked).encode()).decode()
        patch = json.dumps({"status": {"certificate": certificate}})
        name = request["metadata"]["name"]
        self._bed.kubectl("patch", "csr", name, "--subresource=status", "--type=merge", "-p", patch)
        self.signed.append(str(asked.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value))


def _authority_of(name: str) -> str:
    """Which CA signs a file, by its name below /etc/kubernetes without suffix."""
    if name == "pki/front-proxy-client":
        return "front-proxy-ca"
    return "etcd/ca" if name.startswith("pki/etcd/") or name == "pki/apiserver-etcd-client" else "ca"


def _is_to_be_signed(request: dict[str, t.Any]) -> bool:
    status = request.get("status", {})
    approved = any(condition["type"] == "Approved" for condition in status.get("conditions", []))
    is_kubelets = request["spec"]["signerName"] == "kubernetes.io/kube-apiserver-client-kubelet"
    return is_kubelets and approved and "certificate" not in status
