# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one way that all modules run: what is applied, what is returned, and what is refused."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
from ansible.module_utils import basic
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible import module as adapter
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core import load
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.change import Change, Resources, in_phase
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support.module_call import displayed, patch_module_args


@pytest.fixture(autouse=True)
def warned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the modules warned of. Ansible collects it for the whole process, and elsewhere on a controller."""
    seen: list[str] = []
    monkeypatch.setattr(basic.AnsibleModule, "warn", lambda _module, text: seen.append(text))
    return seen


class World:
    """Something to change: a planner over one value."""

    def __init__(self, value: str = "old", *, obstinate: bool = False) -> None:
        self.value = value
        self.obstinate = obstinate

    def plan(self, params: t.Any, host: t.Any) -> Change:
        before = {"thing": self.value, "file": {"mode": "0600", "content": "a\n"}}
        changed = self.value != "new"
        resources: Resources = {
            "service": {"enabled": True, "restarted": changed},
            "node": {"name": "n", "uid": None if changed else "7"},
            "files": {"/b": {"mode": "0600", "changed": changed}, "/a": {"mode": "0644", "changed": False}},
            "components": {"one": {"healthy": True}},
        }
        return Change(before, self._after(), self._apply, resources=resources)

    def _after(self) -> dict[str, t.Any]:
        return {"thing": "new", "file": {"mode": "0600", "content": "a\n"}}

    def _apply(self) -> None:
        if not self.obstinate:
            self.value = "new"


def run(
    action: t.Callable[..., None], capsys: pytest.CaptureFixture[str], *, check: bool = False, **spec: t.Any
) -> tuple[int, dict[str, t.Any]]:
    """Exit status and result of a module."""
    arguments = {"token": "abcdef.0123456789abcdef", "_ansible_check_mode": check, "_ansible_diff": True}
    with patch_module_args(arguments), pytest.raises(SystemExit) as ended:
        action(argument_spec={"token": {"type": "str", "no_log": True}}, **spec)
    return int(ended.value.code or 0), json.loads(capsys.readouterr().out)


NOUNS = ("components", "files", "node", "service", "token")


def converging(world: World, libraries: t.Sequence[str] = ()) -> t.Callable[..., None]:
    """A module that returns what its planner knows, and a token, of which it knows nothing."""
    return lambda **spec: adapter.converge(world.plan, returns=NOUNS, libraries=libraries, **spec)


def test_a_change_is_applied_and_what_was_seen_afterwards_is_returned(capsys: pytest.CaptureFixture[str]) -> None:
    """The diff names the one thing that differed. What the run did is the first plan's, what there is now the second one's."""
    world = World()
    status, result = run(converging(world), capsys)
    assert (status, result["changed"], world.value) == (0, True, "new")
    assert {noun: result[noun] for noun in NOUNS} == {
        "components": [{"name": "one", "url": None, "healthy": True}],
        "files": [
            {"path": "/a", "mode": "0644", "owner": None, "changed": False},
            {"path": "/b", "mode": "0600", "owner": None, "changed": True},
        ],
        "node": {"name": "n", "uid": "7", "level": None, "labels": None, "taints": None},
        "service": {"enabled": True, "running": None, "restarted": True},
        "token": dict.fromkeys(("id", "state", "usages", "groups", "expires")),
    }
    assert [entry["before_header"] for entry in result["diff"]] == ["thing"]


def test_check_mode_returns_the_same_and_applies_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Same changed, same diff, same resources as the real run, but for what nobody can know yet."""
    checked, real = World(), World()
    _status, planned = run(converging(checked), capsys, check=True)
    _status, done = run(converging(real), capsys)
    assert planned["node"].pop("uid") is None
    assert done["node"].pop("uid") == "7"
    assert planned == done
    assert (checked.value, real.value) == ("old", "new")


@pytest.mark.parametrize(
    ("command", "environ"),
    [
        (["PROGRAM", "a secret"], {}),
        (["echo", "a secret\0"], {}),
        (["echo", "a secret" * 100_000], {}),
        (["echo", "a secret"], {"a=b\0": "x"}),
        (["missing-program", "a secret"], {}),
    ],
)
def test_a_program_that_cannot_start_has_failed(
    command: list[str], environ: dict[str, str], capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path
) -> None:
    """The caller reports it, with a code and without the arguments."""
    program = tmp_path / "program"
    program.write_bytes(b"\x7fELF of another processor")
    program.chmod(0o755)
    command = [str(program) if word == "PROGRAM" else word for word in command]
    status, result = run(
        lambda **spec: adapter.answer(lambda _params, host: {"ran": host.run(command, environ)}, libraries=(), **spec),
        capsys,
    )
    assert status == 0, result
    assert result["ran"][0] != 0 and result["ran"][2]
    assert "secret" not in json.dumps(result)


@pytest.mark.parametrize("outcome", ["changed", "answered", "failed"])
def test_rejected_requests_are_part_of_every_result(
    outcome: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a failure as well, if there were any."""

    def observe(_params: t.Any, _host: t.Any) -> dict[str, t.Any]:
        if outcome == "failed":
            raise JoinError("api_refused", "busy")
        return {}

    monkeypatch.setattr(load, "_rejected", [])
    module = (
        converging(World()) if outcome == "changed" else lambda **spec: adapter.answer(observe, libraries=(), **spec)
    )
    assert "rejected_requests" not in run(module, capsys)[1]
    load.add_rejection("/api")
    assert run(module, capsys)[1]["rejected_requests"] == 1


def test_arguments_of_programs_are_not_expanded(capsys: pytest.CaptureFixture[str]) -> None:
    """Ansible would replace them."""
    words = ["$HOME", "~", "${HOME}x", "~root"]
    _status, result = run(
        lambda **spec: adapter.answer(lambda _params, host: {"ran": host.run(["echo", *words])}, libraries=(), **spec),
        capsys,
    )
    assert result["ran"][1].split() == words


def test_what_is_as_it_should_be_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """No change, no diff."""
    _status, result = run(converging(World("new")), capsys)
    assert (result["changed"], result["diff"], result["notes"]) == (False, [], [])
    assert not any(file["changed"] for file in result["files"])


def test_what_does_not_hold_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Looked at again after applying. A module that knows the cause reports it, and nothing else then."""
    status, result = run(converging(World(obstinate=True)), capsys)
    assert (status, result["error"]["code"]) == (1, "not_settled")
    assert "another program" in result["msg"].lower()
    cause = JoinError("node_not_registered", "It exits.")
    status, result = run(lambda **spec: converging(World(obstinate=True))(cause=lambda _host: cause, **spec), capsys)
    assert (status, result["error"]["code"], result["msg"]) == (1, "node_not_registered", "It exits.")


@pytest.mark.parametrize(("lost", "settles"), [(0, True), (1, True), (2, False)])
def test_what_is_lost_for_a_moment_is_reached_again(
    lost: int, settles: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """As when a kubelet that was restarted reports that its node is not Ready yet; the result is that of the whole run."""

    class Fickle(World):
        applied = 0

        def _apply(self) -> None:
            self.applied += 1
            if self.applied > lost:
                self.value = "new"

    world = Fickle()
    status, result = run(converging(world), capsys)
    assert (status, world.applied) == (0 if settles else 1, min(lost + 1, 2))
    if settles:
        assert (result["changed"], result["service"]["restarted"], len(result["diff"])) == (True, True, 1)


def test_a_refusal_is_a_sentence_a_code_and_its_facts(capsys: pytest.CaptureFixture[str]) -> None:
    """And the token that the module was given is in none of it."""

    def observe(params: t.Any, host: t.Any) -> t.NoReturn:
        raise JoinError("pin_mismatch", f"A sentence with {params['token']} in it.", seen=[params["token"]])

    status, result = run(lambda **spec: adapter.answer(observe, libraries=(), **spec), capsys)
    assert (status, result["error"]["code"]) == (1, "pin_mismatch")
    assert result["msg"].startswith("A sentence")
    assert "0123456789abcdef" not in json.dumps(result)


def test_a_phase_that_fails_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    """By a module that goes through several: of the one that was planned or applied; other modules name none."""

    def act() -> None:
        raise JoinError("etcd_unhealthy", "A sentence.")

    def refuse() -> t.NoReturn:
        raise JoinError("patch_failed", "A sentence.")

    for plan, phase in (
        (lambda: in_phase("check-etcd", refuse), {"phase": "check-etcd"}),
        (
            lambda: in_phase("kubelet-start", lambda: Change({"thing": "old"}, {"thing": "new"}, act)),
            {"phase": "kubelet-start"},
        ),
        (refuse, {}),
    ):
        action = lambda **spec: adapter.converge(lambda *_: plan(), returns=(), libraries=(), **spec)  # noqa: B023, E731
        _status, result = run(action, capsys)
        assert {key: value for key, value in result["error"].items() if key not in ("code", "details", "see")} == phase


def test_missing_libraries_are_named_by_their_packages(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything else is tried."""
    from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system import requirements

    monkeypatch.setitem(requirements.LIBRARIES, "no_such_library", ("nosuch",) * 3)
    world = World()
    status, result = run(converging(world, libraries=("no_such_library",)), capsys)
    assert (status, result["error"]["code"], world.value) == (1, "library_missing", "old")
    assert [name.rpartition("-")[2] for name in result["error"]["details"]["packages"]] == ["nosuch"]


def test_a_module_that_only_reads_returns_what_it_saw_and_warns(
    capsys: pytest.CaptureFixture[str], warned: list[str]
) -> None:
    """It changes nothing; its warnings are Ansible's and no part of the result."""
    seen = {"cluster": {"server": "https://api"}, "warnings": ["Something is odd."]}
    status, result = run(lambda **spec: adapter.answer(lambda _params, _host: seen, libraries=(), **spec), capsys)
    assert (status, result["changed"], result["cluster"]) == (0, False, {"server": "https://api"})
    assert warned == ["Something is odd."]
    assert "warnings" not in result


def test_an_image_is_changed_below_its_folder(tmp_path: t.Any, warned: list[str]) -> None:
    """And the module warns that nothing is started there."""
    hosts: list[t.Any] = []

    def plan(_params: t.Any, host: t.Any) -> Change:
        hosts.append(host)
        return Change({}, {})

    arguments = {"rootfs": str(tmp_path), "_ansible_check_mode": False}
    with patch_module_args(arguments), pytest.raises(SystemExit):
        adapter.converge(plan, returns=(), libraries=(), argument_spec={"rootfs": {"type": "path"}})
    assert len(warned) == 1 and str(tmp_path) in warned[0]
    assert not hosts[0].is_live()


def test_commands_of_the_host_run_through_ansible(capsys: pytest.CaptureFixture[str]) -> None:
    """With what is added to the environment, and without a shell."""

    def observe(_params: t.Any, host: t.Any) -> dict[str, t.Any]:
        return {"printed": host.run(["printenv", "OURS"], {"OURS": "$HOME"})}

    _status, result = run(lambda **spec: adapter.answer(observe, libraries=(), **spec), capsys)
    assert result["printed"] == [0, "$HOME\n", ""]


@pytest.mark.parametrize(
    ("url", "is_secret"),
    [("https://me:hunter2@x/d", True), ("https://x/d?hunter2", True), ("https://x/d", False), ("/etc/d.conf", False)],
)
def test_a_url_with_a_secret_is_neither_logged_nor_displayed(
    url: str, is_secret: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ansible logs options in the node's syslog and returns them if -v is set."""
    logged: list[t.Any] = []
    monkeypatch.setattr(basic.AnsibleModule, "log", lambda _module, msg, log_args=None: logged.append((msg, log_args)))
    spec = {"file": {"type": "str"}}
    # ansible-core before 2.21 always returns the invocation.
    asks = {"_ansible_inject_invocation": True} if "inject_invocation" in basic.PASS_VARS else {}
    with patch_module_args({"file": url, **asks}), pytest.raises(SystemExit):
        adapter.answer(lambda params, host: {"length": len(params["file"])}, libraries=(), argument_spec=spec)
    result = displayed(capsys.readouterr().out)
    assert result["length"] == len(url)
    assert "hunter2" not in f"{logged}{result}"
    assert (url in str(logged)) == (result["invocation"]["module_args"]["file"] == url) == (not is_secret)
    assert spec == {"file": {"type": "str"}}
