// Every command by its oclif id; each is loaded when it runs.
import type { CommandClass } from './base-command.ts';

type Loader = () => Promise<{ default: CommandClass }>;

export const COMMANDS: Readonly<Record<string, Loader>> = {
  'api-resources': () => import('../commands/api-resources.ts'),
  'api-versions': () => import('../commands/api-versions.ts'),
  apply: () => import('../commands/apply.ts'),
  'auth:can-i': () => import('../commands/auth/can-i.ts'),
  'auth:whoami': () => import('../commands/auth/whoami.ts'),
  'certs:check': () => import('../commands/certs/check.ts'),
  'certs:csr': () => import('../commands/certs/csr.ts'),
  'certs:gen:all': () => import('../commands/certs/gen/all.ts'),
  'certs:gen:ca': () => import('../commands/certs/gen/ca.ts'),
  'certs:gen:client': () => import('../commands/certs/gen/client.ts'),
  'certs:gen:front-proxy': () => import('../commands/certs/gen/front-proxy.ts'),
  'certs:gen:kubelet': () => import('../commands/certs/gen/kubelet.ts'),
  'certs:gen:server': () => import('../commands/certs/gen/server.ts'),
  'certs:gen:user': () => import('../commands/certs/gen/user.ts'),
  'certs:renew': () => import('../commands/certs/renew.ts'),
  'certs:show': () => import('../commands/certs/show.ts'),
  'certs:verify': () => import('../commands/certs/verify.ts'),
  'config:current-context': () => import('../commands/config/current-context.ts'),
  'config:get-contexts': () => import('../commands/config/get-contexts.ts'),
  'config:view': () => import('../commands/config/view.ts'),
  delete: () => import('../commands/delete.ts'),
  explain: () => import('../commands/explain.ts'),
  get: () => import('../commands/get.ts'),
  kubeconfig: () => import('../commands/kubeconfig.ts'),
  'rbac:explain': () => import('../commands/rbac/explain.ts'),
  serve: () => import('../commands/serve.ts'),
  'token:create': () => import('../commands/token/create.ts'),
  'token:inspect': () => import('../commands/token/inspect.ts'),
  'token:verify': () => import('../commands/token/verify.ts'),
  version: () => import('../commands/version.ts'),
};
