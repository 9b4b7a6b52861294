/** `VERB RESOURCE[/SUB][.GROUP] [NAME]` or `VERB /path` as the question that authorizers answer. */
import { NAMELESS_VERBS } from '../../api/rbac/miss-text.ts';
import type { RbacRequest } from '../../api/rbac/rules.ts';
import type { DiscoveredResource, Discovery } from '../../client/discovery.ts';
import { CliError } from '../errors.ts';
import { didYouMean, suggestions } from '../suggest.ts';

/** Verbs that kubectl knows; custom ones are legal, but seldom meant. */
const RESOURCE_VERBS: readonly string[] = [
  ...['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
  ...['use', 'bind', 'impersonate', 'escalate', 'approve', 'sign', 'attest', '*'],
];
const PATH_VERBS: readonly string[] = ['get', 'put', 'post', 'head', 'options', 'delete', 'patch', '*'];
/** Resources of requests to act as somebody: no server lists them. */
const UNLISTED: Readonly<Record<string, string>> = {
  users: '',
  groups: '',
  userextras: 'authentication.k8s.io',
  uids: 'authentication.k8s.io',
  signers: 'certificates.k8s.io',
};

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
  const { verb, target, namespace } = input;
  if (target.startsWith('/')) {
    if (input.subresource !== '') throw new CliError('--subresource can not be used with NonResourceURL');
    return { request: pathRequest(verb, target), namespaced: false, notes: verbNotes(verb, PATH_VERBS) };
  }
  const [word = '', rest = ''] = splitOnce(target, '/');
  // Custom resources may be called users too; whoever asks to impersonate does not mean them.
  const unlisted = word === '*' || (verb === 'impersonate' && Object.hasOwn(UNLISTED, word));
  const found = unlisted ? undefined : discovery.find(word);
  const unknown = unlisted || found !== undefined ? [] : unknownResource(discovery, word);
  // kubectl checks neither scope nor verb of a question about all namespaces; a typo is one all the same.
  const checks = [...scopeNotes(found), ...verbNotes(verb, RESOURCE_VERBS)];
  const second = secondPart(found, rest, input);
  const [plural = '', group = ''] = splitOnce(word, '.');
  const request = {
    verb,
    isResource: true,
    path: '',
    group: found?.group ?? (word === '*' ? '*' : group || own(UNLISTED, plural)),
    resource: found?.resource ?? plural,
    namespace,
    subresource: second.subresource,
    name: second.name,
  };
  const notes = [...unknown, ...(namespace === '' ? [] : checks), ...second.notes, ...namelessNotes(request)];
  return { request, namespaced: found?.namespaced !== false, notes };
}

/**
 * What an authorizer is asked when the request really comes: no namespace where the resource has none, and no name
 * where the path of the request has none.
 */
export function realRequest({ request, namespaced }: Question): RbacRequest {
  const named = isNameless(request) ? { ...request, name: '' } : request;
  return namespaced ? named : { ...named, namespace: '' };
}

function isNameless({ verb, subresource, isResource }: RbacRequest): boolean {
  return isResource && subresource === '' && NAMELESS_VERBS.has(verb);
}

function namelessNotes(request: RbacRequest): string[] {
  const { verb, name, resource } = request;
  if (name === '' || !request.isResource || request.subresource !== '') return [];
  if (isNameless(request)) {
    return [
      `Note: a real ${verb} of ${resource} names no object when it is authorized: rules with resourceNames never allow it\n`,
    ];
  }
  if (verb !== 'list' && verb !== 'watch') return [];
  return [
    `Note: ${verb} names an object only with --field-selector metadata.name=${name}; without it, rules with resourceNames do not help\n`,
  ];
}

export function pathRequest(verb: string, path: string): RbacRequest {
  return { verb, isResource: false, path, group: '', resource: '', subresource: '', namespace: '', name: '' };
}

function verbNotes(verb: string, known: readonly string[]): string[] {
  if (known.includes(verb)) return [];
  // A verb of the other sort is no typo.
  const near = [...RESOURCE_VERBS, ...PATH_VERBS].includes(verb) ? [] : suggestions(verb, known);
  if (near.length > 0) throw new CliError(`verb ${JSON.stringify(verb)} is not a known verb${didYouMean(near)}`);
  return [`Warning: verb '${verb}' is not a known verb\n\n`];
}

function unknownResource(discovery: Discovery, word: string): string[] {
  const [plural = '', group = ''] = splitOnce(word, '.');
  if (Object.hasOwn(UNLISTED, plural) && (group === '' || group === UNLISTED[plural])) return [];
  const near =
    group === '' ? [...new Set(suggestions(plural, resourceWords(discovery)))] : otherGroups(discovery, plural);
  const where = group === '' ? '' : ` in group '${group}'`;
  if (near.length === 0) return [`Warning: the server doesn't have a resource type '${plural}'${where}\n\n`];
  const shown = group === '' ? JSON.stringify(plural) : JSON.stringify(word);
  throw new CliError(`the server doesn't have a resource type ${shown}${didYouMean(near)}`);
}

function resourceWords(discovery: Discovery): string[] {
  return discovery.resources.map(({ resource }) => resource);
}

/** `deployments.extensions` was perhaps meant to be `deployments.apps`. */
function otherGroups(discovery: Discovery, plural: string): string[] {
  const same = discovery.preferred().filter(({ resource }) => resource === plural);
  return same.map(({ resource, group }) => (group === '' ? resource : `${resource}.${group}`));
}

function own(table: Readonly<Record<string, string>>, key: string): string {
  return Object.hasOwn(table, key) ? (table[key] ?? '') : '';
}

function scopeNotes(found: DiscoveredResource | undefined): string[] {
  if (found === undefined || found.namespaced) return [];
  const where = found.group === '' ? '' : ` in group '${found.group}'`;
  return [`Warning: resource '${found.resource}' is not namespace scoped${where}\n\n`];
}

/** What follows the slash is a sub-resource where the resource has one of that name, else the name of an object. */
function secondPart(
  found: DiscoveredResource | undefined,
  rest: string,
  { name, subresource }: QuestionInput,
): { subresource: string; name: string; notes: string[] } {
  const [sub = '', ...more] = rest.split('/');
  if (found === undefined || subresource !== '' || rest === '') {
    return { subresource, name: name === '' ? rest : name, notes: [] };
  }
  if (found.subresources.some((known) => known.name === sub)) {
    const note = `Note: ${found.resource}/${sub} is the sub-resource ${sub}; an object of that name is: ${found.resource} ${sub}\n`;
    return { subresource: sub, name: name === '' ? more.join('/') : name, notes: [note] };
  }
  const near = suggestions(
    sub,
    found.subresources.map((known) => known.name),
  );
  const note = `Note: this asks about an object named ${sub}; a sub-resource is ${near.map((each) => `${found.resource}/${each}`).join(' or ')}\n`;
  return { subresource, name: name === '' ? rest : name, notes: near.length === 0 ? [] : [note] };
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
