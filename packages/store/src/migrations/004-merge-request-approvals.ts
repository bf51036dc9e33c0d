import type { Migration } from './migration.ts';

export const mergeRequestApprovalsMigration: Migration = {
  number: 4,
  name: 'merge-request-approvals',
  statements: ({ integer }) => [
    "alter table approval add column repository text not null default ''",
    `alter table approval add column merge_request ${integer} not null default 0`,
    'create index approval_merge_request on approval (repository, merge_request, position)',
    "alter table change_set add column merge_commit text not null default ''",
    `alter table change_set add column followed ${integer} not null default 0`,
    'update change_set set followed = 1 where ended = 0',
    'create index change_set_merge_commit on change_set (repository, merge_commit)',
    'create index change_set_followed on change_set (position) where followed = 1',
  ],
};
