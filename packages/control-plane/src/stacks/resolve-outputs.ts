/**
 * Puts outputs of stacks into the settings of a target that is reached by them, for the one provider call
 * that needs them. They may be secrets: nothing keeps them, and no text repeats them (P5).
 *
 * It comes after secrets were put in: an output that looks like the name of a secret is not one.
 */
import { isJsonList, isJsonObject, type Json, StalledError } from '@trueup/diagnostics';
import { type OutputName, outputsIn, parseOutputName } from '@trueup/engine';
import type { Inputs, Provider, Target } from '@trueup/provider-sdk';

export interface ReachingTarget {
  readonly name: string;
  readonly provider: Pick<Provider, 'checkTarget'>;
  /** Secrets are in their places. */
  readonly settings: Json;
}

export interface ReachedTarget {
  readonly target: Target;
  /** Of the outputs that stand in it now. */
  readonly values: readonly Json[];
}

/**
 * @param read the outputs of a stack of the repository, by its name there; none where it was never applied.
 * @throws StalledError `TARGET_NOT_MADE` while an output does not exist, `TARGET_OUTPUT_UNFIT` for what the
 * provider cannot be reached by.
 */
export async function resolveOutputs(
  { name, provider, settings }: ReachingTarget,
  read: (stack: string) => Promise<Inputs>,
): Promise<ReachedTarget> {
  const names = outputsIn(settings);
  if (names.length === 0) return { target: { name, settings }, values: [] };
  const stacks = [...new Set(names.map(({ stack }) => stack))];
  const outputs = new Map(
    await Promise.all(stacks.map(async (stack) => [stack, await read(stack)] as const)),
  );
  const find = ({ stack, output }: OutputName): Json => {
    const values = outputs.get(stack) ?? {};
    const found = Object.hasOwn(values, output) ? values[output]?.value : undefined;
    // A stack that has nothing to say yet says `null`.
    if (found === undefined || found === null) throw notMade(name, { stack, output });
    return found;
  };
  const filled = fill(settings, find);
  const [bad] = provider.checkTarget(filled).filter(({ severity }) => severity === 'error');
  if (bad) throw unfit(name, names);
  return { target: { name, settings: filled }, values: names.map(find) };
}

function fill(value: Json, find: (name: OutputName) => Json): Json {
  const name = parseOutputName(value);
  if (name) return find(name);
  if (isJsonList(value)) return value.map((item) => fill(item, find));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, one]) => [member, fill(one, find)] as const),
  );
}

function notMade(target: string, { stack, output }: OutputName): StalledError {
  const message = `target ${target}: is reached by ${stack}.${output}, which does not exist`;
  return new StalledError('TARGET_NOT_MADE', message, target);
}

/** What is wrong with the value may repeat it. */
function unfit(target: string, names: readonly OutputName[]): StalledError {
  const taken = names.map(({ stack, output }) => `${stack}.${output}`).join(', ');
  const message = `target ${target}: cannot be reached by what ${taken} gives`;
  return new StalledError('TARGET_OUTPUT_UNFIT', message, target);
}
