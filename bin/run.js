#!/usr/bin/env node
'use strict';
// For any Node: finds one that kctl supports before anything else is loaded. CommonJS, which an older Node loads sooner.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const [MIN_MAJOR, MIN_MINOR] = [22, 19];
const ROOT = join(__dirname, '..');

/** Starts dist/kctl.js here, or under the Node of the npm package `node` when this one is too old. */
function launch() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MIN_MAJOR || (major === MIN_MAJOR && minor >= MIN_MINOR)) return start();
  const bundled = join(ROOT, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(bundled)) return respawn(bundled);
  fail(
    `kctl needs Node.js ${MIN_MAJOR}.${MIN_MINOR} or newer; this is ${process.versions.node}.\n` +
      'Try this: run it through npm in its folder (npm start), or npm install --global node@26\n',
  );
}

function start() {
  const bundle = join(ROOT, 'dist', 'kctl.js');
  if (!existsSync(bundle)) return fail('kctl is not built yet.\nTry this: npm run build\n');
  // Later starts skip compiling the commands.
  require('node:module').enableCompileCache?.();
  import(require('node:url').pathToFileURL(bundle).href);
}

/** The child lives and dies with this process: signals go on to it, and it ends when the channel breaks. */
function respawn(node) {
  const { spawn } = require('node:child_process');
  const child = spawn(node, [__filename, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, KCTL_PARENT: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}

function fail(text) {
  process.stderr.write(text);
  process.exitCode = 1;
}

launch();
