/**
 * Attends to one open merge request: hears what was said, plans what waits, weighs who approved it, and
 * shows all of that. Each part is written before the next one begins: after a crash it goes on there.
 */
import {
  type ChangeSet,
  describeStatuses,
  findDenial,
  frozenUntil,
  isOpen,
  keyOfAhead,
  parseStackId,
  type RepositoryRecord,
  type Revision,
  ruleFor,
  waitingStacks,
} from '@trueup/engine';
import type { MergeRequest } from '@trueup/forge-sdk';

import type { RevisionConfiguration } from '../configuration/read-configuration.ts';
import type { ForgePlace } from '../forges/forge-place.ts';
import { type AheadByStack, findAhead } from './hearing/find-ahead.ts';
import { findTrust } from './hearing/find-trust.ts';
import { listen } from './hearing/listen.ts';
import { type WeighedSet, weighApprovals } from './hearing/weigh-approvals.ts';
import { titleOf } from './planning/open-change-set.ts';
import { type PlanChangeSetPorts, planChangeSet } from './planning/plan-change-set.ts';
import type { PlanMemory } from './planning/plan-memory.ts';
import { againRefused, replan } from './planning/replan.ts';
import type { TargetMoves } from './planning/target-moves.ts';
import { composeView, mergeRequestUrl } from './showing/compose-view.ts';
import type { MergeRequestFace } from './showing/merge-request-face.ts';

export interface AttendPorts extends Omit<PlanChangeSetPorts, 'signal' | 'memory'> {
  readonly configurationAt: (
    repository: RepositoryRecord,
    revision: Revision,
    signal: AbortSignal,
  ) => Promise<RevisionConfiguration>;
  /** How people reach the server. There are no links if absent. */
  readonly publicUrl?: string | undefined;
}

export interface Attending {
  readonly repository: RepositoryRecord;
  readonly request: MergeRequest;
  readonly place: ForgePlace;
  readonly face: MergeRequestFace;
  /** Somebody says that people said something. */
  readonly hinted: boolean;
  /** All that were open when the look began. */
  readonly open: readonly ChangeSet[];
  readonly moves: TargetMoves;
  readonly memory: PlanMemory;
  readonly signal: AbortSignal;
}

/** True where it should be attended to once more soon: people may have spoken of what was not planned yet. */
export async function attend(
  id: string,
  attending: Attending,
  ports: AttendPorts,
): Promise<boolean> {
  // Since the list was read another look may have planned it.
  const known = await ports.store.changeSet(id);
  if (!known || !isOpen(known)) return false;
  const found = await keepTitle(known, attending.request, ports);
  const { set, plans, listened } = await hear(found, attending, ports);
  const { moves } = attending;
  const { repository, open } = attending;
  const ahead = await findAhead({ set, repository, open }, ports);
  const moved = new Set([...moves.find(set), ...findShifted(set, ahead)]);
  const stale = replan(set, plans ? new Set(Object.keys(set.stacks)) : moved);
  const begun = { ...attending, listened, previous: set.stacks, ahead };
  const planned = await plan(stale, begun, ports);
  moves.keep(planned);
  const weighed = await weighApprovals(planned, attending.repository, ports);
  if (weighed.writes.length > 0) await ports.store.commit(weighed.writes);
  await show(planned, weighed, attending, ports);
  return set.phase.name === 'planning' && planned.phase.name === 'planned';
}

async function keepTitle(
  set: ChangeSet,
  request: MergeRequest,
  { store }: AttendPorts,
): Promise<ChangeSet> {
  const title = titleOf(request);
  if (set.title === title) return set;
  const named = { ...set, title };
  await store.commit([{ kind: 'change-set', set: named }]);
  return named;
}

/** Stacks that gave way to other merge requests than those that are ahead now. */
function findShifted({ stacks }: ChangeSet, ahead: AheadByStack): readonly string[] {
  return Object.entries(stacks).flatMap(([stack, state]) => {
    if (state.name !== 'planned' && state.name !== 'deferred') return [];
    const key = keyOfAhead(ahead.get(stack) ?? []);
    const isBehind = state.name === 'planned' || state.behind !== undefined;
    return isBehind && (state.behind ?? '') !== key ? [stack] : [];
  });
}

/** A forge that forgets to tell that people spoke is asked anyway, this many looks later. */
const mostLooks = 10;

interface Heard {
  readonly set: ChangeSet;
  readonly plans: boolean;
  /** Whether anybody was listened to. */
  readonly listened: boolean;
}

async function hear(set: ChangeSet, attending: Attending, ports: AttendPorts): Promise<Heard> {
  const { face, request, hinted } = attending;
  face.looks += 1;
  const isCalm = face.listenedTo === request.updatedAt && face.looks < mostLooks;
  if (isCalm && !hinted) return { set, plans: false, listened: false };
  const heard = await listen(set, attending, ports);
  // What was said about plans that are not shown yet is heard the next time.
  if (set.phase.name === 'planned') {
    face.listenedTo = request.updatedAt;
    face.looks = 0;
  }
  return { ...heard, listened: true };
}

async function plan(
  set: ChangeSet,
  attending: Attending & {
    readonly listened: boolean;
    readonly previous: ChangeSet['stacks'];
    readonly ahead: AheadByStack;
  },
  ports: AttendPorts,
): Promise<ChangeSet> {
  const { repository, request, place, face, listened, previous, ahead, memory, signal } = attending;
  const { merged } = set;
  if (merged === undefined) return set;
  const refused = Object.values(set.stacks).some(({ name }) => name === 'refused');
  if (waitingStacks(set).length === 0 && !(refused && listened)) return set;
  const members = await ports.store.members();
  const asked = { repository: repository.name, request, place, members };
  const trust = await findTrust(set, asked, signal);
  const again = trust === 'none' ? set : againRefused(set);
  if (waitingStacks(again).length === 0) return again;
  const named = { set: again, repository: repository.name, publicUrl: ports.publicUrl };
  const nobody = { unapproved: new Set<string>(), asksPeople: false };
  const [status] = describeStatuses({ set: again, ...mergeRequestUrl(named), ...nobody });
  await face.putStatuses(again, status ? [status] : [], { place, signal });
  const { configurationAt } = ports;
  const configuration = await configurationAt(repository, merged, signal);
  const base = await configurationAt(repository, set.base, signal);
  return planChangeSet(
    { repository, set: { ...again, merged }, configuration, base, trust, previous, ahead },
    { ...ports, memory, signal },
  );
}

async function show(
  set: ChangeSet,
  weighed: WeighedSet,
  { repository, place, face, signal }: Attending,
  ports: AttendPorts,
): Promise<void> {
  const { store, configurationAt, now } = ports;
  const base = await configurationAt(repository, set.base, signal);
  const frozen = findFrozen(weighed, base, now());
  const targets = new Map<string, string>();
  for (const id of Object.keys(set.stacks)) {
    const state = set.stacks[id];
    const planned = state?.name === 'planned' ? state.target : undefined;
    const target = planned ?? (await store.stack(id))?.target;
    if (target !== undefined) targets.set(id, target);
  }
  const targetOf = (id: string): string => targets.get(id) ?? '';
  const freeze = frozen === undefined ? {} : { frozenUntil: frozen };
  const named = { set, repository: repository.name, publicUrl: ports.publicUrl };
  const view = composeView({ ...named, weighed, targetOf, ...freeze });
  const shown = await face.putComment(set, view, { place, signal });
  if (shown && JSON.stringify(shown) !== JSON.stringify(set.discussion?.shown)) {
    const discussion = set.discussion ?? {
      heard: { since: set.headSeenAt, comments: [] },
      refusals: [],
    };
    await store.commit([
      { kind: 'change-set', set: { ...set, discussion: { ...discussion, shown } } },
    ]);
  }
  const links = mergeRequestUrl(named);
  const statuses = describeStatuses({ set, ...links, ...standOf(weighed), ...freeze });
  await face.putStatuses(set, statuses, { place, signal });
}

function standOf({ plans }: WeighedSet) {
  const asking = [...plans].filter(([, { decision }]) => decision.asksPeople);
  const open = asking.filter(([, { decision }]) => decision.open.length > 0);
  const denial = findDenial(plans);
  return {
    unapproved: new Set(open.map(([id]) => id)),
    asksPeople: asking.length > 0,
    ...(denial && { denial }),
  };
}

/** When the last of the freezes ends that bind a stack with something to do. */
function findFrozen(
  { plans }: WeighedSet,
  { configuration }: RevisionConfiguration,
  nowMs: number,
): string | undefined {
  const ends = [...plans].flatMap(([id, { changes }]) => {
    if (changes.every(({ change }) => change.action === 'none')) return [];
    const { freezes } = ruleFor(configuration, parseStackId(id).name);
    return frozenUntil(freezes, nowMs)?.untilMs ?? [];
  });
  return ends.length === 0 ? undefined : new Date(Math.max(...ends)).toISOString();
}
