import { alreadyTaken, type Write } from '@trueup/engine';
import type { Transaction } from 'kysely';

import { putAlert } from './queries/alerts.ts';
import { putApproval } from './queries/approvals.ts';
import { addAuditLine } from './queries/audit.ts';
import {
  noteBrowserSessionUse,
  putBrowserSession,
  removeBrowserSession,
} from './queries/browser-sessions.ts';
import { putChangeSet } from './queries/change-sets.ts';
import { putDrift } from './queries/drift.ts';
import { addEvent } from './queries/events.ts';
import { putHosted, removeHosted } from './queries/hosted-records.ts';
import { changeInventory, putExecuted } from './queries/inventory.ts';
import { addJournalEntry } from './queries/journal.ts';
import { putMember, removeMember } from './queries/members.ts';
import { putPlan } from './queries/plans.ts';
import { putRepository, removeRepository } from './queries/repositories.ts';
import { putRollout } from './queries/rollouts.ts';
import { putRunRequest, takeRunRequest } from './queries/run-requests.ts';
import { putRun } from './queries/runs.ts';
import { putSecret, removeSecret } from './queries/secrets.ts';
import { putSetting } from './queries/settings.ts';
import { changeStackRecord, putStack } from './queries/stacks.ts';
import { putLink, putToken, takeLink } from './queries/tokens.ts';
import type { Tables } from './tables.ts';

/**
 * Inside a transaction, which the caller undoes when this throws.
 *
 * @throws StalledError `STORE_CONFLICT`.
 */
export async function writeBatch(
  transaction: Transaction<Tables>,
  writes: readonly Write[],
  isTaken: (error: unknown) => boolean,
): Promise<void> {
  for (const write of writes) {
    try {
      await writeOne(transaction, write);
    } catch (error) {
      throw isTaken(error) ? alreadyTaken(subjectOf(write)) : error;
    }
  }
}

function subjectOf(write: Write): string {
  return write.kind === 'repository' ? write.record.name : write.kind;
}

function writeOne(transaction: Transaction<Tables>, write: Write): Promise<void> {
  return writeKind(transaction, write.kind, write);
}

function writeKind<K extends Write['kind']>(
  transaction: Transaction<Tables>,
  kind: K,
  write: WriteOf[K],
): Promise<void> {
  return writers[kind](transaction, write);
}

type WriteOf = { readonly [K in Write['kind']]: Extract<Write, { readonly kind: K }> };

type Writers = {
  readonly [K in Write['kind']]: (
    transaction: Transaction<Tables>,
    write: WriteOf[K],
  ) => Promise<void>;
};

const writers: Writers = {
  repository: (transaction, write) => putRepository(transaction, write.record),
  'repository-removed': (transaction, write) => removeRepository(transaction, write.id),
  stack: (transaction, write) => putStack(transaction, write.record),
  'stack-changed': (transaction, write) => changeStackRecord(transaction, write.id, write.change),
  plan: putPlan,
  run: (transaction, write) => putRun(transaction, write.run),
  request: (transaction, write) => putRunRequest(transaction, write.run, write.request),
  'request-taken': (transaction, write) => takeRunRequest(transaction, write.run, write.request),
  journal: (transaction, write) => addJournalEntry(transaction, write.run, write.entry),
  rollout: (transaction, write) => putRollout(transaction, write.rollout),
  'change-set': (transaction, write) => putChangeSet(transaction, write.set),
  hosted: (transaction, write) => putHosted(transaction, write.record),
  'hosted-removed': (transaction, write) => removeHosted(transaction, write.key),
  inventory: changeInventory,
  executed: putExecuted,
  approval: (transaction, write) => putApproval(transaction, write.approval),
  drift: (transaction, write) => putDrift(transaction, write.item),
  member: (transaction, write) => putMember(transaction, write.member),
  'member-removed': (transaction, write) => removeMember(transaction, write.name),
  token: (transaction, write) => putToken(transaction, write.token),
  'browser-session': (transaction, write) => putBrowserSession(transaction, write.session),
  'browser-session-used': noteBrowserSessionUse,
  'browser-session-ended': (transaction, write) => removeBrowserSession(transaction, write.id),
  link: (transaction, write) => putLink(transaction, write.link),
  'link-used': takeLink,
  secret: (transaction, write) => putSecret(transaction, write.secret),
  'secret-removed': (transaction, write) => removeSecret(transaction, write.name),
  audit: (transaction, write) => addAuditLine(transaction, write.line),
  event: (transaction, write) => addEvent(transaction, write.event),
  alert: (transaction, write) => putAlert(transaction, write.alert),
  setting: (transaction, write) => putSetting(transaction, write.name, write.value),
};
