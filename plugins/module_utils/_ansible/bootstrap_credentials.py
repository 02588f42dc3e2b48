# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The options for a discovery file, and connections with its credentials."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .._api.kubeapi import KubeApi
    from .._core.retry import Patience
    from .._discovery.cluster import Cluster
    from .._system.host import Run
    from .module import Params

__all__ = ("FILE_OPTIONS", "bootstrap_connection")

#: The options for a discovery file.
FILE_OPTIONS: dict[str, t.Any] = {
    "discovery_file": {"type": "str"},
    "discovery_kubeconfig": {"type": "str", "no_log": True},
}


def bootstrap_connection(
    params: Params, cluster: Cluster, run: Run, patience: Patience
) -> t.Optional[t.Callable[[], KubeApi]]:
    """Return a function that connects with the credentials of the discovery file, if any. Only its call reads the file."""
    if not params["discovery_file"] and not params["discovery_kubeconfig"]:
        return None

    def connect() -> KubeApi:
        # Only here: most nodes have a token and do not need this code.
        from .._system.connections import connect_with
        from .cluster_discovery import credentials_missing, open_discovery_file

        opened = open_discovery_file(params, [], patience)
        if opened is None or opened.user.is_anonymous:
            raise credentials_missing("the discovery file")
        credentials = opened.credentials(run)
        return connect_with(cluster.server, cluster.trusted_certificates(), credentials, patience=patience)

    return connect
