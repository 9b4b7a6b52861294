/** The OpenAPI v3 document of one group and version. */
import { isObject, type JsonObject } from '../../api/object.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { CliError } from '../errors.ts';

/** @throws CliError when the server describes no such version, StatusError */
export async function openApiDocument(
  client: RestClient,
  { group, version }: { readonly group: string; readonly version: string },
): Promise<JsonObject> {
  const index = await client.json<JsonObject>('GET', '/openapi/v3');
  const name = group === '' ? `api/${version}` : `apis/${group}/${version}`;
  const paths = isObject(index['paths']) ? index['paths'] : {};
  const entry = paths[name];
  const url = isObject(entry) ? entry['serverRelativeURL'] : undefined;
  if (typeof url === 'string' && url.startsWith('/')) return client.json<JsonObject>('GET', url);
  throw new CliError(`couldn't find resource for "${group}/${version}" in the server's OpenAPI documents`);
}
