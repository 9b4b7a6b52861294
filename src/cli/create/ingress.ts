/** `--rule=HOST/PATH=SERVICE:PORT[,tls[=SECRET]]` and what becomes of it. */
import type { JsonObject } from '../../api/object.ts';
import { CliError } from '../errors.ts';

export interface IngressFields {
  readonly name: string;
  readonly className: string;
  readonly rules: readonly string[];
  readonly annotations: readonly string[];
  /** SERVICE:PORT, or '' */
  readonly defaultBackend: string;
}

interface Rule {
  readonly host: string;
  readonly path: JsonObject;
  /** undefined: no TLS; '': without a secret of its own. */
  readonly secret: string | undefined;
}

const SECRET = '[a-z0-9.-]*';
const RULE = new RegExp(
  `^(?<host>[\\w*\\-.]*)(?<path>/[^=*]*[*]?)=(?<service>[a-z][a-z0-9-]*):(?<port>[\\w-]+)(?<tls>,tls(?:=(?<secret>${SECRET}))?)?`,
);

/** @throws CliError in kubectl's words */
export function ingressOf({ name, className, rules, annotations, defaultBackend }: IngressFields): JsonObject {
  if (defaultBackend === '' && rules.length === 0) {
    throw new CliError(
      'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
    );
  }
  const notes = annotationsOf(annotations);
  checkRules(rules);
  const backend = defaultBackend === '' ? undefined : backendOf(defaultBackend);
  const parsed = rules.map(ruleOf);
  const tls = tlsOf(parsed);
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, ...(notes.length === 0 ? {} : { annotations: Object.fromEntries(notes) }) },
    spec: {
      ...(className === '' ? {} : { ingressClassName: className }),
      ...(backend === undefined ? {} : { defaultBackend: backend }),
      ...(tls.length === 0 ? {} : { tls }),
      ...(parsed.length === 0 ? {} : { rules: hostsOf(parsed) }),
    },
  };
}

function annotationsOf(texts: readonly string[]): [string, string][] {
  return texts.map((text) => {
    const at = text.indexOf('=');
    if (at < 0) throw new CliError(`annotation ${text} is invalid and should be in format key=[value]`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
}

function checkRules(rules: readonly string[]): void {
  for (const rule of rules) {
    if (RULE.test(rule)) continue;
    throw new CliError(`rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
  }
}

function backendOf(text: string): JsonObject {
  const [service, port, ...more] = text.split(':');
  if (!service || !port || more.length > 0) {
    throw new CliError('default-backend should be in format servicename:serviceport');
  }
  return serviceBackend(service, port);
}

function serviceBackend(name: string, port: string): JsonObject {
  return { service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } };
}

function ruleOf(text: string): Rule {
  const { host = '', path = '', service = '', port = '', tls, secret = '' } = RULE.exec(text)?.groups ?? {};
  const prefix = path.endsWith('*');
  return {
    host,
    path: {
      path: prefix ? path.slice(0, -1) : path,
      pathType: prefix ? 'Prefix' : 'Exact',
      backend: serviceBackend(service, port),
    },
    secret: tls === undefined ? undefined : secret,
  };
}

/** Rules of one host stand together, in the order of the first. */
function hostsOf(rules: readonly Rule[]): JsonObject[] {
  const hosts = [...new Set(rules.map(({ host }) => host))];
  return hosts.map((host) => ({
    ...(host === '' ? {} : { host }),
    http: { paths: rules.filter((rule) => rule.host === host).map(({ path }) => path) },
  }));
}

/** One entry a secret, with all hosts that use it. */
function tlsOf(rules: readonly Rule[]): JsonObject[] {
  const secured = rules.filter(({ secret, host }) => secret !== undefined && host !== '');
  const secrets = [...new Set(secured.map(({ secret }) => secret as string))];
  return secrets.map((secret) => ({
    hosts: [...new Set(secured.filter((rule) => rule.secret === secret).map(({ host }) => host))],
    ...(secret === '' ? {} : { secretName: secret }),
  }));
}
