# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A JoinConfiguration with all three secrets."""

from __future__ import annotations

SECRET, OTHER, KEY = "0123456789abcdef", "fedcba9876543210", "0a" * 32
TEXT = f"""
apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery:
  bootstrapToken: {{token: abcdef.{SECRET}, apiServerEndpoint: "api:6443", caCertHashes: ["sha256:{"0" * 64}"]}}
  tlsBootstrapToken: fedcba.{OTHER}
controlPlane: {{certificateKey: "{KEY}"}}
"""
