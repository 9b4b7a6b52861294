import { getOwn, type JsonObject } from '../api/object.ts';
import { CliError } from '../cli/errors.ts';
import { text } from '../cli/flags/flag-kinds.ts';
import { annotationChanges, type KeyChanges } from '../cli/metadata/key-changes.ts';
import { METADATA_FLAGS, MetadataCommand, type MetadataMap } from '../cli/metadata/metadata-command.ts';

const ANNOTATE_FLAGS = {
  ...METADATA_FLAGS,
  'field-manager': text({ summary: 'Name under which the annotations are owned.', default: 'kubectl-annotate' }),
};

const ANNOTATIONS: MetadataMap = {
  field: 'annotations',
  what: 'annotation',
  changes: annotationChanges,
  operation: () => 'annotated',
  checkOverwrites(present: JsonObject, { set }: KeyChanges) {
    const taken = [...set].filter(([key, value]) => Object.hasOwn(present, key) && getOwn(present, key) !== value);
    if (taken.length === 0) return;
    const found = taken.map(([key]) => `'${key}' already has a value (${String(getOwn(present, key))})`);
    throw new CliError(`--overwrite is false but found the following declared annotation(s): ${found.join('; ')}`);
  },
};

export default class Annotate extends MetadataCommand {
  static readonly summary = 'Set and remove annotations of objects.';
  static readonly usage = 'annotate (TYPE NAME… | TYPE -l LABELS | TYPE --all | -f FILE) KEY=VALUE… KEY-… [flags]';
  static readonly examples = [
    '<%= config.bin %> annotate pods web-1 example.com/owner="team shop"',
    '# Change a value that is there\n<%= config.bin %> annotate deploy/web example.com/owner=me --overwrite',
    '# Remove one\n<%= config.bin %> annotate pods --all example.com/owner-',
    '# What is there?\n<%= config.bin %> annotate deploy web --list',
  ];
  static readonly flagSet = ANNOTATE_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(ANNOTATE_FLAGS);
    await this.change(ANNOTATIONS, flags, args);
  }
}
