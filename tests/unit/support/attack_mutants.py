# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The library without one of its rules against attacks. A test of an attack proves something if it fails then."""

from __future__ import annotations

import dataclasses
import functools
import http.client
import json
import os
import re
import ssl
import types
import typing as t

import pytest
import requests
import urllib3.response
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible import cluster_discovery
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api import https, kubeapi, kubeconfig, tls
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config import kubelet as kubelet_configuration
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials import pki
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery import by_file, by_token, cluster, csr
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet import files as kubelet_files
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet import kubelet
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system import (
    connections,
    credential_plugin,
    files,
    host,
    https_file,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import (
    CLUSTER_CONFIGURATION,
    KUBELET_CONFIGURATION,
)

_Patch = pytest.MonkeyPatch
#: X509_V_FLAG_NO_CHECK_TIME of OpenSSL.
_NO_TIME = 0x200000
_HUGE = 100 * 1024 * 1024
#: The results of a run: pairs of an attack and the rules without which its test fails.
MUTATIONS = pytest.StashKey[t.List[t.Tuple[str, str]]]()


@dataclasses.dataclass(frozen=True)
class Mutant:
    """``rule`` is what the library does not do any more, ``attacks`` a pattern for the attacks that it refuses by that rule."""

    rule: str
    attacks: re.Pattern[str]
    apply: t.Callable[[_Patch], None]


MUTANTS: list[Mutant] = []


def mutant(rule: str, attacks: str) -> t.Callable[[t.Callable[[_Patch], None]], t.Callable[[_Patch], None]]:
    def register(apply: t.Callable[[_Patch], None]) -> t.Callable[[_Patch], None]:
        MUTANTS.append(Mutant(rule, re.compile(attacks), apply))
        return apply

    return register


def _everywhere(patch: _Patch, name: str, value: t.Any, *modules: types.ModuleType) -> None:
    for module in modules:
        patch.setattr(module, name, value)


@mutant("the CA is compared with the pins", "CA of its own$|old answer replayed, of a CA|pin of an intermediate")
def _no_pins(patch: _Patch) -> None:
    _everywhere(patch, "select_pinned", lambda bundle, pins, server: tuple(bundle), by_token, cluster)


@mutant("only the certificates that match a pin are trusted", "appended to the genuine one|sibling of the intermediate")
def _whole_bundle(patch: _Patch) -> None:
    """This is kubeadm's rule."""

    def select(bundle: t.Sequence[t.Any], pins: t.Collection[str], server: str) -> tuple[t.Any, ...]:
        pki.select_pinned(bundle, pins, server=server)
        return tuple(bundle)

    _everywhere(patch, "select_pinned", select, by_token, cluster)


def _with_tls(patch: _Patch, change: t.Callable[[tls.Tls], None]) -> None:
    real = tls._context

    def context() -> tls.Tls:
        made = real()
        change(made)
        return made

    patch.setattr(tls, "_context", context)


def _trust_all(patch: _Patch) -> None:
    """All servers count as verified."""

    def unchecked(certificates: str = "") -> tls.Tls:
        made = tls.unverified()
        made.__class__ = _Trusting
        return made

    class _Trusting(tls.Tls):
        is_verified = True  # type: ignore[assignment]

    _everywhere(patch, "trusting", unchecked, by_token, cluster, connections)


@mutant(
    "the second connection is verified",
    "passed on, then a server|another CA of the same name|a node's key|used as a CA$|signed by a server's",
)
def _unverified(patch: _Patch) -> None:
    _trust_all(patch)


@mutant("the server's certificate is for its address", "another server's key")
def _any_address(patch: _Patch) -> None:
    real = tls.Tls.wrap_socket

    def wrap(self: tls.Tls, *args: t.Any, **kwargs: t.Any) -> t.Any:
        self.check_hostname = False
        return real(self, *args, **kwargs)

    patch.setattr(tls.Tls, "wrap_socket", wrap)
    patch.setattr("urllib3.connection._match_hostname", lambda *args, **kwargs: None)


@mutant("only alternative names count", "common name only")
def _common_name(patch: _Patch) -> None:
    real = tls.strict_tls

    def lax() -> tls.Tls:
        made = real()
        made.hostname_checks_common_name = True
        return made

    patch.setattr(tls, "strict_tls", lax)


@mutant("certificates expire", "has expired")
def _forever(patch: _Patch) -> None:
    real = tls.strict_tls

    def lax() -> tls.Tls:
        made = real()
        made.verify_flags |= _NO_TIME
        return made

    patch.setattr(tls, "strict_tls", lax)


@mutant("TLS is 1.2 or newer", "an old TLS")
def _old_versions(patch: _Patch) -> None:
    def change(made: tls.Tls) -> None:
        made.set_ciphers("ALL:@SECLEVEL=0")
        made.minimum_version = ssl.TLSVersion.TLSv1

    _with_tls(patch, change)


@mutant("TLS has certificates", "a TLS without certificates")
def _anonymous(patch: _Patch) -> None:
    def change(made: tls.Tls) -> None:
        made.maximum_version = ssl.TLSVersion.TLSv1_2
        made.set_ciphers("ALL:aNULL:@SECLEVEL=0")

    _with_tls(patch, change)
    _trust_all(patch)


@mutant("both answers are compared", "then the genuine server")
def _no_comparison(patch: _Patch) -> None:
    class Same(str):
        def __ne__(self, other: object) -> bool:
            return False

        __hash__ = str.__hash__

    real = by_token.fetch_cluster_info
    patch.setattr(by_token, "fetch_cluster_info", lambda *args: Same(real(*args)))


@mutant("the token's signature is verified", "a signature by|before the token was made")
def _unsigned(patch: _Patch) -> None:
    def read(api: t.Any, token: t.Any, clock: t.Any, timeout: float) -> str:
        return str(by_token.fetch_cluster_info(api, clock, timeout))

    patch.setattr(by_token, "_signed_cluster_info", read)


def _redirected(patch: _Patch) -> None:
    real = https.session_over

    def session_over(context: tls.Tls) -> requests.Session:
        session = real(context)
        session.get_redirect_target = types.MethodType(  # type: ignore[method-assign]
            requests.Session.get_redirect_target, session
        )
        request = session.request
        session.request = lambda *args, **kwargs: request(  # type: ignore[method-assign]
            *args, **{**kwargs, "allow_redirects": True}
        )
        return session

    patch.setattr(https, "session_over", session_over)


@mutant("redirects are not followed", "answers with a redirect")
def _redirects(patch: _Patch) -> None:
    _redirected(patch)


def _no_sizes(patch: _Patch) -> None:
    _everywhere(patch, "MAX_ANSWER", _HUGE, tls, https)
    patch.setattr(tls, "MAX_FRAME", _HUGE)
    _everywhere(patch, "_MAXLINE", _HUGE, http.client)
    patch.setattr(http.client, "_MAXHEADERS", _HUGE)
    if hasattr(urllib3.response, "_MAX_CHUNK_LINE_LENGTH"):
        patch.setattr(urllib3.response, "_MAX_CHUNK_LINE_LENGTH", _HUGE)


@mutant("answers have at most four mebibytes", "answers without end, with|answers with nine megabytes")
def _sizes(patch: _Patch) -> None:
    _no_sizes(patch)


@mutant("compressed answers are refused", "answers with a (packed|bomb)")
def _compressed(patch: _Patch) -> None:
    """Of any size, too; and redirects with such an answer are followed."""
    _no_sizes(patch)
    real = https.session_over

    def session_over(context: tls.Tls) -> requests.Session:
        session = real(context)
        adapter = session.get_adapter("https://")
        adapter.build_response = functools.partial(  # type: ignore[method-assign]
            requests.adapters.HTTPAdapter.build_response, adapter
        )
        return session

    patch.setattr(https, "session_over", session_over)
    patch.setattr(kubeapi.KubeApi, "_refuse", lambda self, response, path: None)


@mutant("an answer has to be complete in time", "byte by byte|never ends the TLS handshake")
def _no_deadline(patch: _Patch) -> None:
    real = https.Https.__init__

    def init(self: https.Https, *args: t.Any, **kwargs: t.Any) -> None:
        real(self, *args, **{**kwargs, "timeout": 16.0})

    patch.setattr(https.Https, "__init__", init)


@mutant(
    "an answer is a JSON object",
    "answers with (a web page|a list|lists|text that|half|a number|what is not|a second answer|a length|headers that)",
)
def _any_json(patch: _Patch) -> None:
    def parse(answer: bytes) -> t.Any:
        try:
            return json.loads(answer)
        except ValueError:
            return {}

    patch.setattr(kubeapi, "parse_object", parse)


@mutant("an answer is complete", "answers with (no HTTP|a chunk of)")
def _incomplete(patch: _Patch) -> None:
    real = kubeapi.KubeApi._ask

    def ask(self: kubeapi.KubeApi, *args: t.Any, **options: t.Any) -> dict[str, t.Any]:
        try:
            return real(self, *args, **options)
        except kubeapi.ApiError:
            raise
        except JoinError:
            return {}

    patch.setattr(kubeapi.KubeApi, "_ask", ask)


@mutant("the status of an answer counts", "answers with a refusal")
def _any_status(patch: _Patch) -> None:
    patch.setattr(kubeapi.KubeApi, "_refuse", lambda self, response, path: None)


@mutant("cluster-info has a kubeconfig", "a signature of nothing")
def _empty(patch: _Patch) -> None:
    patch.setattr(by_token, "_kubeconfig_of", lambda info, server: str(by_token._data(info).get("kubeconfig")))


@mutant("all certificates are read", "CA bundle of|CA by path|whose CA is none|that is (cut|none) for the signing")
def _skipped(patch: _Patch) -> None:
    real = pki.parse_certificates

    def parse(pem: str, *, what: str) -> tuple[t.Any, ...]:
        try:
            return real(pem, what=what)
        except JoinError:
            return ()

    _everywhere(patch, "parse_certificates", parse, pki, by_token, by_file, cluster, csr, kubelet)
    trusting = tls.trusting
    lax = lambda pem: trusting(pem) if "BEGIN" in pem else tls.strict_tls()  # noqa: E731
    _everywhere(patch, "trusting", lax, by_token, cluster, connections)


@mutant("a server is an https URL", "^an API server at")
def _any_server(patch: _Patch) -> None:
    patch.setattr(kubeconfig, "is_server_url", lambda text: True)


@mutant("YAML has limits and one meaning", "(kubeconfig|kubelet configuration) of (aliases|lists|a null)")
def _any_yaml(patch: _Patch) -> None:
    """As PyYAML reads it, whatever comes first."""

    def parse(text: str, **_what: t.Any) -> t.Any:
        return next(iter(yaml.safe_load_all(text.replace("\0", ""))))

    patch.setattr(kubeconfig, "parse_yaml", parse)
    _genuine_kubelet(patch)


def _genuine_kubelet(patch: _Patch) -> None:
    real, facts = kubelet_configuration.parse_kubelet_configuration, by_token.read_facts
    patch.setattr(kubelet_files, "parse_kubelet_configuration", lambda text: real(KUBELET_CONFIGURATION))
    patch.setattr(by_token, "read_facts", lambda own, _kubelet, **options: facts(own, KUBELET_CONFIGURATION, **options))


@mutant("values of a kubelet configuration have limits", "kubelet configuration with a (quantity|duration)")
def _any_value(patch: _Patch) -> None:
    _genuine_kubelet(patch)


@mutant("a cluster configuration is read with limits", "cluster configuration with")
def _any_cluster(patch: _Patch) -> None:
    facts = by_token.read_facts
    patch.setattr(by_token, "read_facts", lambda _own, text, **options: facts(CLUSTER_CONFIGURATION, text, **options))


@mutant("a configuration is a text", "cluster configuration that is no text")
def _no_text(patch: _Patch) -> None:
    texts = {"kubeadm-config": CLUSTER_CONFIGURATION, "kubelet-config": KUBELET_CONFIGURATION}
    patch.setattr(by_token, "_system_text", lambda api, name, key, clock, timeout: texts[name])


@mutant("a signing request has a name", "signing request without a name")
def _unnamed(patch: _Patch) -> None:
    patch.setattr(kubeapi.KubeApi, "not_kubernetes", lambda self, path, seen: JoinError("csr_denied", "x"))


@mutant("the certificate is for this node, this key and this cluster", "^a certificate (for|by)")
def _any_certificate(patch: _Patch) -> None:
    patch.setattr(csr, "unusable_because", lambda *args, **kwargs: None)


@mutant(
    "a file from outside names no files of this host", "(outside|URL).*(certificate-authority|client-key|tokenFile)"
)
def _paths(patch: _Patch) -> None:
    real = connections.open_kubeconfig
    patch.setattr(
        cluster_discovery, "open_kubeconfig", lambda text, what, folder: real(text, what=what, folder=folder or "/")
    )


@mutant("a file from outside names no programs of this host", "program in the current folder")
def _programs(patch: _Patch) -> None:
    patch.setattr(credential_plugin, "_find", lambda plugin, folder, what: os.path.join(folder, plugin.command))


@mutant("a token is one word", "header of its own")
def _any_token(patch: _Patch) -> None:
    patch.setattr(kubeapi, "_authorization", lambda server, bearer, basic: {"X": f"Bearer {bearer}"})


@mutant("only https is followed", "discovery URL answers with a redirect to (plain|a file)")
def _insecure(patch: _Patch) -> None:
    patch.setattr(https_file, "_refuse_insecure", lambda url, here: None)


@mutant("a discovery file has limits, and is no redirect", "discovery URL answers")
def _any_file(patch: _Patch) -> None:
    """The first answer is the file, unpacked."""

    def follow(url: str, timeout: float) -> tuple[str, str]:
        _no_sizes(patch)
        context = https_file.trusting_as_the_host()
        context.set_limits(timeout, _HUGE)
        session = requests.Session()
        session.trust_env = False
        session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]

        class Adapter(requests.adapters.HTTPAdapter):
            def init_poolmanager(self, *args: t.Any, **kwargs: t.Any) -> None:
                super().init_poolmanager(*args, ssl_context=context, **kwargs)

        session.mount("https://", Adapter())
        return session.get(url, allow_redirects=False).text, ""

    patch.setattr(https_file, "_follow", follow)


@mutant("a file is not written through a link", "^a link planted")
def _links(patch: _Patch) -> None:
    _everywhere(patch, "refuse_unsafe", lambda path: {}, files, host)


@mutant("a folder that others can write to is not safe", "world-writable folder|folder that others may write to")
def _folders(patch: _Patch) -> None:
    patch.setattr(files, "_refuse_unsafe", lambda folder: {})
