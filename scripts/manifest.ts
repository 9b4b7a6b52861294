// Writes oclif.manifest.json from the command table, so that help renders without loading commands.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pjson from '../package.json' with { type: 'json' };
import { COMMANDS } from '../src/cli/commands.ts';

/** What oclif caches of a command: plain data only. */
async function describe(id: string): Promise<Record<string, unknown>> {
  const command = (await (COMMANDS[id] as (typeof COMMANDS)[string])()).default as unknown as Record<string, unknown>;
  const fields = [
    'summary',
    'description',
    'examples',
    'aliases',
    'hidden',
    'strict',
    'usage',
    'state',
    'enableJsonFlag',
    'hiddenAliases',
  ];
  const flags = { ...(command.baseFlags as object), ...(command.flags as object) } as Record<
    string,
    Record<string, unknown>
  >;
  return {
    id,
    ...Object.fromEntries(
      fields.filter((field) => command[field] !== undefined).map((field) => [field, command[field]]),
    ),
    aliases: command.aliases ?? [],
    hiddenAliases: command.hiddenAliases ?? [],
    strict: command.strict ?? true,
    pluginName: pjson.name,
    pluginType: 'core',
    flags: Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, { name, ...plain(flag) }])),
    args: Object.fromEntries(
      Object.entries((command.args ?? {}) as Record<string, Record<string, unknown>>).map(([name, arg]) => [
        name,
        { name, ...plain(arg) },
      ]),
    ),
  };
}

function plain(definition: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(definition)) as Record<string, unknown>;
}

export async function writeManifest(root: string): Promise<void> {
  const ids = Object.keys(COMMANDS).sort();
  const commands = Object.fromEntries(await Promise.all(ids.map(async (id) => [id, await describe(id)])));
  writeFileSync(
    join(root, 'oclif.manifest.json'),
    `${JSON.stringify({ commands, version: pjson.version }, null, 2)}\n`,
  );
}
