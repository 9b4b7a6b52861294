/** What goes wrong in a command, and the words that kubectl has for it (kubectl pkg/cmd/util/helpers.go). */
import { isStatusError, type Status, type StatusCause, type StatusError } from '../api/status-error.ts';

/** A failure that is told as `error: MESSAGE`. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
  readonly exitCode: number;

  constructor(message: string, options: ErrorOptions & { exitCode?: number } = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? 1;
  }
}

/** A failure whose message stands as it is, without `error: `. */
export class PlainError extends CliError {
  override readonly name = 'PlainError';
}

/** A command line that cannot be understood. `hint`: the line that says where to read on. */
export class UsageError extends CliError {
  override readonly name = 'UsageError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** Any failure, told as ever, with an exit code of its own. */
export class FailedWith extends CliError {
  override readonly name = 'FailedWith';

  constructor(cause: unknown, exitCode: number) {
    super(messageOf(cause), { cause, exitCode });
  }
}

/** A failure told in its own words, and below them lines that help. */
export class HintedError extends CliError {
  override readonly name = 'HintedError';
  readonly hints: readonly string[];
  override readonly cause: Error;

  constructor(cause: Error, hints: readonly string[]) {
    super(cause.message, { cause, exitCode: exitCodeOf(cause) });
    this.cause = cause;
    this.hints = hints;
  }
}

/** Several failures of one command. */
export class ManyErrors extends Error {
  override readonly name = 'ManyErrors';
  readonly errors: readonly unknown[];

  constructor(errors: readonly unknown[]) {
    super(errors.map(messageOf).join('; '));
    this.errors = errors;
  }
}

/** Ends the command with a code and no word. */
export class SilentExit extends CliError {
  override readonly name = 'SilentExit';

  constructor(exitCode: number) {
    super('', { exitCode });
  }
}

/** Throws what was collected: nothing, the one error, or all of them. */
export function throwAll(errors: readonly unknown[]): void {
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new ManyErrors(errors);
}

/** The text for stderr, ending in a line break; '' when there is nothing to say. */
export function errorText(error: unknown): string {
  const text = describe(error);
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

export function exitCodeOf(error: unknown): number {
  return error instanceof CliError ? error.exitCode : 1;
}

/** The one JSON object of machine mode. */
export function errorJson(error: unknown): object {
  if (error instanceof HintedError) {
    const { error: told } = errorJson(error.cause) as { error: object };
    return { error: { ...told, hints: error.hints } };
  }
  const base = { message: errorText(error).trimEnd(), exitCode: exitCodeOf(error) };
  if (isStatusError(error)) return { error: { ...base, reason: error.reason, code: error.code, status: error.status } };
  if (error instanceof ManyErrors) return { error: { ...base, errors: error.errors.map((each) => messageOf(each)) } };
  return { error: { ...base, reason: error instanceof Error ? error.name : 'Error' } };
}

function describe(error: unknown): string {
  if (error instanceof SilentExit) return '';
  if (error instanceof HintedError) {
    return `${errorText(error.cause)}${error.hints.map((hint) => `${hint}\n`).join('')}`;
  }
  if (error instanceof FailedWith) return describe(error.cause);
  if (isStatusError(error, 'Invalid')) return invalidText(error.status);
  if (isStatusError(error)) return statusText(error);
  if (error instanceof ManyErrors) return error.errors.map((each) => `${messageOf(each)}\n`).join('');
  if (isCredentialFailure(error)) return `Unable to connect to the server: ${error.message}`;
  if (error instanceof PlainError || standsAlone(error)) return (error as Error).message;
  const message = error instanceof Error ? error.message : String(error);
  const text = message.startsWith('error: ') ? message : `error: ${message}`;
  return error instanceof UsageError ? `${text}\n${error.hint}` : text;
}

/** One error of several: without `error: `. */
export function messageOf(error: unknown): string {
  if (isStatusError(error)) return statusText(error);
  return error instanceof Error ? error.message : String(error);
}

function statusText(error: StatusError): string {
  if (error.reason === 'Unauthorized') return `error: You must be logged in to the server (${error.message})`;
  return error.reason === ''
    ? `Error from server: ${error.message}`
    : `Error from server (${error.reason}): ${error.message}`;
}

function invalidText({ details, message = '' }: Status): string {
  if (details === undefined) return 'The request is invalid';
  const causes = uniqueCauses(details.causes ?? []);
  const named = Boolean(details.kind) || Boolean(details.name);
  const head = named
    ? `The ${details.kind ?? ''} ${JSON.stringify(details.name ?? '')} is invalid`
    : message !== '' && causes.length === 0
      ? `The request is invalid: ${message}`
      : 'The request is invalid';
  if (causes.length === 0) return head;
  return causes.length === 1 ? `${head}: ${causes[0]}\n` : `${head}: \n${causes.map((c) => `* ${c}\n`).join('')}`;
}

function uniqueCauses(causes: readonly StatusCause[]): string[] {
  return [...new Set(causes.map(({ field = '', message = '' }) => `${field}: ${message}`))];
}

/** Go finds out when it connects that a credential plugin fails. */
function isCredentialFailure(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ClientError' && error.message.startsWith('getting credentials: ');
}

/** Failures to reach a server come in whole sentences. */
function standsAlone(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'ClientError') return false;
  return /^(Unable to connect to the server|The connection to the server)/.test(error.message);
}
