/**
 * Keeps the plans of open merge requests up to date, and shows them on their forge.
 *
 * K1. One look at a repository's merge requests at a time; hints that come meanwhile lead to one more.
 * K2. A merge request has one open change set, for its two heads as they are. When one of them moves,
 *     the next takes its place in the same batch, and the planning of the older one is aborted.
 * K3. What a forge tells is read again at every look: a hint only says that it is time.
 * K4. One merge request that cannot be read or planned holds up no other. It is tried again at the
 *     next look.
 * K5. A few merge requests of a repository are attended to at once: whoever opens a thousand waits, and
 *     keeps nobody else waiting.
 */
import type { ChangeSet, RepositoryRecord, Revision, StackId, Write } from '@trueup/engine';
import { endChangeSet, isOpen, parseStackId, passOn, speaksOf } from '@trueup/engine';
import type { MergeRequest } from '@trueup/forge-sdk';
import type { ForgePlace } from '../forges/forge-place.ts';
import { readAll } from '../paging/read-all.ts';
import type { GitRepository } from '../repository/git-repository.ts';
import { type AttendPorts, attend } from './attend.ts';
import { RequestWindow } from './looking/request-window.ts';
import { WorkSlots } from './looking/work-slots.ts';
import { type AttendMergedPorts, attendMerged, isMerged } from './merged/attend-merged.ts';
import { openChangeSet } from './planning/open-change-set.ts';
import { carryOver, PlanMemory } from './planning/plan-memory.ts';
import { TargetMoves } from './planning/target-moves.ts';
import { MergeRequestFace } from './showing/merge-request-face.ts';

export interface MergeRequestPorts extends AttendPorts, Pick<AttendMergedPorts, 'as'> {
  readonly random: () => number;
  /** Names of those that are followed. */
  readonly repositories: () => readonly string[];
  /** As it is registered now; `undefined` once it is not any more. */
  readonly repository: (name: string) => RepositoryRecord | undefined;
  readonly git: (name: string) => GitRepository;
  /** Names of the forges that are installed. */
  readonly kinds: () => readonly string[];
  /** What brings a stack's runs was merged, with approvals that they may wait for. */
  readonly onMerged: (stack: StackId) => void;
  /** `undefined` for a repository without a forge, or with one that is not installed. */
  readonly connect: (repository: RepositoryRecord) => Promise<ForgePlace | undefined>;
  readonly onError: (error: unknown, subject: string) => void;
  /** How often a forge is asked without a hint. */
  readonly intervalMs: number;
}

interface Kept {
  /** Ends all that is under way for the repository. */
  readonly abort: AbortController;
  timer: NodeJS.Timeout | undefined;
  look: Promise<void> | undefined;
  again: boolean;
  /** Merge requests that people said something on. */
  readonly spoken: Set<number>;
  readonly window: RequestWindow;
}

interface AtWork {
  readonly repository: string;
  readonly abort: AbortController;
  readonly done: Promise<void>;
  /** Somebody looked meanwhile: once more afterwards. */
  again: boolean;
}

export class MergeRequestKeeper {
  readonly #ports: MergeRequestPorts;
  readonly #kept = new Map<string, Kept>();
  readonly #planning = new Map<string, AtWork>();
  /** By repository. */
  readonly #slots = new Map<string, WorkSlots>();
  readonly #faces = new Map<string, MergeRequestFace>();
  readonly #stopping = new AbortController();
  readonly #moves: TargetMoves;
  readonly #memory = new PlanMemory();
  /** Repositories with merge requests that wait for their runs, and when to look at them. */
  readonly #awaited = new Map<string, NodeJS.Timeout | undefined>();

  constructor(ports: MergeRequestPorts) {
    this.#ports = ports;
    this.#moves = new TargetMoves({ now: ports.now, onMoved: (name) => this.hint(name) });
  }

  /** Of forges, by which a repository may name its own. */
  kinds(): readonly string[] {
    return this.#ports.kinds();
  }

  /** Looks at all of them, also where no branch moves. */
  begin(): void {
    for (const name of this.#ports.repositories()) this.hint(name);
  }

  /** A run of the stack stands otherwise: merge requests that brought it show so. */
  noteRun(stack: StackId): void {
    const { repository } = parseStackId(stack);
    if (!this.#awaited.has(repository) || this.#awaited.get(repository)) return;
    const look = (): void => {
      if (this.#awaited.has(repository)) this.#awaited.set(repository, undefined);
      this.hint(repository);
    };
    this.#awaited.set(repository, setTimeout(look, settleMs).unref());
  }

  /** Something in a stack's target may have moved. */
  noteMove(stack: StackId): void {
    this.#moves.note(stack);
  }

  /**
   * Looks soon, and from then on at its interval; people said something on merge request `number`.
   * Nothing happens for one without a forge.
   */
  hint(name: string, number?: number): void {
    if (this.#stopping.signal.aborted || !this.#ports.repository(name)?.forge) return;
    const kept = this.#kept.get(name) ?? begin();
    this.#kept.set(name, kept);
    if (number !== undefined) kept.spoken.add(number);
    clearTimeout(kept.timer);
    if (kept.look !== undefined) {
      kept.again = true;
      return;
    }
    kept.again = false;
    const signal = AbortSignal.any([kept.abort.signal, this.#stopping.signal]);
    kept.look = this.#look(name, kept, signal).finally(() => {
      kept.look = undefined;
      this.#schedule(name, kept);
    });
  }

  /** Nobody is interested any more: it is not registered. */
  async forget(name: string): Promise<void> {
    const kept = this.#kept.get(name);
    const reason = new Error('the repository is not registered any more');
    this.#kept.delete(name);
    clearTimeout(kept?.timer);
    kept?.abort.abort(reason);
    await kept?.look;
    const atWork = [...this.#planning.values()].filter(({ repository }) => repository === name);
    for (const { abort } of atWork) abort.abort(reason);
    await Promise.all(atWork.map(({ done }) => done));
    this.#slots.delete(name);
    for (const subject of this.#faces.keys()) {
      if (subject.startsWith(`${name}!`)) this.#faces.delete(subject);
    }
  }

  async stop(reason: Error): Promise<void> {
    this.#stopping.abort(reason);
    this.#moves.stop();
    for (const timer of this.#awaited.values()) clearTimeout(timer);
    for (const { timer } of this.#kept.values()) clearTimeout(timer);
    await Promise.all([...this.#kept.values()].map(({ look }) => look));
    for (const { abort } of this.#planning.values()) abort.abort(reason);
    await Promise.all([...this.#planning.values()].map(({ done }) => done));
  }

  #schedule(name: string, kept: Kept): void {
    if (this.#stopping.signal.aborted || this.#kept.get(name) !== kept) return;
    const calm = this.#ports.intervalMs * (0.9 + this.#ports.random() * 0.2);
    kept.timer = setTimeout(() => this.hint(name), kept.again ? 0 : calm);
    kept.timer.unref();
  }

  /** Never rejects. */
  async #look(name: string, kept: Kept, signal: AbortSignal): Promise<void> {
    const repository = this.#ports.repository(name);
    const head = repository?.head;
    if (!repository || head === undefined) return;
    await this.#guard(name, signal, async () => {
      const place = await this.#ports.connect(repository);
      if (place) await this.#lookAt({ repository: { ...repository, head }, place, kept, signal });
    });
  }

  async #lookAt(look: Look): Promise<void> {
    const { repository, place, kept, signal } = look;
    const { spoken } = kept;
    const { requests, mayHaveEnded } = await kept.window.look({
      repository,
      place,
      spoken,
      signal,
    });
    const { store } = this.#ports;
    const followed = await readAll((page) =>
      store.changeSets({ repository: repository.id, followed: true }, page),
    );
    const open = followed.filter(isOpen);
    const merged = followed.filter(isMerged);
    this.#awaited.delete(repository.name);
    for (const set of merged) this.#attendMerged(set, look);
    const sets = new Map(open.map((set) => [set.number, set]));
    for (const set of open) {
      if (!mayHaveEnded(set)) continue;
      await this.#guard(subjectOf(repository, set), signal, () => this.#end(set, look));
    }
    for (const request of requests.values()) {
      const known = sets.get(request.number);
      await this.#guard(subjectOf(repository, request), signal, () =>
        this.#follow({ ...look, request, known, open }),
      );
    }
  }

  /** It is not open any more, or goes elsewhere: what became of it? */
  async #end(set: ChangeSet, { repository, place, kept, signal }: Look): Promise<void> {
    const { store, now } = this.#ports;
    const request = await place.forge.mergeRequest(place.repository, set.number, { signal });
    const state = request?.state ?? { name: 'closed' };
    // Opened again since the list was read: the next look knows.
    if (state.name === 'open' && request?.target.branch === repository.branch) return;
    // Of one that went elsewhere nothing comes to the followed branch.
    const here = request?.target.branch === repository.branch;
    const phase =
      state.name === 'merged' && here
        ? ({ name: 'merged', commit: state.commit, at: state.at } as const)
        : ({ name: 'closed' } as const);
    await this.#endPlanning(set, 'the merge request is not open any more');
    const known = (await store.changeSet(set.id)) ?? set;
    const ended = endChangeSet(known, phase, new Date(now()).toISOString());
    await store.commit([
      { kind: 'change-set', set: ended },
      ...tellEnd(ended, repository, new Date(now()).toISOString()),
    ]);
    if (!isMerged(ended)) {
      this.#faces.delete(subjectOf(repository, set));
      return;
    }
    // Their runs may wait for just these approvals.
    for (const stack of Object.keys(ended.stacks)) this.#ports.onMerged(stack);
    this.#attendMerged(ended, { repository, place, kept, signal });
  }

  #attendMerged(set: ChangeSet, { repository, place, kept }: Look): void {
    this.#awaited.set(repository.name, undefined);
    const face = this.#faceOf(subjectOf(repository, set));
    kept.spoken.delete(set.number);
    this.#work(set, repository, (signal) =>
      attendMerged(set.id, { repository, place, face, signal }, this.#ports),
    );
  }

  async #endPlanning({ id }: ChangeSet, reason: string): Promise<void> {
    const atWork = this.#planning.get(id);
    atWork?.abort.abort(new Error(reason));
    await atWork?.done;
  }

  async #follow(following: Following): Promise<void> {
    const { repository, request, known } = following;
    const heads = { head: request.source.commit, base: repository.head };
    // The forge is about to tell that it is merged: its approvals are those of the set as it was.
    const baseMoved = known?.head === heads.head && known.base !== heads.base;
    if (baseMoved && (await this.#isWithin(heads, following))) return;
    const set = known && speaksOf(known, heads) ? known : await this.#renew(following);
    if (!set) return;
    const { place, kept, open } = following;
    const hinted = kept.spoken.has(request.number);
    const face = this.#faceOf(subjectOf(repository, request));
    const attending = {
      repository,
      request,
      place,
      face,
      hinted,
      open,
      moves: this.#moves,
      memory: this.#memory,
    };
    const begun = this.#work(set, repository, (signal) =>
      attend(set.id, { ...attending, signal }, this.#ports),
    );
    if (begun) kept.spoken.delete(request.number);
  }

  /** One piece of work for each change set at a time; false where one is under way, and told to repeat. */
  #work(
    set: ChangeSet,
    repository: RepositoryRecord,
    task: (signal: AbortSignal) => Promise<unknown>,
  ): boolean {
    const { id } = set;
    const atWork = this.#planning.get(id);
    if (atWork) {
      atWork.again = true;
      return false;
    }
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, this.#stopping.signal]);
    const work = this.#guard(subjectOf(repository, set), signal, async () => {
      const once = await this.#slotsOf(repository.name).take(() => task(signal), signal);
      const current = this.#planning.get(id);
      if (once === true && current) current.again = true;
    });
    const done = work.finally(() => {
      const again = this.#planning.get(id)?.again === true;
      this.#planning.delete(id);
      if (again && !signal.aborted) this.hint(repository.name);
    });
    this.#planning.set(id, { repository: repository.name, abort, done, again: false });
    return true;
  }

  #slotsOf(repository: string): WorkSlots {
    const slots = this.#slots.get(repository) ?? new WorkSlots(mostAtOnce);
    this.#slots.set(repository, slots);
    return slots;
  }

  async #isWithin(
    { head, base }: { readonly head: Revision; readonly base: Revision },
    { repository, signal }: Following,
  ): Promise<boolean> {
    const git = this.#ports.git(repository.name);
    const range = { from: base, to: head, limit: 1 };
    return (await git.commitsBetween(range, signal)).length === 0;
  }

  /** K2 */
  async #renew({
    repository,
    request,
    place,
    known,
    signal,
  }: Following): Promise<ChangeSet | undefined> {
    const { store, git, configurationAt, now, newId } = this.#ports;
    const ref = place.forge.headRef(request.number);
    const ports = { store, git: git(repository.name), configurationAt, now, newId, signal };
    const wanted = { repository, base: repository.head, request, ref, known };
    const set = await openChangeSet(wanted, ports);
    if (!set) return undefined;
    if (known) await this.#endPlanning(known, 'one of its branches moved');
    const older = known && ((await store.changeSet(known.id)) ?? known);
    const superseded =
      older && endChangeSet(older, { name: 'superseded', by: set.id }, set.createdAt);
    const said = older?.discussion;
    const heard = said ? { ...set, discussion: passOn(said, older.head === set.head) } : set;
    const carrying = { ...ports, memory: this.#memory };
    const renewed = older ? await carryOver(older, heard, repository, carrying) : heard;
    await store.commit([
      ...(superseded ? [{ kind: 'change-set' as const, set: superseded }] : []),
      { kind: 'change-set', set: renewed },
    ]);
    return renewed;
  }

  #faceOf(subject: string): MergeRequestFace {
    const face = this.#faces.get(subject) ?? new MergeRequestFace();
    this.#faces.set(subject, face);
    return face;
  }

  /** K4 */
  async #guard(subject: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) this.#ports.onError(error, subject);
    }
  }
}

function begin(): Kept {
  return {
    abort: new AbortController(),
    timer: undefined,
    look: undefined,
    again: false,
    spoken: new Set(),
    window: new RequestWindow(),
  };
}

type Followed = RepositoryRecord & { readonly head: Revision };

/** One look at a repository's merge requests. */
interface Look {
  readonly repository: Followed;
  readonly place: ForgePlace;
  readonly kept: Kept;
  readonly signal: AbortSignal;
}

interface Following extends Look {
  readonly request: MergeRequest;
  readonly known: ChangeSet | undefined;
  readonly open: readonly ChangeSet[];
}

/** K5 */
const mostAtOnce = 8;

/** Runs of one rollout stand otherwise one after the other. */
const settleMs = 300;

function tellEnd(
  { number, phase }: ChangeSet,
  { name }: RepositoryRecord,
  at: string,
): readonly Write[] {
  const revision = phase.name === 'merged' ? { revision: phase.commit } : {};
  const body = { mergeRequest: number, ...revision };
  const type = `merge-request:${phase.name}`;
  return [{ kind: 'event', event: { at, type, repository: name, body } }];
}

function subjectOf({ name }: RepositoryRecord, { number }: { readonly number: number }): string {
  return `${name}!${number}`;
}
