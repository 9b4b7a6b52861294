/** Flow-control objects that must be as they are: `exempt` and `catch-all`. Imitates pkg/apis/flowcontrol/internalbootstrap. */
import bootstrap from '../../bootstrap/facts/bootstrap-flowcontrol.json' with { type: 'json' };

const MANDATORY = ['exempt', 'catch-all'];

/** The one spec that an object of this name may have; undefined for every other name. */
export function mandatorySpec(
  resource: 'flowschemas' | 'prioritylevelconfigurations',
  name: string,
): object | undefined {
  if (!MANDATORY.includes(name)) return undefined;
  const facts: readonly { readonly name: string; readonly spec: object }[] = bootstrap[resource];
  return facts.find((fact) => fact.name === name)?.spec;
}
