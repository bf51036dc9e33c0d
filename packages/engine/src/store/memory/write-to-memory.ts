import { firstLink, linkAudit } from '../../audit/audit-entry.ts';
import type { HostedKey } from '../../hosting/hosted-record.ts';
import { addRequest, takeRequest } from '../../run/pending-requests.ts';
import { changeStack } from '../../stack/stack-record.ts';
import type { Write } from '../store.ts';
import { alreadyTaken, linkEnded, resourceClaimed } from '../store-errors.ts';
import { findOwnersIn, type MemoryTables } from './memory-tables.ts';

/** Writes all of it, or nothing. */
export function writeToMemory(tables: MemoryTables, writes: readonly Write[]): void {
  tables.transact(() => {
    for (const write of writes) writeOne(tables, write.kind, write);
  });
}

function writeOne<K extends Write['kind']>(tables: MemoryTables, kind: K, write: WriteOf[K]): void {
  writers[kind](tables, write);
}

type WriteOf = { readonly [K in Write['kind']]: Extract<Write, { readonly kind: K }> };

type Writers = {
  readonly [K in Write['kind']]: (tables: MemoryTables, write: WriteOf[K]) => void;
};

const writers: Writers = {
  repository: (tables, { record }) => {
    const others = [...tables.repositories.values()].filter(({ id }) => id !== record.id);
    if (others.some(({ name }) => name === record.name)) throw alreadyTaken(record.name);
    tables.set(tables.repositories, record.id, record);
  },
  'repository-removed': (tables, { id }) => tables.remove(tables.repositories, id),
  stack: (tables, { record }) => tables.set(tables.stacks, record.id, record),
  'stack-changed': (tables, { id, change }) => {
    const record = tables.stacks.get(id);
    if (record) tables.set(tables.stacks, id, changeStack(record, change));
  },
  plan: (tables, { record, changes, artifact }) =>
    tables.place(tables.plans, record.id, { record, changes, ...(artifact && { artifact }) }),
  run: (tables, { run }) => tables.place(tables.runs, run.id, run),
  request: (tables, { run, request }) => {
    const pending = tables.requests.get(run) ?? [];
    tables.set(tables.requests, run, addRequest(pending, request));
  },
  'request-taken': (tables, { run, request }) => {
    const pending = takeRequest(tables.requests.get(run) ?? [], request);
    if (pending.length === 0) tables.remove(tables.requests, run);
    else tables.set(tables.requests, run, pending);
  },
  journal: (tables, { run, entry }) => {
    const before = tables.journal.get(run) ?? [];
    tables.set(tables.journal, run, [...before, { run, sequence: before.length + 1, entry }]);
  },
  rollout: (tables, { rollout }) => tables.place(tables.rollouts, rollout.id, rollout),
  'change-set': (tables, { set }) => tables.place(tables.changeSets, set.id, set),
  hosted: (tables, { record }) => tables.set(tables.hosted, hostedKey(record), record),
  'hosted-removed': (tables, { key }) => tables.remove(tables.hosted, hostedKey(key)),
  inventory: (tables, { stack, targetIdentity, added, removed }) => {
    const [claimed] = findOwnersIn(tables, added, { targetIdentity, except: stack });
    if (claimed) throw resourceClaimed(...claimed);
    const places = tables.inventory.get(stack);
    const owned = new Set(places?.get(targetIdentity));
    for (const id of removed) owned.delete(id);
    for (const id of added) owned.add(id);
    tables.set(tables.inventory, stack, new Map(places).set(targetIdentity, owned));
  },
  executed: (tables, { stack, id, digest }) =>
    tables.set(tables.executed, stack, new Map(tables.executed.get(stack)).set(id, digest)),
  approval: (tables, { approval }) => tables.set(tables.approvals, approval.id, approval),
  drift: (tables, { item }) => tables.place(tables.drift, item.id, item),
  member: (tables, { member }) => tables.set(tables.members, member.name, member),
  'member-removed': (tables, { name }) => tables.remove(tables.members, name),
  token: (tables, { token }) => {
    const others = [...tables.tokens.values()].filter(({ id }) => id !== token.id);
    if (others.some(({ hash }) => hash === token.hash)) throw alreadyTaken('token');
    tables.set(tables.tokens, token.id, token);
  },
  'browser-session': (tables, { session }) => {
    const others = [...tables.browserSessions.values()].filter(({ id }) => id !== session.id);
    if (others.some(({ hash }) => hash === session.hash)) throw alreadyTaken('browser-session');
    tables.set(tables.browserSessions, session.id, session);
  },
  'browser-session-used': (tables, { id, at }) => {
    const session = tables.browserSessions.get(id);
    if (session) tables.set(tables.browserSessions, id, { ...session, usedAt: at });
  },
  'browser-session-ended': (tables, { id }) => tables.remove(tables.browserSessions, id),
  link: (tables, { link }) => tables.set(tables.links, link.hash, link),
  'link-used': (tables, { hash, at }) => {
    const open = [...tables.links.values()].filter(({ usedAt }) => usedAt === undefined);
    if (!open.some((link) => link.hash === hash)) throw linkEnded();
    for (const link of open) tables.set(tables.links, link.hash, { ...link, usedAt: at });
  },
  secret: (tables, { secret }) => tables.set(tables.secrets, secret.name, secret),
  'secret-removed': (tables, { name }) => tables.remove(tables.secrets, name),
  audit: (tables, { line }) => {
    const { link = firstLink, sequence = 0 } = tables.audit.at(-1) ?? {};
    tables.append(tables.audit, linkAudit(link, sequence + 1, line));
  },
  event: (tables, { event }) =>
    tables.append(tables.events, { sequence: tables.lastEvent + 1, ...event }),
  setting: (tables, { name, value }) => tables.set(tables.settings, name, value),
  alert: (tables, { alert }) => {
    tables.place(tables.alerts, alert.id, alert);
    for (const key of alert.keys) tables.set(tables.alertKeys, key, alert.id);
  },
};

export function hostedKey({ place, id }: HostedKey): string {
  return JSON.stringify([place, id]);
}
