import type { ManifestCheck } from '../../cli/auth/manifest-check.ts';
import { CliError, SilentExit } from '../../cli/errors.ts';
import { bool, type FlagValues, text } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import { FILE_FLAGS } from '../../cli/get/get-flags.ts';
import type { ResolvedManifest } from '../../cli/manifests/manifest-selection.ts';
import { OUTPUT_FLAGS, PolicyCommand } from '../../cli/rbac/policy-command.ts';
import type { GrantObject } from '../../cli/rbac/smallest-grant.ts';
import type { Session } from '../../cli/session.ts';

const CHECK_FLAGS = {
  ...FILE_FLAGS,
  ...OUTPUT_FLAGS,
  fix: bool({ summary: 'Print only the roles and bindings that hold what is missing, as YAML.' }),
  kustomize: text({ char: 'k', summary: 'Directory to build with kustomize, which must be installed.' }),
  quiet: bool({ char: 'q', summary: 'Say nothing: only the exit code tells.' }),
  'server-side': bool({ summary: 'For apply --server-side.' }),
};

type CheckFlags = FlagValues<typeof CHECK_FLAGS> & GlobalFlags;

export default class Check extends PolicyCommand {
  static readonly summary = 'May I apply all of these files? Which permissions am I missing?';
  static readonly description =
    'Asks the server about each request that apply would make, and about what a role or binding in the files gives away: nobody may grant what they do not hold. Nothing is changed. Exit code 0 for yes, 1 for no.';
  static readonly usage = 'auth check -f FILE… [flags]';
  static readonly examples = [
    '# Myself\n<%= config.bin %> auth check -f manifests/ -R',
    '# The account of a pipeline\n<%= config.bin %> auth check -f app.yaml --as system:serviceaccount:ci:deployer',
    '# Grant exactly what is missing\n<%= config.bin %> auth check -f app.yaml --as jane --as-group dev --fix | <%= config.bin %> apply -f -',
  ];
  static readonly flagSet = CHECK_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(CHECK_FLAGS);
    if (args.length > 0) throw this.usageError(`unexpected arguments: ${args.join(' ')}`);
    if (flags.filename === undefined && flags.kustomize === undefined)
      throw new CliError('must specify one of -f and -k');
    const output = this.outputOf(flags);
    const session = await this.session(flags);
    const manifests = await this.#manifests(flags, session);
    const { ManifestChecker } = await import('../../cli/auth/manifest-check.ts');
    const checker = new ManifestChecker(session.client, { serverSide: flags['server-side'] }, manifests);
    await this.#show(session, await checker.check(), flags, output);
  }

  async #manifests(flags: CheckFlags, session: Session): Promise<ResolvedManifest[]> {
    const [
      { parseManifests, readManifests },
      { resolveManifest },
      { definedResources },
      { policyObjects },
      { Discovery },
    ] = await Promise.all([
      import('../../cli/manifests/read-manifests.ts'),
      import('../../cli/manifests/manifest-selection.ts'),
      import('../../cli/rbac/offline-discovery.ts'),
      import('../../cli/rbac/manifest-policy.ts'),
      import('../../client/discovery.ts'),
    ]);
    const read = await readManifests(flags.filename ?? [], { recursive: flags.recursive, stdin: this.terminal.stdin });
    if (flags.kustomize !== undefined) {
      const { kustomizeBuild } = await import('../../cli/manifests/kustomize.ts');
      read.push(...parseManifests(await kustomizeBuild(flags.kustomize), flags.kustomize));
    }
    if (read.length === 0) throw new CliError('no objects passed to check');
    for (const manifest of read) policyObjects(manifest, session.namespace);
    // Resources that the files themselves define are not there yet.
    const { resources } = await session.discovery();
    const discovery = new Discovery([...resources, ...read.flatMap(({ object }) => definedResources(object))]);
    return read.map((manifest) => resolveManifest(discovery, manifest, session));
  }

  async #show(session: Session, check: ManifestCheck, flags: CheckFlags, output: string): Promise<void> {
    const fix = await this.#fix(session, check);
    if (!flags.quiet) {
      const { checkText } = await import('../../cli/auth/check-text.ts');
      const { fixText } = await import('../../cli/rbac/explanation-text.ts');
      if (flags.fix) this.out(fixText(fix));
      else if (output !== '') await this.printAs({ ...check, fix }, output);
      else this.out(checkText(check, this.width));
    }
    if (!check.allowed && !flags.fix) throw new SilentExit(1);
  }

  async #fix(session: Session, { missing }: ManifestCheck): Promise<GrantObject[]> {
    if (missing.length === 0) return [];
    const [{ selfReview }, { askedUser }, { missingGrants }] = await Promise.all([
      import('../../cli/auth/access-review.ts'),
      import('../../cli/rbac/subject-argument.ts'),
      import('../../cli/auth/manifest-check.ts'),
    ]);
    const { username = '', groups = [] } = (await selfReview(session.client)).status?.userInfo ?? {};
    return missingGrants(missing, askedUser(username, groups).subject);
  }
}
