/** `VERB RESOURCE[/SUB][.GROUP] [NAME]` or `VERB /path` as the question that authorizers answer. */
import type { RbacRequest } from '../../api/rbac/rules.ts';
import type { DiscoveredResource, Discovery } from '../../client/discovery.ts';
import { CliError } from '../errors.ts';
import { didYouMean, suggestions } from '../suggest.ts';

/** Verbs that authorizers of Kubernetes itself know; `*` and custom verbs are legal too. */
export const KNOWN_VERBS: readonly string[] = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'use',
  'bind',
  'impersonate',
  'escalate',
  'approve',
  'sign',
  'attest',
  'proxy',
  'head',
  'post',
  'put',
  'options',
  '*',
];

export interface QuestionInput {
  readonly verb: string;
  /** `pods`, `pods/log`, `deploy.apps/web`, `/healthz` */
  readonly target: string;
  readonly name: string;
  readonly subresource: string;
  readonly namespace: string;
}

export interface Question {
  /** As the server will be asked: with a namespace also where the resource has none, as kubectl does. */
  readonly request: RbacRequest;
  /** Whether that namespace means something. */
  readonly namespaced: boolean;
  /** What is to be said on stderr before the answer. */
  readonly notes: readonly string[];
}

/** @throws CliError for what is very likely a typo */
export function askFor(discovery: Discovery, input: QuestionInput): Question {
  const { verb, target } = input;
  const verbNote = checkVerb(verb);
  if (target.startsWith('/')) return { request: pathRequest(verb, target), namespaced: false, notes: verbNote };
  const [word = '', rest = ''] = splitOnce(target, '/');
  const found = word === '*' ? undefined : discovery.find(word);
  const notes = word === '*' ? [] : found === undefined ? unknownResource(discovery, word) : scopeNote(found);
  const second = secondPart(found, rest, input);
  const [plural = '', group = ''] = splitOnce(word, '.');
  const request = {
    verb,
    isResource: true,
    path: '',
    group: found?.group ?? (word === '*' ? '*' : group),
    resource: found?.resource ?? plural,
    namespace: input.namespace,
    subresource: second.subresource,
    name: second.name,
  };
  return { request, namespaced: found?.namespaced !== false, notes: [...verbNote, ...notes, ...second.notes] };
}

/** What an authorizer is asked when the request really comes: no namespace where the resource has none. */
export function realRequest({ request, namespaced }: Question): RbacRequest {
  return namespaced ? request : { ...request, namespace: '' };
}

export function pathRequest(verb: string, path: string): RbacRequest {
  return { verb, isResource: false, path, group: '', resource: '', subresource: '', namespace: '', name: '' };
}

function checkVerb(verb: string): string[] {
  if (KNOWN_VERBS.includes(verb)) return [];
  const near = suggestions(verb, KNOWN_VERBS);
  if (near.length > 0) throw new CliError(`verb ${JSON.stringify(verb)} is not a known verb${didYouMean(near)}`);
  return [`Warning: verb '${verb}' is not a known verb\n\n`];
}

function unknownResource(discovery: Discovery, word: string): string[] {
  const [plural = '', group = ''] = splitOnce(word, '.');
  const near =
    group === ''
      ? suggestions(
          plural,
          discovery.resources.map(({ resource }) => resource),
        )
      : [];
  if (near.length > 0) {
    const unique = [...new Set(near)];
    throw new CliError(`the server doesn't have a resource type ${JSON.stringify(plural)}${didYouMean(unique)}`);
  }
  const where = group === '' ? '' : ` in group '${group}'`;
  return [`Warning: the server doesn't have a resource type '${plural}'${where}\n\n`];
}

function scopeNote({ resource, group, namespaced }: DiscoveredResource): string[] {
  if (namespaced) return [];
  const where = group === '' ? '' : ` in group '${group}'`;
  return [`Warning: resource '${resource}' is not namespace scoped${where}\n\n`];
}

/** What follows the slash is a sub-resource where the resource has one of that name, else the name of an object. */
function secondPart(
  found: DiscoveredResource | undefined,
  rest: string,
  { name, subresource, verb }: QuestionInput,
): { subresource: string; name: string; notes: string[] } {
  const isSub = subresource === '' && rest !== '' && found?.subresources.some((sub) => sub.name === rest);
  if (!isSub || found === undefined) return { subresource, name: name === '' ? rest : name, notes: [] };
  const note = `Note: ${found.resource}/${rest} is the sub-resource ${rest}; an object of that name is: ${verb} ${found.resource} ${rest}\n`;
  return { subresource: rest, name, notes: [note] };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** `get resource "pods/log" in API group "" in the namespace "shop"`: as refusals word it. */
export function requestText({
  verb,
  isResource,
  path,
  group,
  resource,
  subresource,
  namespace,
  name,
}: RbacRequest): string {
  const quoted = JSON.stringify;
  if (!isResource) return `${verb} path ${quoted(path)}`;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${quoted(namespace)}`;
  return `${verb} resource ${quoted(what)}${name === '' ? '' : ` named ${quoted(name)}`} in API group ${quoted(group)} ${where}`;
}
