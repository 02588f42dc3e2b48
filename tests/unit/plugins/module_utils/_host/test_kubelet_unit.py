# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kubelet's command line: systemd's rules for units, drop-in files, environment files and variables."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.kubelet_unit import (
    kubelet_arguments,
    last_value,
    read_kubelet_unit,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import FileState
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.host import LocalFiles
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost

FLAGS = "/var/lib/kubelet/kubeadm-flags.env"
LIB = "/usr/lib/systemd/system/kubelet.service"
ETC = "/etc/systemd/system/kubelet.service"
#: As the packages of Kubernetes install it.
PACKAGE = {
    LIB: "[Unit]\nDescription=kubelet\n[Service]\nExecStart=/usr/bin/kubelet\nRestart=always\n[Install]\nWantedBy=multi-user.target\n",
    f"{LIB}.d/10-kubeadm.conf": (
        "# Note: This dropin only works with kubeadm and kubelet v1.11+\n[Service]\n"
        'Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/b --kubeconfig=/k"\n'
        'Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"\n'
        f"EnvironmentFile=-{FLAGS}\n"
        "EnvironmentFile=-/etc/default/kubelet\n"
        "ExecStart=\n"
        "ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS\n"
    ),
}


def host_with(files: t.Mapping[str, str]) -> TestHost:
    host = TestHost("edge-7.example.org")
    host.files = {path: FileState(text.encode(), 0o644, 0.0) for path, text in files.items()}
    return host


def arguments(files: t.Mapping[str, str], planned: t.Sequence[str] | None = ()) -> list[str]:
    host = host_with(files)
    return kubelet_arguments(host, read_kubelet_unit(host, "edge-7.example.org"), planned)


def test_the_unit_of_the_packages() -> None:
    """The arguments of kubeadm come first, and are there once more where the unit refers to their file."""
    planned = ["--taints=a", "--a='b c'"]
    base = ["/usr/bin/kubelet", "--bootstrap-kubeconfig=/b", "--kubeconfig=/k", "--config=/var/lib/kubelet/config.yaml"]
    assert arguments(PACKAGE, planned) == [*planned, *base, *planned]


def test_the_current_file_counts_if_none_is_planned() -> None:
    files = {**PACKAGE, FLAGS: 'KUBELET_KUBEADM_ARGS="--register-node=false --a=\\"b c\\""\n'}
    assert arguments(files, None)[:2] == ["--register-node=false", "--a=b c"]
    assert "--register-node=false" not in arguments(files, [])


@pytest.mark.parametrize(
    "files",
    [
        {"/etc/default/kubelet": "KUBELET_EXTRA_ARGS=--v=2 --hostname-override=other\n"},
        {"/etc/default/kubelet": 'KUBELET_EXTRA_ARGS="--v=2 --hostname-override=other"\n'},
        {"/etc/default/kubelet": "# one\n\nKUBELET_EXTRA_ARGS='--hostname_override other'\n"},
        {"/etc/default/kubelet": 'KUBELET_EXTRA_ARGS="--v=2 \\\n  --hostname-override=other"\n'},
        {"/etc/default/kubelet": "KUBELET_EXTRA_ARGS=--hostname-override=first --hostname-override=other\n"},
        {f"{ETC}.d/20-name.conf": "[Service]\nEnvironment=KUBELET_EXTRA_ARGS=--hostname-override=other\n"},
        {f"{ETC}.d/20-name.conf": "[Service]\nEnvironment='KUBELET_EXTRA_ARGS=--v=2 --hostname-override=other' A=b\n"},
        {
            f"{ETC}.d/20-name.conf": "[Service]\nEnvironmentFile=/etc/sysconfig/kubelet\n",
            "/etc/sysconfig/kubelet": "KUBELET_EXTRA_ARGS=--hostname-override=other\n",
        },
        {
            f"{ETC}.d/20-name.conf": '[Service]\nExecStart=\nExecStart=/usr/bin/kubelet "--hostname-override=${NAME}" $KUBELET_KUBEADM_ARGS\n',
            "/etc/default/kubelet": "NAME=other\n",
        },
        {f"{ETC}.d/20-name.conf": "[Service]\nExecStart=\nExecStart=/usr/bin/kubelet \\\n# why\n  --hostname-override other\n"},
        {
            ETC: "[Service]\nExecStart=/usr/bin/kubelet --hostname-override=other $KUBELET_KUBEADM_ARGS\n",
            f"{LIB}.d/10-kubeadm.conf": "",
        },
        {"/run/systemd/system/kubelet.service.d/10-kubeadm.conf": "[Service]\nExecStart=\nExecStart=/k --hostname-override=other\n"},
        {"/etc/systemd/system/service.d/99-name.conf": "[Service]\nEnvironment=KUBELET_EXTRA_ARGS=--hostname-override=other\n"},
    ],
    ids=str,
)  # fmt: skip
def test_where_the_name_may_be(files: t.Mapping[str, str]) -> None:
    assert last_value(arguments({**PACKAGE, **files}), "hostname-override") == "other"


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"/etc/default/kubelet": "#KUBELET_EXTRA_ARGS=--hostname-override=other\n;KUBELET_EXTRA_ARGS=--hostname-override=other\n"},
        {"/etc/default/other": "KUBELET_EXTRA_ARGS=--hostname-override=other\n"},
        {"/etc/sysconfig/kubelet": "KUBELET_EXTRA_ARGS=--hostname-override=other\n"},
        {f"{ETC}.d/20-name.conf.bak": "[Service]\nEnvironment=KUBELET_EXTRA_ARGS=--hostname-override=other\n"},
        {f"{ETC}.d/20-name.conf": "[Unit]\nEnvironment=KUBELET_EXTRA_ARGS=--hostname-override=other\n"},
        {f"{ETC}.d/00-name.conf": "[Service]\nExecStart=\nExecStart=/usr/bin/kubelet --hostname-override=other\n"},
        {
            f"{ETC}.d/20-name.conf": "[Service]\nEnvironmentFile=\n",
            "/etc/default/kubelet": "KUBELET_EXTRA_ARGS=--hostname-override=other\n",
        },
        {
            f"{ETC}.d/20-name.conf": "[Service]\nEnvironment=KUBELET_EXTRA_ARGS=--hostname-override=other\n",
            "/etc/default/kubelet": "KUBELET_EXTRA_ARGS=\n",
        },
    ],
    ids=str,
)  # fmt: skip
def test_where_the_name_does_not_count(files: t.Mapping[str, str]) -> None:
    assert last_value(arguments({**PACKAGE, **files}), "hostname-override") is None


@pytest.mark.parametrize(
    ("specifier", "name"), [("%H", "edge-7.example.org"), ("%l", "edge-7"), ("a%%b", "a%b"), ("%m", "%m")]
)
def test_specifiers(specifier: str, name: str) -> None:
    drop_in = f"[Service]\nEnvironment=KUBELET_EXTRA_ARGS=--hostname-override={specifier}\n"
    assert last_value(arguments({**PACKAGE, f"{ETC}.d/20-name.conf": drop_in}), "hostname-override") == name


@pytest.mark.parametrize("text", ["KUBELET_EXTRA_ARGS='--a", 'KUBELET_EXTRA_ARGS=--a="b', "=", "A", "\0", "[Service"])
def test_what_is_malformed_is_not_an_error(text: str) -> None:
    arguments({**PACKAGE, "/etc/default/kubelet": text, f"{ETC}.d/90.conf": f"[Service]\nExecStart={text}\n{text}\n"})


def test_a_folder_is_no_environment_file(tmp_path: pathlib.Path) -> None:
    """On a real file system, where reading it is an error."""
    (tmp_path / "kubelet.service").write_text(
        f"[Service]\nEnvironmentFile=-{tmp_path}\nExecStart=/usr/bin/kubelet $A\n"
    )

    class Host(LocalFiles):
        def read(self, path: str) -> FileState | None:
            return super().read(path.replace("/etc/systemd/system", str(tmp_path)))

    assert kubelet_arguments(Host(), read_kubelet_unit(Host(), "edge-7"), ["--a"])[:2] == ["--a", "/usr/bin/kubelet"]


@pytest.mark.parametrize(
    ("given", "value"),
    [([], None), (["--a"], "yes"), (["--a", "false"], "yes"), (["--a=false"], "false"), (["--a=", "--b"], ""), (["-a=x"], None)],
)  # fmt: skip
def test_a_flag_that_may_stand_alone(given: list[str], value: str | None) -> None:
    assert last_value(given, "a", bare="yes") == value
