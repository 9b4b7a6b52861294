import type { JsonObject } from '../../api/object.ts';
import { parseLabelSelector } from '../../api/selectors.ts';
import { GENERATOR_FLAGS, GeneratorCommand } from '../../cli/create/generator-command.ts';
import { CliError } from '../../cli/errors.ts';
import { text } from '../../cli/flags/flag-kinds.ts';

const FLAGS = {
  selector: text({ summary: 'Which pods: a label selector.', default: '' }),
  'min-available': text({ summary: 'How many must stay: a number or a percentage.', default: '' }),
  'max-unavailable': text({ summary: 'How many may be gone: a number or a percentage.', default: '' }),
};

export default class CreatePodDisruptionBudget extends GeneratorCommand {
  static readonly summary = 'Create a pod disruption budget.';
  static readonly usage =
    'create poddisruptionbudget NAME --selector=SELECTOR (--min-available=N | --max-unavailable=N) [flags]';
  static readonly examples = [
    '<%= config.bin %> create poddisruptionbudget web --selector=app=web --min-available=1',
    '# At most half may be gone\n<%= config.bin %> create pdb web --selector=app=web --max-unavailable=50%',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      namespaced: true,
      failure: 'failed to create poddisruptionbudgets: ',
      build: (flags, { name }) => {
        const { selector, 'min-available': min, 'max-unavailable': max } = flags;
        checkFlags(selector, min, max);
        const bound =
          min === ''
            ? { maxUnavailable: bounded('max-unavailable', max) }
            : { minAvailable: bounded('min-available', min) };
        return {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: { name },
          spec: { ...bound, selector: selectorObject(selector) },
        };
      },
    });
  }
}

function checkFlags(selector: string, min: string, max: string): void {
  if (selector === '') throw new CliError('a selector must be specified');
  if (min === '' && max === '') throw new CliError('one of min-available or max-unavailable must be specified');
  if (min !== '' && max !== '') throw new CliError('min-available and max-unavailable cannot be both specified');
}

function bounded(flag: string, value: string): number | string {
  if (/^\d+%$/.test(value)) return value;
  if (/^\d+$/.test(value)) return Number(value);
  throw new CliError(`invalid format specified for ${flag}`);
}

const OPERATORS: Readonly<Record<string, string>> = {
  in: 'In',
  notin: 'NotIn',
  '!=': 'NotIn',
  exists: 'Exists',
  '!': 'DoesNotExist',
};

function selectorObject(selector: string): JsonObject {
  const matchLabels: [string, string][] = [];
  const matchExpressions: JsonObject[] = [];
  for (const { key, operator, values } of requirementsOf(selector)) {
    if (operator === '=' || operator === '==') matchLabels.push([key, values[0] ?? '']);
    else {
      const kind = OPERATORS[operator];
      if (kind === undefined) throw new CliError(`${JSON.stringify(operator)} is not a valid label selector operator`);
      matchExpressions.push({ key, operator: kind, ...(values.length === 0 ? {} : { values: [...values].sort() }) });
    }
  }
  return {
    ...(matchLabels.length === 0 ? {} : { matchLabels: Object.fromEntries(matchLabels) }),
    ...(matchExpressions.length === 0 ? {} : { matchExpressions }),
  };
}

function requirementsOf(selector: string) {
  try {
    return parseLabelSelector(selector).requirements;
  } catch (error) {
    const why = (error as Error).message;
    throw new CliError(`couldn't parse the selector string ${JSON.stringify(selector)}: ${why}`, { cause: error });
  }
}
