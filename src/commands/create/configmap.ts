import { isUtf8 } from 'node:buffer';
import type { JsonObject } from '../../api/object.ts';
import { contentHash } from '../../cli/create/content-hash.ts';
import { entryCollector, readSources, SOURCE_FLAGS, type Sources } from '../../cli/create/data-sources.ts';
import { GENERATOR_FLAGS, GeneratorCommand } from '../../cli/create/generator-command.ts';
import { bool } from '../../cli/flags/flag-kinds.ts';

const FLAGS = { ...SOURCE_FLAGS, 'append-hash': bool({ summary: 'Append a hash of the content to the name.' }) };

export default class CreateConfigMap extends GeneratorCommand {
  static readonly summary = 'Create a ConfigMap from files, directories or literal values.';
  static readonly usage = 'create configmap NAME [--from-file=[KEY=]FILE] [--from-literal=KEY=VALUE] [flags]';
  static readonly examples = [
    '# From literal values\n<%= config.bin %> create configmap settings --from-literal=color=blue --from-literal=size=9',
    '# Every file of a directory, and one file under another key\n<%= config.bin %> create configmap settings --from-file=conf/ --from-file=main.conf=prod.conf',
    '# Lines of KEY=VALUE\n<%= config.bin %> create cm settings --from-env-file=app.env',
    '# Only the manifest\n<%= config.bin %> create cm settings --from-literal=a=b --dry-run=client -o yaml',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      namespaced: true,
      failure: 'failed to create configmap: ',
      build: (flags, { name }) => this.#build(name, flags, flags['append-hash']),
    });
  }

  async #build(name: string, sources: Sources, hashed: boolean): Promise<JsonObject> {
    const entries = new Map<string, Buffer>();
    await readSources(sources, this.terminal.env, entryCollector(entries, 'ConfigMap', name));
    const texts = [...entries].filter(([, value]) => isUtf8(value));
    const binary = [...entries].filter(([, value]) => !isUtf8(value));
    const data = Object.fromEntries(texts.map(([key, value]) => [key, value.toString('utf8')]));
    const binaryData = Object.fromEntries(binary.map(([key, value]) => [key, value.toString('base64')]));
    const content = {
      ...(texts.length === 0 ? {} : { data }),
      ...(binary.length === 0 ? {} : { binaryData }),
    };
    const hash = contentHash({ kind: 'ConfigMap', name, data, ...(binary.length === 0 ? {} : { binaryData }) });
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: hashed ? `${name}-${hash}` : name },
      ...content,
    };
  }
}
