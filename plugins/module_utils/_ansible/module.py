# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The entry points of all modules: from options to a plan or an answer, and to the module's result."""

from __future__ import annotations

import json
import typing as t

from ansible.module_utils import basic

from .._core.errors import JoinError
from .._core.load import describe_load
from .._system.host import LocalHost
from .._system.requirements import LIBRARIES, require

if t.TYPE_CHECKING:
    from .._core.change import Change, Resources

__all__ = ("CLUSTER_OPTIONS", "RUN_OPTION", "Params", "answer", "converge", "phases_option")

_TEXT: dict[str, t.Any] = {"type": "str", "required": True}
_FACTS: dict[str, t.Any] = {
    "kubernetes_version": _TEXT,
    "certificates_dir": _TEXT,
    "image_repository": _TEXT,
    "dns_domain": _TEXT,
    "service_subnet": _TEXT,
    "pod_subnet": _TEXT,
    "feature_gates": {"type": "dict", "required": True},
    "bind_addresses": {"type": "dict", "required": True},
    "etcd": {"type": "str", "choices": ["local", "external"], "required": True},
    "etcd_data_dir": _TEXT,
    "etcd_image_repository": _TEXT,
    "etcd_image_tag": _TEXT,
    "etcd_images": {"type": "list", "elements": "str", "default": []},
    "cgroup_driver": _TEXT,
    "accepts_cgroup_v1": {"type": "bool", "required": True},
}

#: The option ``cluster``, as cluster_discovery_info returns it.
CLUSTER_OPTIONS: dict[str, t.Any] = {
    "type": "dict",
    "required": True,
    "options": {
        "server": {"type": "str", "required": True},
        "certificate_authority": {"type": "str", "required": True},
        "ca_cert_hashes": {"type": "list", "elements": "str", "required": True},
        "cluster_configuration": {"type": "str", "default": ""},
        "kubelet_configuration": {"type": "str", "default": ""},
        "facts": {"type": "dict", "required": True, "options": _FACTS},
    },
}

#: The option ``run``, the fields of a RunMark.
RUN_OPTION: dict[str, t.Any] = {
    "type": "dict",
    "options": {
        "id": _TEXT,
        "started": {"type": "str", "default": ""},
        "process": {"type": "str", "default": ""},
        "workflow": {"type": "str", "default": ""},
    },
}

_CERTIFICATE = ("subject", "expires", "reused", "because")
#: The resources that modules return, with their keys, which are present in every state.
_KEYS: dict[str, tuple[str, ...]] = {
    "api_endpoint": ("advertise_address", "bind_port"),
    "certificate": ("path", *_CERTIFICATE),
    "certificates": _CERTIFICATE,
    "cluster_status": ("advertise_address", "bind_port"),
    "components": ("url", "healthy"),
    "files": ("mode", "owner", "changed"),
    "member": ("name", "id", "peer_url", "state"),
    "node": ("name", "uid", "level", "labels", "taints"),
    "role_binding": ("name", "groups"),
    "secret": ("name", "namespace", "state", "files", "expires"),
    "secrets": ("state",),
    "service": ("enabled", "running", "restarted"),
    "token": ("id", "state", "usages", "groups", "expires"),
}
#: The nouns of several resources, which are returned as a list, with the key that identifies each.
_LISTS = {"certificates": "path", "components": "name", "files": "path", "secrets": "name"}
#: The effects of a run, which the plan after it does not contain.
_OF_RUN = ("because", "changed", "restarted", "reused")

#: The exit status of a shell for a program that it cannot start.
_NOT_STARTED = 126

Params = t.Mapping[str, t.Any]
Planner = t.Callable[[Params, LocalHost], "Change"]
Observer = t.Callable[[Params, LocalHost], t.Mapping[str, t.Any]]


class AnsibleModule(basic.AnsibleModule):
    """Does not log or display URLs with a user, a password, a query or a fragment."""

    argument_spec: dict[str, dict[str, t.Any]]
    params: dict[str, t.Any]
    #: The name and the arguments of the module, if the module node runs it.
    step: t.ClassVar[t.Optional[tuple[str, t.Mapping[str, t.Any]]]] = None

    def _load_params(self) -> None:
        super()._load_params()
        if self.step:
            self._take_step(*self.step)
        urls = {name: value for name, value in self.params.items() if isinstance(value, str) and "://" in value}
        if not urls:
            return
        # Only here: most calls have no URL and do not need this code.
        from .._api.endpoint import is_secret_url

        specs = dict(self.argument_spec)
        specs.update(
            {
                name: {**specs[name], "no_log": True}
                for name, url in urls.items()
                if name in specs and is_secret_url(url)
            }
        )
        self.argument_spec = specs

    def _take_step(self, name: str, arguments: t.Mapping[str, t.Any]) -> None:
        """Replace the options of the module node by those of the module that it runs."""
        of_ansible = {key: value for key, value in self.params.items() if key.startswith("_ansible_")}
        self.params = {**of_ansible, **arguments, "_ansible_module_name": f"kubejoin.kubeadm.{name}"}


def phases_option(phases: t.Sequence[str]) -> dict[str, t.Any]:
    """The option ``phases`` of a module that runs these phases."""
    return {"type": "list", "elements": "str", "choices": list(phases), "default": list(phases)}


def answer(observe: Observer, *, libraries: t.Iterable[str] = LIBRARIES, **spec: t.Any) -> None:
    """Run a module without changes: exit with the result of ``observe``, and display its ``warnings``.

    ``spec`` is passed to AnsibleModule.
    """
    module = AnsibleModule(supports_check_mode=True, **spec)
    try:
        require(libraries)
        result = observe(module.params, _host(module))
    except JoinError as exc:
        _fail(module, exc)
    else:
        for warning in result.get("warnings", ()):
            module.warn(warning)
        own = {name: value for name, value in result.items() if name != "warnings"}
        module.exit_json(changed=False, **own, **describe_load())


def converge(
    plan: Planner,
    *,
    returns: t.Sequence[str],
    libraries: t.Iterable[str] = LIBRARIES,
    cause: t.Callable[[LocalHost], t.Optional[JoinError]] = lambda _host: None,
    **spec: t.Any,
) -> None:
    """Run a module with changes: plan, apply unless in check mode, plan again, exit with the resources ``returns``.

    ``changed`` and the diff come from the first plan only, so check mode cannot differ from a real run. In check mode, the
    resources also come from the first plan; otherwise from the last plan, which must not contain changes. If it does, ``cause`` is
    the error to report instead, if the module knows one.
    """
    module = AnsibleModule(supports_check_mode=True, **spec)
    if module.params.get("rootfs"):
        module.warn(f"{module.params['rootfs']} is prepared as an image: services are enabled but not started.")
    try:
        require(libraries)
        change = seen = plan(module.params, _host(module))
        if change.changed and not module.check_mode:
            # Twice: a state that the cluster reports, such as Ready, may be lost for a moment and is awaited again.
            for _round in range(2):
                seen.apply()
                seen = plan(module.params, _host(module))
                if not _differing(seen):
                    break
            _expect_settled(seen, lambda: cause(_host(module)))
    except JoinError as exc:
        _fail(module, exc)
    else:
        module.exit_json(
            changed=change.changed,
            diff=_diff(change),
            notes=list(change.notes),
            **_describe(returns, seen.resources, change.resources),
            **describe_load(),
        )


def _host(module: AnsibleModule) -> LocalHost:
    def run(command: t.Sequence[str], environ: t.Optional[t.Mapping[str, str]] = None) -> tuple[int, str, str]:
        # Not as Ansible does it by default: it replaces $NAME and ~ in arguments, and displays those of programs that cannot start.
        try:
            status, output, error = module.run_command(
                list(command),
                environ_update=dict(environ or {}),
                expand_user_and_vars=False,
                handle_exceptions=False,
            )
        except OSError as exc:
            return _NOT_STARTED, "", exc.strerror or "the program cannot be started"
        except ValueError:
            return _NOT_STARTED, "", "an argument or a variable of the program is malformed"
        return status, output, error

    root = module.params.get("rootfs")
    if not root:
        return LocalHost(run)
    # Only here: images are rare.
    from .._system.rootfs import RootfsHost

    return RootfsHost(run, root)


def _fail(module: AnsibleModule, exc: JoinError) -> None:
    module.fail_json(msg=str(exc), error=exc.outline(), **describe_load())


def _expect_settled(change: Change, find_cause: t.Callable[[], t.Optional[JoinError]]) -> None:
    unsettled = _differing(change)
    if unsettled:
        raise find_cause() or JoinError(
            "not_settled",
            f"{', '.join(unsettled)} differ from the state that was just applied. Another program changes them: find it, then run again.",
            things=unsettled,
        )


def _differing(change: Change) -> list[str]:
    return [name for name in change.after if change.before.get(name) != change.after[name]]


def _diff(change: Change) -> list[dict[str, str]]:
    return [
        {
            "before_header": name,
            "after_header": name,
            "before": _printable(change.before.get(name)),
            "after": _printable(change.after[name]),
        }
        for name in _differing(change)
    ]


def _printable(value: t.Any) -> str:
    """Format a value as text: a file as its mode and content, other values as JSON."""
    if isinstance(value, dict) and "content" in value:
        return f"mode: {value['mode']}\n{value['content']}"
    return json.dumps(value, indent=2, sort_keys=True) + "\n"


def _describe(nouns: t.Iterable[str], seen: Resources, planned: Resources) -> dict[str, t.Any]:
    """Describe the observed resources with the plan's effects of the run. All keys are present; unknown values are None."""
    result: dict[str, t.Any] = {}
    for noun in nouns:
        found, before = seen.get(noun, {}), planned.get(noun, {})
        if noun in _LISTS:
            result[noun] = [
                {_LISTS[noun]: name, **_complete(noun, found[name], before.get(name, {}))} for name in sorted(found)
            ]
        else:
            result[noun] = _complete(noun, found, before)
    return result


def _complete(noun: str, seen: t.Mapping[str, t.Any], planned: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    of_run = {key: value for key, value in planned.items() if key in _OF_RUN}
    return {key: of_run.get(key, seen.get(key)) for key in _KEYS[noun]}
