# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""URLs, compared with the answers of Go's net/url (1.26) to url.Parse, Hostname and Port."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.go_urls import parse_url
from hypothesis import given
from hypothesis import strategies as st

#: Texts, and the scheme, the host and the port that Go parses, or None for a text that it refuses.
ANSWERS: list[tuple[str, t.Optional[tuple[str, str, str]]]] = [
    ("", ("", "", "")),
    ("//h:1", ("", "h", "1")),
    ("127.0.0.1:2381", None),
    ("HTTP://Etcd.Example:2381", ("http", "Etcd.Example", "2381")),
    ("HTTPS://[FD00::A]:9379", ("https", "FD00::A", "9379")),
    ("ftp://h:1", ("ftp", "h", "1")),
    ("https:", ("https", "", "")),
    ("https://:9379", ("https", "", "9379")),
    ("localhost:2381", ("localhost", "", "")),
    ("Https://a", ("https", "a", "")),
    ("ftp://127.0.0.1:::", ("ftp", "127.0.0.1::", "")),
    ("unix://HTTP", ("unix", "HTTP", "")),
    ("//ähttp99999%25", ("", "ähttp99999%", "")),
    ("https://<:02381/[::1]", ("https", "<", "02381")),
    ("Https://[fe80::1%25eth0]:///\\", ("https", "fe80::1%eth0", "")),
    ("ETCD://::", ("etcd", ":", "")),
    ("HTTP://%25", ("http", "%", "")),
    ("Etcd.Example://02381:#/ETCD", ("etcd.example", "02381", "")),
    ("ftp://Https:#/ftp", ("ftp", "Https", "")),
    ("https://ETCD", ("https", "ETCD", "")),
    ("Https://[::1]:?", ("https", "::1", "")),
    ("ftp://]", ("ftp", "]", "")),
    ("unix://_", ("unix", "_", "")),
    ("Etcd.Example://%C3%A4:/", ("etcd.example", "ä", "")),
    ("//<#au:p@", ("", "<", "")),
    ("Https://*", ("https", "*", "")),
    ("http://127.0.0.1", ("http", "127.0.0.1", "")),
    ("a://&:////[FD00::A]", ("a", "&", "")),
    ("HTTP://ETCD:2381", ("http", "ETCD", "2381")),
    ("ftp://http", ("ftp", "http", "")),
    ("HTTP://%C3%A4://HTTP", ("http", "ä", "")),
    ("ETCD://HTTP::/[FD00::A]", ("etcd", "HTTP:", "")),
    ("Etcd.Example://[fe80::1%25eth0]:////Etcd.Example", ("etcd.example", "fe80::1%eth0", "")),
    ("https://*:///.", ("https", "*", "")),
    ("Etcd.Example://=:?", ("etcd.example", "=", "")),
    ("Etcd.Example://HTTP:0", ("etcd.example", "HTTP", "0")),
    ("//%412381@;", ("", ";", "")),
    ('//-///"]', ("", "-", "")),
    ('Https://"', ("https", '"', "")),
    ("ftp://%zz:a", None),
    ("- u:p@*2381", None),
    ("&://\\:a/:", None),
    ("ä:////:+/:", None),
    ("&://^:%C3%A4", None),
    ("02381^-u:p@[fe80::1%25eth0]", None),
    ("127.0.0.1://-:+", None),
    ("+://&:0", None),
    ("HTTP://HTTP:///%zz", None),
    ("ä://<:=", None),
    ("]://%25:Https", None),
    ("[FD00::A]@ä<///", None),
    ("+://<", None),
    ("*://2381:a", None),
    ("]://`:;/Etcd.Example", None),
    ("+://#:u:p@", None),
    (':://:::]/"', None),
    ("0://@:HTTP", None),
    ("\t[::1]%41x y02381", None),
    ("99999://Etcd.Example:[FD00::A]/[FD00::A]", None),
    ("::_//99999[", None),
    ("&://\\:ftp/{", None),
    ("%zz://u:p@::", None),
    ("//[*?99999", None),
    ("%25%41[::1]& ", None),
    ("2381://%25", None),
    ("0://[fe80::1%25eth0]:-/%41", None),
    ("unix://0:[FD00::A]/Etcd.Example", None),
    ("[::1]_u:p@https?", None),
    ("[::1]://*:_/127.0.0.1", None),
    (" ETCDä%41%C3%A4", ("", "", "")),
    ("ä_;+&", ("", "", "")),
    ("?://ä:&/ä", ("", "", "")),
    ('%25ETCD"+;', ("", "", "")),
    ("?://%C3%A4:</@", ("", "", "")),
    ("ETCD///99999 [FD00::A]", ("", "", "")),
    ("?:// ://///", ("", "", "")),
    ("ftp://@:///", ("ftp", "", "")),
    ("?:////:%25", ("", "", "")),
    ("//://99999: /;", ("", "", "")),
    ("ftp://u:p@:///:", ("ftp", "", "")),
    ("aäa[*", ("", "", "")),
]


@pytest.mark.parametrize(("text", "answer"), ANSWERS)
def test_a_url_is_what_it_is_in_go(text: str, answer: tuple[str, str, str] | None) -> None:
    assert parse_url(text) == answer


@given(st.text("htps:/[]@.?#%0123456789abÄ \n\\", max_size=40) | st.text())
def test_any_text_is_a_url_or_refused(text: str) -> None:
    """The case of a host is kept; a port has only digits."""
    url = parse_url(text)
    assert url is None or url.scheme == url.scheme.lower()
    assert url is None or url.port == "" or (url.port.isascii() and url.port.isdigit())
