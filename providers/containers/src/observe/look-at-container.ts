/** Looks at the containers of one engine: asks it, or takes what was kept since. */
import { isJsonList, type JsonObject, readObject, readText } from '@trueup/diagnostics';

import type { Host } from '../client/keep-hosts.ts';
import {
  condense,
  type LookedContainer,
  type ObservedContainer,
  parseContainer,
  simplifyState,
} from './observed-body.ts';

export interface ContainerLook {
  /** Rows of all containers, stopped ones included: of each what `condenseRow` leaves. */
  list(): Promise<readonly JsonObject[]>;
  /** `undefined` when there is none. */
  inspect(container: string): Promise<LookedContainer | undefined>;
  /** Where nothing was asked so far: asks for a sign of life. A dead engine must not look well. */
  prove(): Promise<void>;
}

/** `fresh`: nothing that is kept is good enough. */
export function openLook(host: Host, fresh: boolean, signal: AbortSignal): ContainerLook {
  const { api, kept } = host;
  let took = false;
  let asked = false;
  const note = <T>({ value, isKept }: { readonly value: T; readonly isKept: boolean }): T => {
    took ||= isKept;
    asked ||= !isKept;
    return value;
  };
  const list = async (): Promise<readonly JsonObject[]> =>
    (await api.list(signal)).map(condenseRow);
  const read = (container: string) => readContainer(container, host, signal);
  return {
    list: async () => (fresh ? list() : note(await kept.list(list))),
    inspect: async (container) =>
      fresh
        ? read(container)
        : note(await kept.inspect(container, () => read(container), isAtRest)),
    async prove() {
      if (took && !asked) await api.ping(signal);
    },
  };
}

/** The others are on their way to something else, which not every engine tells. */
function isAtRest({ parsed: { state, health } }: LookedContainer): boolean {
  return ['running', 'exited', 'created'].includes(state) && health !== 'starting';
}

/**
 * Podman without systemd runs no check by itself, so that a container stays `starting` for ever: then
 * looking is what runs it.
 */
async function readContainer(
  container: string,
  { api }: Host,
  signal: AbortSignal,
): Promise<LookedContainer | undefined> {
  const looked = toLooked(await api.inspect(container, signal));
  if (looked?.parsed.health !== 'starting' || looked.parsed.state !== 'running') return looked;
  if (!(await api.isPodman(signal))) return looked;
  await api.runPodmanHealthcheck(container, signal);
  return toLooked(await api.inspect(container, signal));
}

function toLooked(inspected: JsonObject | undefined): LookedContainer | undefined {
  if (!inspected) return undefined;
  const body = condense(inspected);
  const parsed = parseContainer(body);
  return { body, parsed, agrees: (row) => agrees(row, parsed) };
}

export function condenseRow(row: JsonObject): JsonObject {
  const { Networks: networks = null } = readObject(row['NetworkSettings']);
  return {
    Id: readText(row, 'Id') ?? '',
    Names: isJsonList(row['Names']) ? row['Names'] : [],
    State: readText(row, 'State') ?? '',
    Labels: row['Labels'] ?? null,
    NetworkSettings: { Networks: networks && Object.fromEntries(namesOf(networks)) },
  };
}

function namesOf(networks: JsonObject[string]): readonly (readonly [string, null])[] {
  return Object.keys(readObject(networks)).map((name) => [name, null]);
}

/** Podman says nothing of networks where there are none. */
function agrees(row: JsonObject, { name, state, networks }: ObservedContainer): boolean {
  const listed = Object.keys(readObject(readObject(row['NetworkSettings'])['Networks'])).sort();
  const names = isJsonList(row['Names']) ? row['Names'] : [];
  return (
    names.some((one) => one === name || one === `/${name}`) &&
    simplifyState({ Status: readText(row, 'State') ?? '' }) === state &&
    listed.join() === networks.join()
  );
}
