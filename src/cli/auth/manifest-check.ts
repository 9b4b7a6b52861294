/** Asks a server whether all of some manifests may be applied. */
import { compactRules } from '../../api/rbac/covers.ts';
import type { RbacRequest } from '../../api/rbac/rules.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { PolicyRule, RoleRef, Subject } from '../../api/types/rbac-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import type { ResolvedManifest } from '../manifests/manifest-selection.ts';
import { mapParallel } from '../parallel.ts';
import { type GrantObject, grantObjects, legalName, smallestRule } from '../rbac/smallest-grant.ts';
import { objectText } from '../resources/find-resource.ts';
import { accessReview } from './access-review.ts';
import {
  type ApplyMode,
  applyVerbs,
  type Existence,
  givenRole,
  givenRules,
  holdingRequests,
  liftingRequest,
  objectRequest,
} from './manifest-needs.ts';

export interface CheckedObject {
  /** `deployment.apps/web` */
  readonly object: string;
  readonly namespace: string;
  readonly source: string;
  readonly exists: Existence;
  readonly needs: readonly string[];
  /** Verbs that one lacks on the object itself. */
  readonly missingVerbs: readonly string[];
  /** What one would give away without holding it. */
  readonly notHeld: readonly RbacRequest[];
}

export interface ManifestCheck {
  readonly allowed: boolean;
  readonly objects: readonly CheckedObject[];
  /** Each once. */
  readonly missing: readonly RbacRequest[];
}

const PARALLEL = 8;

export class ManifestChecker {
  readonly #client: RestClient;
  readonly #mode: ApplyMode;
  readonly #answers = new Map<string, Promise<boolean>>();
  readonly #manifests: readonly ResolvedManifest[];

  constructor(client: RestClient, mode: ApplyMode, manifests: readonly ResolvedManifest[]) {
    this.#client = client;
    this.#mode = mode;
    this.#manifests = manifests;
  }

  /** @throws StatusError */
  async check(): Promise<ManifestCheck> {
    const checked = await mapParallel(this.#manifests, PARALLEL, (manifest) => this.#checkOne(manifest));
    const requests = checked.flatMap(({ missing }) => missing);
    const missing = [...new Map(requests.map((request) => [JSON.stringify(request), request])).values()];
    return { allowed: missing.length === 0, objects: checked.map(({ object }) => object), missing };
  }

  async #checkOne(manifest: ResolvedManifest): Promise<{ object: CheckedObject; missing: RbacRequest[] }> {
    const exists = await this.#existence(manifest);
    const needs = applyVerbs(exists, this.#mode, manifest.name !== '');
    const lacking = await this.#refused(needs.map((verb) => objectRequest(manifest, verb)));
    const notHeld = await this.#notHeld(manifest);
    const { resource, namespace = '', name, source } = manifest;
    const missingVerbs = lacking.map(({ verb }) => verb);
    const object = { object: objectText(resource, name), namespace, source, exists, needs, missingVerbs, notHeld };
    return { object, missing: [...lacking, ...notHeld] };
  }

  async #existence({ resource, namespace, name }: ResolvedManifest): Promise<Existence> {
    if (name === '') return 'missing';
    const { group, version, resource: plural } = resource;
    const target = { group, version, resource: plural, name, ...(namespace === undefined ? {} : { namespace }) };
    try {
      await this.#client.get(target, { metadataOnly: true });
      return 'exists';
    } catch (error) {
      if (isStatusError(error, 'NotFound')) return 'missing';
      if (isStatusError(error, 'Forbidden')) return 'unknown';
      throw error;
    }
  }

  async #notHeld(manifest: ResolvedManifest): Promise<RbacRequest[]> {
    const { namespace = '', name, resource } = manifest;
    const rules = givenRules(manifest);
    const role = givenRole(manifest);
    if (rules !== undefined) {
      const refused = await this.#refused(holdingRequests(rules, namespace));
      const own = { kind: resource.kind, name };
      return refused.length > 0 && (await this.#may(liftingRequest('escalate', own, namespace))) ? [] : refused;
    }
    if (role === undefined) return [];
    const bind = liftingRequest('bind', role, namespace);
    if (await this.#may(bind)) return [];
    const given = await this.#rulesOf(role, namespace);
    return given === undefined ? [bind] : this.#refused(holdingRequests(given, namespace));
  }

  /** Of the manifests, else of the cluster; undefined when one may not know. */
  async #rulesOf({ kind, name = '' }: RoleRef, namespace: string): Promise<PolicyRule[] | undefined> {
    const home = kind === 'Role' ? namespace : undefined;
    const own = this.#manifests.find(
      (each) => each.resource.kind === kind && each.name === name && each.namespace === home,
    );
    if (own !== undefined) return givenRules(own);
    const target = {
      group: 'rbac.authorization.k8s.io',
      version: 'v1',
      resource: kind === 'Role' ? 'roles' : 'clusterroles',
      name,
    };
    try {
      const role = await this.#client.get<{ rules?: PolicyRule[] }>(
        home === undefined ? target : { ...target, namespace: home },
      );
      return role.rules ?? [];
    } catch (error) {
      if (isStatusError(error, 'NotFound') || isStatusError(error, 'Forbidden')) return undefined;
      throw error;
    }
  }

  async #refused(requests: readonly RbacRequest[]): Promise<RbacRequest[]> {
    const answers = await mapParallel(requests, PARALLEL, (request) => this.#may(request));
    return requests.filter((_, i) => !answers[i]);
  }

  /** Each question is asked once. */
  #may(request: RbacRequest): Promise<boolean> {
    const key = JSON.stringify(request);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const asked = accessReview(this.#client, request).then(({ status }) => status?.allowed === true);
    this.#answers.set(key, asked);
    return asked;
  }
}

/** Roles and bindings that hold what is missing: one pair a namespace. */
export function missingGrants(missing: readonly RbacRequest[], subject: Subject): GrantObject[] {
  const byNamespace = Map.groupBy(missing, ({ isResource, namespace }) => (isResource ? namespace : ''));
  return [...byNamespace].flatMap(([namespace, requests]) =>
    grantObjects({
      namespace,
      name: legalName([subject.name ?? '', 'may-apply']),
      rules: compactRules(requests.map(smallestRule)),
      subject,
    }),
  );
}
