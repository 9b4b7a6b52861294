import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bytecodeFile, compileAnew, requireCompiled, WRAPPER } from '../../src/util/compiled-script.ts';

const SOURCE = `${WRAPPER.head}
const path = require('node:path');
exports.where = () => [path.basename(__filename), path.basename(__dirname), require('./beside.cjs')];
exports.later = (n) => { let sum = 0; for (let i = 0; i < n; i++) sum += i; return sum; };
exports.strict = () => (function () { return this === undefined; })();
${WRAPPER.foot}`;

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kctl-script-'));
  file = join(directory, 'main.cjs');
  writeFileSync(file, SOURCE);
  writeFileSync(join(directory, 'beside.cjs'), "module.exports = 'beside';");
});
afterEach(() => rm(directory, { recursive: true }));

interface Main {
  where(): string[];
  later(n: number): number;
  strict(): boolean;
}

function expectWhole(main: unknown): void {
  const { where, later, strict } = main as Main;
  expect(where()).toEqual(['main.cjs', directory.split('/').at(-1), 'beside']);
  expect(later(5)).toBe(10);
  expect(strict()).toBe(true);
}

test('a script without bytecode is loaded as it is', () => {
  expectWhole(requireCompiled(file));
});

test('bytecode has the functions that were called before it was taken', () => {
  const { exports, bytecode } = compileAnew(file);
  const before = bytecode();
  expectWhole(exports);
  const after = bytecode();
  expect(after.length).toBeGreaterThan(before.length);
  writeFileSync(bytecodeFile(file), after);
  // V8 looks at the length of a source only: what is not in the bytecode would show the other one.
  writeFileSync(file, SOURCE.replace('return sum;', 'return  -1;'));
  expectWhole(requireCompiled(file));
});

test('bytecode of another source, and what is none, is not used', () => {
  const { bytecode } = compileAnew(file);
  const whole = bytecode();
  writeFileSync(file, `${SOURCE}// longer`);
  for (const data of [whole, whole.subarray(0, 40), Buffer.alloc(0), Buffer.from('no bytecode')]) {
    writeFileSync(bytecodeFile(file), data);
    expectWhole(requireCompiled(file));
  }
});
