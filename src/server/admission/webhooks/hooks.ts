/** The webhooks of all configurations, in the order in which they are asked. */
import type { KubeObject } from '../../../api/object.ts';
import type { MutatingWebhook } from '../../../api/types/admissionregistration-v1.ts';
import { PolicyProgram } from '../policies/policy-program.ts';

/** Validating webhooks lack only the reinvocationPolicy. */
export interface Hook {
  readonly configuration: string;
  readonly name: string;
  /** Tells webhooks of one write apart. */
  readonly key: string;
  readonly webhook: MutatingWebhook;
  /** Its match conditions; undefined where there are none. */
  readonly conditions: PolicyProgram | undefined;
}

/** Finds the webhooks of configurations; each configuration object is read, and its conditions compiled, once. */
export type HookSource = (configurations: readonly KubeObject[]) => readonly Hook[];

export function hookSource(): HookSource {
  const ofConfiguration = new WeakMap<KubeObject, readonly Hook[]>();
  const ofAll = new WeakMap<readonly KubeObject[], readonly Hook[]>();
  const read = (configuration: KubeObject): readonly Hook[] => {
    let hooks = ofConfiguration.get(configuration);
    if (hooks === undefined) {
      hooks = readHooks(configuration);
      ofConfiguration.set(configuration, hooks);
    }
    return hooks;
  };
  return (configurations) => {
    let hooks = ofAll.get(configurations);
    if (hooks === undefined) {
      hooks = configurations.flatMap(read);
      ofAll.set(configurations, hooks);
    }
    return hooks;
  };
}

function readHooks({ metadata, webhooks }: KubeObject): Hook[] {
  const configuration = metadata.name ?? '';
  return ((webhooks ?? []) as MutatingWebhook[]).map((webhook, i) => {
    const { name = '', matchConditions = [] } = webhook;
    const conditions =
      matchConditions.length === 0 ? undefined : new PolicyProgram({ matchConditions, params: false, patches: false });
    return { configuration, name, key: `${configuration}/${name}/${i}`, webhook, conditions };
  });
}
