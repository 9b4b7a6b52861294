// Every command by its oclif id; each is loaded when it runs.
import type { CommandClass } from './base-command.ts';

type Loader = () => Promise<{ default: CommandClass }>;

export const COMMANDS: Readonly<Record<string, Loader>> = {
  apply: () => import('../commands/apply.ts'),
  delete: () => import('../commands/delete.ts'),
  get: () => import('../commands/get.ts'),
  serve: () => import('../commands/serve.ts'),
  version: () => import('../commands/version.ts'),
};
