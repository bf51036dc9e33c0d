import type { Json } from '@trueup/diagnostics';
import {
  type AlertDestination,
  type AlertRecord,
  describeDestination,
  parseDestination,
} from '@trueup/engine';
import { notFound, SessionError } from '../access/session-error.ts';
import type { Alerts } from '../alerts/alerts.ts';
import type { Desk } from './desk.ts';
import type { AlertView, Session } from './session.ts';

type Calls = Pick<Session, 'alerts' | 'retryAlert' | 'testAlert'>;

export function alertCalls(desk: Desk): Calls {
  const { store } = desk.ports;
  return {
    async alerts({ repository, state }, page) {
      const visible = (await desk.visible()).map(({ name }) => name);
      if (repository !== undefined && !visible.includes(repository)) throw notFound(repository);
      const repositories = repository === undefined ? visible : [repository];
      const found = await store.alerts({ repositories, ...(state && { state }) }, page);
      return { ...found, items: found.items.map(toView) };
    },
    async retryAlert(id) {
      const known = await store.alert(id);
      const subject = known && ({ kind: 'repository', name: known.repository } as const);
      if (!subject || !desk.may('view', subject)) throw notFound(`alert ${id}`);
      desk.require('alert', subject);
      const asked = desk.audit('alert:retried', subject.name, { alert: id });
      const record = await requireAlerts(desk).retry(id, [asked]);
      if (!record) throw notFound(`alert ${id}`);
      return toView(record);
    },
    async testAlert(repository, which, signal) {
      const subject = { kind: 'repository', name: repository } as const;
      const known = (await desk.visible()).some(({ name }) => name === repository);
      if (!known) throw notFound(repository);
      // Whoever names a place by hand has secrets used for it, and our address seen there.
      if ('to' in which) desk.require('administer', { kind: 'installation' });
      else desk.require('alert', subject);
      const alerts = requireAlerts(desk);
      const to = 'to' in which ? readTo(which.to) : await findNamed(repository, which.name, alerts);
      const detail = { destination: describeDestination(to) };
      await store.commit([desk.audit('alert:tested', repository, detail)]);
      return alerts.try({ repository, to }, signal);
    },
  };
}

/** @throws SessionError `UNAVAILABLE` where nobody sends alerts. */
function requireAlerts({ ports }: Desk): Alerts {
  if (ports.alerts) return ports.alerts;
  throw new SessionError('UNAVAILABLE', 'alerts are not sent by this installation');
}

function readTo(written: Json): AlertDestination {
  const read = parseDestination(written);
  if ('to' in read) return read.to;
  throw new SessionError('INVALID_REQUEST', read.problems.join('; '));
}

async function findNamed(
  repository: string,
  name: string,
  alerts: Alerts,
): Promise<AlertDestination> {
  const routes = await alerts.routesOf(repository);
  const found = routes.find((route) => route.name === name);
  if (found) return found.to;
  const names = [...new Set(routes.map((route) => route.name))].slice(0, 20);
  const known = names.length === 0 ? 'it names none' : `it names ${names.join(', ')}`;
  throw new SessionError('NOT_FOUND', `${name}: no alert of ${repository}'s trueup.yaml: ${known}`);
}

function toView(record: AlertRecord): AlertView {
  const { to, message, keys: _, ...rest } = record;
  const { event, title, items, count, again } = message;
  return { ...rest, destination: describeDestination(to), event, title, items, count, again };
}
