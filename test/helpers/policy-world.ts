/** A control plane whose RBAC is one random policy after another, and the questions that it is asked. */
import type { RbacRequest } from '../../src/api/rbac/rules.ts';
import type { RbacUser } from '../../src/api/rbac/subjects.ts';
import type { PolicyObject } from '../../src/cli/rbac/policy.ts';
import { RestClient } from '../../src/client/rest-client.ts';
import type { ControlPlane } from '../../src/control-plane.ts';
import { NAMESPACES } from './random-policy.ts';

const GROUP = 'rbac.authorization.k8s.io';
const PLURALS: Readonly<Record<string, string>> = {
  ClusterRole: 'clusterroles',
  Role: 'roles',
  ClusterRoleBinding: 'clusterrolebindings',
  RoleBinding: 'rolebindings',
};
const ADMIN = { name: 'admin', uid: '', groups: ['system:masters'], extra: {} };

/** Tells that everything written before is known to the authorizer: one role and binding of each kind. */
function markers(name: string): PolicyObject[] {
  const subjects = [{ kind: 'User', apiGroup: GROUP, name }];
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
  const ref = (kind: string) => ({ apiGroup: GROUP, kind, name });
  const namespace = NAMESPACES[0] ?? '';
  return [
    { kind: 'ClusterRole', metadata: { name }, rules: [{ nonResourceURLs: ['/marker'], verbs: ['get'] }] },
    { kind: 'Role', metadata: { name, namespace }, rules },
    { kind: 'ClusterRoleBinding', metadata: { name }, roleRef: ref('ClusterRole'), subjects },
    { kind: 'RoleBinding', metadata: { name, namespace }, roleRef: ref('Role'), subjects },
  ];
}

export class PolicyWorld {
  readonly client: RestClient;
  #count = 0;

  constructor(plane: ControlPlane) {
    this.client = new RestClient({ transport: plane.local(ADMIN) });
  }

  async prepare(): Promise<void> {
    for (const name of NAMESPACES) {
      await this.client.create({ group: '', version: 'v1', resource: 'namespaces' }, { metadata: { name } });
    }
  }

  /** Stores the policy, lets `use` ask, and takes the policy away. */
  async with(objects: readonly PolicyObject[], use: () => Promise<void>): Promise<void> {
    const name = `marker-${this.#count++}`;
    const all = [...objects, ...markers(name)];
    for (const object of all) await this.#create(object);
    await this.#until(name, true);
    await use();
    for (const object of all) await this.#delete(object);
    await this.#until(name, false);
  }

  /** What the server answers: allowed or not. */
  async allows({ name, groups }: RbacUser, request: RbacRequest): Promise<boolean> {
    const { verb, isResource, path, group, resource, subresource, namespace } = request;
    const attributes = isResource
      ? { resourceAttributes: { verb, group, resource, subresource, namespace, name: request.name } }
      : { nonResourceAttributes: { verb, path } };
    const review = await this.client.json<{ status: { allowed: boolean } }>(
      'POST',
      '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      { body: { spec: { user: name, groups, ...attributes } } },
    );
    return review.status.allowed;
  }

  async #until(name: string, wanted: boolean): Promise<void> {
    const user = { name, groups: [] };
    const base = { verb: 'get', group: '', resource: '', subresource: '', namespace: '', name: '' };
    const questions: RbacRequest[] = [
      { ...base, isResource: false, path: '/marker' },
      { ...base, isResource: true, path: '', resource: 'pods', namespace: NAMESPACES[0] ?? '' },
    ];
    for (;;) {
      const answers = await Promise.all(questions.map((question) => this.allows(user, question)));
      if (answers.every((answer) => answer === wanted)) return;
    }
  }

  async #create(object: PolicyObject): Promise<void> {
    await this.client.create(target(object), { ...object, apiVersion: `${GROUP}/v1` });
  }

  async #delete(object: PolicyObject): Promise<void> {
    await this.client.delete({ ...target(object), name: object.metadata.name });
  }
}

function target({ kind, metadata: { namespace } }: PolicyObject) {
  const place = { group: GROUP, version: 'v1', resource: PLURALS[kind] ?? '' };
  return namespace === undefined ? place : { ...place, namespace };
}
