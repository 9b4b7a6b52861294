import { BaseCommand } from '../../cli/base-command.ts';
import { parseProperty } from '../../cli/config/config-property.ts';
import { ConfigEditor } from '../../cli/config/edit-config.ts';
import { CliError } from '../../cli/errors.ts';

export default class ConfigUnset extends BaseCommand {
  static readonly summary = 'Remove one field, entry or section of the kubeconfig.';
  static readonly description = 'PROPERTY is current-context, SECTION, SECTION.NAME or SECTION.NAME.FIELD.';
  static readonly usage = 'config unset PROPERTY [flags]';
  static readonly examples = [
    '<%= config.bin %> config unset current-context',
    '<%= config.bin %> config unset contexts.dev.namespace',
  ];
  static readonly flagSet = {};

  protected async run(): Promise<void> {
    const { flags, args } = await this.line({});
    const [property] = args;
    if (property === undefined || args.length > 1) throw this.usageError(`Unexpected args: [${args.join(' ')}]`);
    const parsed = parseProperty(property);
    const editor = await ConfigEditor.open(flags, this.terminal.env);
    if (parsed.kind === 'current-context') editor.currentContext = '';
    else if (parsed.kind === 'section') {
      for (const name of editor.names(parsed.section)) editor.remove(parsed.section, name);
    } else if (parsed.kind === 'entry') editor.remove(parsed.section, parsed.name);
    else {
      const { section, name, field } = parsed;
      const value = { ...editor.get(section, name) };
      if (editor.get(section, name) === undefined) throw new CliError(`current map key \`${name}\` is invalid`);
      delete value[field];
      editor.set(section, name, value);
    }
    await editor.save();
    this.tell(flags, `Property ${JSON.stringify(property)} unset.\n`);
  }
}
