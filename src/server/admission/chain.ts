/** Runs the plugins over a write: first every mutating step, then every validating one, each in the order of the list. */
import { cloneJson, type KubeObject } from '../../api/object.ts';
import type { Kind } from '../kinds/kind.ts';
import type { AdmissionAttributes, AdmissionContext, AdmissionPlugin } from './admission.ts';
import { changedPaths } from './changed-paths.ts';
import { ABSENT_PLUGINS, IDLE_PLUGINS, PLUGINS } from './plugins/index.ts';
import { keepManagedFieldsValid } from './valid-managed-fields.ts';

export interface AdmissionChain {
  /** May change `attributes.object` in place. @throws StatusError of the first plugin that refuses */
  admit(attributes: AdmissionAttributes): Promise<void>;
  /** @throws StatusError of the first plugin that refuses */
  validate(attributes: AdmissionAttributes): Promise<void>;
}

/** `--enable-admission-plugins` and `--disable-admission-plugins`: names besides, or of, those on by default. */
export interface AdmissionChoice {
  readonly enable?: readonly string[];
  readonly disable?: readonly string[];
}

/** @throws Error for a name that no plugin has, and for one to be enabled that is not here */
export function createPlugins(
  context: AdmissionContext,
  { enable = [], disable = [] }: AdmissionChoice = {},
): AdmissionPlugin[] {
  const known = new Set([...PLUGINS.map(({ name }) => name), ...IDLE_PLUGINS]);
  for (const name of [...enable, ...disable]) {
    if (!known.has(name) && !ABSENT_PLUGINS.has(name)) throw new Error(`admission plugin "${name}" is unknown`);
  }
  const missing = enable.find((name) => !known.has(name));
  if (missing !== undefined) throw new Error(`admission plugin "${missing}" is not supported`);
  return PLUGINS.filter(({ name, on }) => (on && !disable.includes(name)) || enable.includes(name)).map(({ create }) =>
    create(context),
  );
}

export function admissionChain(plugins: readonly AdmissionPlugin[]): AdmissionChain {
  const concerned = byKind(plugins);
  return {
    async admit(attributes) {
      const { mutating } = concerned(attributes.kind);
      const managedFields = attributes.object?.metadata?.managedFields;
      const pending = admitAll(mutating, attributes);
      if (pending !== undefined) await pending;
      const { reinvocation } = attributes;
      if (reinvocation?.wanted !== true) return;
      reinvocation.round = 1;
      attributes.trace?.decide('admission', 'the mutating plugins run once more, as the object was changed');
      await admitAll(mutating, attributes);
      keepManagedFieldsValid(attributes, managedFields);
    },
    async validate(attributes) {
      const { validating } = concerned(attributes.kind);
      for (const plugin of validating) {
        const pending = plugin.validate?.(attributes);
        if (pending !== undefined) await pending;
      }
      attributes.trace?.decide('admission', `${validating.length} validating plugins agreed`);
    },
  };
}

/** Waits only for plugins that do: most writes get through without. */
function admitAll(
  plugins: readonly AdmissionPlugin[],
  attributes: AdmissionAttributes,
  first = 0,
): undefined | Promise<void> {
  const step = attributes.trace === undefined ? plainAdmit : tracedAdmit;
  for (let i = first; i < plugins.length; i++) {
    const pending = step(plugins[i] as AdmissionPlugin, attributes);
    if (pending !== undefined) return pending.then(() => admitAll(plugins, attributes, i + 1));
  }
  return undefined;
}

function plainAdmit(plugin: AdmissionPlugin, attributes: AdmissionAttributes): void | Promise<void> {
  return plugin.admit?.(attributes);
}

interface Concerned {
  readonly mutating: readonly AdmissionPlugin[];
  readonly validating: readonly AdmissionPlugin[];
}

/** The plugins that may have something to say about a kind; worked out once for each. */
function byKind(plugins: readonly AdmissionPlugin[]): (kind: Kind) => Concerned {
  const known = new WeakMap<Kind, Concerned>();
  const find = (kind: Kind): Concerned => {
    const resource = `${kind.group}/${kind.resource}`;
    const all = plugins.filter(({ resources }) => resources === undefined || resources.includes(resource));
    const mutating = all.filter(({ admit }) => admit !== undefined);
    const validating = all.filter(({ validate }) => validate !== undefined);
    known.set(kind, { mutating, validating });
    return { mutating, validating };
  };
  return (kind) => known.get(kind) ?? find(kind);
}

/** Tells what a plugin changed; silent about those that changed nothing. */
async function tracedAdmit(plugin: AdmissionPlugin, attributes: AdmissionAttributes): Promise<void> {
  const before = cloneJson(attributes.object);
  try {
    await plugin.admit?.(attributes);
  } catch (error) {
    attributes.trace?.decide('admission', `${plugin.name} refused: ${(error as Error).message}`);
    throw error;
  }
  const changes = changedPaths(before as KubeObject | undefined, attributes.object);
  if (changes.length > 0) attributes.trace?.decide('admission', `${plugin.name} changed the object`, { changes });
}
