import { BaseCommand } from '../../cli/base-command.ts';
import { CliError } from '../../cli/errors.ts';
import { bool, text } from '../../cli/flags/flag-kinds.ts';
import { PRINT_FLAGS } from '../../cli/get/get-flags.ts';

const VIEW_FLAGS = {
  ...PRINT_FLAGS,
  output: text({ ...PRINT_FLAGS.output, summary: PRINT_FLAGS.output.summary, default: 'yaml' }),
  merge: bool({ summary: 'Merge all files that count; =false: only that of --kubeconfig.', default: true }),
  raw: bool({ summary: 'Show keys and tokens.' }),
  minify: bool({ summary: 'Only what the current context needs.' }),
  flatten: bool({ summary: 'Put the content of named files into the document.' }),
};

const NOT_HERE = ['wide', 'custom-columns', 'custom-columns-file'];

export default class ConfigView extends BaseCommand {
  static readonly summary = 'Show the kubeconfig that counts: all files merged.';
  static readonly usage = 'config view [flags]';
  static readonly examples = [
    '<%= config.bin %> config view',
    '# A kubeconfig for somebody else, in one file\n<%= config.bin %> config view --minify --flatten --raw > own.kubeconfig',
    "<%= config.bin %> config view -o jsonpath='{.users[*].name}'",
  ];
  static readonly flagSet = VIEW_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args, given } = await this.line(VIEW_FLAGS);
    if (args.length > 0) throw this.usageError(`unexpected arguments: [${args.join(' ')}]`);
    const [
      { shownKubeconfig },
      { configDocument },
      { flattened },
      { parseOutputFormat, unknownFormat },
      { objectPrinter },
    ] = await Promise.all([
      import('../../cli/config/shown-kubeconfig.ts'),
      import('../../cli/config/config-document.ts'),
      import('../../cli/config/flatten-config.ts'),
      import('../../cli/print/output-format.ts'),
      import('../../cli/print/object-printer.ts'),
    ]);
    if (!flags.merge && !flags.kubeconfig) throw new CliError('if merge==false a precise file must be specified');
    const loaded = await shownKubeconfig(flags, this.terminal.env, flags.merge);
    const kubeconfig = flags.flatten ? await flattened(loaded) : loaded;
    const document = configDocument(kubeconfig, {
      raw: flags.raw || flags.flatten,
      minify: flags.minify,
      context: flags.context,
    });
    const output = flags.json && !given.has('output') ? 'json' : flags.output || 'yaml';
    const format = parseOutputFormat(output, flags.template, NOT_HERE);
    if (format.kind === 'table') throw unknownFormat(output, NOT_HERE);
    if (format.kind === 'json') return this.out(`${JSON.stringify(document, undefined, 4)}\n`);
    this.out(objectPrinter(format, { allowMissingKeys: flags['allow-missing-template-keys'] }).print(document));
  }
}
