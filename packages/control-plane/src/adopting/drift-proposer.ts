/**
 * Opens merge requests that take drift into Git where a rule proposes that, keeps them up to date, and closes
 * those whose drift went away. A look at a stack leads to a visit; what a visit does follows from the store
 * and the forge alone, so that whatever ended in between, the next one goes on.
 *
 * D1. What flaps is not proposed: nothing of the stack's drift has changed for a while.
 * D2. A stack has one open merge request of a rule at most; it is moved, not doubled, and not often.
 * D3. What people have worked on, or said something about, is left to them.
 * D4. What somebody closed is not proposed again while it is the same.
 */
import {
  type AdoptionRecord,
  pagePaths,
  pageUrl,
  parseStackId,
  type RepositoryRecord,
  type StackId,
  type StackRecord,
  type Store,
  type Write,
} from '@trueup/engine';
import { systemUser } from '@trueup/forge-hosted';
import type { Turns } from '@trueup/repository';

import { openDrift } from '../drift/open-drift.ts';
import type { ForgePlace } from '../forges/forge-place.ts';
import { hostedKind } from '../hosting/hosted-people.ts';
import type { Hosting } from '../hosting/open-hosting.ts';
import type { GitRepository } from '../repository/git-repository.ts';
import type { StackOpener } from '../stacks/stack-opener.ts';
import { type Attending, attendProposals } from './attend-proposals.ts';
import { noteAdoption, proposalEvent } from './open-proposal.ts';
import { branchElsewhere, branchOfHosted, type ProposalBranch } from './proposal-branch.ts';
import { dueAt, proposable, proposer } from './proposal-state.ts';
import { proposeDrift } from './propose-drift.ts';

export interface ProposerPorts {
  readonly store: Store;
  readonly opener: StackOpener;
  readonly turns: Turns;
  readonly repository: (name: string) => RepositoryRecord | undefined;
  readonly git: (name: string) => GitRepository;
  readonly connect: (repository: RepositoryRecord) => Promise<ForgePlace | undefined>;
  readonly hosting?: Hosting | undefined;
  readonly publicUrl?: string | undefined;
  readonly now: () => number;
  /** A merge request was opened or moved. */
  readonly onProposed: (repository: string, number: number) => void;
  /** Where nothing can be proposed: why, once for each stack. */
  readonly onRefused: (stack: StackId, why: string) => void;
  readonly onError: (error: unknown, subject: string) => void;
}

/** Controllers that settle take less; people who look at it wait no longer than that. */
const stableMs = 60_000;
/** Between two moves of one merge request, or two of one stack: what is reviewed should stand still. */
const restMs = 600_000;
/** How long one visit may take: it may render often. */
const longestMs = 300_000;

/** How often the forge is asked how its merge requests are, at most. */
const attendMs = 30_000;

interface Visited {
  proposes: boolean;
  timer: NodeJS.Timeout | undefined;
  running: boolean;
  again: boolean;
  refused: boolean;
  /** What was attended to last, and when. */
  attended: { readonly key: string; readonly atMs: number } | undefined;
  /** What was tried last without success: trying the same again is of no use. */
  tried: string | undefined;
}

export class DriftProposer {
  readonly #ports: ProposerPorts;
  readonly #visits = new Map<StackId, Visited>();
  readonly #stopping = new AbortController();
  /** Visits come one after the other: each may render for long, and nobody waits for it. */
  #last: Promise<void> = Promise.resolve();

  constructor(ports: ProposerPorts) {
    this.#ports = ports;
  }

  /** A look at the stack found drift, or it has merge requests that were about drift. Returns at once. */
  note(stack: StackId, proposes: boolean): void {
    const visited = this.#visits.get(stack) ?? newVisited();
    this.#visits.set(stack, visited);
    visited.proposes = proposes;
    this.#begin(stack, visited);
  }

  async stop(reason: Error): Promise<void> {
    this.#stopping.abort(reason);
    for (const { timer } of this.#visits.values()) clearTimeout(timer);
    await this.#last;
    this.#visits.clear();
  }

  #begin(stack: StackId, visited: Visited): void {
    if (this.#stopping.signal.aborted) return;
    clearTimeout(visited.timer);
    visited.again = visited.running;
    if (visited.running) return;
    visited.running = true;
    this.#last = this.#last.then(() => this.#run(stack, visited));
  }

  async #run(stack: StackId, visited: Visited): Promise<void> {
    const { signal } = this.#stopping;
    try {
      if (signal.aborted) return;
      const limit = AbortSignal.any([signal, AbortSignal.timeout(longestMs)]);
      const next = await this.#visit(stack, visited, limit);
      if (next !== undefined) this.#schedule(stack, visited, next);
    } catch (error) {
      if (!signal.aborted) this.#ports.onError(error, stack);
    } finally {
      visited.running = false;
      if (visited.again) this.#begin(stack, visited);
    }
  }

  #schedule(stack: StackId, visited: Visited, atMs: number): void {
    clearTimeout(visited.timer);
    if (this.#stopping.signal.aborted) return;
    const wait = Math.max(0, atMs - this.#ports.now());
    visited.timer = setTimeout(() => this.#begin(stack, visited), wait);
    visited.timer.unref();
  }

  /** When to come again without a look in between, in ms; `undefined` where a look will tell. */
  async #visit(stack: StackId, visited: Visited, signal: AbortSignal): Promise<number | undefined> {
    const { store, connect, repository: find } = this.#ports;
    const record = await store.stack(stack);
    const repository = find(parseStackId(stack).repository);
    if (!record || repository?.head === undefined) return undefined;
    const place = await connect(repository);
    if (!place) return this.#refuse(stack, visited);
    const before = record.adoptions ?? [];
    const items = await openDrift(stack, store);
    const known = await this.#attend(visited, { known: before, items, place, signal });
    if (known !== before) await this.#keep(record, (now) => withoutEnded(now, before, known));
    const proposed = proposable(items, known);
    if (!visited.proposes || proposed.length === 0) return undefined;
    const due = dueAt(proposed, known, { stableMs, restMs });
    if (due > this.#ports.now()) return due;
    const head = repository.head;
    const key = JSON.stringify([head, proposed.map(({ id, changedAt }) => [id, changedAt]), known]);
    if (visited.tried === key) return undefined;
    await this.#propose(
      { repository: { ...repository, head }, record, items: proposed, known },
      place,
      signal,
    );
    visited.tried = key;
    return undefined;
  }

  /** Not at every look: where hints come all the time, the forge is asked now and then. */
  async #attend(visited: Visited, attending: Attending): Promise<readonly AdoptionRecord[]> {
    const { known, items } = attending;
    const key = JSON.stringify([known, items.map(({ id }) => id)]);
    const now = this.#ports.now();
    const { attended } = visited;
    if (attended?.key === key && now - attended.atMs < attendMs) return known;
    const left = await attendProposals(attending);
    visited.attended = { key, atMs: now };
    return left;
  }

  async #propose(
    proposing: Omit<Parameters<typeof proposeDrift>[0], 'at' | 'url'>,
    place: ForgePlace,
    signal: AbortSignal,
  ): Promise<void> {
    const { store, opener, git, now, publicUrl, onProposed } = this.#ports;
    const { repository, record } = proposing;
    const at = new Date(now()).toISOString();
    const page = pagePaths.stack(record.id);
    const url = publicUrl === undefined ? undefined : pageUrl(publicUrl, page);
    const branch = this.#branchOf(repository, place);
    const ports = { store, opener, git: git(repository.name), place, branch, signal };
    const proposed = await proposeDrift({ ...proposing, at, url }, ports);
    if (!proposed) return;
    await this.#keep(record, (known) => noteAdoption(known, proposed), proposed);
    onProposed(repository.name, proposed.mergeRequest);
  }

  #branchOf(repository: RepositoryRecord, place: ForgePlace): ProposalBranch {
    const { hosting, git } = this.#ports;
    const { name, forge } = repository;
    const author = { name: 'Trueup', email: 'trueup@localhost' };
    if (forge?.kind !== hostedKind || !hosting) {
      return branchElsewhere(repository, { git: git(name), place, author });
    }
    const { host } = hosting;
    const actor = { user: systemUser, permission: 'admin', email: author.email } as const;
    const urlOf = (number: number) => pageUrl(host.publicUrl, pagePaths.mergeRequest(name, number));
    return branchOfHosted(repository, { host, path: forge.path, actor, urlOf });
  }

  /** People may have asked for another one meanwhile. */
  async #keep(
    { id, repository }: StackRecord,
    change: (known: readonly AdoptionRecord[]) => readonly AdoptionRecord[],
    proposed?: AdoptionRecord,
  ): Promise<void> {
    const { store, turns, now } = this.#ports;
    await turns.take(repository, async () => {
      const record = await store.stack(id);
      if (!record) return;
      const adoptions = change(record.adoptions ?? []);
      const at = new Date(now()).toISOString();
      const told: readonly Write[] = proposed
        ? [toAudit(id, proposed), proposalEvent(id, proposed, at)]
        : [];
      const kept = adoptions.length === 0 ? undefined : adoptions;
      await store.commit([{ kind: 'stack-changed', id, change: { adoptions: kept } }, ...told]);
    });
  }

  #refuse(stack: StackId, visited: Visited): undefined {
    if (visited.proposes && !visited.refused) {
      this.#ports.onRefused(
        stack,
        'its repository has no forge that a merge request could be opened on',
      );
    }
    visited.refused = true;
  }
}

/** Those that came in between stay. */
function withoutEnded(
  now: readonly AdoptionRecord[],
  before: readonly AdoptionRecord[],
  known: readonly AdoptionRecord[],
): readonly AdoptionRecord[] {
  const attended = new Set(before.map(({ mergeRequest }) => mergeRequest));
  return [...known, ...now.filter(({ mergeRequest }) => !attended.has(mergeRequest))];
}

function newVisited(): Visited {
  return {
    proposes: false,
    timer: undefined,
    running: false,
    again: false,
    refused: false,
    attended: undefined,
    tried: undefined,
  };
}

function toAudit(stack: StackId, { mergeRequest, branch, at }: AdoptionRecord): Write {
  const detail = { mergeRequest, branch };
  return {
    kind: 'audit',
    line: { at, actor: proposer, event: 'drift:proposed', subject: stack, detail },
  };
}
