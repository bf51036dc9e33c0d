/**
 * Which open merge requests one look sees. A forge lists the newest first, and a long list costs a request for each
 * hundred: where there are more than one look reads, the older ones are read by every tenth look, and
 * sooner when somebody says something on them.
 */
import type { ChangeSet, RepositoryRecord } from '@trueup/engine';
import type { MergeRequest } from '@trueup/forge-sdk';

import type { ForgePlace } from '../../forges/forge-place.ts';

export interface WindowLimits {
  /** That each look reads. */
  readonly usual: number;
  /** That a long look reads. A forge that lists more for ever is no forge. */
  readonly long: number;
  /** How many looks are as long as one that is long. */
  readonly every: number;
}

const usualLimits: WindowLimits = { usual: 1000, long: 50_000, every: 10 };

export interface LookedRequests {
  /** By number: those that go to the followed branch. */
  readonly requests: ReadonlyMap<number, MergeRequest>;
  /** Whether one that is not among them may have ended. Of some that were not looked at nobody knows. */
  mayHaveEnded(set: Pick<ChangeSet, 'number'>): boolean;
}

export interface LookPlace {
  readonly repository: Pick<RepositoryRecord, 'branch'>;
  readonly place: ForgePlace;
  /** Numbers of those that people said something on. */
  readonly spoken: ReadonlySet<number>;
  readonly signal: AbortSignal;
}

/** Of one repository. */
export class RequestWindow {
  readonly #limits: WindowLimits;
  #looks = 0;
  #last: ReadonlySet<number> = new Set();

  constructor(limits: WindowLimits = usualLimits) {
    this.#limits = limits;
  }

  async look(at: LookPlace): Promise<LookedRequests> {
    const { usual, long, every } = this.#limits;
    const listed = await list(at, this.#looks % every === 0 ? long : usual);
    const { isWhole } = listed;
    const more = isWhole ? [] : await askFor(at, listed.requests);
    const requests = new Map([...listed.requests, ...more]);
    const asked = new Set(at.spoken);
    const before = this.#last;
    this.#looks += 1;
    this.#last = new Set(requests.keys());
    return {
      requests,
      mayHaveEnded: ({ number }) =>
        !requests.has(number) && (isWhole || before.has(number) || asked.has(number)),
    };
  }
}

interface Listed {
  readonly requests: ReadonlyMap<number, MergeRequest>;
  /** There are no others. */
  readonly isWhole: boolean;
}

async function list({ repository, place, signal }: LookPlace, most: number): Promise<Listed> {
  const { forge, repository: path } = place;
  const requests = new Map<number, MergeRequest>();
  for await (const request of forge.mergeRequests(path, { state: 'open' }, { signal })) {
    if (request.target.branch !== repository.branch) continue;
    if (requests.size >= most) return { requests, isWhole: false };
    requests.set(request.number, request);
  }
  return { requests, isWhole: true };
}

/** People said something on them, and they are not among those listed. */
async function askFor(
  { repository, place, spoken, signal }: LookPlace,
  listed: ReadonlyMap<number, MergeRequest>,
): Promise<readonly (readonly [number, MergeRequest])[]> {
  const found: (readonly [number, MergeRequest])[] = [];
  for (const number of [...spoken].filter((one) => !listed.has(one))) {
    const request = await place.forge.mergeRequest(place.repository, number, { signal });
    const isHere = request?.target.branch === repository.branch;
    if (isHere && request.state.name === 'open') found.push([number, request]);
  }
  return found;
}
