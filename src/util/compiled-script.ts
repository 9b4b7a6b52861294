/** Runs a script of CommonJS code with the bytecode that V8 made of it before, so that nothing of it is compiled again. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

/** What the build wraps a script in: a function, as a script's value and as what a CommonJS file exports. */
export const WRAPPER = {
  head: '"use strict";(typeof module==="object"?module:{}).exports=(function(exports,require,module,__filename,__dirname){',
  foot: '})',
};

type Run = (exports: unknown, require: NodeJS.Require, module: object, file: string, directory: string) => void;

/** Where the bytecode of a script lies: it fits one version of Node.js on one architecture. */
export function bytecodeFile(file: string): string {
  return `${file}.${process.version}-${process.arch}.bytecode`;
}

/**
 * What the script `file` exports. Node's own compile cache keeps what is compiled when a file is loaded; here it is also
 * what was compiled later, when its functions were first called: half of what a start compiles. Where there is no
 * bytecode for this version of Node.js, or V8 refuses it (other flags), Node loads the file in its own way.
 */
export function requireCompiled(file: string): unknown {
  const bytecode = bytecodeFile(file);
  if (existsSync(bytecode)) {
    const script = compile(file, readFileSync(bytecode));
    if (script.cachedDataRejected === false) return exportsOf(script.runInThisContext() as Run, file);
  }
  return exportsOf(createRequire(file)(file) as Run, file);
}

/** Runs `file` to learn its bytecode: `bytecode()` has all functions that were called until then. */
export function compileAnew(file: string): { readonly exports: unknown; bytecode(): Buffer } {
  const script = compile(file);
  return { exports: exportsOf(script.runInThisContext() as Run, file), bytecode: () => script.createCachedData() };
}

/** @param file in ASCII, as the build writes it */
function compile(file: string, cachedData?: Buffer): Script {
  return new Script(readFileSync(file, 'latin1'), { filename: file, cachedData });
}

function exportsOf(run: Run, file: string): unknown {
  const module = { exports: {} };
  run(module.exports, createRequire(file), module, file, dirname(file));
  return module.exports;
}
