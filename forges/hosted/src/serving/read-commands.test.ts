import { Readable } from 'node:stream';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readCommands } from './read-commands.ts';

const ids = fc.string({
  unit: fc.constantFrom(...'0123456789abcdef'),
  minLength: 40,
  maxLength: 40,
});
const refs = fc
  .string({ minLength: 1, maxLength: 60 })
  .map((name) => `refs/heads/${name.replaceAll(/\p{Cc}/gu, '-')}`)
  .filter((ref) => ref.isWellFormed());
const commands = fc.array(fc.record({ before: ids, after: ids, ref: refs }), {
  minLength: 1,
  maxLength: 20,
});

describe('readCommands', () => {
  it('reads the same however the body comes, and passes all of it on', async () => {
    const chunked = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 });
    const pack = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(commands, pack, chunked, async (wanted, rest, sizes) => {
        const body = Buffer.concat([compose(wanted), rest]);

        const head = await readCommands(Readable.from(cut(body, sizes)), 'shop/gitops');

        expect(head.commands).toEqual(wanted);
        expect([...head.capabilities]).toEqual(['report-status', 'agent=git/2']);
        expect(Buffer.concat(await Array.fromAsync(head.body))).toEqual(body);
      }),
      { seed: 11, numRuns: 150 },
    );
  });

  it('reads what a shallow clone says first, and a push of nothing', async () => {
    const [one] = [`${'0'.repeat(40)} ${'a'.repeat(40)} refs/heads/x\0`];
    const shallow = Buffer.concat([packet(`shallow ${'b'.repeat(40)}\n`), packet(one), flush]);

    expect((await readCommands(Readable.from([shallow]), 's')).commands).toHaveLength(1);
    expect((await readCommands(Readable.from([flush]), 's')).commands).toEqual([]);
  });

  it('never fails otherwise than by saying that it cannot be read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const end = await readCommands(Readable.from([Buffer.from(bytes)]), 's').then(
          ({ commands: read }) => read,
          (error: unknown) => error,
        );

        expect(Array.isArray(end) || end).toSatisfy(
          (one) => one === true || (one as { code?: string }).code === 'FORGE_REQUEST_INVALID',
        );
      }),
      { seed: 12, numRuns: 300 },
    );
  });

  it('reads no more names than anybody means', async () => {
    const line = packet(`${'0'.repeat(40)} ${'a'.repeat(40)} refs/heads/${'x'.repeat(900)}`);
    const many = Readable.from(Array.from({ length: 3000 }, () => line));

    await expect(readCommands(many, 's')).rejects.toMatchObject({ code: 'FORGE_REQUEST_INVALID' });
  });

  it('takes as many refs as may be, and says of more that they are too many', async () => {
    const pushOf = (length: number) => {
      const list = Array.from({ length }, (_one, index) => ({
        before: '0'.repeat(40),
        after: 'a'.repeat(40),
        ref: `refs/heads/n${index}`,
      }));
      return readCommands(Readable.from([compose(list)]), 's');
    };

    expect((await pushOf(1000)).commands).toHaveLength(1000);
    await expect(pushOf(1001)).rejects.toThrow('too many refs');
  });
});

const flush = Buffer.from('0000');

function packet(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from((payload.length + 4).toString(16).padStart(4, '0')), payload]);
}

function compose(
  list: readonly { readonly before: string; readonly after: string; readonly ref: string }[],
): Buffer {
  const lines = list.map(({ before, after, ref }, index) =>
    packet(`${before} ${after} ${ref}${index === 0 ? '\0 report-status agent=git/2' : ''}`),
  );
  return Buffer.concat([...lines, flush]);
}

function* cut(body: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, turn = 0; at < body.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield body.subarray(at, at + size);
    at += size;
  }
}
