import { describe, expect, it } from 'vitest';
import { type RbacRequest, ruleAllows, urlCovers } from '../../../src/api/rbac/rules.ts';
import type { PolicyRule } from '../../../src/api/types/rbac-v1.ts';

function ask(verb: string, what: string, name = '', group = ''): RbacRequest {
  const [resource = '', subresource = ''] = what.split('/');
  return { verb, isResource: true, path: '', group, resource, subresource, namespace: 'shop', name };
}

function visit(verb: string, path: string): RbacRequest {
  return { verb, isResource: false, path, group: '', resource: '', subresource: '', namespace: '', name: '' };
}

const rule = (groups: string[], resources: string[], verbs: string[], names?: string[]): PolicyRule => ({
  apiGroups: groups,
  resources,
  verbs,
  ...(names ? { resourceNames: names } : {}),
});

describe('rules over resources', () => {
  const table: [string, PolicyRule, RbacRequest, boolean][] = [
    ['exact', rule([''], ['pods'], ['get']), ask('get', 'pods', 'a'), true],
    ['other verb', rule([''], ['pods'], ['get']), ask('list', 'pods'), false],
    ['other group', rule(['apps'], ['pods'], ['get']), ask('get', 'pods'), false],
    ['any verb', rule([''], ['pods'], ['*']), ask('deletecollection', 'pods'), true],
    ['any group', rule(['*'], ['deployments'], ['get']), ask('get', 'deployments', '', 'apps'), true],
    ['a resource is not its sub-resources', rule([''], ['pods'], ['get']), ask('get', 'pods/log'), false],
    ['a sub-resource is not its resource', rule([''], ['pods/log'], ['get']), ask('get', 'pods'), false],
    ['sub-resource', rule([''], ['pods/log'], ['get']), ask('get', 'pods/log'), true],
    ['star covers sub-resources', rule([''], ['*'], ['get']), ask('get', 'pods/log'), true],
    [
      'one sub-resource of everything',
      rule(['*'], ['*/scale'], ['patch']),
      ask('patch', 'deployments/scale', 'a', 'apps'),
      true,
    ],
    [
      'star-slash needs the sub-resource',
      rule(['*'], ['*/scale'], ['patch']),
      ask('patch', 'deployments', 'a', 'apps'),
      false,
    ],
    ['there is no resource/star', rule([''], ['pods/*'], ['get']), ask('get', 'pods/log'), false],
    ['named', rule([''], ['secrets'], ['get'], ['a', 'b']), ask('get', 'secrets', 'b'), true],
    ['other name', rule([''], ['secrets'], ['get'], ['a']), ask('get', 'secrets', 'c'), false],
    ['names refuse requests without one', rule([''], ['secrets'], ['list'], ['a']), ask('list', 'secrets'), false],
    ['a path is no resource', { nonResourceURLs: ['*'], verbs: ['*'] }, ask('get', 'pods'), false],
    ['nothing', {}, ask('get', 'pods'), false],
    ['inherited names do not count', rule([''], ['constructor'], ['get']), ask('get', 'toString'), false],
  ];
  it.each(table)('%s', (_, given, request, allowed) => expect(ruleAllows(given, request)).toBe(allowed));
});

describe('rules over paths', () => {
  const table: [string[], string, boolean][] = [
    [['/metrics'], '/metrics', true],
    [['/metrics'], '/metrics/cadvisor', false],
    [['/logs/*'], '/logs/a/b', true],
    [['/logs/*'], '/logs', false],
    [['/logs*'], '/logs', true],
    [['*'], '/anything', true],
    [['/a/*/b'], '/a/x/b', false],
    [[], '/a', false],
  ];
  it.each(table)('%j and %s', (nonResourceURLs, path, allowed) => {
    expect(ruleAllows({ nonResourceURLs, verbs: ['get'] }, visit('get', path))).toBe(allowed);
  });
  it('looks at the verb', () =>
    expect(ruleAllows({ nonResourceURLs: ['*'], verbs: ['get'] }, visit('post', '/'))).toBe(false));
  it('a resource rule allows no path', () =>
    expect(ruleAllows(rule(['*'], ['*'], ['*']), visit('get', '/'))).toBe(false));
  it('takes a pattern of many stars in linear time', () => expect(urlCovers(`${'*'.repeat(1e6)}x`, '/a')).toBe(false));
});
