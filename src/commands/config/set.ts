import { BaseCommand } from '../../cli/base-command.ts';
import { parseProperty, propertyValue } from '../../cli/config/config-property.ts';
import { ConfigEditor } from '../../cli/config/edit-config.ts';
import { CliError } from '../../cli/errors.ts';
import { bool } from '../../cli/flags/flag-kinds.ts';

const SET_FLAGS = {
  'set-raw-bytes': bool({ summary: 'The value of a …-data field is not in base64 yet.' }),
};

export default class ConfigSet extends BaseCommand {
  static readonly summary = 'Set one field of the kubeconfig.';
  static readonly description =
    'PROPERTY is current-context or SECTION.NAME.FIELD; sections are clusters, contexts and users.';
  static readonly usage = 'config set PROPERTY VALUE [flags]';
  static readonly examples = [
    '<%= config.bin %> config set clusters.dev.server https://dev.example.com:6443',
    '<%= config.bin %> config set contexts.dev.namespace shop',
  ];
  static readonly flagSet = SET_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(SET_FLAGS);
    const [property, text] = args;
    if (property === undefined || text === undefined || args.length > 2) {
      throw this.usageError(`Unexpected args: [${args.join(' ')}]`);
    }
    const parsed = parseProperty(property);
    const editor = await ConfigEditor.open(flags, this.terminal.env);
    if (parsed.kind === 'current-context') editor.currentContext = text;
    else if (parsed.kind === 'field') {
      const { section, name, field } = parsed;
      const value = { ...editor.get(section, name) };
      value[field] = propertyValue(section, field, text, flags['set-raw-bytes']);
      if (value[field] === undefined) delete value[field];
      editor.set(section, name, value);
    } else throw new CliError(`can't set a map to a value: ${property} has fields; set one of them`);
    await editor.save();
    this.tell(flags, `Property ${JSON.stringify(property)} set.\n`);
  }
}
