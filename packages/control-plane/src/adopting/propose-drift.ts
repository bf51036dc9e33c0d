/** Opens the merge request that a rule asks for, or moves the one that is open to what drifted by now. */
import type {
  AdoptionRecord,
  DriftItem,
  RepositoryRecord,
  StackRecord,
  Store,
} from '@trueup/engine';

import type { MergeRequest } from '@trueup/forge-sdk';

import type { ForgePlace } from '../forges/forge-place.ts';
import type { GitRepository } from '../repository/git-repository.ts';
import type { StackOpener } from '../stacks/stack-opener.ts';
import type { Adoption } from './adoption.ts';
import { commentMark, isLeftToPeople } from './attend-proposals.ts';
import { describeAdoption, digestAdoption, isBranchOf } from './describe-adoption.ts';
import { contentOf, findOpen, openProposal, type Proposal } from './open-proposal.ts';
import { planAdoption } from './plan-adoption.ts';
import type { BranchContent, ProposalBranch } from './proposal-branch.ts';
import { ownProposal, proposer } from './proposal-state.ts';

export interface Proposing {
  readonly repository: RepositoryRecord & { readonly head: string };
  readonly record: StackRecord;
  /** What is to be proposed; one at least. */
  readonly items: readonly DriftItem[];
  /** As they are on the forge by now. */
  readonly known: readonly AdoptionRecord[];
  /** RFC 3339. */
  readonly at: string;
  /** Of the stack's page. */
  readonly url: string | undefined;
}

export interface ProposingPorts {
  readonly store: Store;
  readonly opener: StackOpener;
  readonly git: GitRepository;
  readonly place: ForgePlace;
  readonly branch: ProposalBranch;
  readonly signal: AbortSignal;
}

/** `undefined` where there is nothing to propose, or nothing new. */
export async function proposeDrift(
  proposing: Proposing,
  ports: ProposingPorts,
): Promise<AdoptionRecord | undefined> {
  const { repository, record, items, known, url } = proposing;
  const adoption = await planAdoption({ repository, record, items, foreign: false }, ports);
  if (adoption.files.length === 0) return undefined;
  const digest = digestAdoption(adoption);
  // D4
  if (known.some((one) => one.by === proposer && one.digest === digest)) return undefined;
  const changed =
    items
      .map(({ changedAt }) => changedAt)
      .toSorted()
      .at(-1) ?? proposing.at;
  const body = describeAdoption(adoption, { url, by: proposer });
  const proposal: Proposal = { kind: 'drift', adoption, body, at: changed, known };
  const own = (await findOwn(known, ports)) ?? (await findLost(proposing, ports));
  if (own) return await move(own, { ...proposing, proposal, digest }, ports);
  const opened = await openProposal(proposal, ports, ports.signal);
  return opened && { ...opened, ...noted(adoption, proposing) };
}

function noted({ fields, files }: Adoption, { items, at }: Proposing) {
  const ids = new Set(fields.map(({ id }) => id));
  const taken = items.filter(({ resource }) => ids.has(resource)).map(({ id }) => id);
  return { files: files.map(({ path }) => path), items: taken, by: proposer, at };
}

/** One that was merged is done: what drifts besides is another one's business. */
async function findOwn(
  known: readonly AdoptionRecord[],
  { place: { forge, repository }, signal }: ProposingPorts,
): Promise<AdoptionRecord | undefined> {
  const own = ownProposal(known);
  const request = own && (await forge.mergeRequest(repository, own.mergeRequest, { signal }));
  return request?.state.name === 'open' ? own : undefined;
}

/** One that was opened right before the process ended: nobody had written it down. */
async function findLost(
  { record }: Proposing,
  { place, branch: port, signal }: ProposingPorts,
): Promise<AdoptionRecord | undefined> {
  const opener = await port.opener(signal);
  const isOurs = (one: MergeRequest) =>
    one.author.id === opener && isBranchOf(one.source.branch, 'drift', record.id);
  const request = await findOpen(place, isOurs, signal);
  if (!request) return undefined;
  const { number: mergeRequest, url, source, createdAt: at } = request;
  const { branch, commit: revision } = source;
  return {
    mergeRequest,
    url,
    branch,
    revision,
    digest: '',
    files: [],
    items: [],
    by: proposer,
    at,
  };
}

interface Moving extends Proposing {
  readonly proposal: Proposal;
  readonly digest: string;
}

/** D2, D3 */
async function move(
  own: AdoptionRecord,
  { proposal, digest, ...proposing }: Moving,
  ports: ProposingPorts,
): Promise<AdoptionRecord | undefined> {
  const { place, branch: port, signal } = ports;
  const { branch, mergeRequest: number } = own;
  const next = { ...own, digest, ...noted(proposal.adoption, proposing) };
  // It is what was found lost.
  if (branch.endsWith(digest.slice(0, 12)) && own.digest === '') return next;
  if (await isLeftToPeople(own, ports)) return undefined;
  const content = await withoutOlder(own, contentOf(proposal, branch), ports);
  const revision = await port.put(content, own.revision, signal);
  if (revision === undefined) return undefined;
  const comment = {
    mark: commentMark,
    body: `What drifted is another thing by now.\n\n${proposal.body}`,
  };
  await place.forge.putComment(place.repository, { number, comment }, { signal });
  return { ...next, revision };
}

/** Files that are not changed any more get what the followed head has. */
async function withoutOlder(
  { files }: AdoptionRecord,
  content: BranchContent,
  { git, signal }: ProposingPorts,
): Promise<BranchContent> {
  const older = files.filter((path) => !content.files.has(path));
  const present = await git.open(content.base, signal);
  const texts = new Map(content.files);
  for (const path of older) {
    const bytes = await present.read(path);
    if (bytes) texts.set(path, new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  }
  return { ...content, files: texts };
}
