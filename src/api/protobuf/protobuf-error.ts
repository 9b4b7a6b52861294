/**
 * Why bytes cannot be read as an object, or an object not be written:
 * - `malformed`: the bytes are no protobuf of this message, or a value does not fit its field;
 * - `unknownKind`: the envelope names a kind that has no protobuf message.
 */
export type ProtobufErrorCode = 'malformed' | 'unknownKind';

/** A body that is no protobuf of a known kind. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
  readonly code: ProtobufErrorCode;

  constructor(message: string, options: { code?: ProtobufErrorCode; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code ?? 'malformed';
  }
}
