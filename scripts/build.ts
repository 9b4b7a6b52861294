// Builds dist/: the oclif manifest, then two ESM bundles, server and commands, with a chunk per lazily loaded part.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { generateDescriptions } from './generate-descriptions.ts';
import { writeManifest } from './manifest.ts';

const root = join(import.meta.dirname, '..');

/**
 * Big tables of ours become JSON.parse('…'), which V8 reads faster and keeps smaller than object literals. Packages may
 * read theirs by require(), which knows no default export.
 */
const jsonAsText: Plugin = {
  name: 'json-as-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.json$/ }, ({ path }) => {
      if (path.includes('/node_modules/')) return undefined;
      const text = JSON.stringify(JSON.parse(readFileSync(path, 'utf8')));
      if (text.length < 4096) return undefined;
      return { contents: `export default JSON.parse(${JSON.stringify(text)});`, loader: 'js' };
    });
  },
};

/** Commands load the server as one file: what both use is in the bundle twice, and a start has few files to find. */
const serverApart: Plugin = {
  name: 'server-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/control-plane\.ts$/ }, () => ({ path: './index.js', external: true }));
  },
};

export async function buildAll(): Promise<void> {
  await writeManifest(root);
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  await bundle('index', 'src/control-plane.ts', [jsonAsText]);
  await bundle('kctl', 'src/cli/main.ts', [jsonAsText, serverApart]);
  await generateDescriptions(join(root, 'dist/descriptions.json.br'));
}

async function bundle(name: string, entry: string, plugins: Plugin[]): Promise<void> {
  await build({
    entryPoints: { [name]: join(root, entry) },
    outdir: join(root, 'dist'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    // ES modules keep their named exports when they are loaded by import().
    mainFields: ['module', 'main'],
    target: 'node22',
    external: ['better-sqlite3'],
    minify: true,
    plugins,
    sourcemap: false,
    logLevel: 'warning',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
}

if (import.meta.main) await buildAll();
