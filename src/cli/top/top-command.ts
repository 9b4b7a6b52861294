/** What `top node` and `top pod` share: the metrics API, and the layout. */
import { parseLabelSelector } from '../../api/selectors.ts';
import { BaseCommand } from '../base-command.ts';
import { CliError } from '../errors.ts';
import { bool, type FlagValues, text } from '../flags/flag-kinds.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import { ColumnWriter } from '../print/columns.ts';
import type { Session } from '../session.ts';
import type { Resource } from './usage.ts';

export const METRICS = { group: 'metrics.k8s.io', version: 'v1beta1' } as const;

export const TOP_FLAGS = {
  'no-headers': bool({ summary: 'Leave out the headers.' }),
  selector: text({ char: 'l', summary: "Label selector: 'a=b,c!=d,e in (f,g)'.", default: '' }),
  'show-swap': bool({ summary: 'Also what is swapped out.' }),
  'sort-by': text({ summary: 'The most first: cpu or memory.', default: '' }),
  'use-protocol-buffers': bool({ summary: 'Ignored.', default: true, hidden: true }),
};

export type TopFlags = FlagValues<typeof TOP_FLAGS> & GlobalFlags;

export abstract class TopCommand extends BaseCommand {
  /** @throws CliError for arguments that make no sense, and where nobody measures */
  protected async measuring(
    flags: TopFlags,
    args: readonly string[],
    { use, selector }: { readonly use: string; readonly selector: string },
  ): Promise<Session> {
    if (args.length > 1) throw this.usageError(use);
    if (!['', 'cpu', 'memory'].includes(flags['sort-by'])) throw new CliError('--sort-by accepts only cpu or memory');
    if (args.length > 0 && flags.selector !== '') throw new CliError(`only one of NAME or ${selector} can be provided`);
    parseLabelSelector(flags.selector);
    const session = await this.session(flags);
    const { resources } = await session.discovery();
    if (resources.some(({ group, version }) => group === METRICS.group && version === METRICS.version)) return session;
    throw new CliError('Metrics API not available');
  }

  /** Rows end in an empty cell, so that all columns are as wide as their headers. */
  protected table(flags: TopFlags, header: readonly string[], rows: readonly (readonly string[])[]): void {
    const lines = flags['no-headers'] ? rows : [header, ...rows];
    this.out(new ColumnWriter().format(lines.map((line) => [...line, ''])));
  }

  protected resources(flags: TopFlags): readonly Resource[] {
    return flags['show-swap'] ? ['cpu', 'memory', 'swap'] : ['cpu', 'memory'];
  }
}

export const AMOUNT_HEADERS: Readonly<Record<Resource, string>> = {
  cpu: 'CPU(cores)',
  memory: 'MEMORY(bytes)',
  swap: 'SWAP(bytes)',
};
