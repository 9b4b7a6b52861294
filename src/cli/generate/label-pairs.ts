/** `a=b,c=d` as labels. */
import { type JsonObject, setOwn } from '../../api/object.ts';
import { CliError } from '../errors.ts';

/** @throws CliError */
export function labelPairs(text: string): JsonObject {
  const labels: JsonObject = {};
  for (const pair of text.split(',')) {
    const [key = '', value, ...more] = pair.split('=');
    if (value === undefined || more.length > 0) throw new CliError(`unexpected label spec: ${pair}`);
    if (key === '') throw new CliError('unexpected empty label key');
    setOwn(labels, key, value);
  }
  return labels;
}
