/**
 * Remembers what plans of open merge requests were made from, so that a base or a branch that moves has
 * only those stacks planned again which that concerns (P7).
 *
 * A plan goes over to the next change set where everything is the same that it was made from: what was
 * read, settings, rules, owners, what the stack was brought to last; and where its target tells when it
 * moves. What is not known, as after a restart, is planned again.
 */
import {
  type ChangeSet,
  type ChangeSetStack,
  digestSettings,
  noteStack,
  outputsIn,
  ownersPaths,
  type PlanId,
  parseStackId,
  type RenderRecord,
  type RepositoryRecord,
  type Revision,
  ruleFor,
  type StackId,
  type Store,
} from '@trueup/engine';
import type { RevisionConfiguration } from '../../configuration/read-configuration.ts';
import type { GitRepository } from '../../repository/git-repository.ts';

export interface RememberedPlan {
  readonly render: Pick<RenderRecord, 'paths' | 'settings'>;
  /** The run that brought the stack to what it was planned from. */
  readonly appliedBy: string | undefined;
}

/** Of all merge requests; the oldest are forgotten. */
const mostPlans = 5000;

export class PlanMemory {
  readonly #plans = new Map<PlanId, RememberedPlan>();

  remember(plan: PlanId, made: RememberedPlan): void {
    this.#plans.set(plan, made);
    const [oldest] = this.#plans.keys();
    if (this.#plans.size > mostPlans && oldest !== undefined) this.#plans.delete(oldest);
  }

  recall(plan: PlanId): RememberedPlan | undefined {
    return this.#plans.get(plan);
  }
}

export interface CarryPorts {
  readonly memory: PlanMemory;
  readonly store: Pick<Store, 'stack'>;
  readonly git: Pick<GitRepository, 'identify'>;
  readonly configurationAt: (
    repository: RepositoryRecord,
    revision: Revision,
    signal: AbortSignal,
  ) => Promise<RevisionConfiguration>;
  readonly signal: AbortSignal;
}

type Planned = Extract<ChangeSetStack, { readonly name: 'planned' }>;

interface Candidate {
  readonly stack: StackId;
  readonly state: Planned;
  readonly made: RememberedPlan;
}

/** The newer one with the plans of the older one that hold for it as well. */
export async function carryOver(
  older: ChangeSet,
  newer: ChangeSet,
  repository: RepositoryRecord,
  ports: CarryPorts,
): Promise<ChangeSet> {
  const { merged } = newer;
  const candidates = findCandidates(older, newer, ports.memory);
  const same = JSON.stringify(older.traits) === JSON.stringify(newer.traits);
  if (merged === undefined || candidates.length === 0 || !same) return newer;
  const { git, configurationAt, signal } = ports;
  const bases = { before: older.base, after: newer.base };
  if (!(await hasSameOwners(bases, git, signal))) return newer;
  const before = await configurationAt(repository, older.base, signal);
  const after = await configurationAt(repository, newer.base, signal);
  const configuration = await configurationAt(repository, merged, signal);
  const paths = [...new Set(candidates.flatMap(({ made }) => Object.keys(made.render.paths)))];
  const ids = await git.identify(merged, paths, signal);
  let set = newer;
  for (const candidate of candidates) {
    const isSame =
      isReadAlike(candidate, ids) &&
      isRuledAlike(candidate, before, after) &&
      isSetAlike(candidate, configuration, after) &&
      (await isAppliedAlike(candidate, ports.store));
    if (isSame) set = noteStack(set, candidate.stack, candidate.state, newer.createdAt);
  }
  return set;
}

function findCandidates(
  older: ChangeSet,
  newer: ChangeSet,
  memory: PlanMemory,
): readonly Candidate[] {
  return Object.entries(newer.stacks).flatMap(([stack, { name }]) => {
    const state = older.stacks[stack];
    if (name !== 'waiting' || state?.name !== 'planned' || !state.watched) return [];
    const made = memory.recall(state.plan);
    return made ? [{ stack, state, made }] : [];
  });
}

async function hasSameOwners(
  { before, after }: { readonly before: Revision; readonly after: Revision },
  git: CarryPorts['git'],
  signal: AbortSignal,
): Promise<boolean> {
  const known = await git.identify(before, ownersPaths, signal);
  const found = await git.identify(after, ownersPaths, signal);
  return ownersPaths.every((path) => known.get(path) === found.get(path));
}

function isReadAlike({ made }: Candidate, ids: ReadonlyMap<string, string>): boolean {
  return Object.entries(made.render.paths).every(([path, id]) => (ids.get(path) ?? '') === id);
}

function isRuledAlike(
  { stack }: Candidate,
  before: RevisionConfiguration,
  after: RevisionConfiguration,
): boolean {
  const { name } = parseStackId(stack);
  const [one, other] = [before, after].map((at) => JSON.stringify(ruleFor(at.configuration, name)));
  return one === other;
}

/**
 * What takes in an output of another stack, or is reached by one, is planned again: the output may be
 * another one.
 */
function isSetAlike(
  { stack, made }: Candidate,
  { expanded }: RevisionConfiguration,
  base: RevisionConfiguration,
): boolean {
  const { name } = parseStackId(stack);
  const definition = expanded.stacks.find((one) => one.name === name);
  const target = base.configuration.targets.find((one) => one.name === definition?.target);
  if (!definition || !target) return false;
  if (Object.values(definition.inputs).some(({ kind }) => kind === 'output')) return false;
  if (outputsIn(target.settings).length > 0) return false;
  return digestSettings(definition, target) === made.render.settings;
}

async function isAppliedAlike(
  { stack, made }: Candidate,
  store: Pick<Store, 'stack'>,
): Promise<boolean> {
  return (await store.stack(stack))?.applied?.run === made.appliedBy;
}
