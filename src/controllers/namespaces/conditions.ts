/** What a namespace's status says of its deletion; imitates pkg/controller/namespace/deletion/status_condition_utils.go. */
import { formatTime } from '../../api/time.ts';
import type { NamespaceCondition } from '../../api/types/core-v1.ts';
import type { ContentReport } from './content.ts';

interface Answer {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

interface ConditionType {
  readonly type: string;
  readonly fine: readonly [reason: string, message: string];
  /** The reason and message of trouble, or undefined. */
  readonly trouble: (report: ContentReport) => readonly [reason: string, message: string] | undefined;
}

/** In the order in which they appear. */
const TYPES: readonly ConditionType[] = [
  {
    type: 'NamespaceDeletionDiscoveryFailure',
    fine: ['ResourcesDiscovered', 'All resources successfully discovered'],
    trouble: ({ stale }) =>
      stale.length === 0
        ? undefined
        : [
            'DiscoveryFailed',
            `Discovery failed for some groups, ${stale.length} failing: unable to retrieve the complete list of server APIs: ${stale
              .map((version) => `${version}: stale GroupVersion discovery: ${version}`)
              .join(', ')}`,
          ],
  },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    fine: ['ParsedGroupVersions', 'All legacy kube types successfully parsed'],
    trouble: () => undefined,
  },
  {
    type: 'NamespaceDeletionContentFailure',
    fine: ['ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
    trouble: ({ errors }) => {
      if (errors.length === 0) return undefined;
      const messages = errors.map(({ message }) => message).sort();
      return [
        'ContentDeletionFailed',
        `Failed to delete all resource types, ${errors.length} remaining: ${messages.join(', ')}`,
      ];
    },
  },
  {
    type: 'NamespaceContentRemaining',
    fine: ['ContentRemoved', 'All content successfully removed'],
    trouble: ({ remainingByResource }) => {
      if (remainingByResource.size === 0) return undefined;
      const parts = [...remainingByResource].map(([name, count]) => `${name} has ${count} resource instances`).sort();
      return ['SomeResourcesRemain', `Some resources are remaining: ${parts.join(', ')}`];
    },
  },
  {
    type: 'NamespaceFinalizersRemaining',
    fine: ['ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
    trouble: ({ remainingByFinalizer }) => {
      if (remainingByFinalizer.size === 0) return undefined;
      const parts = [...remainingByFinalizer].map(([name, count]) => `${name} in ${count} resource instances`).sort();
      return ['SomeFinalizersRemain', `Some content in the namespace has finalizers remaining: ${parts.join(', ')}`];
    },
  },
];

/** The conditions after a pass; undefined when they are what they were. Times change with the status only. */
export function namespaceConditions(
  before: readonly NamespaceCondition[],
  report: ContentReport,
  nowMs: number,
): NamespaceCondition[] | undefined {
  const conditions = [...before];
  let changed = false;
  for (const { type, fine, trouble } of TYPES) {
    const found = trouble(report);
    const [reason, message] = found ?? fine;
    const answer: Answer = { status: found === undefined ? 'False' : 'True', reason, message };
    const at = conditions.findIndex((condition) => condition.type === type);
    const old = conditions[at];
    if (old !== undefined && old.status === answer.status && old.reason === reason && old.message === message) continue;
    const kept = old?.status === answer.status ? old.lastTransitionTime : undefined;
    const condition = { type, ...answer, lastTransitionTime: kept ?? formatTime(nowMs) };
    if (old === undefined) conditions.push(condition);
    else conditions[at] = condition;
    changed = true;
  }
  return changed ? conditions : undefined;
}
