import type { AdmissionAttributes } from '../admission.ts';
import type { PathChange } from '../changed-paths.ts';
import type { Hook } from './hooks.ts';

/** Notes what a webhook answered: `webhook NAME of CONFIGURATION: ANSWER`. */
export function traceCall(
  { name, configuration, webhook }: Hook,
  { trace, kind }: AdmissionAttributes,
  answer: string,
  changes: readonly PathChange[] = [],
): void {
  trace?.decide('admission', `webhook ${name} of ${configuration}: ${answer}`, {
    version: kind.apiVersion,
    failurePolicy: webhook.failurePolicy,
    ...(changes.length === 0 ? {} : { changes }),
  });
}
