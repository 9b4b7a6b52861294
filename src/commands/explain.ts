import { BaseCommand, BIN } from '../cli/base-command.ts';
import { CliError, PlainError } from '../cli/errors.ts';
import { bool, text } from '../cli/flags/flag-kinds.ts';
import type { Session } from '../cli/session.ts';
import type { DiscoveredResource } from '../client/discovery.ts';

const EXPLAIN_FLAGS = {
  'api-version': text({ summary: 'Version to explain, as GROUP/VERSION.', default: '' }),
  recursive: bool({ summary: 'Show the names of all fields below.' }),
  output: text({
    char: 'o',
    summary: 'plaintext or plaintext-openapiv2, the form of older kubectls.',
    default: 'plaintext',
  }),
};

const OLD = 'plaintext-openapiv2';
const OUTPUTS: readonly string[] = ['plaintext', OLD];

export default class Explain extends BaseCommand {
  static readonly summary = "Explain a kind or one of its fields, from the server's own documents.";
  static readonly usage = 'explain TYPE[.FIELD…] [flags]';
  static readonly examples = [
    '<%= config.bin %> explain pods',
    '<%= config.bin %> explain deploy.spec.strategy',
    '<%= config.bin %> explain cronjobs --recursive',
    '<%= config.bin %> explain hpa --api-version=autoscaling/v1',
  ];
  static readonly flagSet = EXPLAIN_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(EXPLAIN_FLAGS);
    const [target = '', ...more] = args;
    if (target === '') {
      throw new CliError(
        `You must specify the type of resource to explain. Use "${BIN} api-resources" for a complete list of supported resources.`,
      );
    }
    if (more.length > 0) throw new CliError('We accept only this format: explain RESOURCE');
    if (!OUTPUTS.includes(flags.output)) throw new CliError(`unrecognized format: ${flags.output}`);
    const session = await this.session(flags);
    const { resource, path } = await this.#find(session, target, flags['api-version']);
    const { group, version, kind } = resource;
    const [{ openApiDocument }, { SchemaReader }] = await Promise.all([
      import('../cli/explain/openapi-document.ts'),
      import('../cli/explain/schema-reader.ts'),
    ]);
    const schema = new SchemaReader(await openApiDocument(session.client, resource), { group, version, kind });
    if (flags.output === OLD) {
      const { OldExplainer } = await import('../cli/explain/old-explain-text.ts');
      return this.out(new OldExplainer(schema).page(path, flags.recursive));
    }
    const { Explainer } = await import('../cli/explain/explain-text.ts');
    const explainer = new Explainer(schema);
    this.out(explainer.header());
    this.out(explainer.page(path, flags.recursive));
  }

  /** The resource is the longest beginning that the server knows: `deployments.apps.spec` has two words for it. */
  async #find(
    session: Session,
    target: string,
    apiVersion: string,
  ): Promise<{ resource: DiscoveredResource; path: string[] }> {
    const discovery = await session.discovery();
    const words = target.split('.');
    if (words.at(-1) === '') words.pop();
    for (let length = words.length; length > 0; length--) {
      const found = discovery.find(words.slice(0, length).join('.'));
      if (found !== undefined)
        return { resource: atVersion(discovery.resources, found, apiVersion), path: words.slice(length) };
    }
    const [name = ''] = words;
    const { didYouMean, suggestions } = await import('../cli/suggest.ts');
    const near = suggestions(name, [...new Set(discovery.resources.map(({ resource }) => resource))]);
    throw new PlainError(`the server doesn't have a resource type ${JSON.stringify(name)}${didYouMean(near)}`);
  }
}

function atVersion(
  all: readonly DiscoveredResource[],
  found: DiscoveredResource,
  apiVersion: string,
): DiscoveredResource {
  if (apiVersion === '') return found;
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const exact = all.find(
    (entry) => entry.group === group && entry.version === version && entry.resource === found.resource,
  );
  if (exact !== undefined) return exact;
  throw new CliError(`couldn't find resource for ${JSON.stringify(`${group}/${version}, Resource=${found.resource}`)}`);
}
