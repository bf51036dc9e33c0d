import { TransientError } from '@trueup/diagnostics';

import type { Delivery } from '../delivery.ts';
import type { Forge } from '../forge.ts';
import { type BrokenForge, never, onDelivery } from './broken-forge.ts';
import { foreignText } from './forge-fixture.ts';

let count = 0;

export const brokenAnswering: readonly BrokenForge[] = [
  {
    fault: 'takes every delivery for a push to main',
    breaks: onDelivery((delivery, { body }) => ({
      kind: 'hints',
      id: delivery.kind === 'hints' ? delivery.id : String(body.length),
      hints: [{ kind: 'branch', repository: 'shop/gitops', branch: 'main' }],
    })),
    checks: [
      'reads that a branch was pushed',
      'reads what moved about a merge request: merge-request',
      'reads what moved about a merge request: comments',
      'reads what moved about a merge request: reviews',
      'reads that a CI posted a check',
      'reads no hint from what nobody asks for',
      'reads a hostile branch as it is',
      'refuses what is not signed',
      'refuses what is signed with another secret',
      'takes nothing without a secret, or with an empty one',
      'refuses a body that was changed after it was signed',
      'refuses a signed body that it cannot read',
      'parses nothing before the signature holds',
      'refuses a huge body',
    ],
  },
  {
    fault: 'knows the first secret only',
    breaks: ({ readDelivery }) => ({
      readDelivery: (request, secrets) => readDelivery(request, secrets.slice(0, 1)),
    }),
    checks: ['takes the old secret beside the new one'],
  },
  {
    fault: 'numbers deliveries as they come',
    breaks: onDelivery((delivery): Delivery => {
      count += 1;
      return { ...delivery, ...(delivery.kind === 'hints' && { id: String(count) }) } as Delivery;
    }),
    checks: ['gives a delivery the same id when it is sent again'],
  },
  {
    fault: 'names deliveries by their header',
    breaks: onDelivery((delivery, { headers }): Delivery => {
      const id = headers['x-memory-delivery'] ?? '';
      return delivery.kind === 'hints' ? { ...delivery, id } : delivery;
    }),
    checks: ['gives different deliveries different ids'],
  },
  {
    fault: 'passes foreign errors on',
    breaks: (sound) =>
      everywhere(sound, (work) =>
        work().catch((error: unknown) => {
          throw new Error(`${foreignText} ${String(error)}`, { cause: error });
        }),
      ),
    checks: [
      'fails by a credential that the forge does not take, in all its calls',
      'fails by a credential that is not enough, in all its calls',
      'fails by a forge that is broken, in all its calls',
      'fails by a forge that hangs up, in all its calls',
      'fails by half of an answer, in all its calls',
      'fails by an answer that is no JSON, in all its calls',
      'fails by an answer of another shape, in all its calls',
      'tells when a long rate limit ends',
      'gives up on a forge that does not answer',
    ],
  },
  {
    fault: 'takes each failure for a passing one, and each that passed for the last',
    breaks: (sound) => {
      let failed = false;
      return everywhere(sound, async (work) => {
        if (failed) throw new TransientError('FORGE_UNAVAILABLE', 'Failed before.');
        return await work().catch(() => {
          failed = true;
          throw new TransientError('FORGE_UNAVAILABLE', 'Failed.');
        });
      });
    },
    checks: ['takes what it may not see for what is not there', 'goes on after a failure'],
  },
  {
    fault: 'gives up at the first limit',
    breaks: (sound, { waits }) =>
      everywhere(sound, async (work) => {
        const before = waits().length;
        const answer = await work();
        if (waits().length > before) throw new TransientError('FORGE_UNAVAILABLE', 'Limited.');
        return answer;
      }),
    checks: ['waits for a short rate limit', 'writes once when a rate limit came in between'],
  },
  {
    fault: 'forgets the signal',
    breaks: (sound) => everywhere(sound, (work) => work(never)),
    checks: [
      'asks nothing when aborted before',
      'stops within a second when aborted',
      'stops waiting for a rate limit when aborted',
    ],
  },
  {
    fault: 'sends whatever it is given',
    breaks: ({ describe }, { repository: own }) => ({
      describe: (repository, call) => describe({ ...repository, ...own }, call),
    }),
    checks: ['sends no token that would be two headers'],
  },
  {
    fault: 'throws at once',
    breaks: ({ group }) => ({
      group: (repository, name, call) => {
        if (repository.path === '') throw new Error('No path.');
        return group(repository, name, call);
      },
    }),
    checks: ['rejects an address that is none, in all its calls'],
  },
  {
    fault: 'writes into its arguments',
    breaks: ({ describe }) => ({
      describe: (repository, call) => {
        Object.assign(repository, { path: repository.path });
        return describe(repository, call);
      },
    }),
    checks: ['changes none of its arguments'],
  },
];

type Around = (work: (signal?: AbortSignal) => Promise<unknown>) => Promise<unknown>;

const calls = [
  'describe',
  'mergeRequest',
  'mergeRequestOf',
  'reviews',
  'comments',
  'checks',
  'group',
  'permission',
  'putComment',
  'putStatus',
  'openMergeRequest',
  'closeMergeRequest',
  'merge',
] as const satisfies readonly (keyof Forge)[];

/** All calls of a forge but its list, with something around each of them. */
function everywhere(sound: Forge, around: Around): Partial<Forge> {
  const bent = calls.map((name) => {
    const plain = sound[name] as (...args: readonly unknown[]) => Promise<unknown>;
    const call = (...args: readonly unknown[]): Promise<unknown> =>
      around((signal) => plain(...(signal ? [...args.slice(0, -1), { signal }] : args)));
    return [name, call] as const;
  });
  return Object.fromEntries(bent);
}
