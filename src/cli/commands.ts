// Every command by its oclif id; each is loaded when it runs.
import type { Command } from '@oclif/core/command';

type Loader = () => Promise<{ default: Command.Class }>;

export const COMMANDS: Readonly<Record<string, Loader>> = {
  serve: () => import('../commands/serve.ts'),
};
