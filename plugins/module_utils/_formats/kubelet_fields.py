# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The fields of KubeletConfiguration v1beta1, written by tests/differential/regenerate.py: do not edit.

One line a field: its path, its type in Go, `always` where it is written even when empty, and `in=` the minors of
Kubernetes that know it, where not all of them do.
"""

from __future__ import annotations

__all__ = ("FIELDS", "MINORS")

MINORS = ("1.34", "1.35", "1.36", "1.37")

FIELDS = """\
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
tlsCurvePreferences []int32 in=1.36,1.37
tlsMinVersion string
rotateCertificates bool
serverTLSBootstrap bool
authentication struct always
authentication.x509 struct always
authentication.x509.clientCAFile string
authentication.webhook struct always
authentication.webhook.enabled *bool
authentication.webhook.cacheTTL Duration
authentication.anonymous struct always
authentication.anonymous.enabled *bool
authorization struct always
authorization.mode string
authorization.webhook struct always
authorization.webhook.cacheAuthorizedTTL Duration
authorization.webhook.cacheUnauthorizedTTL Duration
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
memorySwap struct
memorySwap.swapBehavior string
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
defaultPodSysctls map[string]string in=1.37
volumePluginDir string
providerID string
kernelMemcgNotification bool
logging struct
logging.format string
logging.flushFrequency TimeOrMetaDuration always
logging.verbosity uint32 always
logging.vmodule []struct
logging.vmodule.filePattern string always
logging.vmodule.verbosity uint32 always
logging.options struct
logging.options.text struct
logging.options.text.splitStream bool
logging.options.text.infoBufferSize QuantityValue
logging.options.json struct
logging.options.json.splitStream bool
logging.options.json.infoBufferSize QuantityValue
enableSystemLogHandler *bool
enableSystemLogQuery *bool
shutdownGracePeriod Duration
shutdownGracePeriodCriticalPods Duration
shutdownGracePeriodByPodPriority []struct
shutdownGracePeriodByPodPriority.priority int32 always
shutdownGracePeriodByPodPriority.shutdownGracePeriodSeconds int64 always
crashLoopBackOff struct
crashLoopBackOff.maxContainerRestartPeriod *Duration
reservedMemory []struct
reservedMemory.numaNode int32 always
reservedMemory.limits map[string]Quantity always
enableProfilingHandler *bool
enableDebugFlagsHandler *bool
seccompDefault *bool
memoryThrottlingFactor *float64
memoryReservationPolicy string in=1.36,1.37
registerWithTaints []struct
registerWithTaints.key string always
registerWithTaints.value string
registerWithTaints.effect string always
registerWithTaints.timeAdded *Time
registerNode *bool
tracing *struct
tracing.endpoint *string
tracing.samplingRatePerMillion *int32
localStorageCapacityIsolation *bool
containerRuntimeEndpoint string always
imageServiceEndpoint string
failCgroupV1 *bool
userNamespaces *struct
userNamespaces.idsPerPod *int64
"""
