import { BaseCommand } from '../cli/base-command.ts';

export default class ApiVersions extends BaseCommand {
  static readonly summary = 'List the API versions that the server has, as GROUP/VERSION.';
  static readonly usage = 'api-versions [flags]';
  static readonly examples = ['<%= config.bin %> api-versions'];
  static readonly flagSet = {};

  protected async run(): Promise<void> {
    const { flags, args } = await this.line({});
    if (args.length > 0) throw this.usageError(`unexpected arguments: [${args.join(' ')}]`);
    const session = await this.session(flags);
    const { groupVersion } = await import('../client/resource-path.ts');
    const { resources, stale } = await session.discovery();
    const versions = [...new Set([...resources, ...stale].map(groupVersion))].sort();
    this.out(flags.json ? `${JSON.stringify(versions)}\n` : versions.map((version) => `${version}\n`).join(''));
  }
}
