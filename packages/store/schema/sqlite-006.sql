CREATE TABLE alert (
  position integer primary key,
  id text not null unique,
  repository text not null,
  state text not null,
  body text not null
) strict;

CREATE TABLE alert_key (
  key text primary key,
  alert integer not null
) strict;

CREATE INDEX alert_key_alert on alert_key (alert);

CREATE INDEX alert_repository on alert (repository, position);

CREATE INDEX alert_state on alert (state, position);

CREATE TABLE approval (
  position integer primary key,
  id text not null unique,
  run text not null,
  body text not null
  , repository text not null default '', merge_request integer not null default 0) strict;

CREATE INDEX approval_merge_request on approval (repository, merge_request, position);

CREATE INDEX approval_run on approval (run, position);

CREATE TABLE audit (
  sequence integer primary key,
  link text not null,
  body text not null
) strict;

CREATE TABLE browser_session (
  position integer primary key,
  id text not null unique,
  member text not null,
  hash text not null unique,
  body text not null
) strict;

CREATE INDEX browser_session_member on browser_session (member, position);

CREATE TABLE change_set (
  position integer primary key,
  id text not null unique,
  repository text not null,
  number integer not null,
  ended integer not null,
  body text not null
  , merge_commit text not null default '', followed integer not null default 0) strict;

CREATE INDEX change_set_followed on change_set (position) where followed = 1;

CREATE INDEX change_set_merge_commit on change_set (repository, merge_commit);

CREATE INDEX change_set_number on change_set (repository, number, position);

CREATE INDEX change_set_open on change_set (position) where ended = 0;

CREATE TABLE counter (
  name text primary key,
  value integer not null
) strict;

CREATE TABLE drift (
  position integer primary key,
  id text not null unique,
  stack text not null,
  closed integer not null,
  body text not null
) strict;

CREATE INDEX drift_closed on drift (closed, position);

CREATE INDEX drift_stack on drift (stack, closed, position);

CREATE TABLE event (
  sequence integer primary key,
  body text not null
) strict;

CREATE TABLE executed (
  stack text not null,
  resource text not null,
  digest text not null,
  primary key (stack, resource)
) strict;

CREATE TABLE hosted (
  place text not null,
  id text not null,
  rank text not null,
  state text not null,
  body text not null,
  primary key (place, id)
) strict;

CREATE INDEX hosted_rank on hosted (place, rank, id);

CREATE INDEX hosted_state on hosted (place, state, rank, id);

CREATE TABLE inventory (
  stack text not null,
  target_identity text not null,
  resource text not null,
  primary key (stack, target_identity, resource)
) strict;

CREATE INDEX inventory_resource on inventory (target_identity, resource, stack);

CREATE TABLE journal (
  position integer primary key,
  run text not null,
  sequence integer not null,
  body text not null
) strict;

CREATE UNIQUE INDEX journal_sequence on journal (run, sequence);

CREATE TABLE lease (
  key text primary key,
  token integer not null,
  holder text,
  expires_at integer not null
) strict;

CREATE TABLE link (
  hash text primary key,
  body text not null
) strict;

CREATE TABLE member (
  name text primary key,
  body text not null
) strict;

CREATE TABLE plan (
  position integer primary key,
  id text not null unique,
  body text not null,
  artifact blob
) strict;

CREATE TABLE plan_change (
  position integer primary key,
  plan integer not null references plan (position),
  place integer not null,
  body text not null
) strict;

CREATE UNIQUE INDEX plan_change_place on plan_change (plan, place);

CREATE TABLE repository (
  id text primary key,
  name text not null unique,
  body text not null
) strict;

CREATE TABLE rollout (
  position integer primary key,
  id text not null unique,
  repository text not null,
  ended integer not null,
  body text not null
) strict;

CREATE INDEX rollout_open on rollout (position) where ended = 0;

CREATE INDEX rollout_repository on rollout (repository, position);

CREATE TABLE run (
  position integer primary key,
  id text not null unique,
  repository text not null,
  stack text not null,
  ended integer not null,
  body text not null
) strict;

CREATE INDEX run_open on run (position) where ended = 0;

CREATE INDEX run_repository on run (repository, position);

CREATE TABLE run_request (
  run text primary key,
  body text not null
) strict;

CREATE INDEX run_stack on run (stack, position);

CREATE TABLE schema_migration (
  number integer primary key,
  name text not null
) strict;

CREATE TABLE secret (
  name text primary key,
  ciphertext blob not null,
  body text not null
) strict;

CREATE TABLE setting (
  name text primary key,
  value text not null
) strict;

CREATE TABLE stack (
  id text primary key,
  repository text not null,
  body text not null
) strict;

CREATE INDEX stack_repository on stack (repository, id);

CREATE TABLE token (
  position integer primary key,
  id text not null unique,
  member text not null,
  hash text not null unique,
  body text not null
) strict;

CREATE INDEX token_member on token (member, position);
