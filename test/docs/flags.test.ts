// docs/flags.md is made here. After a change of flags: npx vitest run --project fast test/docs/flags.test.ts -u
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SERVE_FLAGS } from '../../src/cli/serve-flags.ts';
import { DEFAULT_FLAGS } from '../../src/server/options.ts';

const HEAD = `# Flags of kctl serve

Made from \`src/cli/serve-flags.ts\` by \`test/docs/flags.test.ts\`, which fails when this page is stale. A flag that
kube-apiserver has bears kube-apiserver's name. Lists are separated by commas, or the flag is repeated. The flags of every
command (\`--help\`, \`--trace\` …) stand in \`kctl serve --help\`.
`;

interface Flag {
  readonly summary?: string;
  readonly helpGroup?: string;
  readonly options?: readonly string[];
  readonly default?: unknown;
}

const flags = Object.entries(SERVE_FLAGS as unknown as Record<string, Flag>);

/** What holds when the flag is not given. */
function defaultOf(name: string, flag: Flag): string {
  const option = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const value = (DEFAULT_FLAGS as unknown as Record<string, unknown>)[option] ?? flag.default;
  if (value === undefined || typeof value === 'function' || (Array.isArray(value) && value.length === 0)) return '';
  return `\`${Array.isArray(value) ? value.join(',') : String(value)}\``;
}

function row([name, flag]: [string, Flag]): string {
  const choice =
    flag.options === undefined ? '' : ` One of ${flag.options.map((option) => `\`${option}\``).join(', ')}.`;
  return `| \`--${name}\` | ${defaultOf(name, flag)} | ${(flag.summary ?? '').replaceAll('|', '\\|')}${choice} |`;
}

function table(title: string, rows: [string, Flag][]): string {
  return [`## ${title}`, '', '| Flag | Default | Meaning |', '| --- | --- | --- |', ...rows.map(row)].join('\n');
}

test('docs/flags.md says what the flags are', async () => {
  const own = flags.filter(([, { helpGroup }]) => helpGroup === 'KCTL');
  const upstream = flags.filter((flag) => !own.includes(flag));
  const page = [HEAD, `${table("kctl's own", own)}\n`, `${table("kube-apiserver's", upstream)}\n`].join('\n');
  await expect(page).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/flags.md'));
});

test('every flag says what it is for', () => {
  expect(flags.filter(([, { summary = '' }]) => summary === '').map(([name]) => name)).toEqual([]);
});
