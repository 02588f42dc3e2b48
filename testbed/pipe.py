# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Joins standard input and output to an address: what ssh needs to reach a host from outside the bed's network."""

from __future__ import annotations

import os
import socket
import sys
import threading


def main() -> None:
    connection = socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=10)
    connection.settimeout(None)

    def send() -> None:
        while chunk := os.read(0, 65536):
            connection.sendall(chunk)
        connection.shutdown(socket.SHUT_WR)

    threading.Thread(target=send, daemon=True).start()
    while chunk := connection.recv(65536):
        os.write(1, chunk)


if __name__ == "__main__":
    main()
