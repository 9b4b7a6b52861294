/** What each station is for, in one sentence, and where to read more. */

export interface Lesson {
  readonly text: string;
  readonly url: string;
}

const DOCS = 'https://kubernetes.io/docs';

const LESSONS: Readonly<Record<string, Lesson>> = {
  kubeconfig: {
    text: 'Says which server to talk to, whom to trust as that server, and what to prove who you are with.',
    url: `${DOCS}/concepts/configuration/organize-cluster-access-kubeconfig/`,
  },
  dns: {
    text: "The server's name becomes an address.",
    url: `${DOCS}/concepts/services-networking/dns-pod-service/`,
  },
  tcp: { text: 'A connection to that address and port.', url: 'https://www.rfc-editor.org/rfc/rfc9293' },
  tls: {
    text: 'The server proves by its certificate that it is the right one; you prove with yours who you are; from here on nobody can listen.',
    url: `${DOCS}/concepts/security/controlling-access/#transport-security`,
  },
  request: {
    text: 'Every command is HTTP requests: a verb, a path that names the resource, perhaps a body.',
    url: `${DOCS}/reference/using-api/api-concepts/`,
  },
  'request-info': {
    text: 'Method and path become the words that permissions are written in: verb, API group, resource, namespace, name.',
    url: `${DOCS}/reference/access-authn-authz/authorization/#determine-the-request-verb`,
  },
  authentication: {
    text: 'Who are you? Certificate or token become a user name and groups; without either you are system:anonymous.',
    url: `${DOCS}/reference/access-authn-authz/authentication/`,
  },
  impersonation: {
    text: 'Acting as somebody else (--as), which needs a permission of its own.',
    url: `${DOCS}/reference/access-authn-authz/user-impersonation/`,
  },
  authorization: {
    text: 'May you do this? With RBAC some binding must give you, or a group of yours, a role whose rule covers the request; nothing can forbid.',
    url: `${DOCS}/reference/access-authn-authz/rbac/`,
  },
  decode: {
    text: 'The body becomes an object of its kind: types are checked, unknown fields found, defaults filled in.',
    url: `${DOCS}/reference/using-api/api-concepts/#setting-the-field-validation-level`,
  },
  admission: {
    text: 'Plugins and webhooks may change the object, then may refuse it: quotas, pod security, policies.',
    url: `${DOCS}/reference/access-authn-authz/admission-controllers/`,
  },
  validation: {
    text: 'The rules of the kind: names, required fields, values that fit together.',
    url: `${DOCS}/reference/using-api/api-concepts/#validation`,
  },
  storage: {
    text: 'Read from or written to the store; each write gets the next revision, which you see as resourceVersion.',
    url: `${DOCS}/reference/using-api/api-concepts/#resource-versions`,
  },
  watch: {
    text: 'Everybody who watches is told of the change: this is how controllers learn that there is something to do.',
    url: `${DOCS}/reference/using-api/api-concepts/#efficient-detection-of-changes`,
  },
};

export function lessonOf(station: string): Lesson | undefined {
  return Object.hasOwn(LESSONS, station) ? LESSONS[station] : undefined;
}
