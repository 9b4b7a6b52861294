import { describe, expect, test } from 'vitest';
import { bool, duration, integer, list, optionalText, text, texts } from '../../../src/cli/flags/flag-kinds.ts';
import { parseLine } from '../../../src/cli/flags/parse-flags.ts';

const FLAGS = {
  namespace: text({ char: 'n', summary: '' }),
  output: text({ char: 'o', summary: '', default: '' }),
  all: bool({ char: 'A', summary: '' }),
  watch: bool({ char: 'w', summary: '' }),
  wait: bool({ summary: '', default: true }),
  filename: texts({ char: 'f', summary: '' }),
  columns: list({ char: 'L', summary: '' }),
  size: integer({ summary: '', default: 500, min: 0 }),
  timeout: duration({ summary: '', default: 0 }),
  'dry-run': optionalText({ summary: '', default: 'none' }, 'client'),
  level: text({ summary: '', options: ['low', 'high'] }),
  cert: text({ summary: '', dependsOn: ['key'] }),
  key: text({ summary: '' }),
};

const read = (line: string) => parseLine(FLAGS, line === '' ? [] : line.split(' '), 'kctl get');

describe('parseLine', () => {
  test.each([
    ['-n foo pods', { namespace: 'foo' }, ['pods']],
    ['pods -nfoo', { namespace: 'foo' }, ['pods']],
    ['pods -n=foo', { namespace: 'foo' }, ['pods']],
    ['--namespace foo pods', { namespace: 'foo' }, ['pods']],
    ['--namespace=a=b', { namespace: 'a=b' }, []],
    ['-n --all', { namespace: '--all' }, []],
    ['-Aw', { all: true, watch: true }, []],
    ['-Awojson', { all: true, watch: true, output: 'json' }, []],
    ['-A=false', { all: false }, []],
    ['--wait=false', { wait: false }, []],
    ['--wait=0', { wait: false }, []],
    ['', { wait: true, size: 500, 'dry-run': 'none', timeout: 0 }, []],
    ['--dry-run pods', { 'dry-run': 'client' }, ['pods']],
    ['--dry-run=server pods', { 'dry-run': 'server' }, ['pods']],
    ['-f a -f b,c -f -', { filename: ['a', 'b,c', '-'] }, []],
    ['-L a,b -L c', { columns: ['a', 'b', 'c'] }, []],
    ['-L "a,b",c', { columns: ['a,b', 'c'] }, []],
    ['--size=0', { size: 0 }, []],
    ['--timeout 1m30s', { timeout: 90_000 }, []],
    ['a -- -n b', {}, ['a', '-n', 'b']],
    ['-', {}, ['-']],
    ['--level high', { level: 'high' }, []],
    ['--cert a --key b', { cert: 'a', key: 'b' }, []],
    ['-o json -o yaml', { output: 'yaml' }, []],
  ])('%s', (line, flags, args) => {
    expect(read(line)).toMatchObject({ flags, args });
  });

  test.each([
    ['--foo', 'unknown flag: --foo'],
    ['--namespac x', 'unknown flag: --namespac\n\nDid you mean this?\n\t--namespace\n'],
    ['--__proto__', 'unknown flag: --__proto__'],
    ['-Z', "unknown shorthand flag: 'Z' in -Z"],
    ['-AZ', "unknown shorthand flag: 'Z' in -Z"],
    ['-n', "flag needs an argument: 'n' in -n"],
    ['--namespace', 'flag needs an argument: --namespace'],
    ['-A=x', 'invalid argument "x" for "-A, --all" flag: strconv.ParseBool: parsing "x": invalid syntax'],
    ['--size=x', 'invalid argument "x" for "--size" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    ['--size=-1', /^invalid argument "-1" for "--size" flag/],
    ['--timeout=5', 'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"'],
    ['--timeout=x', 'invalid argument "x" for "--timeout" flag: time: invalid duration "x"'],
    ['--level=mid', 'invalid argument "mid" for "--level" flag: must be one of low, high'],
    ['--cert a', '--cert needs --key'],
  ])('%s is an error', (line, message) => {
    expect(() => read(line)).toThrow(
      expect.objectContaining({
        message: typeof message === 'string' ? message : expect.stringMatching(message),
        hint: "See 'kctl get --help' for usage.",
      }),
    );
  });

  test('tells which flags were given', () => {
    expect([...read('-A --wait=true').given]).toEqual(['all', 'wait']);
  });
});
