/** Reads a tar archive as it comes: ustar, pax and GNU's long names. */
import { BLOCK, type RawHeader, readHeader, type TarHeader } from './tar-format.ts';

export interface TarEntry extends TarHeader {
  /** To be read to its end before the next entry; what is left is passed over. */
  readonly body: AsyncIterable<Buffer>;
}

/** Of a record that belongs to the next entry. */
const MAX_RECORD = 1 << 20;

/** @throws Error for what is no archive, and for one that ends too early */
export async function* tarEntries(chunks: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const source = new ByteSource(chunks);
  let extra: Partial<TarHeader> = {};
  for (;;) {
    const block = await source.exactly(BLOCK);
    if (block === undefined || block.every((byte) => byte === 0)) return;
    const raw = readHeader(block);
    if ('xgLK'.includes(raw.type)) {
      extra = { ...extra, ...(await recordOf(source, raw)) };
      continue;
    }
    const header = { ...raw, ...extra };
    extra = {};
    const body = new EntryBody(source, header.kind === 'file' || header.kind === 'other' ? header.size : 0);
    yield { ...header, body };
    await body.finish();
  }
}

async function recordOf(source: ByteSource, { type, size }: RawHeader): Promise<Partial<TarHeader>> {
  if (size > MAX_RECORD) throw new Error('archive/tar: header field too long');
  const bytes = (await source.exactly(size + ((BLOCK - (size % BLOCK)) % BLOCK))) ?? Buffer.alloc(0);
  const body = bytes.subarray(0, size);
  const text = body.toString('utf8').replace(/\0+$/, '');
  if (type === 'L') return { name: text };
  if (type === 'K') return { link: text };
  return type === 'x' ? paxFields(body) : {};
}

function paxFields(body: Buffer): Partial<TarHeader> {
  let fields: Partial<TarHeader> = {};
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const length = Number(body.toString('latin1', at, space));
    if (space < 0 || !Number.isInteger(length) || length < 5 || at + length > body.length) {
      throw new Error('archive/tar: invalid tar header');
    }
    const record = body.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    const [key, value] = [record.slice(0, equals), record.slice(equals + 1)];
    if (key === 'path') fields = { ...fields, name: value };
    if (key === 'linkpath') fields = { ...fields, link: value };
    if (key === 'size') fields = { ...fields, size: Number(value) };
    at += length;
  }
  return fields;
}

/** Bytes in the amounts that are asked for. */
class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Some bytes, at most so many; undefined at the end. */
  async upTo(most: number): Promise<Buffer | undefined> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return undefined;
      this.#rest = value;
    }
    const part = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }

  /** undefined at the end. @throws Error in the middle */
  async exactly(size: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let missing = size;
    while (missing > 0) {
      const part = await this.upTo(missing);
      if (part === undefined) {
        if (parts.length === 0) return undefined;
        throw new Error('unexpected EOF');
      }
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }
}

class EntryBody implements AsyncIterable<Buffer> {
  readonly #source: ByteSource;
  readonly #padding: number;
  #left: number;

  constructor(source: ByteSource, size: number) {
    this.#source = source;
    this.#left = size;
    this.#padding = (BLOCK - (size % BLOCK)) % BLOCK;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    while (this.#left > 0) {
      const part = await this.#source.upTo(this.#left);
      if (part === undefined) throw new Error('unexpected EOF');
      this.#left -= part.length;
      yield part;
    }
  }

  async finish(): Promise<void> {
    for await (const _ of this);
    if (this.#padding > 0) await this.#source.exactly(this.#padding);
  }
}
