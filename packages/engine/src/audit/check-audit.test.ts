import { expect, it } from 'vitest';

import { toPage } from '../store/paging.ts';
import {
  type AuditEntry,
  type AuditLine,
  describeTrim,
  firstLink,
  linkAudit,
} from './audit-entry.ts';
import { checkAudit } from './check-audit.ts';

const at = '2026-01-01T00:00:00Z';
const { signal } = new AbortController();

function chainOf(lines: number): AuditEntry[] {
  const chain: AuditEntry[] = [];
  for (let count = 1; count <= lines; count += 1) add(chain, lineOf(`s${count}`));
  return chain;
}

function lineOf(subject: string): AuditLine {
  return { at, actor: 'member:ada', event: 'run:applying', subject, detail: {} };
}

function add(chain: AuditEntry[], line: AuditLine): void {
  const last = chain.at(-1);
  chain.push(linkAudit(last?.link ?? firstLink, (last?.sequence ?? 0) + 1, line));
}

function trim(chain: AuditEntry[], through: number): AuditEntry[] {
  const last = chain.find(({ sequence }) => sequence === through);
  if (!last) throw new Error(`no line ${through}`);
  add(chain, describeTrim(last, through, at));
  return chain.filter(({ sequence }) => sequence > through);
}

function readFrom(chain: readonly AuditEntry[]) {
  return async ({ after, limit }: { after?: string | undefined; limit: number }) => {
    const left = chain.filter(({ sequence }) => sequence > Number(after ?? 0));
    return toPage(left.slice(0, limit + 1), limit, ({ sequence }) => `${sequence}`);
  };
}

/** More than two pages. */
const long = chainOf(2300);

it('says nothing about a chain without lines', async () => {
  expect(await checkAudit(readFrom([]), signal)).toEqual({ checked: 0 });
});

it('reads every page of a chain that holds', async () => {
  const { link } = long.at(-1) ?? {};

  expect(await checkAudit(readFrom(long), signal)).toEqual({
    ...{ checked: 2300, from: 1, newest: { sequence: 2300, link } },
  });
});

it.each([1, 2, 1000, 1001, 2300])('shows that line %d was changed', async (sequence) => {
  const forged = long.map((one) => (one.sequence === sequence ? { ...one, actor: 'x' } : one));

  expect(await checkAudit(readFrom(forged), signal)).toMatchObject({ brokenAt: sequence });
});

it.each([1, 2, 1000, 1001, 2299])('shows that line %d was taken out', async (sequence) => {
  const cut = long.filter((one) => one.sequence !== sequence);

  expect(await checkAudit(readFrom(cut), signal)).toMatchObject({ brokenAt: sequence + 1 });
});

it('takes the word of a line for those before the oldest one', async () => {
  const trimmed = trim([...long], 300);

  expect(await checkAudit(readFrom(trimmed), signal)).toMatchObject({
    ...{ checked: 2001, from: 301, trimmedBy: 2301 },
  });
  expect(await checkAudit(readFrom(trimmed), signal)).not.toHaveProperty('brokenAt');
  expect(await checkAudit(readFrom(trimmed.slice(1)), signal)).toMatchObject({ brokenAt: 302 });
  expect(await checkAudit(readFrom(trimmed.slice(0, -1)), signal)).toMatchObject({ brokenAt: 301 });
});

it('begins anew when the oldest lines go meanwhile', async () => {
  let chain = [...long];
  let reads = 0;
  const read: Parameters<typeof checkAudit>[0] = (page) => {
    reads += 1;
    if (reads === 2) chain = trim(chain, 1500);
    return readFrom(chain)(page);
  };

  const check = await checkAudit(read, signal);

  expect(check).toMatchObject({ checked: 801, from: 1501, trimmedBy: 2301 });
  expect(check.brokenAt).toBeUndefined();
});

it('ends when it is told to', async () => {
  const gone = AbortSignal.abort(new Error('enough'));

  await expect(checkAudit(readFrom(long), gone)).rejects.toThrow('enough');
});
