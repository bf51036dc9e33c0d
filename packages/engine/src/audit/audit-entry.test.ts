import { expect, it } from 'vitest';

import { type AuditEntry, findTampering, firstLink, linkAudit } from './audit-entry.ts';

const chain: AuditEntry[] = [];
for (const event of ['run:applying', 'approval:given', 'run:succeeded']) {
  const line = { at: '2026-01-01T00:00:00Z', actor: 'member:ada', event, subject: 's', detail: {} };
  chain.push(linkAudit(chain.at(-1)?.link ?? firstLink, chain.length + 1, line));
}

it('holds while nobody touches it', () => {
  expect(findTampering(chain)).toBeUndefined();
});

it.each<[string, readonly AuditEntry[], number]>([
  ['a changed line', chain.map((one) => (one.sequence === 2 ? { ...one, actor: 'x' } : one)), 2],
  ['a line taken out', chain.filter(({ sequence }) => sequence !== 2), 3],
  [
    'a forged link',
    chain.map((one) => (one.sequence === 1 ? { ...one, link: 'sha256:0' } : one)),
    1,
  ],
])('shows %s', (_name, entries, sequence) => {
  expect(findTampering(entries)).toBe(sequence);
});
