import { alreadyTaken, type Write } from '@trueup/engine';
import type { Transaction } from 'kysely';

import { putAlert } from './queries/alerts.ts';
import { putApproval } from './queries/approvals.ts';
import { addAuditLine } from './queries/audit.ts';
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
import { putRunRequest } from './queries/run-requests.ts';
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
  switch (write.kind) {
    case 'repository':
      return putRepository(transaction, write.record);
    case 'repository-removed':
      return removeRepository(transaction, write.id);
    case 'stack':
      return putStack(transaction, write.record);
    case 'stack-changed':
      return changeStackRecord(transaction, write.id, write.change);
    case 'plan':
      return putPlan(transaction, write);
    case 'run':
      return putRun(transaction, write.run);
    case 'request':
      return putRunRequest(transaction, write.run, write.request);
    case 'journal':
      return addJournalEntry(transaction, write.run, write.entry);
    case 'rollout':
      return putRollout(transaction, write.rollout);
    case 'change-set':
      return putChangeSet(transaction, write.set);
    case 'hosted':
      return putHosted(transaction, write.record);
    case 'hosted-removed':
      return removeHosted(transaction, write.key);
    case 'inventory':
      return changeInventory(transaction, write);
    case 'executed':
      return putExecuted(transaction, write);
    case 'approval':
      return putApproval(transaction, write.approval);
    case 'drift':
      return putDrift(transaction, write.item);
    case 'member':
      return putMember(transaction, write.member);
    case 'member-removed':
      return removeMember(transaction, write.name);
    case 'token':
      return putToken(transaction, write.token);
    case 'link':
      return putLink(transaction, write.link);
    case 'link-used':
      return takeLink(transaction, write);
    case 'secret':
      return putSecret(transaction, write.secret);
    case 'secret-removed':
      return removeSecret(transaction, write.name);
    case 'audit':
      return addAuditLine(transaction, write.line);
    case 'event':
      return addEvent(transaction, write.event);
    case 'alert':
      return putAlert(transaction, write.alert);
    case 'setting':
      return putSetting(transaction, write.name, write.value);
  }
}
