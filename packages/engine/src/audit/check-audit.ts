import type { Page, PageRequest } from '../store/store.ts';
import { type AuditEntry, findTampering, firstLink, vouchedLink } from './audit-entry.ts';

/**
 * What a look over the whole chain says. That newest lines were cut off does not show in a chain, nor
 * that all of it was written anew: whoever kept `newest` of an earlier look compares it.
 */
export interface AuditCheck {
  /** How many lines were read. */
  readonly checked: number;
  /** The sequence number of the oldest line; absent in an empty chain. */
  readonly from?: number;
  /** The line that says that those before `from` went by a rule. Absent where none went. */
  readonly trimmedBy?: number;
  readonly newest?: { readonly sequence: number; readonly link: string };
  /** The first line that does not fit to the one before it; absent when all do. */
  readonly brokenAt?: number;
}

/** As `Store.audit` does. */
type ReadPage = (page: PageRequest) => Promise<Page<AuditEntry>>;

/** More often than that the oldest lines do not go during one look. */
const mostLooks = 3;

/**
 * Reads all pages, the oldest line first. Lines that are added meanwhile are checked too; when the
 * oldest ones go meanwhile, it begins anew. Rejects as `read` does, and with the signal's reason.
 */
export async function checkAudit(read: ReadPage, signal: AbortSignal): Promise<AuditCheck> {
  for (let look = 1; ; look += 1) {
    const check = await lookOnce(read, signal);
    if (check.brokenAt === undefined || look >= mostLooks) return check;
    const [oldest] = (await read({ limit: 1 })).items;
    if (oldest?.sequence === check.from) return check;
  }
}

const pageLines = 1000;

async function lookOnce(read: ReadPage, signal: AbortSignal): Promise<AuditCheck> {
  const [oldest] = (await read({ limit: 1 })).items;
  if (!oldest) return { checked: 0 };
  const through = oldest.sequence - 1;
  let newest = oldest;
  let voucher: AuditEntry | undefined;
  let brokenAt: number | undefined;
  let checked = 1;
  for await (const lines of readAfter(oldest, read, signal)) {
    brokenAt ??= findTampering(lines, newest.link);
    voucher = lines.findLast((one) => vouchedLink(one, through) !== undefined) ?? voucher;
    newest = lines.at(-1) ?? newest;
    checked += lines.length;
  }
  // What vouches for the lines before the oldest one comes after it.
  const before = voucher && vouchedLink(voucher, through);
  const broken = findTampering([oldest], before ?? firstLink) ?? brokenAt;
  return {
    checked,
    from: oldest.sequence,
    ...(voucher && { trimmedBy: voucher.sequence }),
    newest: { sequence: newest.sequence, link: newest.link },
    ...(broken !== undefined && { brokenAt: broken }),
  };
}

async function* readAfter(
  { sequence }: AuditEntry,
  read: ReadPage,
  signal: AbortSignal,
): AsyncGenerator<readonly AuditEntry[]> {
  let after: string | undefined = `${sequence}`;
  while (after !== undefined) {
    signal.throwIfAborted();
    const page = await read({ limit: pageLines, after });
    yield page.items;
    after = page.next;
  }
}
