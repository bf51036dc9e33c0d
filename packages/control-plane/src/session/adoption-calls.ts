import { formatFieldPath } from '@trueup/diagnostics';
import {
  type AdoptionRecord,
  type DriftItem,
  pagePaths,
  pageUrl,
  type RepositoryRecord,
  type StackRecord,
} from '@trueup/engine';

import { SessionError } from '../access/session-error.ts';
import type { Adoption } from '../adopting/adoption.ts';
import { describeAdoption } from '../adopting/describe-adoption.ts';
import { formatPatch } from '../adopting/format-patch.ts';
import {
  noteAdoption,
  type Opened,
  openProposal,
  proposalEvent,
} from '../adopting/open-proposal.ts';
import { planAdoption } from '../adopting/plan-adoption.ts';
import {
  branchElsewhere,
  branchOfHosted,
  type ProposalBranch,
} from '../adopting/proposal-branch.ts';
import { openDrift } from '../drift/open-drift.ts';
import type { ForgePlace } from '../forges/forge-place.ts';
import { hostedKind } from '../hosting/hosted-people.ts';
import type { AdoptionRequest, AdoptionSession, AdoptionView } from './adoption-session.ts';
import type { Desk } from './desk.ts';
import { HostedDesk } from './hosted/hosted-desk.ts';
import { authorOf } from './rollback/open-revert.ts';

export function adoptionCalls(desk: Desk): AdoptionSession {
  return {
    async adopt(stack, request, signal) {
      const planned = await plan(stack, request, { desk, signal });
      const { adoption, record, items, repository } = planned;
      if (request.preview) return toView(adoption);
      if (adoption.files.length === 0) throw conflict(stack, reasonOf(adoption));
      const place = await desk.ports.connect(repository);
      if (!place) throw conflict(stack, obstacle);
      const opened = await withBranch({ repository, place, desk }, (branch) =>
        openProposal(toProposal(planned, desk), { branch, place }, signal),
      );
      if (!opened) throw conflict(stack, 'the same was closed too often: change the files by hand');
      const files = adoption.files.map(({ path }) => path);
      await note(opened, { record, files, items: takenOf(items, adoption), desk });
      desk.ports.mergeRequests.hint(repository.name, opened.mergeRequest);
      return toView(adoption, opened);
    },
  };
}

const obstacle =
  'its repository has no forge that a merge request could be opened on: take the patch (`trueup drift adopt --print`), and push it';

interface Calling {
  readonly desk: Desk;
  readonly signal: AbortSignal;
}

interface Planned {
  readonly adoption: Adoption;
  readonly record: StackRecord;
  readonly items: readonly DriftItem[];
  readonly repository: RepositoryRecord;
}

/** At most this long: it may have to render often. */
const longestMs = 300_000;

async function plan(
  stack: string,
  { resources, foreign = false }: AdoptionRequest,
  { desk, signal }: Calling,
): Promise<Planned> {
  const record = await desk.stack(stack, 'plan');
  const repository = desk.repositoryOf(stack);
  const { opener, store, following } = desk.ports;
  const { head } = repository;
  if (head === undefined) throw conflict(stack, 'its branch was not fetched yet');
  const drifted = await openDrift(stack, store);
  const items = drifted.filter(({ resource }) => resources?.includes(resource) ?? true);
  const missing = resources?.find((id) => !items.some(({ resource }) => resource === id));
  if (missing !== undefined) throw conflict(stack, `${missing} did not drift`);
  if (items.length === 0) throw conflict(stack, 'nothing drifted');
  const git = following.git(repository.name);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(longestMs)]);
  const request = { repository: { ...repository, head }, record, items, foreign };
  const adoption = await planAdoption(request, { store, opener, git, signal: limit });
  return { adoption, record, items, repository };
}

function toProposal({ adoption, items, record }: Planned, desk: Desk) {
  const { publicUrl } = desk.ports;
  const page = pagePaths.stack(adoption.stack);
  const url = publicUrl === undefined ? undefined : pageUrl(publicUrl, page);
  const by = desk.actor.kind === 'member' ? desk.actor.name : desk.name;
  const at =
    items
      .map(({ changedAt }) => changedAt)
      .toSorted()
      .at(-1) ?? desk.at();
  const body = describeAdoption(adoption, { url, by });
  return { kind: 'adopt', adoption, body, at, known: record.adoptions ?? [] } as const;
}

interface Placing {
  readonly repository: RepositoryRecord;
  readonly place: ForgePlace;
  readonly desk: Desk;
}

/** On the built-in forge as the member who asks, on others by a commit that bears that member's address. */
async function withBranch<T>(
  { repository, place, desk }: Placing,
  work: (branch: ProposalBranch) => Promise<T>,
): Promise<T> {
  const { name, forge } = repository;
  if (forge?.kind !== hostedKind) {
    const git = desk.ports.following.git(name);
    return await work(branchElsewhere(repository, { git, place, author: await authorOf(desk) }));
  }
  return await new HostedDesk(desk).ask(name, 'plan', async ({ host, path, actor }) => {
    const urlOf = (number: number) => pageUrl(host.publicUrl, pagePaths.mergeRequest(name, number));
    return await work(branchOfHosted(repository, { host, path, actor, urlOf }));
  });
}

interface Noting {
  readonly record: StackRecord;
  readonly files: readonly string[];
  readonly items: readonly DriftItem[];
  readonly desk: Desk;
}

async function note(opened: Opened, { record, files, items, desk }: Noting): Promise<void> {
  await desk.inTurn(record, async ({ id, adoptions }) => {
    const known = adoptions?.find((one) => one.mergeRequest === opened.mergeRequest);
    const made: AdoptionRecord = {
      ...opened,
      files,
      items: items.map((item) => item.id),
      by: known?.by ?? desk.name,
      at: known?.at ?? desk.at(),
    };
    const { mergeRequest, branch } = opened;
    const detail = { mergeRequest, branch, resources: items.map(({ resource }) => resource) };
    await desk.ports.store.commit([
      { kind: 'stack-changed', id, change: { adoptions: noteAdoption(adoptions, made) } },
      ...(known ? [] : [desk.audit('drift:proposed', id, detail)]),
      proposalEvent(id, opened, desk.at()),
    ]);
  });
}

function takenOf(items: readonly DriftItem[], { fields }: Adoption): readonly DriftItem[] {
  const ids = new Set(fields.map(({ id }) => id));
  return items.filter(({ resource }) => ids.has(resource));
}

function toView({ files, ...adoption }: Adoption, opened?: Opened): AdoptionView {
  const patch = formatPatch(files);
  if (!opened) return { ...adoption, patch };
  const { mergeRequest, branch, url } = opened;
  return {
    ...adoption,
    patch,
    opened: { mergeRequest, branch, ...(url !== undefined && { url }) },
  };
}

/** The first reasons are enough: a preview has all of them. */
function reasonOf({ refused }: Adoption): string {
  if (refused.length === 0) return 'nothing of it differs from what Git asks for by now';
  const named = refused.slice(0, 3).map(({ id, path, reason }) => {
    return `${[id, formatFieldPath(path)].join(' ').trim()}: ${reason}`;
  });
  return `nothing of it can be adopted (${named.join('; ')})`;
}

function conflict(stack: string, why: string): SessionError {
  return new SessionError('CONFLICT', `${stack}: not adopted: ${why}`);
}
