/**
 * Opens the merge request of an adoption, once: the branch is called after what it changes, so that whoever
 * asks again, or was ended in between, comes to the same one. Whoever may push can take that name first: one
 * that is neither kept nor of the own account is somebody else's, whatever its branch is called.
 */
import { type AdoptionRecord, parseStackId, type StackId, type Write } from '@trueup/engine';
import type { MergeRequest } from '@trueup/forge-sdk';

import type { ForgePlace } from '../forges/forge-place.ts';
import type { Adoption } from './adoption.ts';
import { type BranchKind, branchOf, digestAdoption, titleOf } from './describe-adoption.ts';
import type { BranchContent, ProposalBranch } from './proposal-branch.ts';

export interface Proposal {
  readonly kind: BranchKind;
  readonly adoption: Adoption;
  readonly body: string;
  /** When the drift became what it is. */
  readonly at: string;
  /** Of the stack, as they are kept with it. */
  readonly known: readonly AdoptionRecord[];
}

export type Opened = Pick<
  AdoptionRecord,
  'mergeRequest' | 'url' | 'branch' | 'revision' | 'digest'
>;

/** As many merge requests of one change that were closed as anybody needs. */
const mostBranches = 20;

/** `undefined` where too many of the same were closed. */
export async function openProposal(
  proposal: Proposal,
  { branch: port, place }: { readonly branch: ProposalBranch; readonly place: ForgePlace },
  signal: AbortSignal,
): Promise<Opened | undefined> {
  const { adoption, kind, body } = proposal;
  const opener = await port.opener(signal);
  const kept = new Set(proposal.known.map(({ mergeRequest }) => mergeRequest));
  const isOurs = ({ number, author }: MergeRequest) => kept.has(number) || author.id === opener;
  const digest = digestAdoption(adoption);
  const name = branchOf(kind, adoption.stack, digest);
  const title = titleOf(adoption);
  for (let count = 1; count <= mostBranches; count += 1) {
    const branch = count === 1 ? name : `${name}-${count}`;
    const revision = await port.put(contentOf(proposal, branch), undefined, signal);
    const isMeant = (one: MergeRequest) => one.source.branch === branch && isOurs(one);
    const known = revision === undefined ? await findOpen(place, isMeant, signal) : undefined;
    if (known) {
      const { number: mergeRequest, url, source } = known;
      return { mergeRequest, url, branch, revision: source.commit, digest };
    }
    if (revision === undefined) continue;
    const { number: mergeRequest, url } = await port.open({ branch, title, body }, signal);
    return { mergeRequest, ...(url !== undefined && { url }), branch, revision, digest };
  }
  return undefined;
}

export function contentOf({ adoption, at }: Proposal, branch: string): BranchContent {
  const files = new Map(adoption.files.map(({ path, after }) => [path, after]));
  const message = `${titleOf(adoption)}\n\nThis takes what was observed into Git.`;
  return { branch, files, base: adoption.base, message, at };
}

/** Among those that are open; a branch of a fork is another one. */
export async function findOpen(
  { forge, repository }: ForgePlace,
  isMeant: (request: MergeRequest) => boolean,
  signal: AbortSignal,
): Promise<MergeRequest | undefined> {
  for await (const request of forge.mergeRequests(repository, { state: 'open' }, { signal })) {
    const isOwn = request.source.repository === request.target.repository;
    if (isOwn && isMeant(request)) return request;
  }
  return undefined;
}

/** As they are kept with their stack: one for each merge request. */
export function noteAdoption(
  known: readonly AdoptionRecord[] | undefined,
  record: AdoptionRecord,
): readonly AdoptionRecord[] {
  const others = (known ?? []).filter(({ mergeRequest }) => mergeRequest !== record.mergeRequest);
  return [...others, record].slice(-mostKept);
}

/** Of one stack. */
const mostKept = 20;

/** For those who follow live. */
export function proposalEvent(
  stack: StackId,
  { mergeRequest }: Pick<AdoptionRecord, 'mergeRequest'>,
  at: string,
): Write {
  const { repository } = parseStackId(stack);
  const event = { at, type: 'drift:proposed', repository, stack, body: { mergeRequest } };
  return { kind: 'event', event };
}
