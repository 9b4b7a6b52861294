/** Times and names of certificates in plain words. */

const UNITS: readonly (readonly [string, number])[] = [
  ['year', 365 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** `2 years`, `23 hours`, `1 minute`, `less than a minute` */
export function spanWords(milliseconds: number): string {
  const span = Math.abs(milliseconds);
  for (const [unit, size] of UNITS) {
    const count = Math.floor(span / size);
    // Under two years, days say more.
    if (count >= (unit === 'year' ? 2 : 1)) return `${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  return 'less than a minute';
}

/** `2026-11-23T10:00:00Z` */
export function instant(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** `expired 3 days ago`, `23 hours left` */
export function expiryWords(notAfter: Date, now: Date): string {
  const left = notAfter.getTime() - now.getTime();
  return left < 0 ? `expired ${spanWords(left)} ago` : `${spanWords(left)} left`;
}

export function listWords(items: readonly string[]): string {
  if (items.length <= 1) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
