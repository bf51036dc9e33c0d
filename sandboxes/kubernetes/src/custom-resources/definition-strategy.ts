/** What is special about CustomResourceDefinitions. */

import type { JsonObject } from '@trueup/diagnostics';

import { formatTime } from '../cluster/clock.ts';
import type { Strategy } from '../kinds/strategy.ts';
import {
  copyJson,
  type Draft,
  defaultMember,
  draftAt,
  draftsIn,
  ensureDraft,
  isDraft,
} from '../object/draft.ts';
import { readObject, readObjects } from '../object/read-fields.ts';
import { showJson } from '../object/show-json.ts';
import { checkSubdomain } from '../validation/names.ts';
import {
  validateDefinition,
  validateDefinitionUpdate,
  validateNewDefinition,
} from './validate-definition.ts';

/** Holds a definition until the objects of its kind are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

export const definitionStrategy: Strategy = {
  nameRule: checkSubdomain,
  updatesBlindly: false,
  countsGenerations: true,
  setDefaults: (draft) => {
    const spec = ensureDraft(draft, 'spec');
    const names = ensureDraft(spec, 'names');
    const kind = showJson(names['kind']);
    if (!names['singular'] && kind !== '') names['singular'] = kind.toLowerCase();
    if (!names['listKind'] && kind !== '') names['listKind'] = `${kind}List`;
    const conversion = ensureDraft(spec, 'conversion');
    defaultMember(conversion, 'strategy', 'None');
    const service = draftAt(conversion, 'webhook', 'clientConfig', 'service');
    if (service) defaultMember(service, 'port', 443);
  },
  prepare: (draft, old) => {
    if (!old)
      draft['status'] = {
        conditions: null,
        acceptedNames: { plural: '', kind: '' },
        storedVersions: null,
      };
    rememberStoredVersion(draft);
  },
  validateCreate: validateNewDefinition,
  validate: validateDefinition,
  validateUpdate: validateDefinitionUpdate,
  deletionFinalizers: [cleanupFinalizer],
  keepsGeneration: true,
  onDelete: (draft, { clock }) => {
    setCondition(draft, {
      type: 'Terminating',
      status: 'True',
      lastTransitionTime: formatTime(clock.now()),
      reason: 'InstanceDeletionPending',
      message:
        'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
    });
  },
};

function rememberStoredVersion(draft: Draft): void {
  const status = ensureDraft(draft, 'status');
  const storage = draftsIn(draftAt(draft, 'spec'), 'versions').find(
    (one) => one['storage'] === true,
  );
  const known = Array.isArray(status['storedVersions']) ? status['storedVersions'] : [];
  const name = storage?.['name'];
  if (name !== undefined && !known.includes(name)) status['storedVersions'] = [...known, name];
  else status['storedVersions'] = known.length === 0 ? null : known;
}

export function setCondition(draft: Draft, condition: Draft): void {
  const status = ensureDraft(draft, 'status');
  const list = Array.isArray(status['conditions']) ? status['conditions'] : [];
  const others = list.filter((one) => !(isDraft(one) && one['type'] === condition['type']));
  status['conditions'] = [...others, condition];
}

export function hasCondition(value: JsonObject, type: string): boolean {
  return readObjects(value, 'status', 'conditions').some(
    (one) => one['type'] === type && one['status'] === 'True',
  );
}

/** The names that a definition has once they are accepted. */
export function acceptedNames(value: JsonObject): Draft {
  const names = copyJson(readObject(value, 'spec', 'names'));
  return isDraft(names) ? names : {};
}
