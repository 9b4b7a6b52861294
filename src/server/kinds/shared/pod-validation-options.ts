/** What a pod spec is forgiven; see podOptions for when. Absent means strict. */
export interface PodValidationOptions {
  /** The spec is a Pod's own, not a template's. */
  readonly resourceIsPod?: boolean;
  readonly allowInvalidLabelValueInSelector?: boolean;
  readonly allowInvalidLabelValueInRequiredNodeAffinity?: boolean;
  readonly allowInvalidTopologySpreadLabelSelector?: boolean;
  readonly allowIndivisibleHugePages?: boolean;
  readonly allowNonLocalProjectedTokenPath?: boolean;
  readonly allowNamespacedSysctlsOnHost?: boolean;
  /** Match label keys are checked as before v1.34. */
  readonly legacyMatchLabelKeys?: boolean;
  readonly allowRestartContainerForInitContainer?: boolean;
  readonly allowUserNamespacesWithVolumeDevices?: boolean;
  readonly allowEmptyImageVolumeReference?: boolean;
}
