/** Answers "why is this so?" without a server: from the folder, its checkout, and the target. */
import {
  type FieldPath,
  formatFieldPath,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  type Origin,
} from '@trueup/diagnostics';
import type { OpenStack } from '@trueup/engine';
import {
  diffFields,
  type Files,
  type Health,
  type ObservedResource,
  type ResourceId,
  type Writer,
} from '@trueup/provider-sdk';

/** Who wrote a line of the checkout. */
export interface LineAuthor {
  readonly revision: string;
  readonly author: string;
  readonly committedAt: string;
  readonly summary: string;
}

export type BlameLine = (
  file: string,
  line: number,
  signal: AbortSignal,
) => Promise<LineAuthor | undefined>;

export interface ExplainedField {
  readonly path: FieldPath;
  /** Absent when the files do not set it; `sealed` where it is sensitive. */
  readonly desired?: Json;
  /** Absent when the target does not have it; `sealed` where it is sensitive. */
  readonly observed?: Json;
  readonly sensitive: boolean;
  readonly origin?: Origin;
  /** Absent too for a line that is not committed. */
  readonly author?: LineAuthor;
  readonly writer?: Writer;
}

export interface ExplainedResource {
  readonly id: ResourceId;
  readonly health: Health;
  readonly fields: readonly ExplainedField[];
}

export interface Explaining {
  readonly open: OpenStack;
  readonly files: Files;
  readonly blame: BlameLine;
  readonly id: ResourceId;
  /** Absent: every field that the files set. */
  readonly path: FieldPath | undefined;
  readonly signal: AbortSignal;
}

/** Stands for secrets; never equal to a value that may be shown, since values are compared before. */
const sealed = '(sealed)';

/** Fields of one resource. Beyond that nobody reads on. */
const mostFields = 200;

export async function explainResource(explaining: Explaining): Promise<ExplainedResource> {
  const { open, id, path, signal } = explaining;
  const { provider, target, seal } = open;
  const look = { ids: [id], prepared: open.prepared };
  const [observed] = await provider.observe(target, look, { signal, seal });
  const desired = open.prepared.resources.find((one) => one.id === id)?.body;
  const sides = { desired: show(desired, open, id), observed: show(observed?.body, open, id) };
  const paths = path ? [path] : listPaths(sides.desired.shown ?? sides.observed.shown);
  const places = await locate(paths, explaining);
  const fields = paths.map((one, index) =>
    explainField(one, { ...explaining, sides, observed, place: places[index] }),
  );
  return { id, health: provider.assess(observed), fields: await Promise.all(fields) };
}

interface Side {
  readonly raw?: JsonObject;
  /** Nothing where the provider never shows bodies. */
  readonly shown?: JsonObject;
}

function show(raw: JsonObject | undefined, { provider }: OpenStack, id: ResourceId): Side {
  const shown = raw && provider.present?.(id, raw, sealed);
  return { ...(raw && { raw }), ...(shown && { shown }) };
}

/** Lists are told apart by the names of their items, which is right where it matters for reading. */
function listPaths(body: JsonObject | undefined): readonly FieldPath[] {
  const differences = diffFields(undefined, body, () => ['name']);
  return differences.slice(0, mostFields).map(({ path }) => path);
}

async function locate(
  paths: readonly FieldPath[],
  { open, files, id, signal }: Explaining,
): Promise<readonly (Origin | undefined)[]> {
  const { provider, stack, target, seal } = open;
  if (!(provider.locate && open.prepared.resources.some((one) => one.id === id))) return [];
  const fields = paths.map((path) => ({ id, path }));
  return provider.locate(files, { stack, target, inputs: {}, fields }, { signal, seal });
}

interface ExplainingField extends Explaining {
  readonly sides: { readonly desired: Side; readonly observed: Side };
  readonly observed: ObservedResource | undefined;
  readonly place: Origin | undefined;
}

async function explainField(path: FieldPath, context: ExplainingField): Promise<ExplainedField> {
  const { sides, observed, place, open, blame, signal } = context;
  const desired = valueAt(sides.desired.shown, path);
  const seen = valueAt(sides.observed.shown, path);
  // A line that asks for the whole resource says nothing of a field that it does not set.
  const origin = desired === undefined ? undefined : place;
  const author = origin && (await blame(origin.file, origin.line, signal));
  const writer = observed && seen !== undefined && open.provider.writerOf?.(observed, path);
  return {
    path,
    sensitive: isSealed(sides.desired, path) || isSealed(sides.observed, path),
    ...(desired !== undefined && { desired }),
    ...(seen !== undefined && { observed: seen }),
    ...(origin && { origin }),
    ...(author && { author }),
    ...(writer && { writer }),
  };
}

function isSealed({ raw, shown }: Side, path: FieldPath): boolean {
  return valueAt(shown, path) === sealed && valueAt(raw, path) !== sealed;
}

/** By members and list keys; `undefined` where the body has nothing there. */
function valueAt(body: Json | undefined, path: FieldPath): Json | undefined {
  let value = body;
  for (const step of path) {
    if (typeof step === 'string') {
      value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    } else {
      const wanted = formatFieldPath([step]);
      const items: readonly Json[] = isJsonList(value) ? value : [];
      value = items.find((item) => isJsonObject(item) && isItem(item, Object.keys(step), wanted));
    }
  }
  return value;
}

function isItem(item: JsonObject, keys: readonly string[], wanted: string): boolean {
  const key = keys.map((name) => [name, item[name]] as const);
  const isKey = (one: readonly [string, Json | undefined]): one is [string, string | number] =>
    ['string', 'number', 'boolean'].includes(typeof one[1]);
  return key.every(isKey) && formatFieldPath([Object.fromEntries(key)]) === wanted;
}
