/** "Did you mean": what somebody wanted to type. */

const MAX_DISTANCE = 2;

/** Candidates near `typed`: those that begin with it, then those at most two edits away, nearest first. */
export function suggestions(typed: string, candidates: readonly string[], limit = 3): string[] {
  const wanted = typed.toLowerCase();
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distanceOf(wanted, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.min(MAX_DISTANCE, Math.max(1, Math.floor(wanted.length / 2))))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  return ranked.slice(0, limit).map(({ candidate }) => candidate);
}

function distanceOf(wanted: string, candidate: string): number {
  return wanted.length >= 2 && candidate.startsWith(wanted) ? 0 : editDistance(wanted, candidate);
}

/** Cobra's block below an error: an empty line, the question, one candidate a line. '' when there is none. */
export function didYouMean(found: readonly string[]): string {
  return found.length === 0 ? '' : `\n\nDid you mean this?\n${found.map((name) => `\t${name}`).join('\n')}`;
}

/** Levenshtein, with a swap of neighbours as one edit. Texts are cut at 64 characters. */
export function editDistance(left: string, right: string): number {
  const a = left.slice(0, 64);
  const b = right.slice(0, 64);
  let previous: number[] = [];
  let current = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((current[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (current[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, (previous[j - 2] ?? 0) + 1);
      next.push(best);
    }
    previous = current;
    current = next;
  }
  return current[b.length] ?? 0;
}
