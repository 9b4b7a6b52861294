import type { KubeObject } from '../../api/object.ts';
import type { Reconciliation } from '../../api/rbac/reconcile.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { DRY_RUN_FLAG, parseDryRun } from '../../cli/dry-run.ts';
import { CliError, throwAll } from '../../cli/errors.ts';
import { bool, type FlagValues, text } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import { FILE_FLAGS, PRINT_FLAGS } from '../../cli/get/get-flags.ts';
import type { ResolvedManifest } from '../../cli/manifests/manifest-selection.ts';
import type { Manifest } from '../../cli/manifests/read-manifests.ts';
import type { ObjectPrinter } from '../../cli/print/object-printer.ts';
import type { Session } from '../../cli/session.ts';

const GROUP = 'rbac.authorization.k8s.io/';

const RECONCILE_FLAGS = {
  ...FILE_FLAGS,
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  kustomize: text({ char: 'k', summary: 'Directory to build with kustomize, which must be installed.' }),
  'remove-extra-permissions': bool({ summary: 'Take away rules that the file does not have.' }),
  'remove-extra-subjects': bool({ summary: 'Take away subjects that the file does not have.' }),
};

type ReconcileFlags = FlagValues<typeof RECONCILE_FLAGS> & GlobalFlags;

export default class Reconcile extends BaseCommand {
  static readonly summary = 'Bring roles and bindings to what files say, by meaning.';
  static readonly description =
    'Adds the rules and subjects that are missing, and takes others away only when told to; a binding to another role is made anew. Objects of other kinds are passed over. Better than apply for roles and bindings, whose lists it would replace.';
  static readonly usage = 'auth reconcile -f FILE… [flags]';
  static readonly examples = [
    '# Add what is missing\n<%= config.bin %> auth reconcile -f rbac.yaml',
    '# What would happen?\n<%= config.bin %> auth reconcile -f rbac.yaml --dry-run=client',
    '# Exactly what the file says\n<%= config.bin %> auth reconcile -f rbac.yaml --remove-extra-permissions --remove-extra-subjects',
  ];
  static readonly flagSet = RECONCILE_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(RECONCILE_FLAGS);
    if (flags.filename === undefined && flags.kustomize === undefined)
      throw new CliError('must specify one of -f and -k');
    if (args.length > 0) throw new CliError('no arguments are allowed');
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    if (dryRun === 'server') throw new CliError('--dry-run=server for command reconcile is not supported yet');
    const printer = await this.#printer(flags, dryRun === 'client');
    const manifests = await this.#manifests(flags);
    const session = await this.session(flags);
    const options = {
      client: session.client,
      dryRun: dryRun === 'client',
      removeExtraPermissions: flags['remove-extra-permissions'],
      removeExtraSubjects: flags['remove-extra-subjects'],
    };
    const { reconcileObject, reconciliationText } = await import('../../cli/auth/reconcile-objects.ts');
    const errors: unknown[] = [];
    for (const manifest of await this.#resolved(manifests, session)) {
      try {
        const result = await reconcileObject(manifest, options);
        if (result === undefined) continue;
        this.out(printer.print(typed(result, manifest)));
        this.err(reconciliationText(result, options));
      } catch (error) {
        errors.push(error);
      }
    }
    throwAll(errors);
  }

  async #printer(flags: ReconcileFlags, dryRun: boolean): Promise<ObjectPrinter> {
    const [{ parseOutputFormat }, { objectPrinter }] = await Promise.all([
      import('../../cli/print/output-format.ts'),
      import('../../cli/print/object-printer.ts'),
    ]);
    const output = flags.json && flags.output === '' ? 'json' : flags.output;
    const format = parseOutputFormat(output === '' ? 'name' : output, flags.template);
    if (format.kind === 'table')
      throw new CliError(`unable to match a printer suitable for the output format "${output}"`);
    return objectPrinter(format, {
      showManagedFields: flags['show-managed-fields'],
      allowMissingKeys: flags['allow-missing-template-keys'],
      ...(output === '' ? { operation: `reconciled${dryRun ? ' (dry run)' : ''}` } : {}),
    });
  }

  async #manifests(flags: ReconcileFlags): Promise<Manifest[]> {
    const { parseManifests, readManifests } = await import('../../cli/manifests/read-manifests.ts');
    const options = { recursive: flags.recursive, stdin: this.terminal.stdin };
    const all = await readManifests(flags.filename ?? [], options);
    if (flags.kustomize === undefined) return all;
    const { kustomizeBuild } = await import('../../cli/manifests/kustomize.ts');
    return [...all, ...parseManifests(await kustomizeBuild(flags.kustomize), flags.kustomize)];
  }

  /** Without asking the server: only built-in kinds count. */
  async #resolved(manifests: readonly Manifest[], scope: Session): Promise<ResolvedManifest[]> {
    const [{ resolveManifest }, { offlineDiscovery }, { policyObjects }] = await Promise.all([
      import('../../cli/manifests/manifest-selection.ts'),
      import('../../cli/rbac/offline-discovery.ts'),
      import('../../cli/rbac/manifest-policy.ts'),
    ]);
    const discovery = offlineDiscovery('');
    const own = manifests.filter(({ object }) => String(object['apiVersion']).startsWith(GROUP));
    for (const { object } of own) {
      const version = String(object['apiVersion']).slice(GROUP.length);
      if (version !== 'v1')
        throw new CliError(`only ${GROUP}v1 is supported: not *${version}.${String(object['kind'])}`);
    }
    return own.map((manifest) => {
      policyObjects(manifest, scope.namespace);
      return resolveManifest(discovery, manifest, scope);
    });
  }
}

function typed({ object }: Reconciliation<KubeObject>, { object: manifest }: ResolvedManifest): KubeObject {
  return { apiVersion: manifest['apiVersion'], kind: manifest['kind'], ...object } as KubeObject;
}
