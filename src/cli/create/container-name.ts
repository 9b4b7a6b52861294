import { randomInt } from 'node:crypto';

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX = 5;

/** The name of an image without registry, tag and digest; what no container may be called is replaced, with a suffix. */
export function containerName(image: string): string {
  const name = (image.split('/').at(-1) ?? '').split(':')[0]?.split('@')[0] ?? '';
  if (!/[_.]/.test(name)) return name;
  return `${name.replaceAll(/[_.]/g, '-')}-${randomSuffix()}`;
}

/** For names that nobody chose: `x7k2p`. */
export function randomSuffix(): string {
  return Array.from({ length: SUFFIX }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
