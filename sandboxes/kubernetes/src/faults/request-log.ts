/** What was asked of the sandbox: counted for good, told for the recent past. */

import type { RequestInfo, Verb } from './request-info.ts';

export interface RequestRecord extends RequestInfo {
  readonly at: Date;
  /** 0 when the connection was dropped without an answer. */
  readonly status: number;
}

export interface RequestFilter {
  readonly verb?: Verb | readonly Verb[];
  readonly resource?: string;
  readonly dryRun?: boolean;
}

const maxRecords = 10_000;

export class RequestLog {
  #records: RequestRecord[] = [];
  readonly #counts = new Map<string, number>();

  add(record: RequestRecord): void {
    this.#records.push(record);
    if (this.#records.length > 2 * maxRecords) this.#records = this.#records.slice(-maxRecords);
    const key = keyOf(record);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** How many there were since the start or the last reset; all of them without a filter. */
  count(filter: RequestFilter = {}): number {
    let sum = 0;
    for (const [key, count] of this.#counts) if (matches(key, filter)) sum += count;
    return sum;
  }

  /** By verb; dry runs are counted like the others. */
  countByVerb(): Readonly<Partial<Record<Verb, number>>> {
    const counts: Partial<Record<Verb, number>> = {};
    for (const [key, count] of this.#counts) {
      const { verb } = parseKey(key);
      counts[verb] = (counts[verb] ?? 0) + count;
    }
    return counts;
  }

  /** The latest ten thousand or so, oldest first. */
  records(): readonly RequestRecord[] {
    return this.#records.slice(-maxRecords);
  }

  reset(): void {
    this.#records = [];
    this.#counts.clear();
  }
}

interface Key {
  readonly verb: Verb;
  readonly resource: string;
  readonly dryRun: boolean;
}

const verbs: readonly Verb[] = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'apply',
  'delete',
  'deletecollection',
  'document',
];

function keyOf({ verb, resource, dryRun }: Key): string {
  return `${verb} ${dryRun} ${resource}`;
}

function parseKey(key: string): Key {
  const [verb, dryRun, resource = ''] = key.split(' ');
  return {
    verb: verbs.find((one) => one === verb) ?? 'document',
    resource,
    dryRun: dryRun === 'true',
  };
}

function matches(key: string, filter: RequestFilter): boolean {
  const { verb, resource, dryRun } = parseKey(key);
  const asked = typeof filter.verb === 'string' ? [filter.verb] : filter.verb;
  if (asked && !asked.includes(verb)) return false;
  if (filter.resource !== undefined && filter.resource !== resource) return false;
  return filter.dryRun === undefined || filter.dryRun === dryRun;
}
