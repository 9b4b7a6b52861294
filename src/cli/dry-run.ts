/** `--dry-run`: bare, or with one of kubectl's words. */
import { CliError } from './errors.ts';
import { optionalText } from './flags/flag-kinds.ts';

export type DryRun = 'none' | 'client' | 'server';

export const DRY_RUN_FLAG = {
  'dry-run': optionalText(
    {
      summary: 'client: only show what would be sent; server: let the server do everything but keep it.',
      default: 'none',
      helpValue: 'none|client|server',
    },
    'unchanged',
  ),
};

/** @throws CliError */
export function parseDryRun(value: string, warn: (text: string) => void): DryRun {
  if (value === 'none' || value === 'client' || value === 'server') return value;
  if (value !== 'unchanged') {
    throw new CliError(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
  }
  warn('Warning: --dry-run is deprecated and can be replaced with --dry-run=client.\n');
  return 'client';
}

/** What stands behind `created`, `deleted` …: `created (dry run)`. */
export function withDryRun(operation: string, dryRun: DryRun): string {
  return { none: operation, client: `${operation} (dry run)`, server: `${operation} (server dry run)` }[dryRun];
}
