import { describe, expect, it } from 'vitest';

import { readApiKnowledge } from '../resources/read-api-knowledge.ts';
import { decodeProtobufObject } from './decode-object.ts';
import { ProtobufError } from './protobuf-reader.ts';

/** One field: a text, bytes or a number. */
function field(number: number, value: string | Buffer | number): Buffer {
  if (typeof value === 'number') return Buffer.concat([varint(number << 3), varint(value)]);
  const bytes = Buffer.from(value);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

function envelope(apiVersion: string, kind: string, raw: Buffer): Buffer {
  const meta = Buffer.concat([field(1, apiVersion), field(2, kind)]);
  return Buffer.concat([Buffer.from('k8s\0'), field(1, meta), field(2, raw)]);
}

function decode(bytes: Buffer): unknown {
  const { messages, nameOf } = readApiKnowledge();
  return decodeProtobufObject(bytes, messages, nameOf);
}

describe('objects as typed clients send them', () => {
  it('read as their JSON would', () => {
    const metadata = Buffer.concat([
      field(1, 'web'),
      field(8, Buffer.alloc(0)),
      field(11, Buffer.concat([field(1, 'app'), field(2, 'web')])),
    ]);
    const port = Buffer.concat([
      field(3, 80),
      field(4, Buffer.concat([field(1, 1), field(3, 'http')])),
    ]);
    const spec = Buffer.concat([field(1, port), field(4, 'ClusterIP')]);

    expect(
      decode(envelope('v1', 'Service', Buffer.concat([field(1, metadata), field(2, spec)]))),
    ).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: { ports: [{ port: 80, targetPort: 'http' }], type: 'ClusterIP' },
    });
  });

  it('have what JSON has one level higher, quantities and bytes', () => {
    const volume = Buffer.concat([field(1, 'v'), field(2, field(2, Buffer.alloc(0)))]);
    const limits = field(1, Buffer.concat([field(1, 'cpu'), field(2, field(1, '500m'))]));
    const container = Buffer.concat([field(1, 'a'), field(8, limits)]);
    const pod = envelope(
      'v1',
      'Pod',
      field(2, Buffer.concat([field(1, volume), field(2, container)])),
    );
    const entry = Buffer.concat([field(1, 'k'), field(2, Buffer.from([0, 1, 2]))]);

    expect(decode(pod)).toMatchObject({
      spec: {
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: [{ name: 'a', resources: { limits: { cpu: '500m' } } }],
      },
    });
    expect(decode(envelope('v1', 'Secret', field(2, entry)))).toMatchObject({
      data: { k: 'AAEC' },
    });
  });

  it.each<[string, Buffer]>([
    ['something else', Buffer.from('{"kind":"Pod"}')],
    ['a kind that is not built in', envelope('example.com/v1', 'Widget', Buffer.alloc(0))],
    ['a message that is cut off', envelope('v1', 'Pod', Buffer.from([0x0a, 0x7f, 0x00]))],
    ['a number without end', envelope('v1', 'Pod', Buffer.alloc(12, 0xff))],
  ])('are refused when they are %s', (_name, bytes) => {
    expect(() => decode(bytes)).toThrow(ProtobufError);
  });
});
