/**
 * Plans how drift gets into Git: edits of the files at the followed head, each proved.
 *
 * B1. What was edited is rendered and planned against what is observed, as a commit that nobody sees yet: the
 *     adopted fields no longer differ, and all else of the stack differs as it did before.
 * B2. What does not pass is left out, with a reason. Nothing is guessed.
 * B3. Observed values are hostile: how they are written is the business of `editField`, which reads them back.
 */
import { formatFieldPath, formatJson, type Origin } from '@trueup/diagnostics';
import type { DriftItem, OpenStack, RepositoryRecord, StackRecord, Store } from '@trueup/engine';
import { editField } from '@trueup/manifests';
import type { Change, ObservedResource, Plan, ResourceId } from '@trueup/provider-sdk';

import { readAll } from '../paging/read-all.ts';
import type { GitRepository } from '../repository/git-repository.ts';
import type { StackOpener } from '../stacks/stack-opener.ts';
import type { AdoptedField, Adoption, EditedFile, RefusedField } from './adoption.ts';
import { findLines, type Line } from './find-lines.ts';
import { pickFields } from './pick-fields.ts';

export interface AdoptionRequest {
  readonly repository: RepositoryRecord & { readonly head: string };
  readonly record: StackRecord;
  /** Open ones of the stack. */
  readonly items: readonly DriftItem[];
  /** Whether what others added is taken as well. */
  readonly foreign: boolean;
}

export interface AdoptionPorts {
  readonly store: Store;
  readonly opener: StackOpener;
  readonly git: GitRepository;
  readonly signal: AbortSignal;
}

/** Each costs a render and a plan. */
const mostProofs = 24;

/** @throws OperationError as opening the stack and looking at its target do. */
export async function planAdoption(
  request: AdoptionRequest,
  ports: AdoptionPorts,
): Promise<Adoption> {
  const scene = await openScene(request, ports);
  const { wishes, refused } = await collectWishes(scene);
  const adopted = await adoptAll(wishes, scene);
  const files = toFiles(adopted.texts, scene);
  return {
    stack: request.record.id,
    base: request.repository.head,
    files,
    fields: adopted.fields,
    refused: [...refused, ...adopted.refused].toSorted(byPlace),
    readers: await readersOf(files, request, ports.store),
  };
}

interface Scene extends AdoptionRequest, AdoptionPorts {
  readonly open: OpenStack;
  readonly observed: readonly ObservedResource[];
  /** What the followed head makes of what is observed. */
  readonly plan: Plan;
  readonly executed: readonly ResourceId[];
  /** Of the followed head, by path; filled as they are asked for. */
  readonly texts: Map<string, string | undefined>;
  proofs: number;
}

async function openScene(request: AdoptionRequest, ports: AdoptionPorts): Promise<Scene> {
  const { repository, record, foreign } = request;
  const { opener, store, signal } = ports;
  const place = { repository, stack: record.id, purpose: 'revision' } as const;
  const open = await opener.open(
    { ...place, revision: repository.head, reuse: false, passing: true },
    signal,
  );
  const ids = open.prepared.resources.map(({ id }) => id);
  const call = { signal, seal: open.seal };
  const observed = await open.provider.observe(open.target, { ids, prepared: open.prepared }, call);
  const executed = [...(await store.executed(record.id)).keys()];
  const scene = { ...request, ...ports, open, observed, executed, texts: new Map(), proofs: 0 };
  return { ...scene, plan: await planWith(open, { ...scene, foreign }) };
}

function planWith(
  { provider, target, stack, prepared, seal }: OpenStack,
  {
    observed,
    executed,
    foreign,
    signal,
  }: Pick<Scene, 'observed' | 'executed' | 'foreign' | 'signal'>,
): Promise<Plan> {
  const inventory = prepared.resources.map(({ id }) => id);
  const rule = foreign ? 'remove' : 'report';
  const request = { stack, prepared, observed, inventory, foreign: rule, executed } as const;
  return provider.plan(target, request, { signal, seal });
}

/** A field that is to be adopted, and where. */
interface Wish {
  readonly field: Omit<AdoptedField, 'origin'>;
  /** One at least; the last one is the provider's own word. */
  readonly lines: readonly Line[];
}

async function collectWishes(
  scene: Scene,
): Promise<{ readonly wishes: readonly Wish[]; readonly refused: readonly RefusedField[] }> {
  const { items, plan, open, git, repository, signal, foreign: takesForeign } = scene;
  const files = await git.open(repository.head, signal);
  const others = takesForeign ? await planWith(open, { ...scene, foreign: false }) : plan;
  const wishes: Wish[] = [];
  const refused: RefusedField[] = [];
  for (const item of items) {
    const id = item.resource;
    const change = plan.changes.find((one) => one.id === id);
    const foreign = others.foreign.filter((one) => one.id === id);
    const picked = pickFields({ item, change, foreign, takesForeign });
    refused.push(...picked.refused);
    for (const field of picked.fields) {
      const { path, writer } = field;
      const found = await findLines({ id, field }, { open, files, signal });
      if (found.kind === 'refused') {
        refused.push({ id, path, reason: found.reason });
        continue;
      }
      wishes.push({ field: { id, path, ...(writer && { writer }) }, lines: found.lines });
    }
  }
  return { wishes: wishes.toSorted(fromBelow), refused };
}

/** An edit moves what stands below it, so that the last one of a file comes first. */
function fromBelow(a: Wish, b: Wish): number {
  const [one, other] = [a, b].map(({ lines }) => originOf(lines.at(-1)));
  if (one?.file !== other?.file) return (one?.file ?? '') < (other?.file ?? '') ? -1 : 1;
  return (other?.line ?? 0) - (one?.line ?? 0);
}

function originOf(line: Line | undefined): Origin {
  const { file = '', edit } = line ?? {};
  return { file, line: (edit?.at ?? edit?.root)?.line ?? 1 };
}

type Texts = ReadonlyMap<string, string>;

interface Adopted {
  readonly texts: Texts;
  readonly fields: readonly AdoptedField[];
  readonly refused: readonly RefusedField[];
}

/** All at once, since that is what nearly always works; one by one where it does not. */
async function adoptAll(wishes: readonly Wish[], scene: Scene): Promise<Adopted> {
  let texts: Texts = new Map();
  const fields: AdoptedField[] = [];
  for (const { field, lines } of wishes) {
    for (const line of lines) {
      const edited = await editLine(line, texts, scene);
      if ('reason' in edited) continue;
      texts = edited.texts;
      fields.push({ ...field, origin: edited.origin });
      break;
    }
  }
  if (fields.length === wishes.length && (await prove(texts, fields, scene))) {
    return { texts, fields, refused: [] };
  }
  return adoptOneByOne(wishes, scene);
}

async function adoptOneByOne(wishes: readonly Wish[], scene: Scene): Promise<Adopted> {
  let texts: Texts = new Map();
  const fields: AdoptedField[] = [];
  const refused: RefusedField[] = [];
  for (const { field, lines } of wishes) {
    const { id, path } = field;
    let reason = 'what its line asks for does not get there as it is written';
    let isAdopted = false;
    for (const line of lines) {
      const edited = await editLine(line, texts, scene);
      if ('reason' in edited) {
        reason = edited.reason;
        continue;
      }
      const next = { ...field, origin: edited.origin };
      if (!(await prove(edited.texts, [...fields, next], scene))) continue;
      texts = edited.texts;
      fields.push(next);
      isAdopted = true;
      break;
    }
    if (!isAdopted) refused.push({ id, path, reason });
  }
  return { texts, fields, refused };
}

interface EditedLine {
  readonly texts: Texts;
  /** The first line that is another one. */
  readonly origin: Origin;
}

async function editLine(
  { file, edit }: Line,
  texts: Texts,
  scene: Scene,
): Promise<EditedLine | { readonly reason: string }> {
  const text = texts.get(file) ?? (await readText(file, scene));
  if (text === undefined) return { reason: 'its file is no text' };
  const edited = editField(text, edit);
  if (edited.kind === 'refused') return { reason: edited.reason };
  const lines = text.split('\n');
  const line = edited.text.split('\n').findIndex((one, index) => one !== lines[index]) + 1;
  return { texts: new Map(texts).set(file, edited.text), origin: { file, line } };
}

async function readText(file: string, scene: Scene): Promise<string | undefined> {
  const { texts, git, repository, signal } = scene;
  if (!texts.has(file)) {
    const bytes = await (await git.open(repository.head, signal)).read(file);
    texts.set(file, bytes && decode(bytes));
  }
  return texts.get(file);
}

/** What is not UTF-8 would come back as something else. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** B1 */
async function prove(
  texts: Texts,
  fields: readonly AdoptedField[],
  scene: Scene,
): Promise<boolean> {
  if (texts.size === 0 || scene.proofs >= mostProofs) return false;
  scene.proofs += 1;
  const { git, opener, repository, record, signal } = scene;
  const revision = await git.commitFiles(
    { base: repository.head, files: texts, message: 'Adopt drift', author: prover, at: proofAt },
    signal,
  );
  if (revision === undefined) return false;
  const place = { repository, stack: record.id, purpose: 'revision' } as const;
  const open = await opener.open({ ...place, revision, reuse: false, passing: true }, signal);
  if (open.prepared.diagnostics.some(({ severity }) => severity === 'error')) return false;
  const plan = await planWith(open, scene);
  if (plan.diagnostics.some(({ severity }) => severity === 'error')) return false;
  return isAdoption(scene.plan, plan, fields);
}

/** Of a commit that nobody sees; the same files give the same one. */
const prover = { name: 'Trueup', email: 'trueup@localhost' };
const proofAt = '2000-01-01T00:00:00Z';

/** The second plan is the first one without these fields. Pure. */
export function isAdoption(
  before: Plan,
  after: Plan,
  fields: readonly Pick<AdoptedField, 'id' | 'path'>[],
): boolean {
  const adopted = new Set(fields.map(({ id, path }) => placeOf(id, path)));
  const left = (plan: Plan) =>
    formatJson(plan.changes.flatMap((change) => describe(change, adopted)).toSorted());
  const isGone = after.changes.every(({ id, fields: own }) =>
    own.every(({ path }) => !adopted.has(placeOf(id, path))),
  );
  return isGone && left(before) === left(after);
}

/** A change that only consisted of adopted fields leaves nothing. */
function describe({ id, action, fields }: Change, adopted: ReadonlySet<string>): readonly string[] {
  if (action === 'none') return [];
  const own = fields.filter(
    ({ path, generated }) => !(generated || adopted.has(placeOf(id, path))),
  );
  if (action === 'update' || action === 'replace')
    return own.map((field) => describeField(id, field));
  return [`${action} ${id}`, ...own.map((field) => describeField(id, field))];
}

function describeField(id: ResourceId, { path, before, after }: Change['fields'][number]): string {
  return formatJson([placeOf(id, path), before ?? null, after ?? null]);
}

function placeOf(id: ResourceId, path: AdoptedField['path']): string {
  return `${id} ${formatFieldPath(path)}`;
}

function toFiles(texts: Texts, scene: Scene): readonly EditedFile[] {
  return [...texts]
    .map(([path, after]) => ({ path, before: scene.texts.get(path) ?? '', after }))
    .filter(({ before, after }) => before !== after)
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** By what they read when they were rendered last. */
async function readersOf(
  files: readonly EditedFile[],
  { record }: AdoptionRequest,
  store: Store,
): Promise<readonly string[]> {
  if (files.length === 0) return [];
  const records = await readAll((page) =>
    store.stacks({ repositories: [record.repository] }, page),
  );
  return records
    .filter(({ id, standing }) => id !== record.id && standing === 'active')
    .filter(({ applied }) => files.some(({ path }) => (applied?.render.paths[path] ?? '') !== ''))
    .map(({ id }) => id)
    .sort();
}

function byPlace(a: RefusedField, b: RefusedField): number {
  return placeOf(a.id, a.path) < placeOf(b.id, b.path) ? -1 : 1;
}
