import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CertificateSigningRequest } from '../../api/types/certificates-v1.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { forceFlag, hostFlag, keyTypeFlag } from '../../cli/certs/gen-flags.ts';
import type { KeyPair } from '../../cli/certs/keys.ts';
import { lifetime } from '../../cli/certs/lifetime.ts';
import { CliError } from '../../cli/errors.ts';
import { bool, duration, type FlagValues, list, text } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import type { Session } from '../../cli/session.ts';

const CSR_FLAGS = {
  group: list({ summary: 'Group of the user; may be repeated.' }),
  host: hostFlag,
  ttl: lifetime({ summary: 'How long it should be valid; the signer may shorten it, 10m at least.' }),
  signer: text({ summary: 'Who shall sign.', default: 'kubernetes.io/kube-apiserver-client' }),
  approve: bool({ summary: 'Approve the request at once; needs the right to.' }),
  ca: text({ summary: 'Sign the approved request with this authority, where no signer of the cluster does.' }),
  wait: duration({ summary: 'How long to wait for the signature; 0s: only ask.', default: 30_000 }),
  request: text({ summary: 'Go on with this CertificateSigningRequest, whose key lies in DIR/NAME.key.' }),
  out: text({ summary: 'Write a kubeconfig to this file, instead of NAME.crt.' }),
  dir: text({ summary: 'Directory for NAME.key and NAME.crt.', default: '.' }),
  print: bool({ summary: 'Only make the key and print the request (PEM); no cluster is asked.' }),
  'key-type': keyTypeFlag,
  force: forceFlag,
};

type CsrFlags = GlobalFlags & FlagValues<typeof CSR_FLAGS>;

export default class CertsCsr extends BaseCommand {
  static readonly summary = 'Get a certificate from the cluster: make a key, ask, be approved, fetch.';
  static readonly description =
    'The way without the authority’s key at hand: the private key never leaves this machine. Somebody with the right to must approve the request (--approve, or kctl certificate approve), and a signer of the cluster signs it (kube-controller-manager, kctl serve; --ca signs for signers of your own).';
  static readonly usage = 'certs csr NAME [--group GROUP…] [--approve] [--out FILE] [flags]';
  static readonly examples = [
    '# As an administrator, in one go\n<%= config.bin %> certs csr alice --group dev --ttl 24h --approve --out alice.yaml',
    '# Somebody else approves; then fetch it\n<%= config.bin %> certs csr alice --group dev --wait 0s\n<%= config.bin %> certs csr alice --request alice-x7k2p --out alice.yaml',
    '# Only key and request, for another signer\n<%= config.bin %> certs csr alice --group dev --print > alice.csr',
  ];
  static readonly flagSet = CSR_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(CSR_FLAGS);
    const [name = '', ...more] = args;
    if (name === '' || more.length > 0) throw this.usageError('you must specify one name');
    const keyFile = join(resolve(flags.dir), `${name.replaceAll(/[^A-Za-z0-9._@-]+/g, '-')}.key`);
    const keys = flags.request === undefined ? await this.#newKey(flags, keyFile) : await this.#oldKey(flags, keyFile);
    if (flags.print) return this.out(await this.#pem(flags, name, keys));
    const session = await this.session(flags);
    const request = await this.#request(session, flags, name, keys);
    const called = request.metadata?.name ?? '';
    const { signedCertificate } = await import('../../cli/certs/cluster-request.ts');
    const { cert, approved } = await signedCertificate(session.client, called, Date.now() + flags.wait);
    if (cert === undefined && flags.wait === 0 && !approved) return this.#pending(flags, name, called, keyFile);
    if (cert === undefined) throw new CliError(pendingText(name, called, approved, keyFile));
    await this.#write(session, flags, keyFile, { cert, keys });
  }

  /** Who does not want to wait has what was asked for. */
  #pending(flags: CsrFlags, name: string, request: string, keyFile: string): void {
    this.out(flags.json ? `${JSON.stringify({ request, files: [keyFile] })}\n` : `Written: ${keyFile}\n`);
    this.err(`${capitalized(pendingText(name, request, false, keyFile))}\n`);
  }

  async #newKey(flags: CsrFlags, keyFile: string): Promise<KeyPair> {
    const [{ makeKeys, privatePem }, files] = await Promise.all([
      import('../../cli/certs/keys.ts'),
      import('../../cli/certs/certificate-files.ts'),
    ]);
    files.refuseToOverwrite([keyFile, outFile(flags, keyFile)], flags.force);
    const keys = await makeKeys(flags['key-type']);
    await files.writePrivate(keyFile, privatePem(keys));
    return keys;
  }

  async #oldKey(flags: CsrFlags, keyFile: string): Promise<KeyPair> {
    if (!existsSync(keyFile)) throw new CliError(`the key of the request is not here: ${keyFile}; --dir says where`);
    const [{ keyPairOf }, { refuseToOverwrite }] = await Promise.all([
      import('../../cli/certs/keys.ts'),
      import('../../cli/certs/certificate-files.ts'),
    ]);
    refuseToOverwrite([outFile(flags, keyFile)], flags.force);
    return keyPairOf(await readFile(keyFile, 'utf8'), keyFile);
  }

  async #pem(flags: CsrFlags, name: string, keys: KeyPair): Promise<string> {
    const { signingRequest } = await import('../../cli/certs/issue.ts');
    return signingRequest(
      { subject: { commonName: name, organizations: flags.group ?? [] }, hosts: flags.host ?? [] },
      keys,
    );
  }

  /** Asked for, and as far as the flags say approved and signed. */
  async #request(
    { client }: Session,
    flags: CsrFlags,
    name: string,
    keys: KeyPair,
  ): Promise<CertificateSigningRequest> {
    const flow = await import('../../cli/certs/cluster-request.ts');
    let request =
      flags.request !== undefined
        ? await flow.readRequest(client, flags.request)
        : await flow.askForCertificate(client, {
            name,
            csr: await this.#pem(flags, name, keys),
            signer: flags.signer,
            ...(flags.ttl === undefined ? {} : { expirationSeconds: Math.ceil(flags.ttl / 1000) }),
          });
    const done = flags.request === undefined ? 'created' : 'found';
    this.err(`certificatesigningrequest.certificates.k8s.io/${request.metadata?.name} ${done}\n`);
    if (flags.approve) request = await flow.approve(client, request);
    if (flags.ca !== undefined) {
      const { readAuthority } = await import('../../cli/certs/certificate-files.ts');
      if (!(request.status?.conditions ?? []).some(({ type }) => type === 'Approved')) {
        throw new CliError('only approved requests are signed: --approve, if you may');
      }
      request = await flow.signRequest(client, request, await readAuthority(flags.ca), new Date());
    }
    return request;
  }

  async #write(
    { config }: Session,
    flags: CsrFlags,
    keyFile: string,
    made: { cert: string; keys: KeyPair },
  ): Promise<void> {
    const [{ writePrivate }, { privatePem }, { userKubeconfig }, { ofCertificate }] = await Promise.all([
      import('../../cli/certs/certificate-files.ts'),
      import('../../cli/certs/keys.ts'),
      import('../../cli/certs/user-kubeconfig.ts'),
      import('../../cli/auth/offline-identity.ts'),
    ]);
    const { user, source } = ofCertificate(made.cert);
    const file = outFile(flags, keyFile);
    if (flags.out === undefined) await writePrivate(file, made.cert, 0o644);
    else {
      const credentials = { cert: made.cert, key: privatePem(made.keys) };
      const { server, caCertificates, tlsServerName } = config;
      const place = {
        server,
        ...(caCertificates === undefined ? {} : { ca: caCertificates }),
        ...(tlsServerName === undefined ? {} : { tlsServerName }),
      };
      await writePrivate(file, userKubeconfig({ ...place, user: user.username ?? '', credentials }));
    }
    if (flags.json) return this.out(`${JSON.stringify({ files: [file, keyFile], user })}\n`);
    this.out(`Kubernetes will see: user ${JSON.stringify(user.username)}, groups ${(user.groups ?? []).join(', ')}\n`);
    this.out(`By this ${source}\nWritten: ${file}\nWritten: ${keyFile}\n`);
  }
}

function outFile({ out }: CsrFlags, keyFile: string): string {
  return out === undefined ? keyFile.replace(/key$/, 'crt') : resolve(out);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function pendingText(name: string, request: string, approved: boolean, keyFile: string): string {
  const next = `kctl certs csr ${name} --request ${request} --dir ${join(keyFile, '..')}`;
  return approved
    ? `the request ${request} is approved, but nobody has signed it yet: does a signer run in the cluster (kube-controller-manager)?\nTry this: ${next}, later or with --ca DIR`
    : `the request ${request} waits for approval\nTry this: kctl certificate approve ${request}, then ${next}`;
}
