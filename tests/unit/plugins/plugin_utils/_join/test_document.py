# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JoinConfigurations and flags: accepted, completed and refused as real kubeadm binaries do it."""

from __future__ import annotations

import re
import typing as t

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.document import (
    options_of,
    read_join_configuration,
)
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.join_fields import join_fields
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.join_validation import (
    expect_flow,
    validate_join_configuration,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.join_goldens import (
    GOLDENS,
    configuration_of_flags,
    flags_of,
    reads,
)
from hypothesis import given
from hypothesis import strategies as st

HEADER = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\n"

#: What kubeadm takes at first, to fail on it later, or to go on without it, and we refuse at once: the code.
KEPT = {
    "pin-malformed": "pin_malformed",
    "endpoint-port-name": "endpoint_malformed",
    "endpoint-port-too-high": "endpoint_malformed",
    "endpoint-port-zero": "endpoint_malformed",
    "endpoint-ipv4-in-brackets": "endpoint_malformed",
    "endpoint-ipv6-broken": "endpoint_malformed",
    "endpoint-ipv6-zone": "endpoint_malformed",
    "endpoint-name-in-brackets": "endpoint_malformed",
    "endpoint-with-path": "endpoint_malformed",
    "endpoint-without-host": "endpoint_malformed",
    "config-and-endpoint": "configuration_mixed",
}
#: Refusals that kubeadm words without naming a field.
_INDEX = re.compile(r"\[[0-9]+\]")
WORDLESS = re.compile(
    r"can not mix|could not interpret|unmarshal|API spec|don't specify|unknown configuration|no kind|no JoinConfiguration|in duration|must be ipv4|is mandatory information"
)


def goldens(kind: str) -> list[t.Any]:
    return [pytest.param(yaml.safe_load(path.read_text()), id=path.stem) for path in sorted((GOLDENS / kind).iterdir())]


def fields_of(error: JoinError) -> list[str]:
    return [problem["field"] for problem in error.details.get("problems", ())]


def judge(text: str) -> tuple[dict[str, t.Any] | None, JoinError | None]:
    """What we make of a file: the completed configuration, or the refusal."""
    try:
        completed = read_join_configuration(text, what="FILE")
        validate_join_configuration(completed, needs_discovery=True)
    except JoinError as exc:
        return None, exc
    return completed, None


@pytest.mark.parametrize("golden", goldens("documents"))
def test_documents_are_judged_as_kubeadm_does(golden: t.Any, request: pytest.FixtureRequest) -> None:
    """Both complete a file to the same, or both refuse it and name the same fields."""
    text, name = golden["case"], request.node.callspec.id
    completed, refusal = judge(text)
    for answer in golden["answers"]:
        if not any(reads(minor, text) for minor in answer["kubeadm"]):
            continue
        if name in KEPT:
            assert refusal is not None and refusal.code == KEPT[name]
            assert "completed" in answer
        elif answer.get("completed"):
            assert completed is not None, refusal
            expected = answer["completed"]
            if "criSocket" not in text:
                del expected["nodeRegistration"]["criSocket"]
            assert completed == expected
        else:
            assert refusal is not None, completed
            named = answer.get("fields", [])
            assert (
                named == []
                or set(named) <= {_INDEX.sub("", field) for field in fields_of(refusal)}
                or named[0] in str(refusal)
            )


@pytest.mark.parametrize("golden", goldens("flags"))
def test_flags_are_judged_as_kubeadm_does(golden: t.Any, request: pytest.FixtureRequest) -> None:
    """Alone and beside a file."""
    flags, has_file = flags_of(golden["case"])
    plain = yaml.safe_load((GOLDENS / "documents/plain.yaml").read_text())["case"]
    file = judge(plain)[0] if has_file else None
    refusal = None
    try:
        made = configuration_of_flags(flags, file, what="FILE")
        validate_join_configuration(made, needs_discovery=True)
    except JoinError as exc:
        refusal = exc
    for answer in golden["answers"]:
        if request.node.callspec.id in KEPT:
            assert refusal is not None and refusal.code == KEPT[request.node.callspec.id]
            assert answer["accepted"]
            continue
        assert (refusal is None) == answer.get("accepted", False), refusal
        named = answer.get("fields", [])
        assert refusal is None or named == [] or set(named) <= set(fields_of(refusal))


@pytest.mark.parametrize("kind", ["documents", "flags"])
def test_refusals_without_a_field_are_of_the_file_as_a_whole(kind: str) -> None:
    """So that no refusal slips through the comparison of fields above because its wording was not understood."""
    for parameter in goldens(kind):
        for answer in parameter.values[0]["answers"]:  # type: ignore[index]
            if "refused" in answer and not answer["fields"]:
                assert WORDLESS.search(answer["refused"]), answer["refused"]


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ("apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n", ""),
        ("apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n", ""),
        ("apiVersion: kubeadm.k8s.io/v1beta3\nkind: ResetConfiguration\n", ""),
        ("apiVersion: example.com/v1\nkind: Thing\n", ""),
        ("apiVersion: a/b\nkind: X-y z\n", ""),
        ("", ""),
        ("apiVersion: v1\nkind: ConfigMap\n", "its document 2 has no apiVersion with a group, or no kind"),
        ("kind: Secret\n", "its document 2 has no"),
        ("apiVersion: a/b\n", "its document 2 has no"),
        ("apiVersion: a/b\nkind: ''\n", "its document 2 has no"),
        ("apiVersion: a/b/c\nkind: X\n", "its document 2 has no"),
        ("apiVersion: a/\nkind: X\n", "its document 2 has no"),
        ("apiVersion: /b\nkind: X\n", "its document 2 has no"),
        ("apiVersion: 5\nkind: X\n", "its document 2 has no"),
        ("- a\n", "its document 2 has no"),
        ("hello\n", "its document 2 has no"),
        ("null\n", "its document 2 has no"),
        ("{}\n", "its document 2 has no"),
        (f"{HEADER}\n", "found 2"),
        ("apiVersion: example.com/v1\nkind: JoinConfiguration\n", "found 2"),
        (
            "apiVersion: a/b\nkind: X\n---\napiVersion: a/b\nkind: X\n",
            "several of its documents have the kind X; correct it, or remove what is not a JoinConfiguration",
        ),
    ],
)
def test_documents_of_other_kinds_are_what_kubeadm_accepts(other: str, problem: str) -> None:
    """As kubeadm 1.37 decides for each of them. It ignores them then."""
    text = f"{HEADER}---\n{other}"
    if not problem:
        assert read_join_configuration(text, what="x") == read_join_configuration(HEADER, what="x")
        return
    with pytest.raises(JoinError, match=re.escape(problem)) as caught:
        read_join_configuration(text, what="x")
    assert caught.value.code == "invalid_join_configuration"


def test_problems_come_all_at_once_each_with_its_line() -> None:
    """kubeadm stops at the first value of a wrong type."""
    text = HEADER + "dryRun: 3\nnodeRegistration:\n  unknown: x\n  taints:\n  - key: a\n    effect: 7\n"
    refusal = judge(text)[1]
    assert refusal is not None
    assert [(problem["field"], problem["line"]) for problem in refusal.details["problems"]] == [
        ("dryRun", 3),
        ("nodeRegistration.unknown", 5),
        ("nodeRegistration.taints[0].effect", 8),
    ]
    assert "nodeRegistration.unknown (line 5)" in str(refusal)


@pytest.mark.parametrize("version", ["v1beta1", "v1beta2"])
def test_versions_older_than_any_supported_kubeadm_are_taken(version: str) -> None:
    """Their maps of arguments and `discovery.timeout` are where v1beta4 has them."""
    text = (
        HEADER.replace("v1beta4", version)
        + "discovery: {timeout: 90s, file: {kubeConfigPath: /x}}\nnodeRegistration: {kubeletExtraArgs: {v: '4', a: b}}\n"
    )
    completed, refusal = judge(text)
    assert completed is not None, refusal
    assert completed["timeouts"]["discovery"] == "1m30s"
    assert completed["nodeRegistration"]["kubeletExtraArgs"] == [
        {"name": "a", "value": "b"},
        {"name": "v", "value": "4"},
    ]
    assert judge(text.replace("discovery: {", "skipPhases: [preflight]\ndiscovery: {"))[1] is not None


def test_data_is_read_like_a_file() -> None:
    """An inventory can hold the configuration itself; there are no lines then."""
    data = {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "JoinConfiguration", "dryRun": "yes"}
    with pytest.raises(JoinError, match="dryRun: it is a text, expected true or false") as caught:
        read_join_configuration(data, what="join_configuration")
    assert caught.value.details["problems"][0]["line"] is None


def test_flags_take_what_ansible_users_write() -> None:
    """Taints as kubectl writes them, arguments as a mapping, numbers and booleans as such."""
    made = configuration_of_flags(
        {"taints": ["a=b:NoSchedule", "c:NoExecute"], "kubelet_extra_args": {"v": 4, "b": True}}, None, what=""
    )
    node = made["nodeRegistration"]
    assert node["taints"] == [{"key": "a", "value": "b", "effect": "NoSchedule"}, {"key": "c", "effect": "NoExecute"}]
    assert node["kubeletExtraArgs"] == [{"name": "b", "value": "true"}, {"name": "v", "value": "4"}]
    with pytest.raises(JoinError, match="key=value:Effect"):
        configuration_of_flags({"taints": ["nonsense"]}, None, what="")


@pytest.mark.parametrize(("word", "on"), [("false", False), ("No", False), ("true", True), ("yes", True)])
def test_switches_are_taken_from_the_command_line(word: str, on: bool) -> None:
    """Where every value is a text: one that says no is none."""
    flags = dict.fromkeys(("control_plane", "dry_run", "discovery_token_unsafe_skip_ca_verification"), word)
    made = configuration_of_flags({**flags, "apiserver_endpoint": "api:6443"}, None, what="")
    assert ("controlPlane" in made, made.get("dryRun", False)) == (on, on)
    assert made["discovery"]["bootstrapToken"].get("unsafeSkipCAVerification", False) == on
    serial = configuration_of_flags({"image_pull_serial": word}, None, what="")
    assert serial["nodeRegistration"]["imagePullSerial"] == on


def test_flags_of_control_planes_count_where_one_is_made() -> None:
    """As with --control-plane, without which kubeadm passes over the others."""
    flags = {"apiserver_advertise_address": "10.0.0.2", "apiserver_bind_port": "7443", "certificate_key": "0a" * 32}
    assert "controlPlane" not in configuration_of_flags(flags, None, what="")
    made = configuration_of_flags({**flags, "control_plane": True}, None, what="")
    assert made["controlPlane"] == {
        "localAPIEndpoint": {"advertiseAddress": "10.0.0.2", "bindPort": 7443},
        "certificateKey": "0a" * 32,
    }
    assert [taint["key"] for taint in made["nodeRegistration"]["taints"]] == ["node-role.kubernetes.io/control-plane"]
    alone = configuration_of_flags({"control_plane": True}, None, what="")
    assert alone["controlPlane"] == {"localAPIEndpoint": {"bindPort": 6443}}


@pytest.mark.parametrize("taints", [[], "[]"])
def test_a_control_plane_may_be_without_taints(taints: t.Any) -> None:
    """As with an empty list in a file, but not without a list."""
    made = configuration_of_flags({"control_plane": True, "taints": taints}, None, what="")
    assert made["nodeRegistration"]["taints"] == []
    file = read_join_configuration(HEADER + "controlPlane: {}\nnodeRegistration: {taints: []}\n", what="a file")
    assert configuration_of_flags({"control_plane": True}, file, what="a file")["nodeRegistration"]["taints"] == []
    for nothing in (None, "", " "):
        made = configuration_of_flags({"control_plane": True, "taints": nothing}, None, what="")
        assert len(made["nodeRegistration"]["taints"]) == 1


@pytest.mark.parametrize("body", ["", "controlPlane: {}\n"])
def test_the_flow_and_the_file_say_the_same(body: str) -> None:
    """What the flow sets by itself may stand beside a file, which must not say otherwise; images are for workers."""
    file = read_join_configuration(HEADER + body, what="a file")
    configuration = configuration_of_flags({"control_plane": True}, file, what="a file")
    assert ("controlPlane" in configuration) == bool(body)
    expect_flow(configuration, control_plane=bool(body))
    for flow, rootfs in ((not body, ""), (True, "/mnt")):
        with pytest.raises(JoinError) as caught:
            expect_flow(configuration, control_plane=flow, rootfs=rootfs)
        assert caught.value.code == "configuration_mixed"


def test_flags_beside_a_file_add_to_it() -> None:
    """Checks to ignore are joined, name and phases take the place of the file's, and the file's own value stays whole."""
    text = (
        HEADER + "nodeRegistration: {name: w1, ignorePreflightErrors: [Swap]}\nskipPhases: [preflight]\n"
        "discovery: {file: {kubeConfigPath: /x}, tlsBootstrapToken: abcdef.0123456789abcdef}\n"
    )
    file = judge(text)[0]
    assert file is not None
    flags = {"node_name": " W2 ", "ignore_preflight_errors": ["NumCPU"], "skip_phases": ["kubelet-start"]}
    made = configuration_of_flags(flags, file, what="FILE")
    assert made["nodeRegistration"]["name"] == "w2"
    assert made["nodeRegistration"]["ignorePreflightErrors"] == ["Swap", "NumCPU"]
    assert made["skipPhases"] == ["kubelet-start"]
    assert file["nodeRegistration"]["name"] == "w1"


@pytest.mark.parametrize(
    ("args", "name"),
    [
        ("", "w1"),
        ("{name: v, value: '2'}", "w1"),
        ("{name: hostname-override, value: ' W2'}", "w2"),
        ("{name: hostname-override, value: w2}, {name: hostname_override, value: w3}", "w3"),
        ("{name: hostname-override, value: ''}", ""),
    ],
)
def test_an_argument_for_the_kubelet_names_the_node(args: str, name: str) -> None:
    """Modules that get no such arguments get this name; the kubelet uses the last one, and without a value the host name."""
    file = judge(
        f"{HEADER}discovery: {{file: {{kubeConfigPath: /x}}, tlsBootstrapToken: abcdef.0123456789abcdef}}\n"
        f"nodeRegistration: {{name: w1, kubeletExtraArgs: [{args}]}}\n"
    )[0]
    assert file is not None
    assert options_of(file)["node_name"] == name


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(join_fields("v1beta4"))), VALUES))
def test_any_data_is_completed_or_refused_with_a_field(data: dict[str, t.Any]) -> None:
    """Never another exception, and completing what is complete changes nothing."""
    data = {**data, "apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "JoinConfiguration"}
    completed = refusal = None
    try:
        completed = read_join_configuration(data, what="DATA")
        validate_join_configuration(completed, needs_discovery=True)
    except JoinError as exc:
        refusal = exc
    assert refusal is None or fields_of(refusal), str(refusal)
    assert completed is None or read_join_configuration(completed, what="DATA") == completed
