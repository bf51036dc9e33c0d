import type { Actor, LiveEvent } from '@trueup/engine';
import { administrationCalls } from './administration-calls.ts';
import { adoptionCalls } from './adoption-calls.ts';
import { alertCalls } from './alert-calls.ts';
import { changeSetCalls } from './change-set-calls.ts';
import { Desk, type SessionPorts } from './desk.ts';
import { hostedRequests } from './hosted/hosted-requests.ts';
import { hostedBrowsing, hostedPlaces, hostedTalk } from './hosted/hosted-talk.ts';
import { webhookCalls } from './hosted/webhook-calls.ts';
import { repositoryCalls } from './repository-calls.ts';
import { rollbackCalls } from './rollback/rollback-calls.ts';
import { runCalls } from './run-calls.ts';
import type { Session } from './session.ts';
import { stackCalls } from './stack-calls.ts';
import { withAdoptions } from './with-adoptions.ts';

export function createSession(actor: Actor, ports: SessionPorts): Session {
  const desk = new Desk(actor, ports);
  const { store, feed } = ports;
  return {
    actor,
    ...repositoryCalls(desk),
    ...stackCalls(desk),
    ...changeSetCalls(desk),
    ...runCalls(desk),
    ...administrationCalls(desk),
    ...hostedRequests(desk),
    ...hostedTalk(desk),
    ...hostedPlaces(desk),
    ...hostedBrowsing(desk),
    ...webhookCalls(desk),
    ...rollbackCalls(desk),
    ...adoptionCalls(desk),
    ...alertCalls(desk),

    async drift(filter, page) {
      if (filter.stack !== undefined) await desk.stack(filter.stack);
      const repositoryNames = (await desk.visible()).map(({ name }) => name);
      return withAdoptions(await store.drift({ ...filter, repositoryNames }, page), store);
    },

    async *events(after, signal) {
      const from = after ?? (await store.lastEvent());
      for await (const event of feed.follow(store, from, signal)) {
        if (mayView(event, desk)) yield event;
      }
    },
  };
}

function mayView({ repository }: LiveEvent, desk: Desk): boolean {
  if (repository === undefined) return desk.may('administer', { kind: 'installation' });
  return desk.may('view', { kind: 'repository', name: repository });
}
