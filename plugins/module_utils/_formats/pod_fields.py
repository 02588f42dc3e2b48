# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The types of a Pod, written by tests/differential/regenerate.py: do not edit.

One line a type, then one for each field: its name, its type in Go, `always` where it is written even when empty, `strategy=`
and `key=` as its tags have them for strategic merge patches, and `in=` the minors of Kubernetes that know it, where not all
of them do.
"""

from __future__ import annotations

import functools

from .go_structs import Field, parse_types

__all__ = ("pod_fields",)


@functools.cache
def pod_fields(minor: str) -> dict[str, Field]:
    """The fields of a Pod that a minor such as `1.37` knows."""
    return parse_types(_TYPES, minor)


_TYPES = """\
Pod
 kind string
 apiVersion string
 metadata ObjectMeta
 spec PodSpec
 status PodStatus
ObjectMeta
 name string
 generateName string
 namespace string
 selfLink string
 uid string
 resourceVersion string
 generation int64
 creationTimestamp Time
 deletionTimestamp *Time
 deletionGracePeriodSeconds *int64
 labels map[string]string
 annotations map[string]string
 ownerReferences []OwnerReference strategy=merge key=uid
 finalizers []string strategy=merge
 managedFields []ManagedFieldsEntry
OwnerReference
 apiVersion string always
 kind string always
 name string always
 uid string always
 controller *bool
 blockOwnerDeletion *bool
ManagedFieldsEntry
 manager string
 operation string
 apiVersion string
 time *Time
 fieldsType string
 fieldsV1 *FieldsV1
 subresource string
PodSpec
 volumes []Volume strategy=merge,retainKeys key=name
 initContainers []Container strategy=merge key=name
 containers []Container always strategy=merge key=name
 ephemeralContainers []EphemeralContainer strategy=merge key=name
 restartPolicy string
 terminationGracePeriodSeconds *int64
 activeDeadlineSeconds *int64
 dnsPolicy string
 nodeSelector map[string]string
 serviceAccountName string
 serviceAccount string
 automountServiceAccountToken *bool
 nodeName string
 hostNetwork bool
 hostPID bool
 hostIPC bool
 shareProcessNamespace *bool
 securityContext *PodSecurityContext
 imagePullSecrets []LocalObjectReference strategy=merge key=name
 hostname string
 subdomain string
 affinity *Affinity
 schedulerName string
 tolerations []Toleration
 hostAliases []HostAlias strategy=merge key=ip
 priorityClassName string
 priority *int32
 dnsConfig *PodDNSConfig
 readinessGates []PodReadinessGate
 runtimeClassName *string
 enableServiceLinks *bool
 preemptionPolicy *string
 overhead map[string]Quantity
 topologySpreadConstraints []TopologySpreadConstraint strategy=merge key=topologyKey
 setHostnameAsFQDN *bool
 os *PodOS
 hostUsers *bool
 schedulingGates []PodSchedulingGate strategy=merge key=name
 resourceClaims []PodResourceClaim strategy=merge,retainKeys key=name
 resources *ResourceRequirements
 hostnameOverride *string
 workloadRef *WorkloadReference in=1.35
 schedulingGroup *PodSchedulingGroup in=1.36,1.37
 evictionResponders []EvictionResponder strategy=merge key=name in=1.37
Volume
 name string always
 hostPath *HostPathVolumeSource
 emptyDir *EmptyDirVolumeSource
 gcePersistentDisk *GCEPersistentDiskVolumeSource
 awsElasticBlockStore *AWSElasticBlockStoreVolumeSource
 gitRepo *GitRepoVolumeSource
 secret *SecretVolumeSource
 nfs *NFSVolumeSource
 iscsi *ISCSIVolumeSource
 glusterfs *GlusterfsVolumeSource
 persistentVolumeClaim *PersistentVolumeClaimVolumeSource
 rbd *RBDVolumeSource
 flexVolume *FlexVolumeSource
 cinder *CinderVolumeSource
 cephfs *CephFSVolumeSource
 flocker *FlockerVolumeSource
 downwardAPI *DownwardAPIVolumeSource
 fc *FCVolumeSource
 azureFile *AzureFileVolumeSource
 configMap *ConfigMapVolumeSource
 vsphereVolume *VsphereVirtualDiskVolumeSource
 quobyte *QuobyteVolumeSource
 azureDisk *AzureDiskVolumeSource
 photonPersistentDisk *PhotonPersistentDiskVolumeSource
 projected *ProjectedVolumeSource
 portworxVolume *PortworxVolumeSource
 scaleIO *ScaleIOVolumeSource
 storageos *StorageOSVolumeSource
 csi *CSIVolumeSource
 ephemeral *EphemeralVolumeSource
 image *ImageVolumeSource
HostPathVolumeSource
 path string always
 type *string
EmptyDirVolumeSource
 medium string
 sizeLimit *Quantity
 mode *int32 in=1.37
GCEPersistentDiskVolumeSource
 pdName string always
 fsType string
 partition int32
 readOnly bool
AWSElasticBlockStoreVolumeSource
 volumeID string always
 fsType string
 partition int32
 readOnly bool
GitRepoVolumeSource
 repository string always
 revision string
 directory string
SecretVolumeSource
 secretName string
 items []KeyToPath
 defaultMode *int32
 optional *bool
 defaultUser *int64 in=1.37
KeyToPath
 key string always
 path string always
 mode *int32
 user *int64 in=1.37
NFSVolumeSource
 server string always
 path string always
 readOnly bool
ISCSIVolumeSource
 targetPortal string always
 iqn string always
 lun int32 always
 iscsiInterface string
 fsType string
 readOnly bool
 portals []string
 chapAuthDiscovery bool
 chapAuthSession bool
 secretRef *LocalObjectReference
 initiatorName *string
LocalObjectReference
 name string
GlusterfsVolumeSource
 endpoints string always
 path string always
 readOnly bool
PersistentVolumeClaimVolumeSource
 claimName string always
 readOnly bool
RBDVolumeSource
 monitors []string always
 image string always
 fsType string
 pool string
 user string
 keyring string
 secretRef *LocalObjectReference
 readOnly bool
FlexVolumeSource
 driver string always
 fsType string
 secretRef *LocalObjectReference
 readOnly bool
 options map[string]string
CinderVolumeSource
 volumeID string always
 fsType string
 readOnly bool
 secretRef *LocalObjectReference
CephFSVolumeSource
 monitors []string always
 path string
 user string
 secretFile string
 secretRef *LocalObjectReference
 readOnly bool
FlockerVolumeSource
 datasetName string
 datasetUUID string
DownwardAPIVolumeSource
 items []DownwardAPIVolumeFile
 defaultMode *int32
 defaultUser *int64 in=1.37
DownwardAPIVolumeFile
 path string always
 fieldRef *ObjectFieldSelector
 resourceFieldRef *ResourceFieldSelector
 mode *int32
 user *int64 in=1.37
ObjectFieldSelector
 apiVersion string
 fieldPath string always
ResourceFieldSelector
 containerName string
 resource string always
 divisor Quantity
FCVolumeSource
 targetWWNs []string
 lun *int32
 fsType string
 readOnly bool
 wwids []string
AzureFileVolumeSource
 secretName string always
 shareName string always
 readOnly bool
ConfigMapVolumeSource
 name string
 items []KeyToPath
 defaultMode *int32
 optional *bool
 defaultUser *int64 in=1.37
VsphereVirtualDiskVolumeSource
 volumePath string always
 fsType string
 storagePolicyName string
 storagePolicyID string
QuobyteVolumeSource
 registry string always
 volume string always
 readOnly bool
 user string
 group string
 tenant string
AzureDiskVolumeSource
 diskName string always
 diskURI string always
 cachingMode *string
 fsType *string
 readOnly *bool
 kind *string
PhotonPersistentDiskVolumeSource
 pdID string always
 fsType string
ProjectedVolumeSource
 sources []VolumeProjection always
 defaultMode *int32
 defaultUser *int64 in=1.37
VolumeProjection
 secret *SecretProjection
 downwardAPI *DownwardAPIProjection
 configMap *ConfigMapProjection
 serviceAccountToken *ServiceAccountTokenProjection
 clusterTrustBundle *ClusterTrustBundleProjection
 podCertificate *PodCertificateProjection
SecretProjection
 name string
 items []KeyToPath
 optional *bool
DownwardAPIProjection
 items []DownwardAPIVolumeFile
ConfigMapProjection
 name string
 items []KeyToPath
 optional *bool
ServiceAccountTokenProjection
 audience string
 expirationSeconds *int64
 path string always
 user *int64 in=1.37
ClusterTrustBundleProjection
 name *string
 signerName *string
 labelSelector *LabelSelector
 optional *bool
 path string always
 user *int64 in=1.37
LabelSelector
 matchLabels map[string]string
 matchExpressions []LabelSelectorRequirement
LabelSelectorRequirement
 key string always
 operator string always
 values []string
PodCertificateProjection
 signerName string
 keyType string
 maxExpirationSeconds *int32
 credentialBundlePath string
 keyPath string
 certificateChainPath string
 userAnnotations map[string]string in=1.35,1.36,1.37
 user *int64 in=1.37
PortworxVolumeSource
 volumeID string always
 fsType string
 readOnly bool
ScaleIOVolumeSource
 gateway string always
 system string always
 secretRef *LocalObjectReference always
 sslEnabled bool
 protectionDomain string
 storagePool string
 storageMode string
 volumeName string
 fsType string
 readOnly bool
StorageOSVolumeSource
 volumeName string
 volumeNamespace string
 fsType string
 readOnly bool
 secretRef *LocalObjectReference
CSIVolumeSource
 driver string always
 readOnly *bool
 fsType *string
 volumeAttributes map[string]string
 nodePublishSecretRef *LocalObjectReference
EphemeralVolumeSource
 volumeClaimTemplate *PersistentVolumeClaimTemplate
PersistentVolumeClaimTemplate
 metadata ObjectMeta
 spec PersistentVolumeClaimSpec always
PersistentVolumeClaimSpec
 accessModes []string
 selector *LabelSelector
 resources VolumeResourceRequirements
 volumeName string
 storageClassName *string
 volumeMode *string
 dataSource *TypedLocalObjectReference
 dataSourceRef *TypedObjectReference
 volumeAttributesClassName *string
VolumeResourceRequirements
 limits map[string]Quantity
 requests map[string]Quantity
TypedLocalObjectReference
 apiGroup *string always
 kind string always
 name string always
TypedObjectReference
 apiGroup *string always
 kind string always
 name string always
 namespace *string
ImageVolumeSource
 reference string
 pullPolicy string
Container
 name string always
 image string
 command []string
 args []string
 workingDir string
 ports []ContainerPort strategy=merge key=containerPort
 envFrom []EnvFromSource
 env []EnvVar strategy=merge key=name
 resources ResourceRequirements
 resizePolicy []ContainerResizePolicy
 restartPolicy *string
 restartPolicyRules []ContainerRestartRule
 volumeMounts []VolumeMount strategy=merge key=mountPath
 volumeDevices []VolumeDevice strategy=merge key=devicePath
 livenessProbe *Probe
 readinessProbe *Probe
 startupProbe *Probe
 lifecycle *Lifecycle
 terminationMessagePath string
 terminationMessagePolicy string
 imagePullPolicy string
 securityContext *SecurityContext
 stdin bool
 stdinOnce bool
 tty bool
ContainerPort
 name string
 hostPort int32
 containerPort int32 always
 protocol string
 hostIP string
EnvFromSource
 prefix string
 configMapRef *ConfigMapEnvSource
 secretRef *SecretEnvSource
ConfigMapEnvSource
 name string
 optional *bool
SecretEnvSource
 name string
 optional *bool
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
ResourceRequirements
 limits map[string]Quantity
 requests map[string]Quantity
 claims []ResourceClaim
ResourceClaim
 name string always
 request string
ContainerResizePolicy
 resourceName string always
 restartPolicy string always
ContainerRestartRule
 action string
 exitCodes *ContainerRestartRuleOnExitCodes
ContainerRestartRuleOnExitCodes
 operator string
 values []int32
VolumeMount
 name string always
 readOnly bool
 recursiveReadOnly *string
 mountPath string always
 subPath string
 mountPropagation *string
 subPathExpr string
 bindMountOptions []string in=1.37
VolumeDevice
 name string always
 devicePath string always
Probe
 exec *ExecAction
 httpGet *HTTPGetAction
 tcpSocket *TCPSocketAction
 grpc *GRPCAction
 initialDelaySeconds int32
 timeoutSeconds int32
 periodSeconds int32
 successThreshold int32
 failureThreshold int32
 terminationGracePeriodSeconds *int64
ExecAction
 command []string
HTTPGetAction
 path string
 port IntOrString always
 host string
 scheme string
 httpHeaders []HTTPHeader
 protocol *string in=1.37
HTTPHeader
 name string always
 value string always
TCPSocketAction
 port IntOrString always
 host string
GRPCAction
 port int32 always
 service *string always
 mode *string in=1.37
Lifecycle
 postStart *LifecycleHandler
 preStop *LifecycleHandler
 stopSignal *string
LifecycleHandler
 exec *ExecAction
 httpGet *HTTPGetAction
 tcpSocket *TCPSocketAction
 sleep *SleepAction
SleepAction
 seconds int64 always
SecurityContext
 capabilities *Capabilities
 privileged *bool
 seLinuxOptions *SELinuxOptions
 windowsOptions *WindowsSecurityContextOptions
 runAsUser *int64
 runAsGroup *int64
 runAsNonRoot *bool
 readOnlyRootFilesystem *bool
 allowPrivilegeEscalation *bool
 procMount *string
 seccompProfile *SeccompProfile
 appArmorProfile *AppArmorProfile
Capabilities
 add []string
 drop []string
SELinuxOptions
 user string
 role string
 type string
 level string
WindowsSecurityContextOptions
 gmsaCredentialSpecName *string
 gmsaCredentialSpec *string
 runAsUserName *string
 hostProcess *bool
SeccompProfile
 type string always
 localhostProfile *string
AppArmorProfile
 type string always
 localhostProfile *string
EphemeralContainer
 name string always
 image string
 command []string
 args []string
 workingDir string
 ports []ContainerPort strategy=merge key=containerPort
 envFrom []EnvFromSource
 env []EnvVar strategy=merge key=name
 resources ResourceRequirements
 resizePolicy []ContainerResizePolicy
 restartPolicy *string
 restartPolicyRules []ContainerRestartRule
 volumeMounts []VolumeMount strategy=merge key=mountPath
 volumeDevices []VolumeDevice strategy=merge key=devicePath
 livenessProbe *Probe
 readinessProbe *Probe
 startupProbe *Probe
 lifecycle *Lifecycle
 terminationMessagePath string
 terminationMessagePolicy string
 imagePullPolicy string
 securityContext *SecurityContext
 stdin bool
 stdinOnce bool
 tty bool
 targetContainerName string
PodSecurityContext
 seLinuxOptions *SELinuxOptions
 windowsOptions *WindowsSecurityContextOptions
 runAsUser *int64
 runAsGroup *int64
 runAsNonRoot *bool
 supplementalGroups []int64
 supplementalGroupsPolicy *string
 fsGroup *int64
 sysctls []Sysctl
 fsGroupChangePolicy *string
 seccompProfile *SeccompProfile
 appArmorProfile *AppArmorProfile
 seLinuxChangePolicy *string
Sysctl
 name string always
 value string always
Affinity
 nodeAffinity *NodeAffinity
 podAffinity *PodAffinity
 podAntiAffinity *PodAntiAffinity
NodeAffinity
 requiredDuringSchedulingIgnoredDuringExecution *NodeSelector
 preferredDuringSchedulingIgnoredDuringExecution []PreferredSchedulingTerm
NodeSelector
 nodeSelectorTerms []NodeSelectorTerm always
NodeSelectorTerm
 matchExpressions []NodeSelectorRequirement
 matchFields []NodeSelectorRequirement
NodeSelectorRequirement
 key string always
 operator string always
 values []string
PreferredSchedulingTerm
 weight int32 always
 preference NodeSelectorTerm always
PodAffinity
 requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm
 preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm
PodAffinityTerm
 labelSelector *LabelSelector
 namespaces []string
 topologyKey string always
 namespaceSelector *LabelSelector
 matchLabelKeys []string
 mismatchLabelKeys []string
WeightedPodAffinityTerm
 weight int32 always
 podAffinityTerm PodAffinityTerm always
PodAntiAffinity
 requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm
 preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm
Toleration
 key string
 operator string
 value string
 effect string
 tolerationSeconds *int64
HostAlias
 ip string always
 hostnames []string
PodDNSConfig
 nameservers []string
 searches []string
 options []PodDNSConfigOption
PodDNSConfigOption
 name string
 value *string
PodReadinessGate
 conditionType string always
TopologySpreadConstraint
 maxSkew int32 always
 topologyKey string always
 whenUnsatisfiable string always
 labelSelector *LabelSelector
 minDomains *int32
 nodeAffinityPolicy *string
 nodeTaintsPolicy *string
 matchLabelKeys []string
PodOS
 name string always
PodSchedulingGate
 name string always
PodResourceClaim
 name string always
 resourceClaimName *string
 resourceClaimTemplateName *string
PodStatus
 observedGeneration int64
 phase string
 conditions []PodCondition strategy=merge key=type
 message string
 reason string
 nominatedNodeName string
 hostIP string
 hostIPs []HostIP strategy=merge key=ip
 podIP string
 podIPs []PodIP strategy=merge key=ip
 startTime *Time
 initContainerStatuses []ContainerStatus
 containerStatuses []ContainerStatus
 qosClass string
 ephemeralContainerStatuses []ContainerStatus
 resize string
 resourceClaimStatuses []PodResourceClaimStatus strategy=merge,retainKeys key=name
 extendedResourceClaimStatus *PodExtendedResourceClaimStatus
 allocatedResources map[string]Quantity in=1.35,1.36,1.37
 resources *ResourceRequirements in=1.35,1.36,1.37
 nodeAllocatableResourceClaimStatuses []NodeAllocatableResourceClaimStatus in=1.36
 nodeAllocatableResourceClaimStatuses []NodeAllocatableResourceClaimStatus strategy=merge key=resourceClaimName in=1.37
 volumeHealth []PodVolumeHealth in=1.37
PodCondition
 type string always
 observedGeneration int64
 status string always
 lastProbeTime Time always
 lastTransitionTime Time always
 reason string
 message string
HostIP
 ip string always
PodIP
 ip string always
ContainerStatus
 name string always
 state ContainerState
 lastState ContainerState
 ready bool always
 restartCount int32 always
 image string always
 imageID string always
 containerID string
 started *bool
 allocatedResources map[string]Quantity
 resources *ResourceRequirements
 volumeMounts []VolumeMountStatus strategy=merge key=mountPath
 user *ContainerUser
 allocatedResourcesStatus []ResourceStatus strategy=merge key=name
 stopSignal *string
ContainerState
 waiting *ContainerStateWaiting
 running *ContainerStateRunning
 terminated *ContainerStateTerminated
ContainerStateWaiting
 reason string
 message string
ContainerStateRunning
 startedAt Time always
ContainerStateTerminated
 exitCode int32 always
 signal int32
 reason string
 message string
 startedAt Time always
 finishedAt Time always
 containerID string
VolumeMountStatus
 name string always
 mountPath string always
 readOnly bool
 recursiveReadOnly *string
 volumeStatus *VolumeStatus in=1.36,1.37
ContainerUser
 linux *LinuxContainerUser
LinuxContainerUser
 uid int64 always
 gid int64 always
 supplementalGroups []int64
ResourceStatus
 name string always
 resources []ResourceHealth
ResourceHealth
 resourceID string always
 health string
 message *string in=1.36,1.37
PodResourceClaimStatus
 name string always
 resourceClaimName *string
PodExtendedResourceClaimStatus
 requestMappings []ContainerExtendedResourceRequest always
 resourceClaimName string always
ContainerExtendedResourceRequest
 containerName string always
 resourceName string always
 requestName string always
WorkloadReference
 name string always
 podGroup string always
 podGroupReplicaKey string
PodSchedulingGroup
 podGroupName *string
VolumeStatus
 image *ImageVolumeStatus
ImageVolumeStatus
 imageRef string
NodeAllocatableResourceClaimStatus
 resourceClaimName string always
 containers []string
 resources map[string]Quantity always in=1.36
 mapping []NodeAllocatableMappedResources strategy=merge key=name in=1.37
 overhead []NodeAllocatableOverheadResources strategy=merge key=name in=1.37
EvictionResponder
 name string always
 priority *int32 always
NodeAllocatableMappedResources
 name string always
 quantity *Quantity always
NodeAllocatableOverheadResources
 name string always
 perPod *Quantity
 perContainer *Quantity
PodVolumeHealth
 name string always
 healthConditions []VolumeHealthCondition strategy=merge key=status
 lastTransitionTime Time always
VolumeHealthCondition
 status string always
 reason string always
 message string
"""
