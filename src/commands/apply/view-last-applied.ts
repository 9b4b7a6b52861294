import { parseJson } from '../../api/json.ts';
import { stringifyYaml } from '../../api/yaml-writer.ts';
import { lastAppliedText } from '../../cli/apply/last-applied.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { throwAll } from '../../cli/errors.ts';
import { bool, text } from '../../cli/flags/flag-kinds.ts';
import { MANIFEST_FLAGS } from '../../cli/manifests/manifest-source.ts';
import { goJson } from '../../cli/print/go-json.ts';
import { findObjects } from '../../cli/resources/find-objects.ts';
import { isType } from '../../cli/resources/resource-args.ts';

const VIEW_FLAGS = {
  ...MANIFEST_FLAGS,
  all: bool({ summary: 'All objects of the types in the namespace.' }),
  output: text({ char: 'o', summary: 'yaml or json.', default: 'yaml' }),
  selector: text({ char: 'l', summary: "Label selector: 'a=b,c!=d,e in (f,g)'.", default: '' }),
};

export default class ViewLastApplied extends BaseCommand {
  static readonly summary = 'Show what was applied last.';
  static readonly description = 'Nothing for objects that were never applied by a client.';
  static readonly usage = 'apply view-last-applied (TYPE NAME | TYPE/NAME | TYPE -l LABELS | -f FILE) [flags]';
  static readonly examples = [
    '<%= config.bin %> apply view-last-applied deploy/web',
    '# Of what a file names, as JSON\n<%= config.bin %> apply view-last-applied -f app.yaml -o json',
  ];
  static readonly flagSet = VIEW_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args, given } = await this.line(VIEW_FLAGS);
    const output = flags.json && !given.has('output') ? 'json' : flags.output;
    const session = await this.session(flags);
    // With a namespace of one's own choice kubectl takes a type alone for all of it.
    const all = flags.all || (session.namespaceGiven && isType(args) && flags.selector === '');
    const { found, errors } = await findObjects(session, { ...flags, args, all }, this.terminal.stdin);
    throwAll(errors);
    if (output !== 'yaml' && output !== 'json') {
      throw this.usageError(`Unexpected -o output mode: ${output}, the flag 'output' must be one of yaml|json`);
    }
    for (const { object } of found) {
      const applied = lastAppliedText(object);
      if (applied === undefined) continue;
      const value = parseJson(applied);
      this.out(output === 'json' ? `${goJson(value, 2)}\n` : stringifyYaml(value));
    }
  }
}
