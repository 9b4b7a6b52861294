import { equalJson, type JsonObject } from '../../api/object.ts';
import { CliError } from '../../cli/errors.ts';
import { texts } from '../../cli/flags/flag-kinds.ts';
import type { Session } from '../../cli/session.ts';
import { localNeedsFiles, SET_FLAGS, SET_SELECTOR_FLAG, SetCommand } from '../../cli/set/set-command.ts';

const SUBJECT_FLAGS = {
  ...SET_FLAGS,
  ...SET_SELECTOR_FLAG,
  group: texts({ summary: 'Group to bind; may be repeated.' }),
  serviceaccount: texts({ summary: 'Service account to bind, as NAMESPACE:NAME; may be repeated.' }),
  user: texts({ summary: 'User to bind; may be repeated.' }),
};

const RBAC = 'rbac.authorization.k8s.io';

export default class SetSubject extends SetCommand {
  static readonly summary = 'Add users, groups and service accounts to role bindings.';
  static readonly description = 'Those that a binding has already stay.';
  static readonly usage =
    'set subject (TYPE NAME… | TYPE/NAME… | -f FILE) [--user=USER…] [--group=GROUP…] [--serviceaccount=NAMESPACE:NAME…] [flags]';
  static readonly examples = [
    '<%= config.bin %> set subject rolebinding/readers --user=alice --group=dev',
    '# A service account, in all of the cluster\n<%= config.bin %> set subject clusterrolebinding/readers --serviceaccount=shop:web',
    '# While making a binding\n<%= config.bin %> create rolebinding readers --clusterrole=view --user=alice --dry-run=client -o yaml | <%= config.bin %> set subject --local -f - --user=bob -o yaml',
  ];
  static readonly flagSet = SUBJECT_FLAGS;
  #session: Promise<Session> | undefined;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(SUBJECT_FLAGS);
    const dryRun = this.dryRun(flags);
    // --user is a subject here, not one of the kubeconfig.
    const open = (): Promise<Session> => (this.#session ??= this.session({ ...flags, user: undefined }));
    if (flags.local && args.length > 0) throw localNeedsFiles();
    const connection = { ...flags, user: undefined };
    if (flags.all && flags.selector !== '') throw new CliError('cannot set --all and --selector at the same time');
    const targets = await this.targets(connection, args, open);
    const namespace = flags.local ? (flags.namespace ?? '') : (await open()).namespace;
    const subjects = subjectsOf(flags, namespace);
    const change = {
      operation: 'subjects updated',
      failure: 'failed to patch subjects to rolebinding: ',
      change: (copy: JsonObject) => addSubjects(copy, subjects),
    };
    await this.applyChange(connection, dryRun, targets, change, open);
  }
}

interface Wanted {
  readonly user?: readonly string[];
  readonly group?: readonly string[];
  readonly serviceaccount?: readonly string[];
}

/** @throws CliError */
function subjectsOf({ user = [], group = [], serviceaccount = [] }: Wanted, namespace: string): JsonObject[] {
  if (user.length + group.length + serviceaccount.length === 0) {
    throw new CliError('you must specify at least one value of user, group or serviceaccount');
  }
  return [
    ...user.map((name) => ({ apiGroup: RBAC, kind: 'User', name })),
    ...group.map((name) => ({ apiGroup: RBAC, kind: 'Group', name })),
    ...serviceaccount.map((text) => {
      const [own, name, ...more] = text.split(':');
      if (!name || more.length > 0) throw new CliError('serviceaccount must be <namespace>:<name>');
      return { kind: 'ServiceAccount', name, namespace: own || namespace };
    }),
  ];
}

function addSubjects(copy: JsonObject, subjects: readonly JsonObject[]): void {
  const group = String(copy['apiVersion']).split('/')[0];
  if (group !== RBAC || !['RoleBinding', 'ClusterRoleBinding'].includes(String(copy['kind']))) {
    throw new CliError('setting subjects is only supported for RoleBinding/ClusterRoleBinding');
  }
  const present = Array.isArray(copy['subjects']) ? (copy['subjects'] as JsonObject[]) : [];
  const missing = subjects.filter((subject) => !present.some((each) => equalJson(each, subject)));
  if (missing.length > 0) copy['subjects'] = [...present, ...missing];
}
