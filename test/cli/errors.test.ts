import { describe, expect, test } from 'vitest';
import { StatusError } from '../../src/api/status-error.ts';
import {
  CliError,
  errorJson,
  errorText,
  exitCodeOf,
  ManyErrors,
  PlainError,
  SilentExit,
  UsageError,
} from '../../src/cli/errors.ts';
import { ClientError } from '../../src/client/client-error.ts';

const notFound = new StatusError(404, 'NotFound', 'pods "x" not found', { name: 'x', kind: 'pods' });
const invalid = (causes: { field: string; message: string }[]) =>
  new StatusError(422, 'Invalid', 'Service "x" is invalid: …', { name: 'x', kind: 'Service', causes });

describe('errorText', () => {
  test.each<[string, unknown, string]>([
    ['a Status', notFound, 'Error from server (NotFound): pods "x" not found\n'],
    ['without a reason', new StatusError(500, '', 'boom'), 'Error from server: boom\n'],
    [
      '401',
      new StatusError(401, 'Unauthorized', 'Unauthorized'),
      'error: You must be logged in to the server (Unauthorized)\n',
    ],
    ['one cause', invalid([{ field: 'a', message: 'b' }]), 'The Service "x" is invalid: a: b\n'],
    [
      'several causes, each once',
      invalid([
        { field: 'a', message: 'b' },
        { field: 'c', message: 'd' },
        { field: 'a', message: 'b' },
      ]),
      'The Service "x" is invalid: \n* a: b\n* c: d\n',
    ],
    ['invalid without details', new StatusError(422, 'Invalid', 'm'), 'The request is invalid\n'],
    ['invalid without names', new StatusError(422, 'Invalid', 'm', {}), 'The request is invalid: m\n'],
    ['our own', new CliError('no good'), 'error: no good\n'],
    ['as it is', new PlainError('no good'), 'no good\n'],
    ['usage', new UsageError('no good', 'See it'), 'error: no good\nSee it\n'],
    [
      'several',
      new ManyErrors([notFound, new CliError('no good')]),
      'Error from server (NotFound): pods "x" not found\nno good\n',
    ],
    [
      'no server',
      new ClientError('refused', 'The connection to the server x:1 was refused - did you …'),
      'The connection to the server x:1 was refused - did you …\n',
    ],
    ['a kubeconfig', new ClientError('kubeconfig', 'no server'), 'error: no server\n'],
    ['silence', new SilentExit(3), ''],
    ['anything', 'thrown', 'error: thrown\n'],
  ])('%s', (_, error, text) => {
    expect(errorText(error)).toBe(text);
  });
});

test('exit codes', () => {
  expect([notFound, new CliError('', { exitCode: 4 }), new SilentExit(0), 'x'].map(exitCodeOf)).toEqual([1, 4, 0, 1]);
});

test('machine mode is one small object', () => {
  expect(errorJson(notFound)).toEqual({
    error: {
      message: 'Error from server (NotFound): pods "x" not found',
      exitCode: 1,
      reason: 'NotFound',
      code: 404,
      status: notFound.status,
    },
  });
  expect(errorJson(new CliError('no'))).toEqual({ error: { message: 'error: no', exitCode: 1, reason: 'CliError' } });
});
