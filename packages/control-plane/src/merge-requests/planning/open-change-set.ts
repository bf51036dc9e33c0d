import type { Diagnostic } from '@trueup/diagnostics';
import {
  type ChangeSet,
  createChangeSet,
  findWeakened,
  identityOf,
  noteStack,
  ownersPaths,
  type RepositoryRecord,
  type Revision,
  type Store,
} from '@trueup/engine';
import type { MergeRequest } from '@trueup/forge-sdk';
import type { RevisionConfiguration } from '../../configuration/read-configuration.ts';
import { asksOwners } from '../../configuration/read-owners.ts';
import { readAll } from '../../paging/read-all.ts';
import type { GitRepository } from '../../repository/git-repository.ts';
import { findTouched } from './find-touched.ts';

export interface OpenChangeSetPorts {
  readonly store: Store;
  readonly git: GitRepository;
  readonly configurationAt: (
    repository: RepositoryRecord,
    revision: Revision,
    signal: AbortSignal,
  ) => Promise<RevisionConfiguration>;
  readonly now: () => number;
  readonly newId: () => string;
  readonly signal: AbortSignal;
}

export interface ChangeSetPlace {
  readonly repository: RepositoryRecord;
  /** Head of the followed branch. */
  readonly base: Revision;
  readonly request: MergeRequest;
  /** Leads to the merge request's head. */
  readonly ref: string;
  /** The change set whose place it takes. */
  readonly known: ChangeSet | undefined;
}

/** As much as is shown in one line. */
export function titleOf({ title }: Pick<MergeRequest, 'title'>): string {
  return title.slice(0, 300);
}

/** More than anybody reads; whoever can set them must not fill the store. */
const mostLabels = 100;

/**
 * Merges a merge request in the mirror, and finds what it touches. `undefined` when its head has moved
 * since the forge was asked: then the forge is asked again.
 */
export async function openChangeSet(
  { repository, base, request, ref, known }: ChangeSetPlace,
  ports: OpenChangeSetPorts,
): Promise<ChangeSet | undefined> {
  const { git, now, newId, signal } = ports;
  const head = request.source.commit;
  if (!(await git.bring({ ref, revision: head }, signal))) return undefined;
  const made = {
    id: newId(),
    repository: repository.id,
    number: request.number,
    title: titleOf(request),
    head,
    base,
    author: request.author.id,
    authors: await findAuthors(repository, { base, request }, ports),
    traits: {
      fork: request.source.repository !== request.target.repository,
      labels: request.labels.slice(0, mostLabels),
    },
    headSeenAt: known?.head === head ? known.headSeenAt : request.updatedAt,
    createdAt: new Date(now()).toISOString(),
  };
  const merge = await git.merge(base, head, signal);
  if (merge.kind !== 'merged') {
    const conflicts = merge.kind === 'conflicts' ? merge.files : [];
    return createChangeSet({ ...made, outcome: { conflicts } });
  }
  const merged = merge.revision;
  const { plannable, orphaned, ...told } = await touch(repository, { base, merged }, ports);
  const stacks = [...plannable, ...orphaned];
  const set = createChangeSet({ ...made, outcome: { merged, stacks, ...told } });
  return orphaned.reduce(
    (all, stack) => noteStack(all, stack, { name: 'orphaned' }, made.createdAt),
    set,
  );
}

/** A branch of more commits than this is not for people to approve; the newest of them count. */
const mostCommits = 2000;

async function findAuthors(
  { forge }: RepositoryRecord,
  { base, request }: Pick<ChangeSetPlace, 'base' | 'request'>,
  { git, signal }: OpenChangeSetPorts,
): Promise<readonly string[]> {
  const range = { from: base, to: request.source.commit, limit: mostCommits };
  const commits = await git.commitsBetween(range, signal);
  const emails = new Set(commits.flatMap((commit) => commit.emails));
  const users = [request.author, ...(request.pushers ?? [])];
  const accounts = users.map(({ id }) => identityOf(forge?.kind ?? 'hosted', id));
  return [...new Set(accounts), ...[...emails].sort().map((email) => `commit:${email}`)];
}

interface Touch {
  /** Full names. */
  readonly plannable: readonly string[];
  readonly orphaned: readonly string[];
  /** Mistakes that the followed branch does not have. */
  readonly diagnostics: readonly Diagnostic[];
  /** What it takes away from the rules. */
  readonly weakened: readonly string[];
}

async function touch(
  repository: RepositoryRecord,
  heads: { readonly base: Revision; readonly merged: Revision },
  { store, git, configurationAt, signal }: OpenChangeSetPorts,
): Promise<Touch> {
  const records = await readAll((page) => store.stacks({ repository: repository.id }, page));
  const base = await configurationAt(repository, heads.base, signal);
  const merged = await configurationAt(repository, heads.merged, signal);
  const byName = new Map(records.map((record) => [record.name, record]));
  const { plannable, orphaned } = await findTouched({ base, merged, records: byName, git, signal });
  const full = (name: string): string => `${repository.name}/${name}`;
  const known = new Set(base.diagnostics.map(nameMistake));
  const diagnostics = merged.diagnostics
    .filter(({ severity }) => severity === 'error')
    .filter((one) => !known.has(nameMistake(one)));
  return {
    plannable: plannable.map(full),
    orphaned: orphaned.map(full),
    diagnostics,
    weakened: [
      ...compareRules(base, merged),
      ...(await compareOwners(base.configuration, heads, { git, signal })),
    ],
  };
}

/** Rules that nobody can read are none that hold: to break them takes them away, and to mend them may. */
function compareRules(
  base: RevisionConfiguration,
  merged: RevisionConfiguration,
): readonly string[] {
  const [before, after] = [base, merged].map(({ configuration }) => configuration.broken.rules);
  if (after && after.length > 0) return ['Weakens rules: those that it brings cannot be read.'];
  if (before && before.length > 0) return ['Weakens rules: nobody can read those before it.'];
  const all = [...base.expanded.stacks, ...merged.expanded.stacks].map(({ name }) => name);
  return findWeakened(base.configuration, merged.configuration, [...new Set(all)].sort());
}

/**
 * Whoever names the owners decides who is asked, where a rule asks for them. The first file there is counts; a
 * first one takes nothing away, since anybody who may approve was asked before.
 */
async function compareOwners(
  { rules }: RevisionConfiguration['configuration'],
  { base, merged }: { readonly base: Revision; readonly merged: Revision },
  { git, signal }: Pick<OpenChangeSetPorts, 'git' | 'signal'>,
): Promise<readonly string[]> {
  if (!rules.some(asksOwners)) return [];
  const [before, after] = await Promise.all(
    [base, merged].map(async (revision) => {
      const found = await git.identify(revision, ownersPaths, signal);
      const path = ownersPaths.find((one) => (found.get(one) ?? '') !== '');
      return path && `${path} ${found.get(path)}`;
    }),
  );
  if (before === undefined || before === after) return [];
  return ['Weakens rules: it changes CODEOWNERS, and rules ask those whom that names.'];
}

/** The same mistake, whatever line it moved to. */
function nameMistake({ code, path, summary }: Diagnostic): string {
  return JSON.stringify([code, path, summary]);
}
