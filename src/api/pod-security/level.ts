/** Levels and versions of the Pod Security Standards, and the namespace labels that choose them; imitates pod-security-admission/api. */
import { FieldErrors, Path } from '../field-errors.ts';

export type Level = 'privileged' | 'baseline' | 'restricted';

export interface LevelVersion {
  readonly level: Level;
  /** Minor version; Infinity for `latest`. */
  readonly minor: number;
}

export interface Policy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

const LEVELS: readonly Level[] = ['privileged', 'baseline', 'restricted'];
const PREFIX = 'pod-security.kubernetes.io/';
const PRIVILEGED: LevelVersion = { level: 'privileged', minor: Number.POSITIVE_INFINITY };

/** `baseline:latest`, `restricted:v1.30` */
export function levelText({ level, minor }: LevelVersion): string {
  return `${level}:${minor === Number.POSITIVE_INFINITY ? 'latest' : `v1.${minor}`}`;
}

export function isStricter(a: Level, b: Level): boolean {
  return LEVELS.indexOf(a) > LEVELS.indexOf(b);
}

/**
 * What the labels of a namespace ask for, and what is wrong with them. An unknown level counts as restricted. Where only
 * `enforce` is set, the others follow it.
 */
export function policyOf(labels: Readonly<Record<string, string>> = {}): { policy: Policy; errors: FieldErrors } {
  const errors = new FieldErrors();
  const enforce = read(labels, 'enforce', PRIVILEGED, errors);
  const follow = labels[`${PREFIX}enforce`] === undefined ? PRIVILEGED : enforce;
  const audit = read(labels, 'audit', follow, errors);
  const warn = read(labels, 'warn', follow, errors);
  return { policy: { enforce, audit, warn }, errors };
}

function read(
  labels: Readonly<Record<string, string>>,
  mode: string,
  otherwise: LevelVersion,
  errors: FieldErrors,
): LevelVersion {
  const level = labels[PREFIX + mode];
  const version = labels[`${PREFIX}${mode}-version`];
  const chosen = level === undefined ? otherwise.level : readLevel(level, mode, errors);
  if (version !== undefined) return { level: chosen, minor: readVersion(version, mode, errors) };
  return { level: chosen, minor: level === undefined ? otherwise.minor : Number.POSITIVE_INFINITY };
}

function label(name: string): Path {
  return Path.root('metadata')
    .child('labels')
    .key(PREFIX + name);
}

function readLevel(text: string, mode: string, errors: FieldErrors): Level {
  const known = LEVELS.find((level) => level === text);
  if (known !== undefined) return known;
  errors.invalid(label(mode), text, `must be one of ${LEVELS.join(', ')}`);
  return 'restricted';
}

function readVersion(text: string, mode: string, errors: FieldErrors): number {
  const match = /^v1\.(0|[1-9][0-9]*)$/.exec(text);
  if (match !== null) return Number(match[1]);
  if (text !== 'latest') errors.invalid(label(`${mode}-version`), text, 'must be "latest" or "v1.x"');
  return Number.POSITIVE_INFINITY;
}
