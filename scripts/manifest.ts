// Writes oclif.manifest.json from the command table, so that help renders without loading commands.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pjson from '../package.json' with { type: 'json' };
import { COMMANDS } from '../src/cli/commands.ts';
import { GLOBAL_FLAGS } from '../src/cli/flags/global-flags.ts';

const FIELDS = ['summary', 'description', 'examples', 'hidden', 'usage', 'state'] as const;

type Described = Record<string, unknown>;
type Definitions = Record<string, Described>;

/** What oclif caches of a command: plain data only. */
async function describe(id: string): Promise<Described> {
  const command = (await (COMMANDS[id] as (typeof COMMANDS)[string])()).default as unknown as Described;
  const given = FIELDS.filter((field) => command[field] !== undefined).map((field) => [field, command[field]]);
  return {
    id,
    ...Object.fromEntries(given),
    aliases: command['aliases'] ?? [],
    hiddenAliases: command['hiddenAliases'] ?? [],
    strict: command['strict'] ?? true,
    pluginName: pjson.name,
    pluginType: 'core',
    flags: named(withGlobals(command['flagSet'] as Definitions)),
    args: named((command['args'] ?? {}) as Definitions),
  };
}

/** A command's own flag goes before the global one of its name; the global ones come last. */
function withGlobals(own: Definitions): Definitions {
  return { ...own, ...(GLOBAL_FLAGS as unknown as Definitions), ...own };
}

/** Functions fall away; the names come in. */
function named(definitions: Definitions): Definitions {
  const plain = JSON.parse(JSON.stringify(definitions)) as Definitions;
  return Object.fromEntries(
    Object.entries(plain).map(([name, { shownDefault, ...definition }]) => [
      name,
      { name, ...definition, ...(shownDefault === undefined ? {} : { default: shownDefault }) },
    ]),
  );
}

/** The text of oclif.manifest.json. */
export async function manifestText(): Promise<string> {
  const ids = Object.keys(COMMANDS).sort();
  const commands = Object.fromEntries(await Promise.all(ids.map(async (id) => [id, await describe(id)])));
  return `${JSON.stringify({ commands, version: pjson.version }, null, 2)}\n`;
}

export async function writeManifest(root: string): Promise<void> {
  writeFileSync(join(root, 'oclif.manifest.json'), await manifestText());
}

if (import.meta.main) await writeManifest(join(import.meta.dirname, '..'));
