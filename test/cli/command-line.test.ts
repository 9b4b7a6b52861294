import { describe, expect, test } from 'vitest';
import { BARE_FLAGS, readCommandLine } from '../../src/cli/command-line.ts';
import { GLOBAL_FLAGS } from '../../src/cli/flags/global-flags.ts';

const IDS = ['apply', 'auth:can-i', 'auth:whoami', 'certs:gen:user', 'get', 'version'];
const read = (line: string) => readCommandLine(line === '' ? [] : line.split(' '), IDS);

describe('readCommandLine', () => {
  test.each([
    ['get pods', 'get', 'pods'],
    ['-n foo get pods', 'get', '-n foo pods'],
    ['--namespace=foo get pods -A', 'get', '--namespace=foo pods -A'],
    ['-nfoo get pods', 'get', '-nfoo pods'],
    ['-o wide get pods', 'get', '-o wide pods'],
    ['--trace get pods', 'get', '--trace pods'],
    ['--trace=json get pods', 'get', '--trace=json pods'],
    ['get get', 'get', 'get'],
    ['get -- -x', 'get', '-- -x'],
    ['get help', 'get', 'help'],
    ['auth can-i get pods', 'auth:can-i', 'get pods'],
    ['auth -n foo can-i get pods', 'auth:can-i', '-n foo get pods'],
    ['-n foo auth --as jane whoami', 'auth:whoami', '-n foo --as jane'],
    ['certs gen user alice', 'certs:gen:user', 'alice'],
    ['get --help', 'get', '--help'],
    ['version --version', 'version', '--version'],
  ])('%s', (line, id, argv) => {
    expect(read(line)).toEqual({ kind: 'command', id, argv: argv.split(' ') });
  });

  test.each([
    ['', ''],
    ['--help', ''],
    ['-h', ''],
    ['help', ''],
    ['help get', 'get'],
    ['help auth can-i', 'auth:can-i'],
    ['help auth', 'auth'],
    ['help get pods', 'get'],
    ['auth', 'auth'],
    ['auth --help', 'auth'],
    ['certs gen', 'certs:gen'],
  ])('%s shows help', (line, id) => {
    expect(read(line)).toEqual({ kind: 'help', id });
  });

  test('--version', () => {
    expect(read('--version')).toEqual({ kind: 'version' });
  });

  test.each([
    ['ge pods', ['ge'], ['get']],
    ['auth can', ['auth', 'can'], ['can-i']],
    ['auth cani get pods', ['auth', 'cani'], ['can-i']],
    ['help gte', ['gte'], ['get']],
    ['frobnicate', ['frobnicate'], []],
    ['-n foo frobnicate', ['frobnicate'], []],
    ['__proto__', ['__proto__'], []],
    ['vers', ['vers'], ['version', 'certs']],
  ])('%s is unknown', (line, words, near) => {
    expect(read(line)).toEqual({ kind: 'unknown', words, near });
  });

  test('the flags without a value are those of the global flags', () => {
    const bare = Object.entries(GLOBAL_FLAGS).flatMap(([name, flag]) => {
      const takesNone = flag.type === 'boolean' || flag.noOptDefault !== undefined;
      return takesNone ? [`--${name}`, ...(flag.char === undefined ? [] : [`-${flag.char}`])] : [];
    });
    expect([...BARE_FLAGS].sort()).toEqual(bare.sort());
  });
});
