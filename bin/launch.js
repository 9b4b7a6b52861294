// Runs on any Node that knows ES modules: finds a Node that kctl supports before anything else is loaded.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [MIN_MAJOR, MIN_MINOR] = [22, 19];

/** Starts dist/kctl.js here, or under the Node of the npm package `node` when this one is too old. */
export function launch(binDir, argv) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MIN_MAJOR || (major === MIN_MAJOR && minor >= MIN_MINOR)) return start(binDir);
  const bundled = join(binDir, '..', 'node_modules', 'node', 'bin', 'node');
  if (existsSync(bundled)) return respawn(bundled, join(binDir, 'run.js'), argv);
  process.stderr.write(
    `kctl needs Node.js ${MIN_MAJOR}.${MIN_MINOR} or newer; this is ${process.versions.node}.\n` +
      'Try this: run it through npm in its folder (npm start), or npm install --global node@26\n',
  );
  process.exitCode = 1;
}

async function start(binDir) {
  const bundle = join(binDir, '..', 'dist', 'kctl.js');
  if (!existsSync(bundle)) {
    process.stderr.write('kctl is not built yet.\nTry this: npm run build\n');
    process.exitCode = 1;
    return;
  }
  // Later starts skip compiling: by far the largest part of starting up.
  module.enableCompileCache?.();
  await import(pathToFileURL(bundle).href);
}

/** The child lives and dies with this process: signals go on to it, and it ends when the channel breaks. */
async function respawn(node, script, argv) {
  const { spawn } = await import('node:child_process');
  const child = spawn(node, [script, ...argv], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, KCTL_PARENT: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}
