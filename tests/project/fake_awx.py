# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API of AWX as far as the modules of awx.awx use it to create objects: lists, objects, surveys, associations, approvals."""

from __future__ import annotations

import http.server
import json
import pathlib
import threading
import typing as t
import urllib.parse

PREFIX = "/api/v2/"
#: Objects whose type is not their endpoint without the plural.
TYPES = {"inventories": "inventory"}


class FakeAwx:
    """Serves until it is closed; ``objects`` by endpoint and number. Tests have a folder for it. No object of ``refused`` endpoints is created."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.objects: dict[str, dict[int, dict[str, t.Any]]] = {}
        self.surveys: dict[str, t.Any] = {}
        self.refused: set[str] = set()
        self.associations: dict[str, list[int]] = {}
        self.create("organizations", {"name": "Default"})
        handler = type("Handler", (_Handler,), {"awx": self})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def create(self, endpoint: str, fields: dict[str, t.Any]) -> dict[str, t.Any]:
        number = 1 + sum(len(objects) for objects in self.objects.values())
        url = f"{PREFIX}{endpoint}/{number}/"
        created = {
            "id": number, "url": url, "type": TYPES.get(endpoint, endpoint.removesuffix("s")), "scm_revision": "",
            "related": {"survey_spec": f"{url}survey_spec/"}, "summary_fields": {}, **fields,
        }  # fmt: skip
        self.objects.setdefault(endpoint, {})[number] = created
        return created

    def named(self, endpoint: str) -> dict[str, dict[str, t.Any]]:
        """The objects by name or identifier."""
        return {found.get("name", found.get("identifier")): found for found in self.objects.get(endpoint, {}).values()}

    def find(self, endpoint: str, query: t.Mapping[str, str]) -> list[dict[str, t.Any]]:
        if endpoint == "unified_job_templates":
            listed = [found for objects in self.objects.values() for found in objects.values()]
        else:
            listed = list(self.objects.get(endpoint, {}).values())
        return [found for found in listed if all(str(found.get(key)) == value for key, value in query.items())]

    def shown(self, endpoint: str, found: dict[str, t.Any]) -> dict[str, t.Any]:
        """The object without the secrets of a credential."""
        if endpoint != "credentials":
            return found
        fields = self.objects["credential_types"][found["credential_type"]]["inputs"]["fields"]
        secrets = {field["id"] for field in fields if field.get("secret")}
        inputs = {name: "$encrypted$" if name in secrets else value for name, value in found["inputs"].items()}
        return {**found, "inputs": inputs}

    def answer(self, method: str, path: str, query: t.Mapping[str, str], data: t.Any) -> tuple[int, t.Any]:
        endpoint, *rest = path.removeprefix(PREFIX).strip("/").split("/")
        if not rest:
            if method == "POST" and endpoint in self.refused:
                return 400, {"inputs": [f"This is not a kubeconfig: {data['inputs']}"]}
            if method == "POST":
                return 201, self.shown(endpoint, self.create(endpoint, data))
            return 200, _listed([self.shown(endpoint, found) for found in self.find(endpoint, query)])
        own = self.objects[endpoint][int(rest[0])]
        if len(rest) == 1:
            if method == "PATCH":
                own.update(data)
            return 200, self.shown(endpoint, own)
        if rest[1] == "survey_spec":
            if method == "POST":
                self.surveys[path] = data
            return 200, self.surveys.get(path, {})
        if rest[1] == "create_approval_template":
            approval = self.create("workflow_approval_templates", data)
            own["unified_job_template"] = approval["id"]
            own["related"]["unified_job_template"] = approval["url"]
            return 201, approval
        associated = self.associations.setdefault(path, [])
        if method == "POST":
            associated.append(data["id"])
            return 204, None
        return 200, _listed([{"id": number} for number in associated])


def _listed(results: list[dict[str, t.Any]]) -> dict[str, t.Any]:
    return {"count": len(results), "next": None, "results": results}


class _Handler(http.server.BaseHTTPRequestHandler):
    awx: FakeAwx

    def _answer(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        data = json.loads(self.rfile.read(length)) if length else None
        status, answer = self.awx.answer(self.command, url.path, dict(urllib.parse.parse_qsl(url.query)), data)
        body = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("X-API-Product-Name", "AWX")
        self.send_header("X-API-Product-Version", "24.6.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815

    def log_message(self, *_arguments: t.Any) -> None:
        """No output."""
