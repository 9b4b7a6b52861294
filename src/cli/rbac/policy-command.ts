/** What the commands about roles and bindings share: policies from clusters and manifests, questions, output. */
import type { RbacRequest } from '../../api/rbac/rules.ts';
import { BaseCommand } from '../base-command.ts';
import { CliError } from '../errors.ts';
import { bool, type FlagValues, text } from '../flags/flag-kinds.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import { FILE_FLAGS } from '../get/get-flags.ts';
import type { Manifest } from '../manifests/read-manifests.ts';
import type { Session } from '../session.ts';
import type { Policy } from './policy.ts';

export const OUTPUT_FLAGS = { output: text({ char: 'o', summary: 'json or yaml.', default: '' }) };

/** Where roles and bindings come from. */
export const POLICY_FLAGS = {
  ...FILE_FLAGS,
  ...OUTPUT_FLAGS,
  defaults: bool({ summary: 'With -f: count the roles and bindings that every cluster has too.', default: true }),
};

export const SYSTEM_FLAG = {
  system: bool({ summary: "Also the subjects of Kubernetes' own bindings (kubernetes.io/bootstrapping)." }),
};

export type PolicyFlags = FlagValues<typeof POLICY_FLAGS> & GlobalFlags;

/** A policy, and where questions about it are asked. */
export interface PolicySource {
  readonly policy: Policy;
  /** Of the context or --namespace; `default` without a cluster. */
  readonly namespace: string;
  /** Absent without a cluster. */
  readonly session?: Session;
  /** What the files hold, without a cluster. */
  readonly manifests: readonly Manifest[];
}

export interface WordedQuestion {
  readonly verb: string;
  readonly target: string;
  readonly name?: string;
  readonly subresource?: string;
  readonly namespace: string;
}

export abstract class PolicyCommand extends BaseCommand {
  /** `json`, `yaml` or ''. @throws CliError for others, but for `more` */
  protected outputOf(flags: { readonly output: string; readonly json: boolean }, more: readonly string[] = []): string {
    const output = flags.output === '' && flags.json ? 'json' : flags.output;
    const known = ['json', 'yaml', ...more];
    if (output === '' || known.includes(output)) return output;
    const words = known.map((word) => `'${word}'`);
    throw new CliError(`--output must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`);
  }

  /** Of the terminal; undefined when something else reads. */
  protected get width(): number | undefined {
    return this.terminal.stdout.isTTY ? this.terminal.stdout.columns : undefined;
  }

  protected async printAs(value: object, output: string): Promise<void> {
    const { stringifyYaml } = await import('../../api/yaml-writer.ts');
    this.out(output === 'json' ? `${JSON.stringify(value, undefined, 4)}\n` : stringifyYaml(plain(value)));
  }

  /** From -f, else from the cluster; what could not be read is told. @throws CliError */
  protected async source(flags: PolicyFlags, options: { accounts?: boolean } = {}): Promise<PolicySource> {
    if (flags.filename !== undefined) return this.#fromFiles(flags);
    const session = await this.session(flags);
    const { policyOfCluster } = await import('./cluster-policy.ts');
    const policy = await policyOfCluster(session.client, { namespace: session.namespace, ...options });
    for (const note of policy.notes) this.err(`Note: you ${note}; the answer may be incomplete\n`);
    return { policy, namespace: session.namespace, session, manifests: [] };
  }

  async #fromFiles(flags: PolicyFlags): Promise<PolicySource> {
    const [{ readManifests }, { policyOfManifests }] = await Promise.all([
      import('../manifests/read-manifests.ts'),
      import('./manifest-policy.ts'),
    ]);
    const options = { recursive: flags.recursive, stdin: this.terminal.stdin };
    const manifests = await readManifests(flags.filename ?? [], options);
    const namespace = flags.namespace || 'default';
    return { policy: policyOfManifests(manifests, { namespace, defaults: flags.defaults }), namespace, manifests };
  }

  /** What was typed, as authorizers are asked. @throws CliError for a typo */
  protected async question(source: PolicySource, asked: WordedQuestion): Promise<RbacRequest> {
    const [{ askFor, realRequest }, { offlineDiscovery }] = await Promise.all([
      import('../auth/access-question.ts'),
      import('./offline-discovery.ts'),
    ]);
    const { session, manifests } = source;
    const objects = manifests.map(({ object }) => object);
    const discovery = session === undefined ? offlineDiscovery(asked.target, objects) : await session.discovery();
    const question = askFor(discovery, { name: '', subresource: '', ...asked });
    for (const note of question.notes) if (!note.includes('not namespace scoped')) this.err(note.replace(/\n+$/, '\n'));
    return realRequest(question);
  }
}

/** Without what is undefined: YAML has no word for it. */
function plain(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object;
}
