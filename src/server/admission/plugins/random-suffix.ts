/** Letters without vowels and look-alikes: apimachinery util/rand. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** Five characters that make a generated name its own. */
export function randomSuffix(random: () => number): string {
  return Array.from({ length: 5 }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join('');
}
