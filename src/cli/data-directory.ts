import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Terminal } from './io.ts';

/** Where kctl keeps its things: $XDG_DATA_HOME/kctl, by default ~/.local/share/kctl. */
export function defaultDataDir(env: Terminal['env']): string {
  return join(env['XDG_DATA_HOME'] || join(env['HOME'] || homedir(), '.local', 'share'), 'kctl');
}
