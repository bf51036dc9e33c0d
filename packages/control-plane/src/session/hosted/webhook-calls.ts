import { notFound, SessionError } from '../../access/session-error.ts';
import {
  deliveryPlace,
  readDelivery,
  readWebhook,
  type Webhook,
  webhookPlace,
  webhookRecord,
} from '../../hosting/webhook.ts';
import type { Desk } from '../desk.ts';
import { HostedDesk } from './hosted-desk.ts';
import type { WebhookSession } from './webhook-session.ts';

const mostWebhooks = 20;

export function webhookCalls(base: Desk): WebhookSession {
  const desk = new HostedDesk(base);
  const { store, newId, readSecret } = base.ports;
  const list = async (path: string): Promise<readonly Webhook[]> => {
    const filter = { place: webhookPlace(path), order: 'rising' } as const;
    const { items } = await store.hostedRecords(filter, { limit: 100 });
    const found = await Promise.all(items.map(readWebhook));
    return found.filter((one) => one !== undefined);
  };
  return {
    webhooks: (repository) => desk.ask(repository, 'administer', ({ path }) => list(path)),
    addWebhook: (repository, { url, secret, events }) =>
      desk.change(repository, { verb: 'administer', event: 'webhook:added' }, async ({ path }) => {
        checkUrl(repository, url);
        if ((await list(path)).length >= mostWebhooks) {
          throw new SessionError('CONFLICT', `${repository}: it has ${mostWebhooks} webhooks`);
        }
        // What is not there, or not for this, is told now and not with the first event.
        await readSecret(secret, { kind: 'repository', name: repository });
        const place = { id: newId(), path, repository, createdAt: base.at() };
        const webhook: Webhook = { ...place, url, secret, events };
        await store.commit([{ kind: 'hosted', record: webhookRecord(webhook) }]);
        return webhook;
      }),
    removeWebhook: (repository, id) =>
      desk.change(
        repository,
        { verb: 'administer', event: 'webhook:removed' },
        async ({ path }) => {
          const key = { place: webhookPlace(path), id };
          if (!(await store.hosted(key))) throw notFound(`webhook ${id}`);
          await store.commit([{ kind: 'hosted-removed', key }]);
        },
      ),
    webhookDeliveries: (repository, page) =>
      desk.ask(repository, 'administer', async ({ path }) => {
        const filter = { place: deliveryPlace(path), order: 'falling' } as const;
        const found = await store.hostedRecords(filter, page);
        const items = await Promise.all(found.items.map(readDelivery));
        return { ...found, items: items.filter((one) => one !== undefined) };
      }),
    retryWebhookDelivery: (repository, id) =>
      desk.ask(repository, 'administer', async ({ path, hosting }) => {
        const record = await store.hosted({ place: deliveryPlace(path), id });
        const delivery = record && (await readDelivery(record));
        if (!delivery || !hosting.courier) throw notFound(`delivery ${id}`);
        return hosting.courier.sendAgain(delivery);
      }),
  };
}

function checkUrl(repository: string, url: string): void {
  const parsed = URL.parse(url);
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new SessionError('INVALID_REQUEST', `${repository}: a webhook has an https address`);
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new SessionError('INVALID_REQUEST', `${repository}: the address holds a credential`);
  }
}
