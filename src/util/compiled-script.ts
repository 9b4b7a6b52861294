/** Runs a CommonJS file with the bytecode that V8 made of it before, so that nothing of it is compiled again. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

const PARAMETERS = 'exports, require, module, __filename, __dirname';

type Evaluate = (exports: unknown, require: NodeJS.Require, module: object, file: string, directory: string) => void;

/** Where the bytecode of a script lies: it fits one version of Node.js on one architecture. */
export function bytecodeFile(file: string): string {
  return `${file}.${process.version}-${process.arch}.bytecode`;
}

/**
 * What `file` exports. Node's own compile cache keeps what is compiled when a file is loaded; here it is also what was
 * compiled later, when its functions were first called: half of what a start compiles. Where there is no bytecode for
 * this version of Node.js, or V8 refuses it (other flags), Node loads the file in its own way.
 */
export function requireCompiled(file: string): unknown {
  const bytecode = bytecodeFile(file);
  if (existsSync(bytecode)) {
    const script = compile(file, readFileSync(bytecode));
    if (script.cachedDataRejected === false) return evaluate(script, file);
  }
  return createRequire(file)(file);
}

/** Runs `file` to learn its bytecode: `bytecode()` has all functions that were called until then. */
export function compileAnew(file: string): { readonly exports: unknown; bytecode(): Buffer } {
  const script = compile(file);
  return { exports: evaluate(script, file), bytecode: () => script.createCachedData() };
}

/** @param file in ASCII, as the build writes it */
function compile(file: string, cachedData?: Buffer): Script {
  const source = readFileSync(file, 'latin1');
  return new Script(`(function (${PARAMETERS}) {${source}\n})`, { filename: file, cachedData });
}

function evaluate(script: Script, file: string): unknown {
  const module = { exports: {} };
  (script.runInThisContext() as Evaluate)(module.exports, createRequire(file), module, file, dirname(file));
  return module.exports;
}
