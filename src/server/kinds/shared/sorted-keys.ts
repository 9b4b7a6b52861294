/** The keys of a map, in order: Go walks its maps in none, ours must say the same things in the same order each time. */
export function sortedKeys(map: object): string[] {
  const keys = Object.keys(map);
  return keys.length < 2 ? keys : keys.sort();
}
