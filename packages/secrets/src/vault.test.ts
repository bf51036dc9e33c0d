import { createSecretKey, randomBytes } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createVault } from './vault.ts';

const [first, second] = [1, 2].map((fill) => createSecretKey(Buffer.alloc(32, fill)));
if (!first || !second) throw new Error('unreachable');
const vault = createVault([first]);
const place = 'secret/kubeconfig';

describe('a vault', () => {
  it('gives back what was put in, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.string(), (plain, name) => {
        expect(vault.decrypt(vault.encrypt(plain, name), name)).toEqual(Buffer.from(plain));
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it('never writes the same twice', () => {
    const plain = Buffer.from('hunter2');

    expect(vault.encrypt(plain, place)).not.toEqual(vault.encrypt(plain, place));
  });

  it('opens nothing that was moved to another record', () => {
    const box = vault.encrypt(Buffer.from('hunter2'), place);

    expect(() => vault.decrypt(box, 'secret/other')).toThrow(
      expect.objectContaining({ family: 'stalled', code: 'SECRETS_UNREADABLE' }),
    );
  });

  it('opens nothing that was changed or cut, wherever', () => {
    const box = vault.encrypt(Buffer.from('hunter2'), place);
    const changed = [...box.keys()].map((at) => box.with(at, (box[at] ?? 0) ^ 1));
    const cut = [...box.keys()].map((length) => box.subarray(0, length));

    for (const bad of [...changed, ...cut, Buffer.concat([box, Uint8Array.of(0)])]) {
      expect(() => vault.decrypt(bad, place)).toThrow(/^secret\/kubeconfig: cannot be read/);
    }
  });

  it('reads what older keys wrote, writes with the newest, and tells them apart', () => {
    const old = vault.encrypt(Buffer.from('hunter2'), place);
    const rotated = createVault([second, first]);

    expect(Buffer.from(rotated.decrypt(old, place)).toString()).toBe('hunter2');
    expect(rotated.isOutdated(old)).toBe(true);
    const renewed = rotated.encrypt(Buffer.from('hunter2'), place);
    expect(rotated.isOutdated(renewed)).toBe(false);
    expect(() => vault.decrypt(renewed, place)).toThrow(
      expect.objectContaining({ code: 'SECRETS_KEY_MISSING', subject: place }),
    );
  });

  it('needs a key', () => {
    expect(() => createVault([])).toThrow(/needs a key/);
  });

  it('takes random bytes for what they are', () => {
    expect(() => vault.decrypt(randomBytes(200), place)).toThrow(/cannot be read/);
  });
});
