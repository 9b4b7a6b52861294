import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { GENERATOR_FLAGS, GeneratorCommand } from '../../../cli/create/generator-command.ts';
import { secretOf } from '../../../cli/create/secret.ts';
import { CliError } from '../../../cli/errors.ts';
import { bool, text } from '../../../cli/flags/flag-kinds.ts';

const FLAGS = {
  cert: text({ summary: 'File with the certificate, in PEM.', default: '' }),
  key: text({ summary: 'File with its private key, in PEM.', default: '' }),
  'append-hash': bool({ summary: 'Append a hash of the content to the name.' }),
};

export default class CreateSecretTls extends GeneratorCommand {
  static readonly summary = 'Create a TLS Secret from a certificate and its key.';
  static readonly description = 'Key and certificate must belong together; they are checked before anything is sent.';
  static readonly usage = 'create secret tls NAME --cert=FILE --key=FILE [flags]';
  static readonly examples = [
    '<%= config.bin %> create secret tls web-cert --cert=web.crt --key=web.key',
    '# A certificate to try with\n<%= config.bin %> certs gen ca --dir pki\n<%= config.bin %> create secret tls ca --cert=pki/ca.crt --key=pki/ca.key',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      namespaced: true,
      failure: 'failed to create secret ',
      build: async (flags, { name }) => {
        if (flags.cert === '' || flags.key === '') throw new CliError('key and cert must be specified');
        const cert = await readPem(flags.cert);
        const key = await readPem(flags.key);
        checkPair(cert, key);
        const entries = new Map([
          ['tls.crt', cert],
          ['tls.key', key],
        ]);
        return secretOf(name, 'kubernetes.io/tls', entries, flags['append-hash']);
      },
    });
  }
}

async function readPem(file: string): Promise<Buffer> {
  return readFile(file).catch(() => {
    throw new CliError(`Cannot read file ${file}, open ${file}: no such file or directory`);
  });
}

/** In the words of Go's tls.X509KeyPair. */
function checkPair(cert: Buffer, key: Buffer): void {
  if (!cert.includes('-----BEGIN ')) throw new CliError('tls: failed to find any PEM data in certificate input');
  if (!key.includes('-----BEGIN ')) throw new CliError('tls: failed to find any PEM data in key input');
  let fits: boolean;
  try {
    fits = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch (error) {
    throw new CliError(`tls: failed to parse certificate or private key: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (!fits) throw new CliError('tls: private key does not match public key');
}
