import { canonicalQuantity } from '../../api/quantity.ts';
import { GENERATOR_FLAGS, GeneratorCommand } from '../../cli/create/generator-command.ts';
import { CliError } from '../../cli/errors.ts';
import { text } from '../../cli/flags/flag-kinds.ts';

const FLAGS = {
  hard: text({ summary: 'What may be used at most: RESOURCE=QUANTITY, with commas.', default: '' }),
  scopes: text({ summary: 'Which objects count: BestEffort, NotTerminating …, with commas.', default: '' }),
};

export default class CreateQuota extends GeneratorCommand {
  static readonly summary = 'Create a resource quota for a namespace.';
  static readonly usage = 'create quota NAME [--hard=RESOURCE=QUANTITY,…] [--scopes=SCOPE,…] [flags]';
  static readonly examples = [
    '<%= config.bin %> create quota small --hard=cpu=1,memory=1Gi,pods=2,services=3',
    '# Only pods that ask for nothing\n<%= config.bin %> create quota best-effort --hard=pods=100 --scopes=BestEffort',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      namespaced: true,
      failure: 'failed to create quota: ',
      build: (flags, { name }) => {
        const hard = flags.hard === '' ? undefined : Object.fromEntries(flags.hard.split(',').map(limit));
        const scopes = flags.scopes === '' ? undefined : flags.scopes.split(',').map(scope);
        const spec = { ...(hard === undefined ? {} : { hard }), ...(scopes === undefined ? {} : { scopes }) };
        return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name }, spec };
      },
    });
  }
}

function limit(input: string): [string, string] {
  const [resource = '', value, ...more] = input.split('=');
  if (value === undefined || more.length > 0) {
    throw new CliError(`Invalid argument syntax ${input}, expected <resource>=<value>`);
  }
  return [resource, canonicalQuantity(value)];
}

function scope(input: string): string {
  if (input === '') throw new CliError('invalid resource quota scope ""');
  return input;
}
