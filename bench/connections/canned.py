# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers modules at once with results from a file, so that the controller alone works."""

from __future__ import annotations

import json
import os
import pathlib
import re
import typing as t

from ansible.plugins.connection import ConnectionBase

DOCUMENTATION = """
name: canned
short_description: A connection without a host, for benchmarks
description: Returns the result of a module from the file in KUBEJOIN_RESULTS.
extends_documentation_fragment: [connection_pipelining]
options:
  host:
    description: The host.
    vars: [name: inventory_hostname]
  joined:
    description: Whether the host has joined.
    type: bool
    default: false
    vars: [name: canned_joined]
"""

#: The place of the host's name in the file.
_NAME = "NODE-NAME"


class Connection(ConnectionBase):  # type: ignore[misc]
    transport = "canned"
    has_pipelining = True

    def _connect(self) -> Connection:
        return self

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        del cmd, sudoable
        modules = re.findall(rb'"module": "([a-z_]+)"', in_data or b"")
        results = json.loads(pathlib.Path(os.environ["KUBEJOIN_RESULTS"]).read_text(encoding="utf-8"))
        joined = self.get_option("joined")
        names = [
            f"{name} joined" if joined and f"{name} joined" in results else name for name in map(bytes.decode, modules)
        ]
        asked = re.search(rb'"nodes": (\[[^\]]*\])', in_data or b"")
        if asked and "nodes_info" in names:  # one result for each
            (node,) = results["nodes_info"]["nodes"]
            results["nodes_info"]["nodes"] = [{**node, "name": name} for name in json.loads(asked[1])]
        text = json.dumps({"results": [results[name] for name in names]})
        return 0, text.replace(_NAME, self.get_option("host")).encode(), b""

    def put_file(self, in_path: t.Any, out_path: t.Any) -> None:
        raise NotImplementedError

    def fetch_file(self, in_path: t.Any, out_path: t.Any) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is open."""
