/** The wire form of protocol buffers: fields by number, as bytes or numbers. */

export interface ProtoField {
  readonly number: number;
  /** Bytes for texts, messages and packed lists; a number for everything else. */
  readonly value: Buffer | bigint;
}

/** The body is no protocol buffer, or is cut off. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

/** In the order in which they come. */
export function* readFields(bytes: Buffer): Generator<ProtoField> {
  const cursor = { bytes, offset: 0 };
  while (cursor.offset < bytes.length) {
    const tag = Number(readVarint(cursor));
    yield { number: tag >>> 3, value: readValue(cursor, tag & 7) };
  }
}

interface Cursor {
  readonly bytes: Buffer;
  offset: number;
}

function readValue(cursor: Cursor, wireType: number): Buffer | bigint {
  switch (wireType) {
    case 0:
      return readVarint(cursor);
    case 1:
      return takeBytes(cursor, 8).readBigUInt64LE();
    case 2:
      return takeBytes(cursor, Number(readVarint(cursor)));
    case 5:
      return BigInt(takeBytes(cursor, 4).readUInt32LE());
    default:
      throw new ProtobufError(`wire type ${wireType} is not known`);
  }
}

function takeBytes(cursor: Cursor, length: number): Buffer {
  const end = cursor.offset + length;
  if (end > cursor.bytes.length) throw new ProtobufError('unexpected EOF');
  const taken = cursor.bytes.subarray(cursor.offset, end);
  cursor.offset = end;
  return taken;
}

function readVarint(cursor: Cursor): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = cursor.bytes[cursor.offset];
    if (byte === undefined) throw new ProtobufError('unexpected EOF');
    cursor.offset += 1;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw new ProtobufError('integer overflow');
}
