/**
 * P1: what changes on the server equals what the plan said, field by field, but for what it marked as
 * generated; a second plan is empty. Shown with generated manifests, from one to the next.
 */
import { beforeAll, describe, expect, it } from 'vitest';

import type { ClusterAccess } from '../client/cluster-access.ts';
import { honestyCases } from './honesty/honesty-cases.ts';
import { playStory } from './honesty/play-story.ts';
import { prepareCluster } from './honesty/prepare-cluster.ts';

export interface HonestyOptions {
  readonly seed: number;
  /** How many times something is asked for, planned, applied and looked at. */
  readonly cases: number;
  /** How many stories are played side by side. One by one when absent. */
  readonly lanes?: number;
  readonly timeoutMs?: number;
  /** The one story to play, to look into it. */
  readonly story?: number;
}

/** Each with a namespace of its own: what one of them leaves is there for the next. */
const casesPerStory = 8;

export function describeHonesty(
  access: () => ClusterAccess,
  { seed, cases, lanes = 1, timeoutMs = 240_000, story }: HonestyOptions,
): void {
  describe('honesty', () => {
    beforeAll(() => prepareCluster(access()));

    honestyCases(access);

    it(`does what the plan says, ${cases} times`, { timeout: timeoutMs }, async () => {
      const all = listStories(seed, Math.ceil(cases / casesPerStory));
      const stories = story === undefined ? all : [story];
      const { problems, tally } = await playStories(access(), stories, lanes);

      expect(problems).toEqual([]);
      if (story !== undefined) return;
      expect(tally['case']).toBeGreaterThanOrEqual(cases);
      // A generator that makes little of anything shows little.
      const actions = ['create', 'update', 'delete', 'take-over', 'replace', 'none', 'refused'];
      expect(actions.filter((action) => (tally[action] ?? 0) * 500 < cases)).toEqual([]);
      expect((tally['refused'] ?? 0) * 3).toBeLessThan(cases * 2);
    });
  });
}

/** A story is named by its own seed. */
function listStories(seed: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => seed * 100_000 + index);
}

interface Found {
  readonly problems: string[];
  readonly tally: Record<string, number>;
}

/** Stops early once there is enough to look into. */
async function playStories(
  access: ClusterAccess,
  stories: readonly number[],
  lanes: number,
): Promise<Found> {
  const found: Found = { problems: [], tally: {} };
  const left = stories[Symbol.iterator]();
  const play = async (): Promise<void> => {
    for (const story of left) {
      const account = await playStory(access, { seed: story, steps: casesPerStory });
      if (account.problems.length > 0) found.problems.push(`story ${story}`, ...account.problems);
      for (const [what, times] of Object.entries(account.tally)) {
        found.tally[what] = (found.tally[what] ?? 0) + times;
      }
      if (found.problems.length > 100) return;
    }
  };
  await Promise.all(Array.from({ length: lanes }, play));
  return found;
}
