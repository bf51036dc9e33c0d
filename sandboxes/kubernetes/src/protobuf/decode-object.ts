/**
 * Objects in the encoding of typed clients. What comes out is what the same client would have sent as
 * JSON, so everything behind it reads only JSON.
 */

import type { JsonObject } from '@trueup/diagnostics';
import { copyJson, type Draft, type DraftValue, isDraft, setMember } from '../object/draft.ts';
import { parseJson } from '../object/json-text.ts';
import { ProtobufError, readFields } from './protobuf-reader.ts';

/** Members of messages by number: name and type, as the generated records have them. */
export type MessageTypes = ReadonlyMap<string, ReadonlyMap<number, readonly [string, string]>>;

/** Every object begins with these, then comes an envelope that names its kind. */
const magic = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

/**
 * @param nameOf the message of a kind, such as `v1` and `Pod`
 * @throws ProtobufError when the body is no object of a kind that has a message.
 */
export function decodeProtobufObject(
  bytes: Buffer,
  types: MessageTypes,
  nameOf: (apiVersion: string, kind: string) => string | undefined,
): JsonObject {
  if (!bytes.subarray(0, 4).equals(magic)) {
    throw new ProtobufError('provided data does not appear to be a protobuf message');
  }
  const envelope = new Map(
    [...readFields(bytes.subarray(4))].map(({ number, value }) => [number, value]),
  );
  const meta = new Map(
    [...readFields(bytesOf(envelope.get(1)))].map(({ number, value }) => [number, value]),
  );
  const apiVersion = bytesOf(meta.get(1)).toString('utf8');
  const kind = bytesOf(meta.get(2)).toString('utf8');
  const name = nameOf(apiVersion, kind);
  if (name === undefined) throw new ProtobufError(`no kind ${JSON.stringify(kind)} is registered`);
  const body = new Decoder(types).decodeMessage(name, bytesOf(envelope.get(2)));
  return { apiVersion, kind, ...body };
}

function bytesOf(value: Buffer | bigint | undefined): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}

const machinery = 'io.k8s.apimachinery.pkg';
const extensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';
const deepest = 100;

class Decoder {
  readonly #types: MessageTypes;
  #depth = 0;

  constructor(types: MessageTypes) {
    this.#types = types;
  }

  decodeMessage(name: string, bytes: Buffer): Draft {
    const fields = this.#types.get(name);
    if (!fields) throw new ProtobufError(`message ${name} is not known`);
    this.#depth += 1;
    if (this.#depth > deepest) throw new ProtobufError('nested too deeply');
    const message: Draft = {};
    for (const { number, value } of readFields(bytes)) {
      const [member, type] = fields.get(number) ?? [];
      if (member !== undefined && type !== undefined) this.#add(message, { member, type, value });
    }
    this.#depth -= 1;
    return message;
  }

  #add(
    message: Draft,
    {
      member,
      type,
      value,
    }: { readonly member: string; readonly type: string; readonly value: Buffer | bigint },
  ): void {
    // A few Go names have slipped into the files that these come from.
    const name = `${member.charAt(0).toLowerCase()}${member.slice(1)}`;
    if (type.startsWith('%')) {
      this.#addEntry(message, name, { type: type.slice(1), bytes: bytesOf(value) });
    } else if (type.startsWith('*')) {
      const list = Array.isArray(message[name]) ? message[name] : [];
      const item = this.#decodeValue(type.slice(1), value);
      message[name] = item === undefined ? list : [...list, item];
    } else if (inlined.has(name) && type.startsWith('io.')) {
      Object.assign(message, this.decodeMessage(type, bytesOf(value)));
    } else {
      const decoded = this.#decodeValue(type, value);
      if (decoded !== undefined) message[name] = decoded;
    }
  }

  #addEntry(
    message: Draft,
    name: string,
    { type, bytes }: { readonly type: string; readonly bytes: Buffer },
  ): void {
    const present = message[name];
    const map = isDraft(present) ? present : {};
    message[name] = map;
    let key = '';
    let entry: DraftValue = type === 'string' || type === 'bytes' ? '' : {};
    for (const { number, value } of readFields(bytes)) {
      if (number === 1) key = bytesOf(value).toString('utf8');
      else entry = this.#decodeValue(type, value) ?? entry;
    }
    setMember(map, key, entry);
  }

  #decodeValue(type: string, value: Buffer | bigint): DraftValue | undefined {
    switch (type) {
      case 'string':
        return bytesOf(value).toString('utf8');
      case 'bytes':
        return bytesOf(value).toString('base64');
      case 'bool':
        return value === 1n;
      case 'int':
        return toNumber(value);
      case 'double':
        return toDouble(value);
      default:
        return this.#decodeSpecial(type, bytesOf(value));
    }
  }

  #decodeSpecial(type: string, bytes: Buffer): DraftValue | undefined {
    switch (type) {
      case `${machinery}.api.resource.Quantity`:
        return this.decodeMessage(type, bytes)['string'] ?? '0';
      case `${machinery}.util.intstr.IntOrString`: {
        const { type: kind, intVal = 0, strVal = '' } = this.decodeMessage(type, bytes);
        return kind === 1 ? strVal : intVal;
      }
      case `${machinery}.apis.meta.v1.Time`:
      case `${machinery}.apis.meta.v1.MicroTime`:
        return toTime(this.decodeMessage(type, bytes), type.endsWith('MicroTime'));
      case `${machinery}.apis.meta.v1.FieldsV1`:
      case `${machinery}.runtime.RawExtension`:
      case `${extensions}.JSON`:
        return rawJson(this.decodeMessage(type, bytes));
      default:
        return this.decodeMessage(type, bytes);
    }
  }
}

/** Messages under these names have their members, as JSON tells it, in the object around them. */
const inlined: ReadonlySet<string> = new Set([
  'volumeSource',
  'persistentVolumeSource',
  'localObjectReference',
  'handler',
  'ephemeralContainerCommon',
  'ingressRuleValue',
  'ruleWithOperations',
  'rule',
]);

function toNumber(value: Buffer | bigint): DraftValue {
  const signed = BigInt.asIntN(64, Buffer.isBuffer(value) ? 0n : value);
  const number = Number(signed);
  return Number.isSafeInteger(number) ? number : signed;
}

function toDouble(value: Buffer | bigint): number {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(Buffer.isBuffer(value) ? 0n : value);
  return buffer.readDoubleLE();
}

/** Go writes a time that is not set as a message without members. */
function toTime({ seconds, nanos = 0 }: Draft, isMicro: boolean): string | undefined {
  if (typeof seconds !== 'number') return undefined;
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  const micros = Math.floor(Number(nanos) / 1000);
  return isMicro ? `${text}.${String(micros).padStart(6, '0')}Z` : `${text}Z`;
}

function rawJson({ raw, Raw }: Draft): DraftValue {
  const encoded = raw ?? Raw;
  const text = typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString('utf8') : '';
  return text === '' ? null : copyJson(parseJson(text));
}
