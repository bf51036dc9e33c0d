/** Somebody else works on a state with the same tool. */
import { readFile, writeFile } from 'node:fs/promises';

export interface StateFile {
  serial: number;
  outputs: Record<string, { value: unknown }>;
  resources: StateFileResource[];
}

interface StateFileResource {
  readonly type: string;
  readonly name: string;
  readonly instances: { attributes: { input: { value: unknown; type: unknown } } }[];
}

/** The next serial, as every write has it. */
export async function editState(path: string, edit: (state: StateFile) => void): Promise<void> {
  const state: StateFile = JSON.parse(await readFile(path, 'utf8'));
  edit(state);
  state.serial += 1;
  await writeFile(path, JSON.stringify(state));
}

/** Each time another value. */
export function disturbState(
  kind: string,
  name: string,
  value: string,
): (state: StateFile) => void {
  return (state) => {
    if (kind === 'output') {
      state.outputs[name] = { ...state.outputs[name], value };
      return;
    }
    const found = state.resources.find((one) => `${one.type}.${one.name}` === name);
    const [instance] = found?.instances ?? [];
    if (!instance) throw new Error(`${name}: is not in the state.`);
    instance.attributes.input = { value, type: 'string' };
  };
}
