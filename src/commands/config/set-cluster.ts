import type { JsonObject } from '../../api/object.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { ConfigEditor, embedded, entryFilePath } from '../../cli/config/edit-config.ts';
import { CliError } from '../../cli/errors.ts';
import { bool, text } from '../../cli/flags/flag-kinds.ts';

const CLUSTER_FLAGS = {
  // The global one has a short form, which kubectl does not take here.
  server: text({ summary: 'Address and port of the API server.', default: '' }),
  'embed-certs': bool({ summary: 'Put the content of the certificate file into the kubeconfig.' }),
  'proxy-url': text({ summary: 'Proxy to reach the server through.', default: '' }),
};

export default class ConfigSetCluster extends BaseCommand {
  static readonly summary = 'Set a cluster of the kubeconfig.';
  static readonly description = 'Fields that are not named stay as they are.';
  static readonly usage = 'config set-cluster NAME [--server=URL] [--certificate-authority=FILE] [flags]';
  static readonly examples = [
    '<%= config.bin %> config set-cluster dev --server=https://dev.example.com:6443',
    '# With the authority in the file itself\n<%= config.bin %> config set-cluster dev --certificate-authority=ca.crt --embed-certs',
  ];
  static readonly flagSet = CLUSTER_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args, given } = await this.line(CLUSTER_FLAGS);
    const [name] = args;
    if (name === undefined || args.length > 1) throw this.usageError(`Unexpected args: [${args.join(' ')}]`);
    const { 'certificate-authority': authority, 'insecure-skip-tls-verify': insecure } = flags;
    if (insecure && authority) {
      throw new CliError('you cannot specify a certificate authority and insecure mode at the same time');
    }
    const editor = await ConfigEditor.open(flags, this.terminal.env);
    const value: JsonObject = { ...editor.get('clusters', name) };
    if (given.has('server')) value['server'] = flags.server;
    if (given.has('tls-server-name')) value['tls-server-name'] = flags['tls-server-name'];
    if (given.has('proxy-url')) value['proxy-url'] = flags['proxy-url'];
    if (given.has('insecure-skip-tls-verify')) setInsecure(value, insecure);
    if (authority) {
      delete value['insecure-skip-tls-verify'];
      delete value['certificate-authority'];
      delete value['certificate-authority-data'];
      if (flags['embed-certs'])
        value['certificate-authority-data'] = await embedded(authority, 'certificate-authority');
      else value['certificate-authority'] = entryFilePath(authority, editor.directoryOf('clusters', name));
    }
    editor.set('clusters', name, value);
    await editor.save();
    this.tell(flags, `Cluster ${JSON.stringify(name)} set.\n`);
  }
}

function setInsecure(value: JsonObject, insecure: boolean): void {
  delete value['insecure-skip-tls-verify'];
  if (!insecure) return;
  value['insecure-skip-tls-verify'] = true;
  delete value['certificate-authority'];
  delete value['certificate-authority-data'];
}
