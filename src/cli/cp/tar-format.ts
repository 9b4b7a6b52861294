/** The header of a file in a tar archive: POSIX ustar, with pax records for what does not fit it. */

export const BLOCK = 512;

/** What an entry is; other kinds (devices, pipes) are `other`. */
export type EntryKind = 'file' | 'directory' | 'symlink' | 'other';

export interface TarHeader {
  readonly name: string;
  readonly kind: EntryKind;
  readonly size: number;
  /** Permissions. */
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Where a symbolic link leads. */
  readonly link?: string;
}

const TYPES: Readonly<Record<EntryKind, string>> = { file: '0', directory: '5', symlink: '2', other: '0' };
const MAX_OCTAL_7 = 0o7777777;
const MAX_OCTAL_11 = 0o77777777777;
const NAME_BYTES = 100;

/** One block, or three with pax records. */
export function headerBlocks(header: TarHeader): Buffer {
  const records = paxRecords(header);
  const block = headerBlock(header, TYPES[header.kind]);
  if (records.length === 0) return block;
  const body = Buffer.concat(records.map(paxRecord));
  const pax = headerBlock({ ...header, name: 'PaxHeaders.0/entry', size: body.length, link: '' }, 'x');
  return Buffer.concat([pax, body, padding(body.length), block]);
}

function paxRecords({ name, link = '', size, uid = 0, gid = 0 }: TarHeader): [string, string][] {
  const tooLong = (text: string): boolean => Buffer.byteLength(text) > NAME_BYTES || /[^\x20-\x7e]/.test(text);
  return [
    ...(tooLong(name) ? [['path', name] as [string, string]] : []),
    ...(tooLong(link) ? [['linkpath', link] as [string, string]] : []),
    ...(size > MAX_OCTAL_11 ? [['size', String(size)] as [string, string]] : []),
    ...(uid > MAX_OCTAL_7 ? [['uid', String(uid)] as [string, string]] : []),
    ...(gid > MAX_OCTAL_7 ? [['gid', String(gid)] as [string, string]] : []),
  ];
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function paxRecord([key, value]: [string, string]): Buffer {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + String(bytes).length;
  if (String(length).length !== String(bytes).length) length = bytes + String(length).length;
  return Buffer.from(`${length}${rest}`);
}

function headerBlock({ name, mode, uid = 0, gid = 0, size, mtime, link = '' }: TarHeader, type: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  const number = (value: number, at: number, digits: number, max: number): void => {
    const fits = value >= 0 && value <= max ? Math.trunc(value) : 0;
    block.write(fits.toString(8).padStart(digits, '0'), at, 'latin1');
  };
  Buffer.from(name).copy(block, 0, 0, NAME_BYTES);
  number(mode, 100, 7, MAX_OCTAL_7);
  number(uid, 108, 7, MAX_OCTAL_7);
  number(gid, 116, 7, MAX_OCTAL_7);
  number(size, 124, 11, MAX_OCTAL_11);
  number(mtime, 136, 11, MAX_OCTAL_11);
  block.write(type, 156, 'latin1');
  Buffer.from(link).copy(block, 157, 0, NAME_BYTES);
  block.write('ustar\u000000', 257, 'latin1');
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1');
  return block;
}

/** All bytes, those of the sum itself as blanks. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += block[i] as number;
  return sum;
}

/** Zeros up to the next block. */
export function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

export interface RawHeader extends TarHeader {
  /** The type flag: `0`, `x`, `L` … */
  readonly type: string;
}

/** @throws Error for what is no header */
export function readHeader(block: Buffer): RawHeader {
  if (octal(block, 148, 8) !== checksum(block)) throw new Error('archive/tar: invalid tar header');
  const type = String.fromCharCode(block[156] as number);
  const ustar = block.toString('latin1', 257, 262) === 'ustar';
  const prefix = ustar && block[263] === 0x30 ? text(block, 345, 155) : '';
  const short = text(block, 0, NAME_BYTES);
  return {
    type,
    name: prefix === '' ? short : `${prefix}/${short}`,
    kind: kindOf(type, short),
    size: octal(block, 124, 12),
    mode: octal(block, 100, 8),
    mtime: octal(block, 136, 12),
    link: text(block, 157, NAME_BYTES),
  };
}

function kindOf(type: string, name: string): EntryKind {
  if (type === '5' || (type === '\u0000' && name.endsWith('/'))) return 'directory';
  if (type === '2') return 'symlink';
  return type === '0' || type === '\u0000' || type === '7' ? 'file' : 'other';
}

function text(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

/** Octal digits, or (GNU) a number in bytes behind a first one of 0x80. */
function octal(block: Buffer, at: number, length: number): number {
  const field = block.subarray(at, at + length);
  if (((field[0] as number) & 0x80) !== 0) {
    let value = (field[0] as number) & 0x7f;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    return value;
  }
  const digits = /^[ \0]*([0-7]*)/.exec(field.toString('latin1'))?.[1] ?? '';
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}
