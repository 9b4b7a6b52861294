/** Letters without vowels and look-alikes: apimachinery util/rand. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** Five characters that make a generated name its own. */
export function randomSuffix(random: () => number): string {
  let suffix = '';
  while (suffix.length < 5) suffix += ALPHABET[Math.floor(random() * ALPHABET.length)];
  return suffix;
}
