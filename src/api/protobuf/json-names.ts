/** Where a field's name in the .proto files is not its name in JSON. */

const JSON_SCHEMA_PROPS: Record<string, string> = {
  schema: '$schema',
  ref: '$ref',
  xKubernetesPreserveUnknownFields: 'x-kubernetes-preserve-unknown-fields',
  xKubernetesEmbeddedResource: 'x-kubernetes-embedded-resource',
  xKubernetesIntOrString: 'x-kubernetes-int-or-string',
  xKubernetesListMapKeys: 'x-kubernetes-list-map-keys',
  xKubernetesListType: 'x-kubernetes-list-type',
  xKubernetesMapType: 'x-kubernetes-map-type',
  xKubernetesValidations: 'x-kubernetes-validations',
};

const BY_MESSAGE: Record<string, Record<string, string>> = {
  'k8s.io.api.admissionregistration.v1.MutatingWebhookConfiguration': { Webhooks: 'webhooks' },
  'k8s.io.api.admissionregistration.v1.ValidatingWebhookConfiguration': { Webhooks: 'webhooks' },
  'k8s.io.api.admissionregistration.v1.Validation': { Expression: 'expression' },
  'k8s.io.api.admissionregistration.v1.Variable': { Name: 'name', Expression: 'expression' },
  'k8s.io.api.authentication.v1.BoundObjectReference': { uID: 'uid' },
  'k8s.io.api.networking.v1.IngressClassParametersReference': { aPIGroup: 'apiGroup' },
  'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps': JSON_SCHEMA_PROPS,
};

export function jsonName(message: string, field: string): string {
  return BY_MESSAGE[message]?.[field] ?? field;
}

/** Structs that Go embeds: a message of its own in protobuf, fields of the outer object in JSON. */
const EMBEDDED: Record<string, string> = {
  'k8s.io.api.admissionregistration.v1.NamedRuleWithOperations': 'ruleWithOperations',
  'k8s.io.api.admissionregistration.v1.RuleWithOperations': 'rule',
  'k8s.io.api.core.v1.ConfigMapEnvSource': 'localObjectReference',
  'k8s.io.api.core.v1.ConfigMapKeySelector': 'localObjectReference',
  'k8s.io.api.core.v1.ConfigMapProjection': 'localObjectReference',
  'k8s.io.api.core.v1.ConfigMapVolumeSource': 'localObjectReference',
  'k8s.io.api.core.v1.EphemeralContainer': 'ephemeralContainerCommon',
  'k8s.io.api.core.v1.PersistentVolumeSpec': 'persistentVolumeSource',
  'k8s.io.api.core.v1.Probe': 'handler',
  'k8s.io.api.core.v1.SecretEnvSource': 'localObjectReference',
  'k8s.io.api.core.v1.SecretKeySelector': 'localObjectReference',
  'k8s.io.api.core.v1.SecretProjection': 'localObjectReference',
  'k8s.io.api.core.v1.Volume': 'volumeSource',
  'k8s.io.api.networking.v1.IngressRule': 'ingressRuleValue',
  'k8s.io.api.resource.v1.DeviceAllocationConfiguration': 'deviceConfiguration',
  'k8s.io.api.resource.v1.DeviceClaimConfiguration': 'deviceConfiguration',
  'k8s.io.api.resource.v1.DeviceClassConfiguration': 'deviceConfiguration',
};

export function isEmbedded(message: string, field: string): boolean {
  return EMBEDDED[message] === field;
}
