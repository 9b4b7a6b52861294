// Every command by its oclif id; each is loaded when it runs.
import type { CommandClass } from './base-command.ts';

type Loader = () => Promise<{ default: CommandClass }>;

export const COMMANDS: Readonly<Record<string, Loader>> = {
  'api-resources': () => import('../commands/api-resources.ts'),
  'api-versions': () => import('../commands/api-versions.ts'),
  apply: () => import('../commands/apply.ts'),
  'auth:can-i': () => import('../commands/auth/can-i.ts'),
  'auth:whoami': () => import('../commands/auth/whoami.ts'),
  'certs:gen:ca': () => import('../commands/certs/gen/ca.ts'),
  'certs:gen:user': () => import('../commands/certs/gen/user.ts'),
  'config:current-context': () => import('../commands/config/current-context.ts'),
  'config:get-contexts': () => import('../commands/config/get-contexts.ts'),
  'config:view': () => import('../commands/config/view.ts'),
  delete: () => import('../commands/delete.ts'),
  explain: () => import('../commands/explain.ts'),
  get: () => import('../commands/get.ts'),
  'rbac:explain': () => import('../commands/rbac/explain.ts'),
  serve: () => import('../commands/serve.ts'),
  version: () => import('../commands/version.ts'),
};
