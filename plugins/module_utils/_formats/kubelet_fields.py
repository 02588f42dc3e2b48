# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The types of KubeletConfiguration v1beta1, written by tests/differential/regenerate.py: do not edit.

One line a type, then one for each field: its name, its type in Go, `always` where it is written even when empty, `strategy=`
and `key=` as its tags have them for strategic merge patches, and `in=` the minors of Kubernetes that know it, where not all
of them do.
"""

from __future__ import annotations

import functools

from .go_structs import Field, parse_types

__all__ = ("kubelet_fields",)


@functools.cache
def kubelet_fields(minor: str) -> dict[str, Field]:
    """The fields of KubeletConfiguration v1beta1 that a minor such as `1.37` knows."""
    return parse_types(_TYPES, minor)


_TYPES = """\
KubeletConfiguration
 kind string
 apiVersion string
 enableServer *bool
 staticPodPath string
 podLogsDir string
 syncFrequency Duration
 fileCheckFrequency Duration
 httpCheckFrequency Duration
 staticPodURL string
 staticPodURLHeader map[string][]string
 address string
 port int32
 readOnlyPort int32
 tlsCertFile string
 tlsPrivateKeyFile string
 tlsCipherSuites []string
 tlsMinVersion string
 rotateCertificates bool
 serverTLSBootstrap bool
 authentication KubeletAuthentication always
 authorization KubeletAuthorization always
 registryPullQPS *int32
 registryBurst int32
 imagePullCredentialsVerificationPolicy string
 preloadedImagesVerificationAllowlist []string
 eventRecordQPS *int32
 eventBurst int32
 enableDebuggingHandlers *bool
 enableContentionProfiling bool
 healthzPort *int32
 healthzBindAddress string
 oomScoreAdj *int32
 clusterDomain string
 clusterDNS []string
 streamingConnectionIdleTimeout Duration
 nodeStatusUpdateFrequency Duration
 nodeStatusReportFrequency Duration
 nodeLeaseDurationSeconds int32
 imageMinimumGCAge Duration
 imageMaximumGCAge Duration
 imageGCHighThresholdPercent *int32
 imageGCLowThresholdPercent *int32
 volumeStatsAggPeriod Duration
 kubeletCgroups string
 systemCgroups string
 cgroupRoot string
 cgroupsPerQOS *bool
 cgroupDriver string
 cpuManagerPolicy string
 singleProcessOOMKill *bool
 cpuManagerPolicyOptions map[string]string
 cpuManagerReconcilePeriod Duration
 memoryManagerPolicy string
 topologyManagerPolicy string
 topologyManagerScope string
 topologyManagerPolicyOptions map[string]string
 qosReserved map[string]string
 runtimeRequestTimeout Duration
 hairpinMode string
 maxPods int32
 podCIDR string
 podPidsLimit *int64
 resolvConf *string
 runOnce bool
 cpuCFSQuota *bool
 cpuCFSQuotaPeriod *Duration
 nodeStatusMaxImages *int32
 maxOpenFiles int64
 contentType string
 kubeAPIQPS *int32
 kubeAPIBurst int32
 serializeImagePulls *bool
 maxParallelImagePulls *int32
 evictionHard map[string]string
 evictionSoft map[string]string
 evictionSoftGracePeriod map[string]string
 evictionPressureTransitionPeriod Duration
 evictionMaxPodGracePeriod int32
 evictionMinimumReclaim map[string]string
 mergeDefaultEvictionSettings *bool
 podsPerCore int32
 enableControllerAttachDetach *bool
 protectKernelDefaults bool
 makeIPTablesUtilChains *bool
 iptablesMasqueradeBit *int32
 iptablesDropBit *int32
 featureGates map[string]bool
 failSwapOn *bool
 memorySwap MemorySwapConfiguration
 containerLogMaxSize string
 containerLogMaxFiles *int32
 containerLogMaxWorkers *int32
 containerLogMonitorInterval *Duration
 configMapAndSecretChangeDetectionStrategy string
 systemReserved map[string]string
 kubeReserved map[string]string
 reservedSystemCPUs string
 showHiddenMetricsForVersion string
 systemReservedCgroup string
 kubeReservedCgroup string
 enforceNodeAllocatable []string
 allowedUnsafeSysctls []string
 volumePluginDir string
 providerID string
 kernelMemcgNotification bool
 logging LoggingConfiguration
 enableSystemLogHandler *bool
 enableSystemLogQuery *bool
 shutdownGracePeriod Duration
 shutdownGracePeriodCriticalPods Duration
 shutdownGracePeriodByPodPriority []ShutdownGracePeriodByPodPriority
 crashLoopBackOff CrashLoopBackOffConfig
 reservedMemory []MemoryReservation
 enableProfilingHandler *bool
 enableDebugFlagsHandler *bool
 seccompDefault *bool
 memoryThrottlingFactor *float64
 registerWithTaints []Taint
 registerNode *bool
 tracing *TracingConfiguration
 localStorageCapacityIsolation *bool
 containerRuntimeEndpoint string always
 imageServiceEndpoint string
 failCgroupV1 *bool
 userNamespaces *UserNamespaces
 tlsCurvePreferences []int32 in=1.36,1.37
 memoryReservationPolicy string in=1.36,1.37
 defaultPodSysctls map[string]string in=1.37
KubeletAuthentication
 x509 KubeletX509Authentication always
 webhook KubeletWebhookAuthentication always
 anonymous KubeletAnonymousAuthentication always
KubeletX509Authentication
 clientCAFile string
KubeletWebhookAuthentication
 enabled *bool
 cacheTTL Duration
KubeletAnonymousAuthentication
 enabled *bool
KubeletAuthorization
 mode string
 webhook KubeletWebhookAuthorization always
KubeletWebhookAuthorization
 cacheAuthorizedTTL Duration
 cacheUnauthorizedTTL Duration
MemorySwapConfiguration
 swapBehavior string
LoggingConfiguration
 format string
 flushFrequency TimeOrMetaDuration always
 verbosity uint32 always
 vmodule []VModuleItem
 options FormatOptions
VModuleItem
 filePattern string always
 verbosity uint32 always
FormatOptions
 text TextOptions
 json JSONOptions
TextOptions
 splitStream bool
 infoBufferSize QuantityValue
JSONOptions
 splitStream bool
 infoBufferSize QuantityValue
ShutdownGracePeriodByPodPriority
 priority int32 always
 shutdownGracePeriodSeconds int64 always
CrashLoopBackOffConfig
 maxContainerRestartPeriod *Duration
MemoryReservation
 numaNode int32 always
 limits map[string]Quantity always
Taint
 key string always
 value string
 effect string always
 timeAdded *Time
TracingConfiguration
 endpoint *string
 samplingRatePerMillion *int32
UserNamespaces
 idsPerPod *int64
"""
