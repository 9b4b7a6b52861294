import { getOwn, type JsonObject } from '../api/object.ts';
import { CliError, ManyErrors } from '../cli/errors.ts';
import { text } from '../cli/flags/flag-kinds.ts';
import { type KeyChanges, labelChanges } from '../cli/metadata/key-changes.ts';
import { METADATA_FLAGS, MetadataCommand, type MetadataMap } from '../cli/metadata/metadata-command.ts';

const LABEL_FLAGS = {
  ...METADATA_FLAGS,
  'field-manager': text({ summary: 'Name under which the labels are owned.', default: 'kubectl-label' }),
};

const LABELS: MetadataMap = {
  field: 'labels',
  what: 'label',
  changes: labelChanges,
  operation: (changed, shrunk, overwrite) =>
    changed ? (shrunk && !overwrite ? 'unlabeled' : 'labeled') : 'not labeled',
  checkOverwrites(present: JsonObject, { set }: KeyChanges) {
    const taken = [...set].filter(([key, value]) => Object.hasOwn(present, key) && getOwn(present, key) !== value);
    const errors = taken.map(
      ([key]) =>
        new CliError(`'${key}' already has a value (${String(getOwn(present, key))}), and --overwrite is false`),
    );
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new ManyErrors(errors);
  },
};

export default class Label extends MetadataCommand {
  static readonly summary = 'Set and remove labels of objects.';
  static readonly usage = 'label (TYPE NAME… | TYPE -l LABELS | TYPE --all | -f FILE) KEY=VALUE… KEY-… [flags]';
  static readonly examples = [
    '<%= config.bin %> label pods web-1 tier=front',
    '# Change a value that is there\n<%= config.bin %> label deploy/web tier=back --overwrite',
    '# Remove one\n<%= config.bin %> label pods --all tier-',
    '# What is there?\n<%= config.bin %> label deploy web --list',
  ];
  static readonly flagSet = LABEL_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(LABEL_FLAGS);
    await this.change(LABELS, flags, args);
  }
}
