/** The artifact of a plan: the tool's own file, and what its events are told by. */
import { isJsonObject, readList, readObject, readText } from '@trueup/diagnostics';

import { parseExactJson } from '../exact/exact-json.ts';
import type { PlacedState } from '../sources/state-place.ts';
import type { PlannedStep } from './to-changes.ts';

export interface SavedStep {
  readonly id: string;
  /** As the tool's events name it; absent for an output. */
  readonly address?: string;
  /** Of the tool: `delete` and `create` for a replacement. Empty for what only the state notes. */
  readonly actions: readonly string[];
  /** Whether the plan shows it as a step. */
  readonly isChange: boolean;
}

export interface SavedPlan {
  readonly steps: readonly SavedStep[];
  /** Whose mark the state bore; absent where its place does not hang on one. */
  readonly owner?: string;
  readonly file: Uint8Array;
}

export function packSavedPlan({
  steps,
  placed,
  file,
}: {
  readonly steps: readonly PlannedStep[];
  readonly placed: PlacedState;
  readonly file: Uint8Array;
}): Uint8Array {
  const head = {
    ...(placed.owner !== undefined && { owner: placed.owner }),
    steps: steps.map(({ change, address, actions }) => ({
      id: change.id,
      ...(address !== undefined && { address }),
      actions: [...actions],
      isChange: change.action !== 'none',
    })),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(head));
  const packed = new Uint8Array(4 + bytes.length + file.length);
  new DataView(packed.buffer).setUint32(0, bytes.length);
  packed.set(bytes, 4);
  packed.set(file, 4 + bytes.length);
  return packed;
}

/** `undefined` for bytes that are no saved plan of ours. */
export function unpackSavedPlan(packed: Uint8Array): SavedPlan | undefined {
  if (packed.length < 4) return undefined;
  const length = new DataView(packed.buffer, packed.byteOffset).getUint32(0);
  if (4 + length > packed.length) return undefined;
  const head = parse(new TextDecoder().decode(packed.subarray(4, 4 + length)));
  if (!isJsonObject(head)) return undefined;
  const owner = readText(head['owner']);
  return {
    steps: readList(head['steps'])
      .map((one) => readObject(one))
      .map((step) => {
        const address = readText(step['address']);
        return {
          id: readText(step['id']) ?? '',
          ...(address !== undefined && { address }),
          actions: readList(step['actions']).flatMap((one) => readText(one) ?? []),
          isChange: step['isChange'] === true,
        };
      }),
    ...(owner !== undefined && { owner }),
    file: packed.subarray(4 + length),
  };
}

function parse(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
