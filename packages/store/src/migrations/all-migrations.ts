import { initialMigration } from './001-initial.ts';
import { changeSetsMigration } from './002-change-sets.ts';
import { hostedMigration } from './003-hosted.ts';
import { mergeRequestApprovalsMigration } from './004-merge-request-approvals.ts';
import { alertsMigration } from './005-alerts.ts';
import { browserSessionsMigration } from './006-browser-sessions.ts';
import type { Migration } from './migration.ts';

/** In order. */
export const allMigrations: readonly Migration[] = [
  initialMigration,
  changeSetsMigration,
  hostedMigration,
  mergeRequestApprovalsMigration,
  alertsMigration,
  browserSessionsMigration,
];
