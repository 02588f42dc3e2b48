# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""invite_secrets generates what its options ask for."""

from __future__ import annotations

from ansible.parsing.dataloader import DataLoader
from ansible_collections.kubejoin.kubeadm.plugins.lookup import invite_secrets


def test_the_secrets_are_what_the_options_ask_for() -> None:
    """Without certificates, there is only a token."""
    lookup = invite_secrets.LookupModule(loader=DataLoader())
    options = {"certificates": False, "certificates_secret": ""}
    lookup.set_options = lambda var_options, direct: options.update(direct)
    lookup.get_option = options.get
    (secrets,) = lookup.run([], {})
    assert secrets.keys() == {"token"}
    (secrets,) = lookup.run([], {}, certificates=True, certificates_secret="own")
    assert secrets.keys() == {"token", "certificate_key", "certificates_secret"}
    assert secrets["certificates_secret"] == "own"
