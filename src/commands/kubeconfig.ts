import { resolve } from 'node:path';
import { BaseCommand } from '../cli/base-command.ts';
import { forceFlag, keyTypeFlag } from '../cli/certs/gen-flags.ts';
import { lifetime } from '../cli/certs/lifetime.ts';
import { CliError } from '../cli/errors.ts';
import { type FlagValues, list, text } from '../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import type { FreshCredentials } from '../cli/kubeconfig/fresh-credentials.ts';
import type { Session } from '../cli/session.ts';

const KUBECONFIG_FLAGS = {
  group: list({ summary: 'Group of the user; may be repeated.' }),
  ttl: lifetime({ summary: 'How long it is good for (default: a token 1h, a certificate 24h).' }),
  ca: text({ summary: 'Sign with this authority (a directory with ca.crt and ca.key) instead of asking the cluster.' }),
  out: text({ summary: 'File to write; - or nothing prints it.', default: '-' }),
  'key-type': keyTypeFlag,
  force: forceFlag,
};

type KubeconfigFlags = GlobalFlags & FlagValues<typeof KUBECONFIG_FLAGS>;

export default class KubeconfigCommand extends BaseCommand {
  static readonly summary =
    'A kubeconfig for somebody else: a user (fresh certificate) or a service account (fresh token).';
  static readonly description =
    'Address and authority are those of your own kubeconfig. For a user, a CertificateSigningRequest is made and approved in the cluster, which needs a signer there; with --ca the certificate is signed here.';
  static readonly usage = 'kubeconfig (user:NAME | sa:NAMESPACE/NAME) [flags]';
  static readonly examples = [
    '# For a CI job: a token for an hour\n<%= config.bin %> kubeconfig sa:build/ci --ttl 1h --out ci.yaml',
    '# For a colleague: a certificate for a day, signed with the authority of kctl serve\n<%= config.bin %> kubeconfig user:alice --group dev --ca ~/.local/share/kctl --out alice.yaml',
  ];
  static readonly flagSet = KUBECONFIG_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(KUBECONFIG_FLAGS);
    const [subject = '', ...more] = args;
    if (subject === '' || more.length > 0)
      throw this.usageError('you must specify one subject, user:NAME or sa:NAMESPACE/NAME');
    const files = await import('../cli/certs/certificate-files.ts');
    const file = flags.out === '-' ? undefined : resolve(flags.out ?? '');
    if (file !== undefined) files.refuseToOverwrite([file], flags.force);
    const session = await this.session(flags);
    const fresh = await this.#credentials(session, flags, subject);
    const text = await kubeconfigFor(session, fresh, flags.namespace);
    if (file === undefined) return this.out(text);
    await files.writePrivate(file, text);
    const { user, groups, until } = fresh;
    if (flags.json) return this.out(`${JSON.stringify({ files: [file], user: { username: user, groups }, until })}\n`);
    this.out(`Kubernetes will see: user ${JSON.stringify(user)}, groups ${groups.join(', ')}\n`);
    this.out(`Valid until ${until}\nWritten: ${file}\n`);
  }

  async #credentials(session: Session, flags: KubeconfigFlags, text: string): Promise<FreshCredentials> {
    const [{ accountToken, userCertificate }, { parseSubjects }] = await Promise.all([
      import('../cli/kubeconfig/fresh-credentials.ts'),
      import('../cli/rbac/subject-argument.ts'),
    ]);
    const { subject } = parseSubjects(text);
    if (subject.kind === 'Group') throw new CliError('a group cannot log in: name a user or a service account');
    if (subject.kind === 'ServiceAccount') {
      if ((flags.group ?? []).length > 0)
        throw new CliError('the groups of a service account follow from its namespace: leave --group out');
      return accountToken(session.client, subject.namespace ?? '', subject.name ?? '', flags.ttl);
    }
    return userCertificate(session.client, {
      name: subject.name ?? '',
      groups: flags.group ?? [],
      ttlMs: flags.ttl,
      keyType: flags['key-type'],
      ca: flags.ca,
    });
  }
}

async function kubeconfigFor(
  { config }: Session,
  { name, credentials, namespace }: FreshCredentials,
  wanted: string | undefined,
): Promise<string> {
  const { userKubeconfig } = await import('../cli/certs/user-kubeconfig.ts');
  const { server, caCertificates, tlsServerName, context } = config;
  const place = wanted || namespace;
  return userKubeconfig({
    server,
    user: name,
    credentials,
    cluster: context || 'kubernetes',
    ...(caCertificates === undefined ? {} : { ca: caCertificates }),
    ...(tlsServerName === undefined ? {} : { tlsServerName }),
    ...(place ? { namespace: place } : {}),
  });
}
