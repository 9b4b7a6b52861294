/** What is wrong with a manifest before any server sees it. */
import { isObject, type JsonObject } from '../../api/object.ts';
import { parseLabelSelector } from '../../api/selectors.ts';
import { CliError } from '../errors.ts';
import type { Manifest } from './read-manifests.ts';

/** @throws CliError */
export function checkManifest({ object, source }: Manifest, verb = 'apply'): void {
  const missing = ['apiVersion', 'kind'].filter((field) => typeof object[field] !== 'string' || object[field] === '');
  if (missing.length > 0) {
    const causes = missing.map((field) => `${field} not set`);
    const text = causes.length === 1 ? causes[0] : `[${causes.join(', ')}]`;
    throw new CliError(
      `error validating ${JSON.stringify(source)}: error validating data: ${text}; if you choose to ignore these errors, turn validation off with --validate=false`,
    );
  }
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  if (verb === 'apply' && metadata['generateName'] && !metadata['name']) {
    throw new CliError(`from ${String(metadata['generateName'])}: cannot use generate name with apply`);
  }
}

/** Those whose labels the selector takes. @throws Error when it is none */
export function withLabels(manifests: readonly Manifest[], selector: string): Manifest[] {
  const parsed = parseLabelSelector(selector);
  return manifests.filter(({ object }) => parsed.matches(labelsOf(object)));
}

function labelsOf(object: JsonObject): Record<string, string> {
  const metadata = object['metadata'];
  const labels = isObject(metadata) ? metadata['labels'] : undefined;
  return isObject(labels) ? (labels as Record<string, string>) : {};
}
