# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write goldens/certificates anew: what real kubeadm binaries make of the certificates and kubeconfigs of control planes.

    python tests/differential/regenerate_certificates.py [--only CASE] FOLDER...

Needs what regenerate_manifests.py needs; its goldens have the same form. Certificates are described field by field, and
no key is kept but those of a made-up cluster inside its Secret kubeadm-certs, which is there to be opened. On the way
each Secret is opened and sealed again by the library, and it is that one which kubeadm reads.
"""

from __future__ import annotations

import json
import pathlib
import typing as t

from certificate_cases import CERTIFICATE_CASES
from regenerate import find_binaries, shorten_error
from regenerate_manifests import Answer, ask_all, parse_options, select_cases, write_goldens

_GOLDENS = pathlib.Path(__file__).parent / "goldens/certificates"
_SECRETS = ("ecdsa_p256", "external_etcd")


def main() -> None:
    options = parse_options(__doc__ or "")
    binaries, cases = find_binaries(options.folders), select_cases(CERTIFICATE_CASES, options.only)
    answers = ask_all(cases, binaries, certificates=True)

    def values(minor: str, answer: Answer) -> t.Iterator[tuple[str, t.Any]]:
        yield "cluster_configuration", answer["cluster_configuration"].replace(binaries[minor][1], "VERSION")
        if "error" in answer:
            yield "error", shorten_error(answer["error"])
            return
        for kind in ("certificates", "kubeconfigs"):
            for name, described in answer[kind].items():
                yield f"{kind}/{name}", described
        yield "modes", answer["modes"]
        yield "secret", sorted(answer["secret"]["data"])

    write_goldens(_GOLDENS, cases, answers, values, keeps_others=bool(options.only))
    if options.only:
        return
    secrets = {name: {minor: answers[minor][name]["secret"] for minor in answers} for name in _SECRETS}
    _GOLDENS.joinpath("secrets.json").write_text(json.dumps(secrets, indent=1) + "\n")


if __name__ == "__main__":
    main()
