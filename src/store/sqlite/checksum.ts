import { crc32 } from 'node:zlib';

/** CRC-32 over all that a row says of a key, so that damage which leaves the file well-formed is found too. */
export function checksumOf(key: string, createRevision: number, modRevision: number, value: Buffer): number {
  return crc32(value, crc32(`${key}\0${createRevision}\0${modRevision}`));
}
