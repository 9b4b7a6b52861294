// @kubernetes/client-node was generated from kube-apiserver's own document: its methods say which operations there are.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BUILTIN_KINDS } from '../../../src/server/kinds/index.ts';
import { KindTable } from '../../../src/server/kinds/kind-table.ts';
import { OpenApiDocuments } from '../../../src/server/openapi/openapi-documents.ts';

interface Operation {
  operationId: string;
  description: string;
  parameters?: { name: string }[];
  requestBody?: object;
  'x-kubernetes-action'?: string;
}

type PathItem = Record<string, Operation> & { parameters?: { name: string }[] };

interface Method {
  description: string;
  parameters: string[];
}

const APIS = join(import.meta.dirname, '../../../node_modules/@kubernetes/client-node/dist/gen/apis');
const documents = new OpenApiDocuments(new KindTable(BUILTIN_KINDS), () => ({ types: {}, parameters: {} }));
const names = [...documents.index().keys()].filter((name) => /\/v\d+$/.test(name));

/** `apis/rbac.authorization.k8s.io/v1` → `RbacAuthorizationV1`. */
function owner(name: string): string {
  const [, ...parts] = name.replace(/^api\//, 'apis/core/').split('/');
  return parts
    .flatMap((part) => part.replace(/\.k8s\.io$/, '').split('.'))
    .map((word) => word[0]?.toUpperCase() + word.slice(1))
    .join('');
}

function methodsOf(file: string): Map<string, Method> {
  const methods = new Map<string, Method>();
  const pattern =
    / {4}\/\*\*\n {5}\* (.*)\n(?: {5}\*(?!\/).*\n)* {5}\*\/\n {4}(\w+)\(([^)]*)\): Promise<RequestContext>/g;
  for (const [, description = '', method = '', args = ''] of readFileSync(file, 'utf8').matchAll(pattern)) {
    const parameters = args
      .split(', ')
      .map((arg) => (arg.split(':')[0] as string).replace(/^_|\??$/g, '').replace(/^path2$/, 'path'));
    methods.set(method, { description, parameters: parameters.filter((name) => name !== 'options').sort() });
  }
  return methods;
}

function ownMethods(name: string): Map<string, Method> {
  const doc: { paths: Record<string, PathItem> } = JSON.parse(documents.v3(name, 'json').toString());
  const methods = new Map<string, Method>();
  for (const { parameters: common = [], ...operations } of Object.values(doc.paths)) {
    for (const operation of Object.values(operations)) {
      if (operation['x-kubernetes-action']?.startsWith('watch')) continue;
      const parameters = [...common, ...(operation.parameters ?? [])].map((p) => p.name);
      const body = operation.requestBody === undefined ? [] : ['body'];
      methods.set(operation.operationId.replace(owner(name), ''), {
        description: operation.description,
        parameters: [...parameters, ...body].sort(),
      });
    }
  }
  return methods;
}

describe('operations', () => {
  it.each(names)('of %s are those that client-node was made from', (name) => {
    const file = join(APIS, `${owner(name)}Api.d.ts`);
    expect(existsSync(file)).toBe(true);
    expect(Object.fromEntries([...ownMethods(name)].sort())).toEqual(Object.fromEntries([...methodsOf(file)].sort()));
  });
});
