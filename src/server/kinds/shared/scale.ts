/** The usual answers to /scale: `spec.replicas`, `status.replicas` and the selector as text. */
import type { LabelSelector } from '../../../api/types/meta-v1.ts';
import type { ScaleStrategy } from '../kind.ts';
import { labelsText, selectorText } from '../printing.ts';

interface Scalable {
  spec?: { replicas?: number; selector?: LabelSelector };
  status?: { replicas?: number };
}

interface ScalableByLabels {
  spec?: { replicas?: number; selector?: Record<string, string> };
  status?: { replicas?: number };
}

function replicas<T extends { spec?: { replicas?: number }; status?: { replicas?: number } }>(): Omit<
  ScaleStrategy<T>,
  'selector'
> {
  return {
    specReplicas: (obj) => obj.spec?.replicas ?? 0,
    statusReplicas: (obj) => obj.status?.replicas ?? 0,
    setReplicas(obj, count) {
      obj.spec = { ...obj.spec, replicas: count };
    },
  };
}

/** For kinds whose selector is a LabelSelector. */
export function replicaScale<T extends Scalable>(): ScaleStrategy<T> {
  return { ...replicas<T>(), selector: (obj) => orEmpty(selectorText(obj.spec?.selector)) };
}

/** For kinds whose selector is a plain label map (ReplicationController). */
export function labelMapScale<T extends ScalableByLabels>(): ScaleStrategy<T> {
  return { ...replicas<T>(), selector: (obj) => orEmpty(labelsText(obj.spec?.selector)) };
}

function orEmpty(text: string): string {
  return text === '<none>' ? '' : text;
}
