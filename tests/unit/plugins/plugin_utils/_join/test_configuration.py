# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One door for input: documents by path, text or data, with variables, and what tasks and lookups get of them."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.configuration import (
    Input,
    read_input,
    read_secrets,
    read_settings,
)

TOKEN, PIN = "abcdef.0123456789abcdef", "sha256:" + "0" * 64
HEADER = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\n"
VALID = f"""{HEADER}discovery:
  bootstrapToken:
    apiServerEndpoint: 10.20.0.1:6443
    token: {TOKEN}
    caCertHashes: ["{PIN}"]
nodeRegistration:
  name: edge-7
  criSocket: unix:///run/containerd/containerd.sock
"""


class Files:
    """Files on the controller by their paths, and patches."""

    def __init__(self, **texts: str) -> None:
        self.texts = texts
        self.asked: list[str] = []

    def read_text(self, path: str, what: str) -> str:
        self.asked.append(path)
        if path not in self.texts:
            raise JoinError("file_not_read", f"Cannot read {what}.")
        return self.texts[path]

    def read_patches(self, path: str, *, kustomize: bool) -> list[dict[str, str]]:
        return [{"name": f"{path}/{'kustomization' if kustomize else 'etcd'}.yaml", "content": ""}]


def read(configuration: t.Any = None, files: Files | None = None, **flags: t.Any) -> Input:
    return read_input(configuration, flags, files or Files())


def settings(configuration: t.Any = None, files: Files | None = None, **flags: t.Any) -> dict[str, t.Any]:
    return read_settings(read(configuration, files, **flags), files or Files())


def refusal(configuration: t.Any = None, **flags: t.Any) -> JoinError:
    with pytest.raises(JoinError) as caught:
        settings(configuration, **flags)
    return caught.value


def test_text_for_a_list_with_a_file() -> None:
    """`join_ignore_preflight_errors: all` with `join_configuration: join.yaml`."""
    made = settings("join.yaml", Files(**{"join.yaml": VALID}), ignore_preflight_errors="all")
    assert made["options"]["ignore_preflight_errors"] == ["all"]
    assert made["options"]["node_name"] == "edge-7"


def test_an_argument_without_a_value_in_a_file() -> None:
    """Go reads null as an empty text."""
    arguments = "nodeRegistration:\n  kubeletExtraArgs:\n  - name: cloud-provider\n    value:\n"
    for text in (arguments, arguments.replace("    value:\n", ""), arguments.replace("value:", 'value: ""')):
        made = settings(HEADER + text)
        assert made["options"]["kubelet_extra_args"] == [{"name": "cloud-provider", "value": ""}]
    older = HEADER.replace("v1beta4", "v1beta3") + "nodeRegistration: {kubeletExtraArgs: {cloud-provider: null}}\n"
    assert settings(older)["options"]["kubelet_extra_args"] == [{"name": "cloud-provider", "value": ""}]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "JoinConfiguration", "dryRun": True}),
        "{apiVersion: kubeadm.k8s.io/v1beta4, kind: JoinConfiguration, dryRun: true}",
        f"{HEADER}dryRun: true",
        f"\n# a comment\n{HEADER}dryRun: true\n",
    ],
)
def test_a_document_on_one_line_is_not_a_path(text: str) -> None:
    files = Files()
    assert read(text, files).configuration["dryRun"] is True
    assert files.asked == []


def test_a_path_may_have_blanks_at_its_ends() -> None:
    assert read(" join.yaml\n", Files(**{"join.yaml": VALID})).configuration["nodeRegistration"]["name"] == "edge-7"


@pytest.mark.parametrize("path", [TOKEN, f"join {TOKEN}", "0a" * 32, "x" * 300])
def test_a_path_that_could_be_a_secret_is_not_displayed(path: str) -> None:
    """Others are."""
    error = refusal(path)
    assert error.code == "file_not_read"
    assert path not in str(error) and "(not displayed)" in str(error)
    assert "/etc/join.yaml" in str(refusal("/etc/join.yaml"))


@pytest.mark.parametrize(("item", "code"), [("", "pin_malformed"), ("~", "pin_malformed")])
def test_an_empty_item_in_pins_of_a_file(item: str, code: str) -> None:
    """Go reads null as an empty text, and kubeadm refuses that as a pin once it uses it."""
    text = f"{HEADER}discovery:\n  bootstrapToken:\n    apiServerEndpoint: api:6443\n    token: {TOKEN}\n    caCertHashes:\n    - {item}\n"
    error = refusal(f"{text}    unsafeSkipCAVerification: true\n")
    assert error.code == code
    assert [problem["field"] for problem in error.details["problems"]] == ["discovery.bootstrapToken.caCertHashes"]


@pytest.mark.parametrize("taints", ["[~]", "[{value: x}]", "[{}]"])
def test_a_taint_without_a_key_is_refused(taints: str) -> None:
    """The kubelet would not start with it."""
    error = refusal(f"{HEADER}nodeRegistration: {{taints: {taints}}}\n")
    assert (error.code, error.details["problems"][0]["field"]) == (
        "invalid_join_configuration",
        "nodeRegistration.taints",
    )


class Tagged(int):
    """Ansible's numbers are of such a type."""


def test_numbers_in_data_are_those_of_ansible() -> None:
    """And are compared as fast as others."""
    data = {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "JoinConfiguration"}
    made = settings({**data, "controlPlane": {"localAPIEndpoint": {"bindPort": Tagged(7443)}}})
    assert made["options"]["apiserver_bind_port"] == 7443


def test_a_token_in_a_file_that_yaml_converted() -> None:
    """The error explains how to write it, and has no digit of it."""
    error = refusal(VALID.replace(TOKEN, "123456.1234567890123456"))
    assert [problem["field"] for problem in error.details["problems"]] == ["discovery.bootstrapToken.token"]
    assert "in quotes" in str(error) and "123456" not in f"{error} {error.details}"


@pytest.mark.parametrize("empty", [None, "", "  \n", {}, []])
def test_an_empty_configuration_is_not_set(empty: t.Any) -> None:
    assert settings(empty) == settings()


@pytest.mark.parametrize("flag", ["token", "discovery_token", "tls_bootstrap_token"])
def test_a_token_without_an_endpoint_is_refused(flag: str) -> None:
    """It would be ignored; a discovery file needs no endpoint."""
    error = refusal(**{flag: TOKEN})
    assert error.code == "discovery_missing"
    assert "apiserver_endpoint" in str(error) and flag in str(error)
    assert settings(discovery_file="/x", **{flag: TOKEN})["discovery"] == "file"


def test_a_token_with_a_file_is_refused() -> None:
    """By whichever name."""
    for flag in ("token", "discovery_token"):
        error = refusal(VALID, **{flag: TOKEN})
        assert (error.code, error.details["variables"]) == ("configuration_mixed", [flag])


def test_the_flow_decides_whether_a_host_becomes_a_control_plane() -> None:
    """If a task passes it, the document must agree; otherwise the document decides."""
    text = f"{HEADER}controlPlane: {{}}\n"
    assert settings(text)["options"]["control_plane"] is True
    assert settings(text, control_plane="yes")["options"]["control_plane"] is True
    assert refusal(text, control_plane=False).code == "configuration_mixed"
    assert refusal(control_plane=True, rootfs="/mnt").code == "configuration_mixed"


def test_modules_get_the_phases_that_they_do() -> None:
    worker, control_plane = settings(), settings(control_plane=True, skip_phases="control-plane-prepare/certs")
    assert worker["phases_by_module"] == {
        "control_plane_files": [],
        "kubelet": ["kubelet-start", "kubelet-wait-bootstrap"],
        "control_plane_node": [],
    }
    assert control_plane["phases_by_module"]["kubelet"] == ["kubelet-start"]
    assert control_plane["phases_by_module"]["control_plane_node"][0] == "kubelet-wait-bootstrap"
    assert "control-plane-prepare/certs" not in control_plane["phases_by_module"]["control_plane_files"]
    assert settings(only_phases="preflight")["phases_by_module"]["kubelet"] == []
    assert refusal(only_phases="preflihgt").code == "unknown_phase"


def test_patches_are_on_the_host_or_on_the_controller() -> None:
    here = settings(patches="/p", experimental_kustomize="/k")["options"]
    assert (here["patches"], here["experimental_kustomize"]) == ("/p", "/k")
    assert here["patch_files"] == here["kustomize_files"] == []
    there = settings(
        patches="p", patches_remote_src="no", experimental_kustomize="k", experimental_kustomize_remote_src=False
    )["options"]
    assert there["patches"] == there["experimental_kustomize"] == ""
    assert [file["name"] for file in (*there["patch_files"], *there["kustomize_files"])] == [
        "p/etcd.yaml",
        "k/kustomization.yaml",
    ]


@pytest.mark.parametrize(
    "secret", ["https://me:hidden@x/d.conf", "https://x/d.conf?key=hidden", "https://x/d.conf#hidden"]
)
def test_a_url_with_a_secret_is_a_secret(secret: str) -> None:
    """It is displayed without user, password, query and fragment, and the host gets it whole."""
    made = settings(discovery_file=secret)
    assert "hidden" not in json.dumps(made)
    assert made["configuration"]["discovery"]["file"]["kubeConfigPath"] == "https://x/d.conf"
    assert (made["options"]["discovery_file"], made["secrets"]) == ("", ["discovery_file"])
    assert read_secrets(read(discovery_file=secret), Files())["discovery_file"] == secret


def test_a_discovery_file_on_the_controller_is_a_secret() -> None:
    """Its content is in no result; one on the host, or a URL, is passed as it is."""
    files = Files(**{"d.conf": "its-token"})
    made = settings(None, files, discovery_file="d.conf", discovery_file_remote_src="false")
    assert (made["options"]["discovery_file"], made["secrets"]) == ("", ["discovery_kubeconfig"])
    assert "its-token" not in json.dumps(made)
    source = read(None, files, discovery_file="d.conf", discovery_file_remote_src="false")
    assert read_secrets(source, files)["discovery_kubeconfig"] == "its-token"
    for path, remote in (("/d.conf", True), ("https://x/d.conf", False), ("HTTPS://x/d.conf", False)):
        made = settings(discovery_file=path, discovery_file_remote_src=remote)
        assert (made["options"]["discovery_file"], made["secrets"]) == (path, [])
    assert refusal(discovery_file="absent", discovery_file_remote_src=False).code == "file_not_read"


def test_shared_certificates_are_a_secret() -> None:
    flags = {"shared_certificates": json.dumps({"ca.key": "its-token"}), "control_plane": True}
    made = settings(**flags)
    assert made["secrets"] == ["shared_certificates"] and "its-token" not in json.dumps(made)
    assert read_secrets(read(**flags), Files())["shared_certificates"] == {"ca.key": "its-token"}


def test_only_an_invited_worker_waits_together_with_others() -> None:
    """Others wait by themselves, whatever is set."""
    assert settings()["waits_together"] is settings(wait="fleet")["waits_together"] is True
    assert (settings()["wait"], settings(wait="fleet")["wait"]) == ("host", "fleet")
    for flags in (
        {"wait": "fleet", "discovery_file": "/d.conf"},
        {"wait": "fleet", "control_plane": True},
        {"wait": "fleet", "dry_run": True},
        {"wait": "fleet", "rootfs": "/mnt"},
        {"wait": "fleet", "skip_phases": ["kubelet-wait-bootstrap"]},
        {"wait": "fleet", "only_phases": ["preflight"]},
    ):
        assert settings(**flags)["waits_together"] is False, flags


def test_how_long_to_wait() -> None:
    """As long as kubeadm waits for the kubelet, if nothing else is set."""
    assert settings()["options"]["wait_timeout"] == 240
    assert settings(timeouts={"kubeletHealthCheck": "90s"})["options"]["wait_timeout"] == 90
    assert settings(timeouts={"kubeletHealthCheck": "90s"}, wait_timeout="0")["options"]["wait_timeout"] == 0
