import pjson from '../../package.json' with { type: 'json' };
import { BaseCommand } from '../cli/base-command.ts';
import { CliError } from '../cli/errors.ts';
import { bool, text } from '../cli/flags/flag-kinds.ts';
import { clientVersion, skewWarning, type VersionReport, versionText } from '../cli/version-report.ts';

const VERSION_FLAGS = {
  client: bool({ summary: 'Only the version of the client: no server needed.' }),
  output: text({ char: 'o', summary: 'json or yaml.', default: '' }),
};

export default class Version extends BaseCommand {
  static readonly usage = 'version [flags]';
  static readonly summary = 'Show the versions of client and server.';
  static readonly examples = [
    '<%= config.bin %> version',
    '# Without asking a server\n<%= config.bin %> version --client',
    '# For scripts\n<%= config.bin %> version -o json',
  ];
  static readonly flagSet = VERSION_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(VERSION_FLAGS);
    if (args.length > 0) throw new CliError(`extra arguments: [${args.join(' ')}]`);
    const output = flags.json && flags.output === '' ? 'json' : flags.output;
    if (!['', 'json', 'yaml'].includes(output)) throw new CliError("--output must be 'yaml' or 'json'");
    const client = clientVersion(pjson.version);
    if (flags.client) return this.#print({ clientVersion: client }, output);
    const session = await this.session(flags);
    let failure: unknown;
    const server = await session.client.json<Record<string, string>>('GET', '/version').catch((error: unknown) => {
      failure = error;
      return undefined;
    });
    await this.#print({ clientVersion: client, ...(server === undefined ? {} : { serverVersion: server }) }, output);
    if (failure !== undefined) throw failure;
    this.err(skewWarning(client, server ?? {}));
  }

  async #print(report: VersionReport, output: string): Promise<void> {
    if (output === '') return this.out(versionText(report));
    if (output === 'json') return this.out(`${JSON.stringify(report, undefined, 2)}\n`);
    const { stringifyYaml } = await import('../api/yaml-writer.ts');
    this.out(`${stringifyYaml(report)}\n`);
  }
}
