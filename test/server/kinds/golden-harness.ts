/**
 * Plays recorded create requests (golden transcripts) through decode → defaults → prepareForCreate → metadata and
 * kind validation, without a server, and says what the server would answer. For the kinds' own tests.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { FieldErrors } from '../../../src/api/field-errors.ts';
import type { JsonObject, KubeObject } from '../../../src/api/object.ts';
import { invalid, isStatusError, type Status, type StatusError } from '../../../src/api/status-error.ts';
import { decodeBody } from '../../../src/server/handlers/decode-body.ts';
import type { Kind, StrategyContext } from '../../../src/server/kinds/kind.ts';
import type { KindTable } from '../../../src/server/kinds/kind-table.ts';
import { fillSystemFields, validateMetadata } from '../../../src/server/registry/metadata.ts';

const GOLDEN = new URL('../../../../shared/golden/', import.meta.url);

/** False where the transcripts are not at hand: then the tests that need them are skipped. */
export const hasGolden = existsSync(fileURLToPath(new URL('README.md', GOLDEN)));

export interface RecordedStep {
  /** `validation-pods/container-names #3` */
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly sent: JsonObject;
  readonly show: readonly string[] | undefined;
  readonly status: number;
  readonly body: unknown;
  readonly warning: string | undefined;
}

interface ScenarioStep {
  method?: string;
  path?: string;
  body?: JsonObject;
  show?: string[];
  ignore?: boolean;
  sleep?: number;
}

interface Scenario {
  name: string;
  steps: ScenarioStep[];
}

interface Recording {
  status: number;
  body: unknown;
  warning?: string;
}

/** The create requests of an area that go to `suffix`, e.g. `/pods`, paired with what was answered. */
export async function recordedCreates(
  area: string,
  suffix: string,
  only: (scenario: string) => boolean = () => true,
): Promise<RecordedStep[]> {
  if (!hasGolden) return [];
  const module = (await import(pathToFileURL(fileURLToPath(new URL(`scenarios/${area}.mjs`, GOLDEN))).href)) as {
    default: Scenario[];
  };
  const recordings = JSON.parse(readFileSync(new URL(`recordings/${area}.json`, GOLDEN), 'utf8')) as Record<
    string,
    Recording[]
  >;
  return module.default
    .filter((scenario) => only(scenario.name))
    .flatMap((scenario) => creates(area, scenario, recordings[scenario.name] ?? [], suffix));
}

function creates(area: string, { name, steps }: Scenario, recordings: Recording[], suffix: string): RecordedStep[] {
  const shown = steps.filter((step) => step.ignore !== true && step.sleep === undefined);
  return shown.flatMap((step, i): RecordedStep[] => {
    const recording = recordings[i];
    const { method = '', path = '', body } = step;
    if (
      recording === undefined ||
      method !== 'POST' ||
      body === undefined ||
      path.split('?')[0]?.endsWith(suffix) !== true
    )
      return [];
    const { status, warning } = recording;
    return [
      {
        title: `${area}/${name} #${i + 1}`,
        method,
        path,
        sent: body,
        show: step.show,
        status,
        body: recording.body,
        warning,
      },
    ];
  });
}

export interface Played {
  readonly status: number;
  readonly body: KubeObject | Status;
  readonly warnings: readonly string[];
}

export const NOW = new Date('2026-01-02T03:04:05Z');
const NO_KINDS = { byKind: () => undefined } as unknown as KindTable;

export function strategyContext(subresource = ''): StrategyContext {
  return { now: NOW, user: { name: 'test', uid: '', groups: [], extra: {} }, dryRun: true, subresource, warn() {} };
}

/** What a create of `sent` would answer, admission aside (`admit` stands in for what it would change). */
export function playCreate(kind: Kind, sent: JsonObject, admit: (obj: KubeObject) => void = () => {}): Played {
  const warnings: string[] = [];
  try {
    const text = JSON.stringify(sent).replaceAll('{ns}', '<ns>');
    const obj = decodeBody(NO_KINDS, kind, Buffer.from(text), 'json', 'Warn', { warn: (w) => warnings.push(w) });
    fillSystemFields(kind, obj, 'ns', NOW, '<uid1>', () => 0.5);
    admit(obj);
    kind.strategy.prepareForCreate?.(obj, strategyContext());
    const errors = new FieldErrors();
    validateMetadata(kind, obj.metadata, errors);
    kind.strategy.validate?.(obj, errors, strategyContext());
    if (errors.length > 0)
      throw invalid({ group: kind.group, resource: kind.kind }, obj.metadata.name ?? '', errors.list);
    warnings.push(...(kind.strategy.warnings?.(obj, undefined, strategyContext()) ?? []));
    return { status: 201, body: obj, warnings };
  } catch (error) {
    if (!isStatusError(error)) throw error;
    return { status: (error as StatusError).code, body: (error as StatusError).status, warnings };
  }
}

/** `spec.containers.0.ports` of a value. */
export function pick(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((v, key) => (v === null || v === undefined ? v : (v as JsonObject)[key]), value);
}

/** The field errors of an answer as `reason field: message`, for readable comparison. */
export function causesOf(body: unknown): string[] {
  const details = (
    body as { details?: { causes?: { reason?: string; field?: string; message?: string }[] } } | undefined
  )?.details;
  return (details?.causes ?? []).map((cause) => `${cause.reason} ${cause.field}: ${cause.message}`);
}

/** `299 - "a", 299 - "b"` as a list. */
export function warningTexts(header: string | undefined): string[] {
  return [...(header ?? '').matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map((match) =>
    (match[1] as string).replace(/\\(.)/g, '$1'),
  );
}
