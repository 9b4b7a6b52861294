import { existsSync } from 'node:fs';
import { SilentExit } from '../../cli/errors.ts';
import type { FlagValues } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import { wantsColor } from '../../cli/io.ts';
import type { AccessDifference } from '../../cli/rbac/difference.ts';
import type { Policy } from '../../cli/rbac/policy.ts';
import { POLICY_FLAGS, PolicyCommand, SYSTEM_FLAG } from '../../cli/rbac/policy-command.ts';

const DIFF_FLAGS = { ...POLICY_FLAGS, ...SYSTEM_FLAG };

type DiffFlags = FlagValues<typeof DIFF_FLAGS> & GlobalFlags;

export default class RbacDiff extends PolicyCommand {
  static readonly summary = 'What may one do that the other may not?';
  static readonly description =
    'Compares two subjects (user:NAME, group:NAME, sa:NAMESPACE/NAME), two roles (clusterrole:NAME, role:NAMESPACE/NAME), or two policies: files or directories of manifests, or the word cluster; a plus sign puts several over one another. Permissions are compared, not texts: a wildcard covers what it covers. Exit code 0: no difference, 1: some, above: an error.';
  static readonly usage = 'rbac diff A B [flags]';
  static readonly examples = [
    '# Why can she do it and he not?\n<%= config.bin %> rbac diff user:jane user:joe',
    '# Roles\n<%= config.bin %> rbac diff clusterrole:view clusterrole:edit',
    '# Whose access would change if this were applied?\n<%= config.bin %> rbac diff cluster cluster+manifests/',
    '# Two versions of manifests\n<%= config.bin %> rbac diff old/ new/',
  ];
  static readonly flagSet = DIFF_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(DIFF_FLAGS);
    const output = this.outputOf(flags);
    const [a = '', b = '', ...more] = args;
    if (b === '' || more.length > 0) throw this.usageError('you must specify two subjects, roles or policies');
    const differences = await this.#compare(a, b, flags);
    if (output === '') {
      const { differenceText } = await import('../../cli/rbac/difference-text.ts');
      const color = wantsColor(flags, this.terminal.stdout, this.terminal.env);
      this.out(
        differenceText(differences, { a, b, color, ...(this.width === undefined ? {} : { width: this.width }) }),
      );
    } else {
      await this.printAs({ a, b, differences }, output);
    }
    if (differences.length > 0) throw new SilentExit(1);
  }

  async #compare(a: string, b: string, flags: DiffFlags): Promise<AccessDifference[]> {
    const { compareHolders, comparePolicies } = await import('../../cli/rbac/difference.ts');
    const policies = [isPolicy(a), isPolicy(b)];
    if (policies[0] !== policies[1]) {
      throw this.usageError(`${policies[0] ? b : a} is neither a file nor a directory nor the word cluster`);
    }
    if (policies[0]) {
      const [before, after] = [await this.#policy(a, flags), await this.#policy(b, flags)];
      return comparePolicies(before, after, { system: flags.system });
    }
    const { policy } = await this.source(flags);
    return compareHolders(policy, a, b);
  }

  /** Of several the later counts, as if it were applied. */
  async #policy(word: string, flags: DiffFlags): Promise<Policy> {
    const { merged } = await import('../../cli/rbac/policy.ts');
    const policies: Policy[] = [];
    for (const part of partsOf(word)) {
      const filename = part === 'cluster' ? undefined : [part];
      // A cluster has its own defaults, perhaps changed.
      const defaults = flags.defaults && !partsOf(word).includes('cluster');
      policies.push((await this.source({ ...flags, filename, defaults })).policy);
    }
    return merged(policies);
  }
}

function partsOf(word: string): string[] {
  return existsSync(word) ? [word] : word.split('+');
}

function isPolicy(word: string): boolean {
  return partsOf(word).every((part) => part === 'cluster' || part === '-' || existsSync(part));
}
