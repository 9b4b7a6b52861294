/** Help pages, rendered by oclif from the manifest without loading a command. */
import { Config, Plugin } from '@oclif/core/config';
import { Help } from '@oclif/core/help';
import manifest from '../../oclif.manifest.json' with { type: 'json' };
import pjson from '../../package.json' with { type: 'json' };
import type { Terminal } from './io.ts';
import { TOPICS } from './topics.ts';

const DEFAULT_WIDTH = 100;
const MAX_WIDTH = 120;

/** Prints the page of a command or topic (`auth:can-i`), or ('') of everything. */
export async function showHelp(id: string, { stdout, env }: Terminal): Promise<void> {
  const stripAnsi = stdout.isTTY !== true || Boolean(env['NO_COLOR']);
  const width = Math.min(stdout.columns || DEFAULT_WIDTH, MAX_WIDTH);
  const help = new WrittenHelp(await oclifConfig(), { stripAnsi, maxWidth: width });
  await help.showHelp(id === '' ? [] : [id]);
  stdout.write(withBrokenSummary(help.text, width));
}

/** oclif breaks everything but the first line. */
function withBrokenSummary(text: string, width: number): string {
  const end = text.indexOf('\n');
  if (end <= width) return text;
  const lines = [''];
  for (const word of text.slice(0, end).split(' ')) {
    const line = lines.at(-1) as string;
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n') + text.slice(end);
}

class WrittenHelp extends Help {
  text = '';

  protected override log(...lines: string[]): void {
    this.text += `${lines.join('\n')}\n`;
  }
}

/** oclif without a search on disk: everything that it would look for is in the manifest. */
async function oclifConfig(): Promise<Config> {
  const root = import.meta.dirname;
  const described = { ...pjson, oclif: { ...pjson.oclif, topics: TOPICS } } as never;
  const plugin = new Plugin({ isRoot: true, pjson: described, root });
  // Private in oclif's types; core is pinned and test/cli covers it.
  Object.assign(plugin, {
    async _manifest(): Promise<unknown> {
      plugin.commandIDs = Object.keys(manifest.commands);
      plugin.hasManifest = true;
      return manifest;
    },
  });
  await plugin.load();
  return Config.load({ root, pjson: described, plugins: new Map([[plugin.name, plugin]]) });
}
