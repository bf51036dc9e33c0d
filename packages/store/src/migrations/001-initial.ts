import type { DialectWords, Migration } from './migration.ts';

export const initialMigration: Migration = {
  number: 1,
  name: 'initial',
  statements: (words) => [
    ...describePlainTables(words),
    ...describeStackTables(words),
    ...describeRunTables(words),
    ...describeAccessTables(words),
    `insert into counter (name, value) values ('event', 0)`,
  ],
};

function describePlainTables({ integer, tableEnd }: DialectWords): readonly string[] {
  return [
    `create table setting (
      name text primary key,
      value text not null
    ) ${tableEnd}`,
    `create table counter (
      name text primary key,
      value ${integer} not null
    ) ${tableEnd}`,
    `create table lease (
      key text primary key,
      token ${integer} not null,
      holder text,
      expires_at ${integer} not null
    ) ${tableEnd}`,
    `create table audit (
      sequence ${integer} primary key,
      link text not null,
      body text not null
    ) ${tableEnd}`,
    `create table event (
      sequence ${integer} primary key,
      body text not null
    ) ${tableEnd}`,
  ];
}

function describeStackTables({ position, integer, tableEnd }: DialectWords): readonly string[] {
  return [
    `create table repository (
      id text primary key,
      name text not null unique,
      body text not null
    ) ${tableEnd}`,
    `create table stack (
      id text primary key,
      repository text not null,
      body text not null
    ) ${tableEnd}`,
    'create index stack_repository on stack (repository, id)',
    `create table inventory (
      stack text not null,
      target_identity text not null,
      resource text not null,
      primary key (stack, target_identity, resource)
    ) ${tableEnd}`,
    'create index inventory_resource on inventory (target_identity, resource, stack)',
    `create table executed (
      stack text not null,
      resource text not null,
      digest text not null,
      primary key (stack, resource)
    ) ${tableEnd}`,
    `create table drift (
      position ${position} primary key,
      id text not null unique,
      stack text not null,
      closed ${integer} not null,
      body text not null
    ) ${tableEnd}`,
    'create index drift_closed on drift (closed, position)',
    'create index drift_stack on drift (stack, closed, position)',
  ];
}

function describeRunTables(words: DialectWords): readonly string[] {
  const { position, integer, bytes, tableEnd } = words;
  return [
    `create table plan (
      position ${position} primary key,
      id text not null unique,
      body text not null,
      artifact ${bytes}
    ) ${tableEnd}`,
    `create table plan_change (
      position ${position} primary key,
      plan ${integer} not null references plan (position),
      place ${integer} not null,
      body text not null
    ) ${tableEnd}`,
    'create unique index plan_change_place on plan_change (plan, place)',
    `create table run (
      position ${position} primary key,
      id text not null unique,
      repository text not null,
      stack text not null,
      ended ${integer} not null,
      body text not null
    ) ${tableEnd}`,
    'create index run_repository on run (repository, position)',
    'create index run_stack on run (stack, position)',
    'create index run_open on run (position) where ended = 0',
    `create table run_request (
      run text primary key,
      body text not null
    ) ${tableEnd}`,
    `create table journal (
      position ${position} primary key,
      run text not null,
      sequence ${integer} not null,
      body text not null
    ) ${tableEnd}`,
    'create unique index journal_sequence on journal (run, sequence)',
    `create table rollout (
      position ${position} primary key,
      id text not null unique,
      repository text not null,
      ended ${integer} not null,
      body text not null
    ) ${tableEnd}`,
    'create index rollout_repository on rollout (repository, position)',
    'create index rollout_open on rollout (position) where ended = 0',
    `create table approval (
      position ${position} primary key,
      id text not null unique,
      run text not null,
      body text not null
    ) ${tableEnd}`,
    'create index approval_run on approval (run, position)',
  ];
}

function describeAccessTables({ position, bytes, tableEnd }: DialectWords): readonly string[] {
  return [
    `create table member (
      name text primary key,
      body text not null
    ) ${tableEnd}`,
    `create table token (
      position ${position} primary key,
      id text not null unique,
      member text not null,
      hash text not null unique,
      body text not null
    ) ${tableEnd}`,
    'create index token_member on token (member, position)',
    `create table link (
      hash text primary key,
      body text not null
    ) ${tableEnd}`,
    `create table secret (
      name text primary key,
      ciphertext ${bytes} not null,
      body text not null
    ) ${tableEnd}`,
  ];
}
