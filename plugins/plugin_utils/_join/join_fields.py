# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The types of JoinConfiguration, written by tests/differential/regenerate.py: do not edit.

One line a type, then one for each field: its name, its type in Go, `always` where it is written even when empty, `strategy=`
and `key=` as its tags have them for strategic merge patches, and `in=` the API versions of kubeadm that know it, where not all
of them do.
"""

from __future__ import annotations

import functools

from ...module_utils._formats.go_structs import Field, parse_types

__all__ = ("join_fields",)


@functools.cache
def join_fields(version: str) -> dict[str, Field]:
    """The fields of JoinConfiguration that an API version such as `v1beta4` knows."""
    return parse_types(_TYPES, version)


_TYPES = """\
JoinConfiguration
 kind string
 apiVersion string
 nodeRegistration NodeRegistrationOptions always in=v1beta1
 caCertPath string always in=v1beta1
 discovery Discovery always
 controlPlane *JoinControlPlane
 nodeRegistration NodeRegistrationOptions in=v1beta2,v1beta3,v1beta4,v1
 caCertPath string in=v1beta2,v1beta3,v1beta4,v1
 skipPhases []string in=v1beta3,v1beta4,v1
 patches *Patches in=v1beta3,v1beta4,v1
 dryRun bool in=v1beta4,v1
 timeouts *Timeouts in=v1beta4,v1
NodeRegistrationOptions
 name string
 criSocket string
 taints []Taint in=v1beta1
 kubeletExtraArgs map[string]string in=v1beta1,v1beta2,v1beta3
 taints []Taint always in=v1beta2,v1beta3,v1beta4,v1
 ignorePreflightErrors []string in=v1beta2,v1beta3,v1beta4,v1
 imagePullPolicy string in=v1beta3,v1beta4,v1
 kubeletExtraArgs []Arg in=v1beta4,v1
 imagePullSerial *bool in=v1beta4,v1
Taint
 key string always
 value string
 effect string always
 timeAdded *Time
Discovery
 bootstrapToken *BootstrapTokenDiscovery
 file *FileDiscovery
 tlsBootstrapToken string always in=v1beta1
 timeout *Duration in=v1beta1,v1beta2,v1beta3
 tlsBootstrapToken string in=v1beta2,v1beta3,v1beta4,v1
BootstrapTokenDiscovery
 token string always
 apiServerEndpoint string
 caCertHashes []string
 unsafeSkipCAVerification bool always in=v1beta1
 unsafeSkipCAVerification bool in=v1beta2,v1beta3,v1beta4,v1
FileDiscovery
 kubeConfigPath string always
JoinControlPlane
 localAPIEndpoint APIEndpoint
 certificateKey string in=v1beta2,v1beta3,v1beta4,v1
APIEndpoint
 advertiseAddress string always in=v1beta1
 bindPort int32 always in=v1beta1
 advertiseAddress string in=v1beta2,v1beta3,v1beta4,v1
 bindPort int32 in=v1beta2,v1beta3,v1beta4,v1
Patches
 directory string
Arg
 name string always
 value string always
 mergeMethod string in=v1
Timeouts
 controlPlaneComponentHealthCheck *Duration
 kubeletHealthCheck *Duration
 kubernetesAPICall *Duration
 etcdAPICall *Duration
 tlsBootstrap *Duration
 discovery *Duration
 upgradeManifests *Duration
"""
