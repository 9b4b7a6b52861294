/** The behavior annotation of autoscaling/v1: JSON under the names of Go's fields, which are read in any case. */
import { isObject, type JsonObject } from '../../../api/object.ts';
import { canonicalQuantity, QuantityError } from '../../../api/quantity.ts';
import type {
  HorizontalPodAutoscalerBehavior,
  HPAScalingPolicy,
  HPAScalingRules,
} from '../../../api/types/autoscaling-v2.ts';
import { type GoShape, goValue } from '../shared/pod-go-values.ts';

const RULES: GoShape = [
  ['StabilizationWindowSeconds', 'stabilizationWindowSeconds'],
  ['SelectPolicy', 'selectPolicy'],
  [
    'Policies',
    'policies',
    null,
    [
      ['Type', 'type', ''],
      ['Value', 'value', 0],
      ['PeriodSeconds', 'periodSeconds', 0],
    ],
  ],
  ['Tolerance', 'tolerance'],
];

export function behaviorToGo(behavior: HorizontalPodAutoscalerBehavior): unknown {
  return goValue(behavior, [
    ['ScaleUp', 'scaleUp', null, RULES],
    ['ScaleDown', 'scaleDown', null, RULES],
  ]);
}

/** Undefined when there is none or it is not of that shape. */
export function behaviorFromGo(value: unknown): HorizontalPodAutoscalerBehavior | undefined {
  if (!isObject(value)) return undefined;
  try {
    const scaleUp = rulesFromGo(member(value, 'scaleUp'));
    const scaleDown = rulesFromGo(member(value, 'scaleDown'));
    const behavior = { ...(scaleUp && { scaleUp }), ...(scaleDown && { scaleDown }) };
    return Object.keys(behavior).length === 0 ? undefined : behavior;
  } catch (error) {
    if (error instanceof TypeError || error instanceof QuantityError) return undefined;
    throw error;
  }
}

function member(object: JsonObject, name: string): unknown {
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : (object[key] ?? undefined);
}

/** @throws TypeError */
function rulesFromGo(value: unknown): HPAScalingRules | undefined {
  if (value === undefined) return undefined;
  const object = expectObject(value);
  const rules: HPAScalingRules = {
    stabilizationWindowSeconds: expectInteger(member(object, 'stabilizationWindowSeconds')),
    selectPolicy: expectText(member(object, 'selectPolicy')),
    policies: policiesFromGo(member(object, 'policies')),
    tolerance: expectAmount(member(object, 'tolerance')),
  };
  return Object.fromEntries(Object.entries(rules).filter(([, item]) => item !== undefined));
}

function policiesFromGo(value: unknown): HPAScalingPolicy[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new TypeError('not a list');
  return value.map(expectObject).map((policy) => ({
    type: expectText(member(policy, 'type')) ?? '',
    value: expectInteger(member(policy, 'value')) ?? 0,
    periodSeconds: expectInteger(member(policy, 'periodSeconds')) ?? 0,
  }));
}

function expectObject(value: unknown): JsonObject {
  if (!isObject(value)) throw new TypeError('not an object');
  return value;
}

function expectInteger(value: unknown): number | undefined {
  if (value !== undefined && !Number.isInteger(value)) throw new TypeError('not an integer');
  return value as number | undefined;
}

function expectText(value: unknown): string | undefined {
  if (value !== undefined && typeof value !== 'string') throw new TypeError('not a string');
  return value;
}

function expectAmount(value: unknown): string | undefined {
  return value === undefined ? undefined : canonicalQuantity(String(value));
}
