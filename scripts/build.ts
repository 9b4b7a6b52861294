// Builds dist/: the oclif manifest, then one ESM bundle with a chunk per lazily loaded part.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { generateDescriptions } from './generate-descriptions.ts';
import { writeManifest } from './manifest.ts';

const root = join(import.meta.dirname, '..');

/** Big tables become JSON.parse('…'), which V8 reads faster and keeps smaller than object literals. */
const jsonAsText: Plugin = {
  name: 'json-as-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.json$/ }, ({ path }) => {
      const text = JSON.stringify(JSON.parse(readFileSync(path, 'utf8')));
      if (text.length < 4096) return undefined;
      return { contents: `export default JSON.parse(${JSON.stringify(text)});`, loader: 'js' };
    });
  },
};

export async function buildAll(): Promise<void> {
  await writeManifest(root);
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  await build({
    entryPoints: { kctl: join(root, 'src/cli/main.ts'), index: join(root, 'src/control-plane.ts') },
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
    plugins: [jsonAsText],
    sourcemap: false,
    logLevel: 'warning',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
  await generateDescriptions(join(root, 'dist/descriptions.json.br'));
}

if (import.meta.main) await buildAll();
