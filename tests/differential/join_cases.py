# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JoinConfigurations, valid and not, and flags of `kubeadm join`, that real kubeadm binaries are asked about."""

from __future__ import annotations

import typing as t

TOKEN = "abcdef.0123456789abcdef"
PIN = "sha256:" + "0" * 64
HEADER = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\n"
NODE = "nodeRegistration: {name: w1, criSocket: unix:///run/containerd/containerd.sock}\n"


def _token(**fields: t.Any) -> str:
    inner = {"token": TOKEN, "apiServerEndpoint": "10.0.0.1:6443", "caCertHashes": f"[{PIN!r}]", **fields}
    set_fields = ", ".join(f"{name}: {value}" for name, value in inner.items() if value is not None)
    return f"discovery: {{bootstrapToken: {{{set_fields}}}}}\n"


def _node(fields: str) -> str:
    base = "" if "criSocket" in fields else "criSocket: unix:///run/containerd/containerd.sock, "
    name = "" if "name: " in fields.split("kubeletExtraArgs")[0] else "name: w1, "
    return f"nodeRegistration: {{{name}{base}{fields}}}\n"


def _with(extra: str) -> str:
    return HEADER + _token() + NODE + extra


def _registered(fields: str) -> str:
    return HEADER + _token() + _node(fields)


def _file(path: str, token: str = "") -> str:
    return HEADER + f"discovery: {{file: {{kubeConfigPath: {path!r}}}{token}}}\n" + NODE


def _control_plane(fields: str) -> str:
    return _with(f"controlPlane: {{{fields}}}\n")


def _of(version: str, text: str) -> str:
    return text.replace("/v1beta4", f"/{version}")


#: By name: the text of the file.
DOCUMENTS: dict[str, str] = {
    "plain": _with(""),
    "json": '{"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "JoinConfiguration", "nodeRegistration": {"name": "w1", '
    f'"criSocket": "unix:///run/x.sock"}}, "discovery": {{"tlsBootstrapToken": "{TOKEN}", "file": '
    '{"kubeConfigPath": "/etc/passwd"}}}',
    "several-documents": "---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n---\n"
    + _with("")
    + "---\n",
    "none-of-the-kind": "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ResetConfiguration\n",
    "empty": "",
    "not-a-mapping": "- a\n- b\n",
    "torn": _with("") + "patches: {directory: /x\n",
    "tab": _with("patches:\n\tdirectory: /x\n"),
    "no-version": "kind: JoinConfiguration\n" + _token() + NODE,
    "other-group": _with("").replace("kubeadm.k8s.io", "example.com"),
    "v1alpha3": _of("v1alpha3", _with("")),
    "v1beta1": _of("v1beta1", _with("")),
    "v1beta2": _of("v1beta2", _with("")),
    "v1beta3": _of("v1beta3", _with("")),
    "v1beta3-args": _of("v1beta3", _registered('kubeletExtraArgs: {v: "4", cgroup-root: /x, a: b}')),
    "v1beta3-args-list": _of("v1beta3", _registered('kubeletExtraArgs: [{name: v, value: "4"}]')),
    "v1beta3-timeout": _of("v1beta3", _with("").replace("discovery: {", "discovery: {timeout: 90s, ")),
    "v1beta3-timeouts": _of("v1beta3", _with("timeouts: {discovery: 90s}\n")),
    "v1beta3-skip-and-patches": _of("v1beta3", _with("skipPhases: [preflight]\npatches: {directory: /x}\n")),
    "v1beta3-dry-run": _of("v1beta3", _with("dryRun: true\n")),
    "v1beta3-pull-serial": _of("v1beta3", _registered("imagePullSerial: false")),
    "v1": _of("v1", _with("")),
    "v1-args": _of("v1", _registered('kubeletExtraArgs: [{name: v, value: "4"}]')),
    "v1-timeouts": _of("v1", _with("timeouts: {tlsBootstrap: 1h30m}\n")),
    "unknown-field": _with("unknown: 1\n"),
    "unknown-field-deep": _registered("unknown: 1"),
    "unknown-field-in-list": _registered("taints: [{key: a, effect: NoSchedule, unknown: 1}]"),
    "case-of-a-field": _with("").replace("nodeRegistration", "noderegistration"),
    "duplicate-key": _with("dryRun: true\ndryRun: false\n"),
    "number-for-text": _registered("taints: 3").replace("name: w1", "name: 3"),
    "number-for-list": _registered("taints: 3"),
    "text-for-boolean": _with('dryRun: "true"\n'),
    "yes-for-boolean": _with("dryRun: yes\n"),
    "text-for-mapping": _with("patches: /x\n"),
    "list-for-mapping": _with("patches: [/x]\n"),
    "number-for-duration": _with("timeouts: {discovery: 90}\n"),
    "bad-duration": _with("timeouts: {discovery: 90 s}\n"),
    "nulls": _with("patches: null\nskipPhases: null\ntimeouts: null\n"),
    "no-discovery": HEADER + NODE,
    "empty-discovery": HEADER + "discovery: {}\n" + NODE,
    "both-discoveries": HEADER
    + _token().replace("discovery: {", "discovery: {file: {kubeConfigPath: /etc/passwd}, ")
    + NODE,
    "tls-token-alone": HEADER + f"discovery: {{tlsBootstrapToken: {TOKEN}}}\n" + NODE,
    "separate-tokens": HEADER
    + _token().replace("discovery: {", "discovery: {tlsBootstrapToken: fedcba.fedcba9876543210, ")
    + NODE,
    "token-upper-case": HEADER + _token(token="ABCDEF.0123456789abcdef") + NODE,
    "token-short": HEADER + _token(token="abcdef.0123456789abcde") + NODE,
    "token-missing": HEADER + _token(token=None) + NODE,
    "token-with-blank": HEADER + _token(token=f'"{TOKEN} "') + NODE,
    "tls-token-malformed": HEADER + _token().replace("discovery: {", "discovery: {tlsBootstrapToken: x, ") + NODE,
    "no-pins": HEADER + _token(caCertHashes=None) + NODE,
    "no-pins-unsafe": HEADER + _token(caCertHashes=None, unsafeSkipCAVerification="true") + NODE,
    "pins-and-unsafe": HEADER + _token(unsafeSkipCAVerification="true") + NODE,
    "pin-malformed": HEADER + _token(caCertHashes="[sha1:00]") + NODE,
    "pin-upper-case": HEADER + _token(caCertHashes=f"[{PIN.upper()!r}]") + NODE,
    "endpoint-missing": HEADER + _token(apiServerEndpoint=None) + NODE,
    "endpoint-without-port": HEADER + _token(apiServerEndpoint="10.0.0.1") + NODE,
    "endpoint-with-scheme": HEADER + _token(apiServerEndpoint='"https://10.0.0.1:6443"') + NODE,
    "endpoint-ipv6": HEADER + _token(apiServerEndpoint='"[fd00::1]:6443"') + NODE,
    "endpoint-ipv6-bare": HEADER + _token(apiServerEndpoint='"fd00::1:6443"') + NODE,
    "endpoint-name": HEADER + _token(apiServerEndpoint="api.example.com:6443") + NODE,
    "endpoint-port-too-high": HEADER + _token(apiServerEndpoint="10.0.0.1:65536") + NODE,
    "endpoint-port-zero": HEADER + _token(apiServerEndpoint="10.0.0.1:0") + NODE,
    "endpoint-port-name": HEADER + _token(apiServerEndpoint="10.0.0.1:https") + NODE,
    "endpoint-ipv6-zone": HEADER + _token(apiServerEndpoint='"[fe80::1%eth0]:6443"') + NODE,
    "endpoint-ipv6-broken": HEADER + _token(apiServerEndpoint='"[fd00:::1]:6443"') + NODE,
    "endpoint-ipv4-in-brackets": HEADER + _token(apiServerEndpoint='"[10.0.0.1]:6443"') + NODE,
    "endpoint-name-in-brackets": HEADER + _token(apiServerEndpoint='"[api.example.com]:6443"') + NODE,
    "endpoint-upper-case": HEADER + _token(apiServerEndpoint="API.example.com:6443") + NODE,
    "endpoint-underscore": HEADER + _token(apiServerEndpoint="a_b:6443") + NODE,
    "endpoint-dash-first": HEADER + _token(apiServerEndpoint='"-a:6443"') + NODE,
    "endpoint-final-dot": HEADER + _token(apiServerEndpoint="api.example.com.:6443") + NODE,
    "endpoint-without-host": HEADER + _token(apiServerEndpoint='":6443"') + NODE,
    "endpoint-with-path": HEADER + _token(apiServerEndpoint='"10.0.0.1:6443/x"') + NODE,
    "file": _file("/etc/passwd"),
    "file-and-tls-token": _file("/etc/passwd", f", tlsBootstrapToken: {TOKEN}"),
    "file-and-bad-tls-token": _file("/etc/passwd", ", tlsBootstrapToken: x"),
    "file-https": _file("https://example.com/discovery.conf"),
    "file-http": _file("http://example.com/discovery.conf"),
    "file-scheme-file": _file("file:///etc/passwd"),
    "file-scheme-ftp": _file("ftp://example.com/x"),
    "file-empty": _file(""),
    "name-upper-case": _registered("name: ' W1.Example.COM '"),
    "name-underscore": _registered("name: a_b"),
    "name-dash-first": _registered("name: '-a'"),
    "name-long-label": _registered(f"name: {'a' * 64}"),
    "name-too-long": _registered(f"name: {'.'.join(['a' * 63] * 4)}"),
    "socket-without-scheme": _registered("criSocket: /run/x.sock"),
    "socket-tcp": _registered("criSocket: 'tcp://127.0.0.1:1'"),
    "taints-none": _registered("taints: []"),
    "taints": _registered("taints: [{key: a, value: b, effect: NoSchedule}, {key: c, effect: NoExecute}]"),
    "taint-without-effect": _registered("taints: [{key: a, value: b}]"),
    "args": _registered("kubeletExtraArgs: [{name: v, value: '4'}, {name: b, value: ''}, {name: v, value: '5'}]"),
    "args-of-kubeadm": _registered(
        "kubeletExtraArgs: [{name: hostname-override, value: Mine}, {name: register-with-taints, value: 'x=y:NoSchedule'}], "
        "taints: [{key: a, effect: NoSchedule}]"
    ),
    "args-that-need-quotes": _registered(
        """kubeletExtraArgs: [{name: x, value: "a\\"b\\\\c é"}, {name: y, value: "it's $HOME"}]"""
    ),
    "args-map": _registered("kubeletExtraArgs: {v: '4'}"),
    "args-without-name": _registered("kubeletExtraArgs: [{value: x}]"),
    "args-number": _registered("kubeletExtraArgs: [{name: v, value: 4}]"),
    "args-merge-method": _registered("kubeletExtraArgs: [{name: v, value: '4', mergeMethod: append}]"),
    "ignored-checks": _registered("ignorePreflightErrors: [Swap, NumCPU]"),
    "ignored-all": _registered("ignorePreflightErrors: [all]"),
    "ignored-all-and-one": _registered("ignorePreflightErrors: [ALL, Swap]"),
    "pull-policy": _registered("imagePullPolicy: Never"),
    "pull-policy-unknown": _registered("imagePullPolicy: Sometimes"),
    "pull-parallel": _registered("imagePullSerial: false"),
    "ca-path": _with("caCertPath: /etc/pki/other.crt\n"),
    "ca-path-relative": _with("caCertPath: pki/ca.crt\n"),
    "ca-path-pem": _with("caCertPath: /etc/pki/ca.pem\n"),
    "timeouts": _with("timeouts: {discovery: 1m, tlsBootstrap: 90s, kubeletHealthCheck: 0.5h, etcdAPICall: 0s}\n"),
    "skip-phases": _with("skipPhases: [preflight, kubelet-wait-bootstrap]\n"),
    "dry-run": _with("dryRun: true\n"),
    "patches": _with("patches: {directory: /etc/patches}\n"),
    "patches-empty": _with("patches: {}\n"),
    "control-plane": _control_plane("localAPIEndpoint: {advertiseAddress: 10.0.0.2}"),
    "control-plane-port": _control_plane("localAPIEndpoint: {advertiseAddress: 10.0.0.2, bindPort: 7443}"),
    "control-plane-bad-port": _control_plane("localAPIEndpoint: {advertiseAddress: 10.0.0.2, bindPort: 70000}"),
    "control-plane-bad-address": _control_plane("localAPIEndpoint: {advertiseAddress: somewhere}"),
    "certificate-key": _control_plane(
        f"localAPIEndpoint: {{advertiseAddress: 10.0.0.2}}, certificateKey: {'0a' * 32!r}"
    ),
    "certificate-key-short": _control_plane("localAPIEndpoint: {advertiseAddress: 10.0.0.2}, certificateKey: '0a0a'"),
    "everything": HEADER
    + _token().replace("discovery: {", "discovery: {tlsBootstrapToken: fedcba.fedcba9876543210, ")
    + _node(
        "name: rack-7.example.org, taints: [{key: a, value: b, effect: NoSchedule}, {key: c, effect: PreferNoSchedule}], "
        "kubeletExtraArgs: [{name: v, value: '4'}, {name: node-labels, value: 'a=b,c=d'}], ignorePreflightErrors: [Swap], "
        "imagePullPolicy: Always, imagePullSerial: false"
    )
    + "caCertPath: /etc/kubernetes/other/cluster.crt\nskipPhases: [preflight]\n"
    + "timeouts: {discovery: 30s, tlsBootstrap: 1m, kubeletHealthCheck: 1m, kubernetesAPICall: 5s}\n",
    "v1beta3-everything": _of(
        "v1beta3",
        HEADER
        + _token().replace("discovery: {", "discovery: {timeout: 30s, tlsBootstrapToken: fedcba.fedcba9876543210, ")
        + _node(
            "name: rack-7, taints: [{key: a, value: b, effect: NoSchedule}], ignorePreflightErrors: [Swap], "
            "imagePullPolicy: Always, kubeletExtraArgs: {v: '4', node-labels: 'a=b', cgroup-root: /x}"
        )
        + "caCertPath: /etc/kubernetes/other/cluster.crt\nskipPhases: [preflight]\n",
    ),
    "all-wrong": HEADER
    + "discovery: {bootstrapToken: {token: x, apiServerEndpoint: 'https://foo:6443'}, file: {kubeConfigPath: 'http://x'}}\n"
    + "nodeRegistration: {name: a_b, criSocket: unix:///x, imagePullPolicy: Foo, kubeletExtraArgs: [{name: ''}]}\n"
    + "caCertPath: foo\n",
}

_DISCOVERY = ["10.0.0.1:6443", "--token", TOKEN, "--discovery-token-ca-cert-hash", PIN]

#: By name: the arguments of `kubeadm join`; FILE stands for the path of a file with the document `plain`.
FLAGS: dict[str, list[str]] = {
    "plain": _DISCOVERY,
    "no-endpoint": _DISCOVERY[1:],
    "no-token": [_DISCOVERY[0], *_DISCOVERY[3:]],
    "no-pin": _DISCOVERY[:3],
    "no-pin-unsafe": [*_DISCOVERY[:3], "--discovery-token-unsafe-skip-ca-verification"],
    "separate-tokens": [_DISCOVERY[0], "--discovery-token", TOKEN, "--tls-bootstrap-token", TOKEN, *_DISCOVERY[3:]],
    "discovery-token-alone": [_DISCOVERY[0], "--discovery-token", TOKEN, *_DISCOVERY[3:]],
    "file": ["--discovery-file", "/etc/passwd"],
    "file-and-token": ["--discovery-file", "/etc/passwd", "--token", TOKEN],
    "file-and-endpoint": ["10.0.0.1:6443", "--discovery-file", "/etc/passwd"],
    "file-and-all": [*_DISCOVERY, "--discovery-file", "/etc/passwd"],
    "file-http": ["--discovery-file", "http://example.com/x"],
    "two-pins": [*_DISCOVERY, "--discovery-token-ca-cert-hash", "sha256:" + "1" * 64],
    "node-name": [*_DISCOVERY, "--node-name", "W2"],
    "bad-node-name": [*_DISCOVERY, "--node-name", "a_b"],
    "socket-without-scheme": [*_DISCOVERY, "--cri-socket", "/run/x.sock"],
    "ipv6": ["[fd00::1]:6443", *_DISCOVERY[1:]],
    "node-name-and-socket": [*_DISCOVERY, "--node-name", "w2", "--cri-socket", "unix:///run/x.sock"],
    "file-and-tls-token": ["--discovery-file", "/etc/passwd", "--tls-bootstrap-token", TOKEN],
    "file-and-discovery-token": ["--discovery-file", "/etc/passwd", "--discovery-token", TOKEN],
    "socket": [*_DISCOVERY, "--cri-socket", "unix:///run/x.sock"],
    "ignored-all-and-one": [*_DISCOVERY, "--ignore-preflight-errors", "all,Swap"],
    "config": ["--config", "FILE"],
    "config-and-token": ["--config", "FILE", "--token", TOKEN],
    "config-and-endpoint": ["--config", "FILE", "10.0.0.1:6443"],
    "config-and-node-name": ["--config", "FILE", "--node-name", "w2"],
    "config-and-ignored": ["--config", "FILE", "--ignore-preflight-errors", "Swap"],
    "config-and-dry-run": ["--config", "FILE", "--dry-run"],
    "config-and-patches": ["--config", "FILE", "--patches", "/x"],
    "config-and-socket": ["--config", "FILE", "--cri-socket", "unix:///run/x.sock"],
    "config-and-file": ["--config", "FILE", "--discovery-file", "/etc/passwd"],
    "config-and-tls-token": ["--config", "FILE", "--tls-bootstrap-token", TOKEN],
}
