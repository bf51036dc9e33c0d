/** Looks for the state of a stack: under its own mark first, then under those that it had before. */
import type { Stack, Target } from '@trueup/provider-sdk';

import { parseStackSettings, parseTargetSettings } from '../schema.ts';
import { listStatePlaces, type PlacedState } from '../sources/state-place.ts';
import type { TerraformClient, Work } from '../terraform-client.ts';
import { secretTexts } from './present-body.ts';
import { type KnownState, parseState } from './read-state.ts';

export interface FoundState {
  /** Where the stack's own state belongs. */
  readonly own: PlacedState;
  /** Where it lies. The same where there is none. */
  readonly placed: PlacedState;
  readonly state: KnownState | undefined;
  readonly work: Omit<Work, 'sources'>;
  /** Texts of the environment, and of what the state marks, which nothing shows. */
  readonly secrets: readonly string[];
}

export interface FindRequest {
  readonly stack: Stack;
  readonly target: Target;
  /** Whose credentials are used. */
  readonly purpose: 'plan' | 'apply';
}

export async function findState(
  { stack, target, purpose }: FindRequest,
  client: TerraformClient,
  signal: AbortSignal,
): Promise<FoundState> {
  signal.throwIfAborted();
  const settings = parseTargetSettings(target.settings);
  const stackSettings = parseStackSettings(stack.settings);
  const { tool, planEnvironment, applyEnvironment, loopback, secrets } = settings;
  const places = listStatePlaces(stack, stackSettings, settings);
  const [own] = places;
  if (!own) throw new Error('A stack has a mark of its own.');
  const base = {
    tool,
    environment: purpose === 'plan' ? planEnvironment : applyEnvironment,
    lockTimeoutSeconds: stackSettings.lockTimeoutSeconds,
    loopback,
  };
  for (const placed of places) {
    const work = { ...base, state: placed.place };
    const value = await client.readState(work, signal);
    if (value !== undefined && value !== null) {
      const state = parseState(value, stack.path);
      const held = [...state.resources.values()].flatMap(({ body }) => secretTexts(body));
      return { own, placed, state, work, secrets: [...secrets, ...held] };
    }
  }
  return { own, placed: own, state: undefined, work: { ...base, state: own.place }, secrets };
}
