/** What stands in paths and queries. */
import {
  integer,
  list,
  object,
  optional,
  type Schema,
  text,
  truth,
  words,
} from '../schema/schema.ts';
import { alertStates } from '../wire/alert.ts';
import { pageQuery } from '../wire/page.ts';
import type {
  AdoptionRequest,
  AlertName,
  AlertQuery,
  ApprovalRequest,
  BreakGlassRequest,
  BrowserSessionName,
  DriftQuery,
  EventQuery,
  ExplainQuery,
  LogQuery,
  MemberName,
  PlanName,
  Reason,
  RepositoryName,
  ResumeRequest,
  RollbackRequest,
  RolloutName,
  RunName,
  RunQuery,
  SecretName,
  StackName,
  TokenName,
} from './calls.ts';

const name: Schema<string> = text({ minLength: 1, maxLength: 100 });
/** Names of resources are as long as their targets allow. */
const resource: Schema<string> = text({ minLength: 1, maxLength: 2000 });
const fullName: Schema<string> = text({ minLength: 3, maxLength: 201 });
const reason: Schema<string> = text({ minLength: 1, maxLength: 1000 });

export const repositoryName: Schema<RepositoryName> = object<RepositoryName>({ repository: name });
export const stackName: Schema<StackName> = object<StackName>({ repository: name, stack: name });
export const planName: Schema<PlanName> = object<PlanName>({ plan: name });
export const runName: Schema<RunName> = object<RunName>({ run: name });
export const rolloutName: Schema<RolloutName> = object<RolloutName>({ rollout: name });
export const memberName: Schema<MemberName> = object<MemberName>({ member: name });
export const tokenName: Schema<TokenName> = object<TokenName>({ member: name, token: name });
export const browserSessionName: Schema<BrowserSessionName> = object<BrowserSessionName>({
  member: name,
  session: name,
});
export const secretName: Schema<SecretName> = object<SecretName>({ secret: name });

export const logQuery: Schema<LogQuery> = object<LogQuery>({
  resource,
  stream: optional(text({ minLength: 1, maxLength: 253 })),
  tailLines: optional(integer({ minimum: 0, maximum: 10_000 })),
  follow: optional(truth('Goes on with what is written from now on.')),
});

export const explainQuery: Schema<ExplainQuery> = object<ExplainQuery>({
  resource,
  path: optional(text({ maxLength: 4000 })),
});

export const runQuery: Schema<RunQuery> = object<RunQuery>({
  ...pageQuery,
  stack: optional(fullName),
  ended: optional(truth()),
});

export const alertName: Schema<AlertName> = object<AlertName>({ alert: name });

export const alertQuery: Schema<AlertQuery> = object<AlertQuery>({
  ...pageQuery,
  repository: optional(name),
  state: optional(words(alertStates)),
});

export const driftQuery: Schema<DriftQuery> = object<DriftQuery>({
  ...pageQuery,
  stack: optional(fullName),
  open: optional(truth()),
});

export const eventQuery: Schema<EventQuery> = object<EventQuery>({
  after: optional(
    integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'The `sequence` of the last event that was seen.',
    }),
  ),
});

export const reasonBody: Schema<Reason> = object<Reason>({ reason });

export const rollbackRequest: Schema<RollbackRequest> = object<RollbackRequest>({
  revision: text({ pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' }),
  reason,
});

export const adoptionRequest: Schema<AdoptionRequest> = object<AdoptionRequest>({
  resources: optional(list(resource, { maxItems: 1000 })),
  foreign: optional(truth('What others added inside these resources is taken as well.')),
  preview: optional(truth('Only tells what would be changed.')),
});

export const approvalRequest: Schema<ApprovalRequest> = object<ApprovalRequest>({
  digest: text({ pattern: '^(sha256:)?[0-9a-f]{12,64}$' }),
});

export const breakGlassRequest: Schema<BreakGlassRequest> = object<BreakGlassRequest>({
  digest: text({ pattern: '^(sha256:)?[0-9a-f]{12,64}$' }),
  reason,
});

export const resumeRequest: Schema<ResumeRequest> = object<ResumeRequest>({
  doubt: optional(words(['repeat', 'done'])),
});
