/** `clusters.NAME.server`, `current-context`: what `config set` and `config unset` name. */
import { CliError } from '../errors.ts';
import type { Section } from './edit-config.ts';

export type Property =
  | { readonly kind: 'current-context' }
  | { readonly kind: 'section'; readonly section: Section }
  | { readonly kind: 'entry'; readonly section: Section; readonly name: string }
  | { readonly kind: 'field'; readonly section: Section; readonly name: string; readonly field: string };

type FieldType = 'string' | 'bool' | 'bytes';

export const FIELDS: Readonly<Record<Section, Readonly<Record<string, FieldType>>>> = {
  clusters: {
    server: 'string',
    'tls-server-name': 'string',
    'insecure-skip-tls-verify': 'bool',
    'certificate-authority': 'string',
    'certificate-authority-data': 'bytes',
    'proxy-url': 'string',
    'disable-compression': 'bool',
  },
  users: {
    'client-certificate': 'string',
    'client-certificate-data': 'bytes',
    'client-key': 'string',
    'client-key-data': 'bytes',
    token: 'string',
    tokenFile: 'string',
    as: 'string',
    'as-uid': 'string',
    username: 'string',
    password: 'string',
  },
  contexts: { cluster: 'string', user: 'string', namespace: 'string' },
};

/** Names may have dots: a field is what stands at the end and is one. @throws CliError */
export function parseProperty(text: string): Property {
  const [head = '', ...rest] = text.split('.');
  if (head === 'current-context') {
    if (rest.length === 0) return { kind: 'current-context' };
    throw new CliError(`unable to parse one or more field values of ${text}`);
  }
  if (!Object.hasOwn(FIELDS, head)) throw new CliError(`unable to parse ${text} after [] at api.Config`);
  const section = head as Section;
  if (rest.length === 0) return { kind: 'section', section };
  const last = rest.at(-1) as string;
  if (rest.length > 1 && Object.hasOwn(FIELDS[section], last)) {
    return { kind: 'field', section, name: rest.slice(0, -1).join('.'), field: last };
  }
  return { kind: 'entry', section, name: rest.join('.') };
}

const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** The value as the file holds it. @param raw bytes are not in base64 yet @throws CliError */
export function propertyValue(section: Section, field: string, text: string, raw: boolean): unknown {
  const type = FIELDS[section][field];
  if (type === 'bool') {
    if (TRUE.includes(text)) return true;
    if (FALSE.includes(text)) return undefined;
    throw new CliError(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  if (type !== 'bytes') return text;
  if (raw) return Buffer.from(text).toString('base64');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') === text) return text;
  throw new CliError(`error decoding input value: illegal base64 data at input byte ${firstBad(text)}`);
}

/** As Go counts: the first character that is none of base64, or the start of a group that is too short. */
function firstBad(text: string): number {
  const odd = text.search(/[^A-Za-z0-9+/=]/);
  return odd >= 0 ? odd : Math.floor(text.length / 4) * 4;
}
