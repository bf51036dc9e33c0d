/** Starts and stops the parts of a control plane in their order, and says what can be asked of them. */
import { authenticate, firstAdministratorLink, redeemLink } from '../access/authenticate.ts';
import { createBrowserSessions } from '../access/browser-sessions.ts';
import { protectFollowed } from '../hosting/protect-followed.ts';
import { serveGit } from '../hosting/serve-git.ts';
import { createSession } from '../session/create-session.ts';
import type { ControlPlane } from './control-plane.ts';
import type { ControlPlaneOptions } from './control-plane-options.ts';
import { countFigures } from './count-figures.ts';
import { PlaneParts } from './plane-parts.ts';

export function createControlPlane(options: ControlPlaneOptions): ControlPlane {
  const parts = new PlaneParts(options);
  const { store, access, following, scheduler, keeper } = parts;
  let started = false;
  return {
    async start() {
      await parts.targets.load(store);
      await following.open();
      await protectFollowed({ ...access, hosting: options.hosting, onError: noteFailed(options) });
      await parts.rollouts.resume();
      await scheduler.start();
      await keeper.start();
      following.begin();
      parts.mergeRequests.begin();
      parts.housekeeping.start();
      parts.sourceWatch?.start();
      await parts.alerts?.begin();
      await options.hosting?.courier?.begin();
      started = true;
    },
    async stop() {
      const reason = new Error('the control plane is stopping');
      parts.feed.close();
      await runEach([
        () => parts.housekeeping.stop(reason),
        async () => parts.sourceWatch?.stop(reason),
        () => parts.mergeRequests.stop(reason),
        () => following.stop(reason),
        () => keeper.stop(reason),
        () => parts.proposer.stop(reason),
        () => scheduler.stop(reason),
        async () => parts.alerts?.stop(reason),
        () => parts.conditions.close(),
        async () => options.hosting?.[Symbol.asyncDispose](),
        () => options.store.close(),
      ]);
    },
    as: (actor) => createSession(actor, parts.sessionPorts),
    serveGit: (actor, call, signal) => serveGit({ actor, call, signal }, options),
    browsers: createBrowserSessions(access),
    authenticate: (token) => authenticate(token, access),
    firstAdministratorLink: () => firstAdministratorLink(access),
    redeemLink: (token, member) => redeemLink(token, member, access),
    takeDelivery: (repository, request) => parts.deliveries.take(repository, request),
    figures: () => countFigures(store, parts),
    readiness: async () => (started ? parts.takesWrites() : { ready: false, reason: 'starting' }),
  };
}

function noteFailed({ log }: ControlPlaneOptions) {
  return (error: unknown, repository: string): void => {
    const told = error instanceof Error ? error.message : 'unknown error';
    log('error', 'the branch could not be protected', { repository, error: told });
  };
}

/** One after the other, whatever became of those before. @throws what the first one threw, at the end. */
async function runEach(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
