// Builds dist/: the oclif manifest; the server as one script with its bytecode; the commands, a chunk per loaded part.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { WRAPPER } from '../src/util/compiled-script.ts';
import { writeBytecode } from './bytecode.ts';
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

/** Commands load the server as one script: what both use is built twice, and a start has few files to find. */
const serverApart: Plugin = {
  name: 'server-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/control-plane\.ts$/ }, () => ({ path: './index.js', external: true }));
  },
};

/** Both kinds of bundle. Packages keep their named exports when they are loaded by import(). */
const COMMON: BuildOptions = {
  outdir: join(root, 'dist'),
  bundle: true,
  platform: 'node',
  mainFields: ['module', 'main'],
  target: 'node22',
  external: ['better-sqlite3'],
  minify: true,
  sourcemap: false,
  logLevel: 'warning',
};

export async function buildAll(): Promise<void> {
  await writeManifest(root);
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  mkdirSync(join(root, 'dist'));
  await bundleScript('server', 'src/control-plane.ts');
  await bundleModules({ index: 'src/bundle.ts', kctl: 'src/cli/main.ts' });
  await generateDescriptions(join(root, 'dist/descriptions.json.br'));
  await writeBytecode(join(root, 'dist/server.cjs'));
}

async function bundleModules(entryPoints: Record<string, string>): Promise<void> {
  await writeBundle({
    entryPoints,
    splitting: true,
    format: 'esm',
    plugins: [jsonAsText, serverApart],
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
}

async function bundleScript(name: string, entry: string): Promise<void> {
  await writeBundle({
    entryPoints: { [name]: entry },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    plugins: [jsonAsText],
    define: { 'import.meta.url': '__url' },
    banner: { js: `${WRAPPER.head}const __url=require('node:url').pathToFileURL(__filename).href;` },
    footer: { js: WRAPPER.foot },
  });
}

async function writeBundle(options: BuildOptions): Promise<void> {
  const { outputFiles } = await build({ ...COMMON, ...options, absWorkingDir: root, write: false });
  for (const { path, text } of outputFiles ?? []) writeFileSync(path, inAscii(text));
}

/**
 * One character beyond Latin-1 makes V8 read a whole file as two bytes a character. esbuild escapes them in strings; what
 * it leaves stands in regular expressions, which know the same escapes.
 */
function inAscii(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

if (import.meta.main) await buildAll();
