/** Words for table cells; imitates kubernetes pkg/printers/internalversion and apimachinery duration. */
import type { LabelSelector } from '../../api/types/meta-v1.ts';

const SECOND = 1000;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** `5m`, `3h20m`, `2d`, `4y`: as `kubectl get` shows ages. `ms` is milliseconds. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / SECOND);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 2 * MINUTE) return `${seconds}s`;
  const minutes = Math.trunc(seconds / MINUTE);
  if (minutes < 10) return pair(minutes, 'm', seconds % MINUTE, 's');
  if (minutes < 3 * 60) return `${minutes}m`;
  const hours = Math.trunc(seconds / HOUR);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (hours < 24 * 8) return pair(Math.trunc(hours / 24), 'd', hours % 24, 'h');
  const days = Math.trunc(seconds / DAY);
  if (days < 2 * 365) return `${days}d`;
  const years = Math.trunc(seconds / YEAR);
  if (years < 8) return pair(years, 'y', days % 365, 'd');
  return `${years}y`;
}

function pair(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${smallUnit}`;
}

/** Time since an RFC 3339 timestamp; `<unknown>` when there is none. */
export function age(timestamp: string | undefined | null, now: Date): string {
  return timestamp === undefined || timestamp === null
    ? '<unknown>'
    : humanDuration(now.getTime() - Date.parse(timestamp));
}

/** `a=1,b=2` with sorted keys; `<none>` when empty. */
export function labelsText(labels: Record<string, string> | undefined): string {
  const keys = Object.keys(labels ?? {}).sort();
  return keys.length === 0 ? '<none>' : keys.map((key) => `${key}=${labels?.[key]}`).join(',');
}

const OPERATORS: Record<string, string> = { In: 'in', NotIn: 'notin' };

/** metav1.FormatLabelSelector: `app=web,tier in (a,b)`, `<none>` when empty or absent. */
export function selectorText(selector: LabelSelector | undefined): string {
  const parts: { key: string; text: string }[] = [];
  for (const [key, value] of Object.entries(selector?.matchLabels ?? {})) parts.push({ key, text: `${key}=${value}` });
  for (const { key = '', operator = '', values = [] } of selector?.matchExpressions ?? []) {
    if (operator === 'Exists') parts.push({ key, text: key });
    else if (operator === 'DoesNotExist') parts.push({ key, text: `!${key}` });
    else parts.push({ key, text: `${key} ${OPERATORS[operator] ?? operator} (${[...values].sort().join(',')})` });
  }
  if (parts.length === 0) return '<none>';
  return parts
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map((p) => p.text)
    .join(',');
}

/** Joins a list as `a,b`; `<none>` when empty. */
export function listText(items: readonly string[] | undefined): string {
  return items === undefined || items.length === 0 ? '<none>' : items.join(',');
}
