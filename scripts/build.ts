// Builds dist/: the oclif manifest, then one ESM bundle with a chunk per lazily loaded part.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { writeManifest } from './manifest.ts';

const root = join(import.meta.dirname, '..');

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
    target: 'node22',
    external: ['better-sqlite3'],
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    sourcemap: false,
    logLevel: 'warning',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
}

if (import.meta.main) await buildAll();
