# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_secrets: the secrets that kubeadm would use, and what tasks need of the controller."""

from __future__ import annotations

import traceback
import types
import typing as t

import pytest
import yaml
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible_collections.kubejoin.kubeadm.plugins.lookup.join_secrets import LookupModule
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import REPOSITORY
from ansible_collections.kubejoin.kubeadm.tests.unit.support.secret_configuration import KEY, OTHER, SECRET, TEXT


def join_secrets(
    configuration: t.Any, flags: dict[str, t.Any] | None = None, variables: dict[str, t.Any] | None = None
) -> dict[str, t.Any]:
    """What the lookup returns."""
    lookup = LookupModule(loader=DataLoader())
    lookup.set_options = lambda **_options: None
    lookup.get_option = {"flags": flags, "of_role": False}.get
    (secrets,) = lookup.run([configuration], variables=variables or {})
    return t.cast("dict[str, t.Any]", secrets)


def test_secrets_are_those_of_the_document() -> None:
    """All that the action does not return."""
    assert join_secrets(TEXT) == {
        "discovery_token": f"abcdef.{SECRET}",
        "tls_bootstrap_token": f"fedcba.{OTHER}",
        "certificate_key": KEY,
        "discovery_file": "",
        "discovery_kubeconfig": "",
        "shared_certificates": {},
    }


def test_an_error_has_no_secret() -> None:
    """Nor do the errors that led to it, which Ansible displays as well."""
    for text in (TEXT + "unknown: 1\n", f"token abcdef.{SECRET}", f"/x/abcdef.{SECRET}", f"{{token: {SECRET}"):
        with pytest.raises(AnsibleError) as caught:
            join_secrets(text)
        assert SECRET not in "".join(traceback.format_exception(caught.value)).replace(text, "")
        assert caught.value.__cause__ is None and caught.value.__suppress_context__


@pytest.mark.parametrize("name", ["join_discovery_file", "join_configuration", "invite_host"])
def test_facts_choose_nothing(name: str) -> None:
    """Also those that a host returns after its configuration was read."""
    with pytest.raises(AnsibleError, match=f"{name} must not be a fact"):
        join_secrets("", variables={"ansible_facts": {name: "/etc/passwd"}})


def test_the_variables_of_the_role_are_read() -> None:
    """In place of terms."""
    lookup = LookupModule(loader=DataLoader(), templar=types.SimpleNamespace(template=lambda value: value))
    lookup.set_options = lambda **_options: None
    lookup.get_option = {"of_role": True}.get
    (secrets,) = lookup.run([], variables={"join_configuration": TEXT, "join_node_name": "n"})
    assert secrets["discovery_token"] == f"abcdef.{SECRET}"


def test_hosts_without_secrets_need_no_lookup() -> None:
    """The role has what the lookup would return."""
    variables = yaml.safe_load((REPOSITORY / "roles/join/vars/main.yml").read_text(encoding="utf-8"))
    assert variables["__join_no_secrets"] == join_secrets("", {})


UNPINNED = {"apiserver_endpoint": "api:6443", "discovery_token_unsafe_skip_ca_verification": True}


@pytest.mark.parametrize(
    ("flags", "discovery", "bootstrap"),
    [
        ({**UNPINNED, "discovery_token": "d", "tls_bootstrap_token": "t"}, "d", "t"),
        ({**UNPINNED, "discovery_token": "d"}, "d", "d"),
        ({**UNPINNED, "token": "d"}, "d", "d"),
        ({**UNPINNED, "token": "d", "tls_bootstrap_token": "t"}, "d", "t"),
        ({"discovery_file": "/x", "discovery_token": "d"}, "", ""),
        ({"discovery_file": "/x", "tls_bootstrap_token": "t"}, "", "t"),
        ({}, "", ""),
    ],
)
def test_secrets_of_flags_are_those_that_kubeadm_would_use(
    flags: dict[str, str], discovery: str, bootstrap: str
) -> None:
    """A token for discovery is not one for TLS bootstrap with a file, as it has no effect without an endpoint."""
    tokens = {"d": f"abcdef.{SECRET}", "t": f"fedcba.{OTHER}"}
    flags = {name: tokens.get(value, value) for name, value in flags.items()}
    secrets = join_secrets("", flags)
    assert secrets["discovery_token"] == tokens.get(discovery, "")
    assert secrets["tls_bootstrap_token"] == tokens.get(bootstrap, "")
