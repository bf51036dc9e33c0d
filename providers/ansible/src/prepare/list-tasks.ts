/**
 * Which tasks a bundle has. The tool tells: by a run of its own that reaches no host, by the look that follows anyway, or
 * by what it has told of the same bytes before.
 */
import type { Access, AnsibleClient } from '../ansible-client.ts';
import type { ForeseenLook } from '../observe/foreseen-looks.ts';
import { type ListedRun, type RunReport, runForReport, runListed } from '../observe/run-report.ts';
import { type Bundle, digestBundle, packBundle } from './bundle.ts';

export interface Listing {
  readonly report: RunReport;
  /** A look that goes on, once it is told to. */
  readonly look?: ForeseenLook & Pick<ListedRun, 'goOn'>;
}

export interface ListingOptions {
  readonly client: AnsibleClient;
  readonly memory: ListingMemory;
  /** Given where a look is to follow. */
  readonly access: Access | undefined;
  readonly signal: AbortSignal;
}

/** Few, since each may hold thousands of tasks. */
const mostKept = 32;

/** The same bytes have the same tasks. A version of the tool that is put there meanwhile counts from the next start on. */
export class ListingMemory {
  readonly #kept = new Map<string, RunReport>();

  get(digest: string): RunReport | undefined {
    const known = this.#kept.get(digest);
    if (known) this.keep(digest, known);
    return known;
  }

  keep(digest: string, report: RunReport): void {
    this.#kept.delete(digest);
    this.#kept.set(digest, report);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
  }
}

export async function listTasks(bundle: Bundle, options: ListingOptions): Promise<Listing> {
  const { memory } = options;
  const digest = digestBundle(packBundle(bundle));
  const known = memory.get(digest);
  if (known) return { report: known };
  const listing = await askTool(bundle, options);
  if (listing.report.stats) memory.keep(digest, listing.report);
  return listing;
}

async function askTool(
  bundle: Bundle,
  { client, access, signal }: ListingOptions,
): Promise<Listing> {
  if (!access) return { report: await runForReport(client, { mode: 'list', bundle }, { signal }) };
  const stopping = new AbortController();
  const either = AbortSignal.any([signal, stopping.signal]);
  const { listed, report, goOn } = runListed(client, { mode: 'check', bundle, access }, either);
  // Told to whoever takes it.
  report.catch(() => undefined);
  const stop = (): void => stopping.abort(new Error('Nobody looks any more.'));
  return { report: await listed, look: { report, stop, goOn } };
}
