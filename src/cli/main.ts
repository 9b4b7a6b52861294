/** The entry of the bundle: oclif with an explicit command table instead of a search on disk. */
import type { Command } from '@oclif/core/command';
import { Config, Plugin } from '@oclif/core/config';
import { flush } from '@oclif/core/flush';
import { handle } from '@oclif/core/handle';
import { run } from '@oclif/core/run';
import manifest from '../../oclif.manifest.json' with { type: 'json' };
import pjson from '../../package.json' with { type: 'json' };
import { COMMANDS } from './commands.ts';

/** oclif's root plugin, held in memory: names from the manifest, classes from the table. */
function memoryPlugin(root: string): Plugin {
  const plugin = new Plugin({ isRoot: true, pjson: pjson as never, root });
  const overrides = {
    // Private in oclif's types; core is pinned and test/cli covers it.
    async _manifest(): Promise<unknown> {
      plugin.commandIDs = Object.keys(manifest.commands);
      plugin.hasManifest = true;
      return manifest;
    },
    async findCommand(id: string, options: { must?: boolean } = {}): Promise<Command.Class | undefined> {
      const load = COMMANDS[id];
      if (load === undefined) {
        if (options.must) throw new Error(`command ${id} not found`);
        return undefined;
      }
      const command = (await load()).default;
      command.id = id;
      command.plugin = plugin;
      return command;
    },
  };
  return Object.assign(plugin, overrides);
}

async function main(argv: string[]): Promise<void> {
  const root = import.meta.dirname;
  const plugin = memoryPlugin(root);
  await plugin.load();
  const config = await Config.load({ root, pjson: pjson as never, plugins: new Map([[plugin.name, plugin]]) });
  await run(argv, config);
}

/** Started by bin/launch.js under an older Node: that process is our terminal, so its end is ours. */
function followParent(): void {
  if (process.env.KCTL_PARENT !== '1' || process.channel === undefined) return;
  process.channel?.unref();
  process.on('disconnect', () => process.exit(1));
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
followParent();
main(process.argv.slice(2)).then(() => flush(), handle);
