/** What the tool could not look into, and what its checks say. */
import {
  type Diagnostic,
  type JsonObject,
  readList,
  readObject,
  readText,
} from '@trueup/diagnostics';
import type { Change, Gap } from '@trueup/provider-sdk';

import { idOf } from '../prepare/prepare-stack.ts';
import type { KnownSecrets } from './known-secrets.ts';

export interface PlanRemarks {
  readonly gaps: readonly Gap[];
  readonly diagnostics: readonly Diagnostic[];
  /** Changes that the tool puts off: it will plan them when what they need is there. */
  readonly deferred: readonly Change[];
}

export function findRemarks(
  document: JsonObject,
  { scope, secrets }: { readonly scope: string; readonly secrets: KnownSecrets },
): PlanRemarks {
  const checks = readList(document['checks']).map((one) => readObject(one));
  const deferred = readList(document['deferred_changes']).map((one) =>
    deferredOf(readObject(one), scope),
  );
  return {
    gaps: [
      ...lateReads(document),
      ...checks.flatMap((check) => unknownCheck(check)),
      ...deferred.map(({ gap }) => gap),
    ],
    diagnostics: checks.flatMap((check) => failedCheck(check, secrets)),
    deferred: deferred.map(({ change }) => change),
  };
}

/** A data source whose arguments are not known is read in the middle of the apply. */
function lateReads(document: JsonObject): readonly Gap[] {
  return readList(document['resource_changes'])
    .map((one) => readObject(one))
    .filter(
      ({ mode, change }) =>
        mode === 'data' && readList(readObject(change)['actions']).includes('read'),
    )
    .map(({ address }) => ({
      extent: 'partial',
      message: `${readText(address) ?? 'A data source'} is read only while the plan is applied.`,
    }));
}

function unknownCheck(check: JsonObject): readonly Gap[] {
  if (check['status'] !== 'unknown') return [];
  return [{ extent: 'partial', message: `${nameOf(check)} can be checked only after applying.` }];
}

function failedCheck(check: JsonObject, secrets: KnownSecrets): readonly Diagnostic[] {
  if (check['status'] !== 'fail' && check['status'] !== 'error') return [];
  const messages = readList(check['instances'])
    .flatMap((instance) => readList(readObject(instance)['problems']))
    .flatMap((problem) => readText(readObject(problem)['message']) ?? []);
  const said = messages.length > 0 ? `: ${messages.join(' ')}` : '';
  const summary = oneLine(secrets.mask(`${nameOf(check)} does not hold${said}`));
  return [{ severity: 'warning', code: 'TERRAFORM_CHECK_FAILED', path: [], summary }];
}

function nameOf(check: JsonObject): string {
  return readText(readObject(check['address'])['to_display']) ?? 'A check';
}

function deferredOf(
  one: JsonObject,
  scope: string,
): { readonly change: Change; readonly gap: Gap } {
  const resource = readObject(one['resource_change']);
  const id = idOf(scope, readText(resource['type']) ?? '', readText(resource['address']) ?? '');
  const actions = readList(readObject(resource['change'])['actions']);
  const isDelete = actions.includes('delete') && !actions.includes('create');
  const root = { path: [], [isDelete ? 'before' : 'after']: 'deferred', sensitive: false };
  const without = isDelete ? 'delete' : 'update';
  const action = actions.includes('create') ? 'create' : without;
  return {
    change: {
      id,
      action,
      fields: action === 'update' ? [] : [root],
      confidence: 'deferred',
      hazards: isDelete ? ['destroys-data'] : [],
      position: { wave: 0, rank: 0 },
      dependsOn: [],
    },
    gap: {
      subject: id,
      extent: 'deferred',
      message: 'What it needs does not exist yet; it is planned once that is there.',
    },
  };
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 600);
}
