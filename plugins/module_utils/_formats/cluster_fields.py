# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The types of ClusterConfiguration, written by tests/differential/regenerate.py: do not edit.

One line a type, then one for each field: its name, its type in Go, `always` where it is written even when empty, `strategy=`
and `key=` as its tags have them for strategic merge patches, and `in=` the API versions of kubeadm that know it, where not all
of them do.
"""

from __future__ import annotations

import functools

from .go_structs import Field, parse_types

__all__ = ("cluster_fields",)


@functools.cache
def cluster_fields(version: str) -> dict[str, Field]:
    """The fields of ClusterConfiguration that an API version such as `v1beta4` knows."""
    return parse_types(_TYPES, version)


_TYPES = """\
ClusterConfiguration
 kind string
 apiVersion string
 etcd Etcd
 networking Networking
 kubernetesVersion string
 controlPlaneEndpoint string
 apiServer APIServer
 controllerManager ControlPlaneComponent
 scheduler ControlPlaneComponent
 dns DNS
 certificatesDir string
 imageRepository string
 featureGates map[string]bool
 clusterName string
 proxy Proxy in=v1beta4
 encryptionAlgorithm string in=v1beta4
 certificateValidityPeriod *Duration in=v1beta4
 caCertificateValidityPeriod *Duration in=v1beta4
Etcd
 local *LocalEtcd
 external *ExternalEtcd
LocalEtcd
 imageRepository string
 imageTag string
 dataDir string always
 extraArgs map[string]string in=v1beta3
 serverCertSANs []string
 peerCertSANs []string
 extraArgs []Arg in=v1beta4
 extraEnvs []EnvVar in=v1beta4
ExternalEtcd
 endpoints []string always
 caFile string always
 certFile string always
 keyFile string always
 httpEndpoints []string in=v1beta4
Networking
 serviceSubnet string
 podSubnet string
 dnsDomain string
APIServer
 extraArgs map[string]string in=v1beta3
 extraVolumes []HostPathMount
 certSANs []string
 timeoutForControlPlane *Duration in=v1beta3
 extraArgs []Arg in=v1beta4
 extraEnvs []EnvVar in=v1beta4
HostPathMount
 name string always
 hostPath string always
 mountPath string always
 readOnly bool
 pathType string
ControlPlaneComponent
 extraArgs map[string]string in=v1beta3
 extraVolumes []HostPathMount
 extraArgs []Arg in=v1beta4
 extraEnvs []EnvVar in=v1beta4
DNS
 imageRepository string
 imageTag string
 disabled bool in=v1beta4
Arg
 name string always
 value string always
EnvVar
 name string always
 value string
 valueFrom *EnvVarSource
EnvVarSource
 fieldRef *ObjectFieldSelector
 resourceFieldRef *ResourceFieldSelector
 configMapKeyRef *ConfigMapKeySelector
 secretKeyRef *SecretKeySelector
 fileKeyRef *FileKeySelector
ObjectFieldSelector
 apiVersion string
 fieldPath string always
ResourceFieldSelector
 containerName string
 resource string always
 divisor Quantity
ConfigMapKeySelector
 name string
 key string always
 optional *bool
SecretKeySelector
 name string
 key string always
 optional *bool
FileKeySelector
 volumeName string always
 path string always
 key string always
 optional *bool
Proxy
 disabled bool
"""
