export {
  type Actor,
  type Grant,
  may,
  type Question,
  type Role,
  roles,
  type Subject,
  type Verb,
  verbs,
} from './access/may.ts';
export type {
  BrowserSessionRecord,
  Member,
  OneTimeLink,
  SecretRecord,
  SecretUse,
  TokenRecord,
} from './access/member.ts';
export {
  mostAttempts,
  noteFailure,
  noteSent,
  pauseAfter,
  sendAgain,
} from './alert/after-attempt.ts';
export {
  type AlertDestination,
  type AlertRoute,
  describeDestination,
  digestDestination,
} from './alert/alert-destination.ts';
export { type AlertFact, withStacks } from './alert/alert-fact.ts';
export type { AlertId, AlertRecord } from './alert/alert-record.ts';
export { findRoute } from './alert/alert-route.ts';
export {
  collectAlerts,
  keysOf,
} from './alert/collect-alerts.ts';
export { type AlertWords, toWords } from './alert/compose/alert-text.ts';
export { composeCloudEvent } from './alert/compose/compose-cloud-event.ts';
export { composeDiscord } from './alert/compose/compose-discord.ts';
export { type ComposedEmail, composeEmail } from './alert/compose/compose-email.ts';
export { composeNtfy } from './alert/compose/compose-ntfy.ts';
export { composeSlack } from './alert/compose/compose-slack.ts';
export { composeTeams } from './alert/compose/compose-teams.ts';
export { keepRoutes, readRoutes, routesSetting } from './alert/kept-routes.ts';
export { parseDestination } from './alert/parse-destination.ts';
export { toFacts } from './alert/to-facts.ts';
export type { Approval, ApprovalFilter, ApprovalSource } from './approval/approval.ts';
export { type Acceptance, decideAcceptance } from './approval/decide-acceptance.ts';
export {
  type ApprovalDecision,
  type ApprovalQuestion,
  type ApprovalWord,
  decideApproval,
  describeRequirement,
  type RequirementDecision,
} from './approval/decide-approval.ts';
export type { MergedRequest, MergedWork } from './approval/merged-request.ts';
export {
  type AuditEntry,
  type AuditLine,
  describeTrim,
  findTampering,
  firstLink,
  linkAudit,
} from './audit/audit-entry.ts';
export { type AuditCheck, checkAudit } from './audit/check-audit.ts';
export {
  createChangeSet,
  digestChangeSet,
  endChangeSet,
  isFollowed,
  isOpen,
  isOver,
  noteStack,
  speaksOf,
  waitingStacks,
} from './change-set/advance-change-set.ts';
export {
  addRefusals,
  beginDiscussion,
  isUnheard,
  noteHeard,
  passOn,
} from './change-set/advance-discussion.ts';
export type {
  AppliedEnd,
  ChangeSet,
  ChangeSetId,
  ChangeSetPhase,
  ChangeSetStack,
} from './change-set/change-set.ts';
export { describeStatuses } from './change-set/describe-statuses.ts';
export type {
  Discussion,
  HeardComments,
  Refusal,
  ShownPlans,
} from './change-set/discussion.ts';
export { dropMoved, type PlannedSteps } from './change-set/drop-moved.ts';
export { type ApprovedStack, findApproved, type NamedDigest } from './change-set/find-approved.ts';
export {
  type AheadRequest,
  describeWhole,
  giveWay,
  keyOfAhead,
} from './change-set/give-way.ts';
export {
  findSpeaker,
  type HeardWords,
  type Hearing,
  hearWords,
  identityOf,
  isUnedited,
} from './change-set/hear-words.ts';
export { type Command, parseCommands } from './change-set/parse-command.ts';
export type { Claims, LettingGo, OtherStacks } from './claim/claims.ts';
export type {
  CommentApplied,
  CommentApproval,
  CommentView,
  StackComment,
  StackCommentState,
} from './comment/comment-view.ts';
export { composeComment } from './comment/compose-comment.ts';
export { composeConflict } from './comment/compose-conflict.ts';
export { codeSpan, prose, visibleText } from './comment/markdown.ts';
export type {
  Alert,
  ApprovalRequirement,
  BrokenEntries,
  Configuration,
  ConfigurationContext,
  ConfiguredProvider,
  DocumentPath,
  DriftRule,
  EffectiveRule,
  ExpandedStacks,
  Freeze,
  GuardCondition,
  GuardRule,
  InputSource,
  OutputName,
  ParsedFile,
  RemovedStack,
  Rule,
  StackDefinition,
  StackEntry,
  StackInput,
  TargetDefinition,
} from './configuration/configuration.ts';
export { configurationSchema, type Vocabulary } from './configuration/configuration-shape.ts';
export { type ExpandOptions, expandStacks } from './configuration/expand-stacks.ts';
export { matchesGlobs, matchesResource } from './configuration/match-glob.ts';
export {
  type ParsedConfiguration,
  parseConfiguration,
} from './configuration/parse-configuration.ts';
export { parseDuration } from './configuration/parse-duration.ts';
export { defaultRule, ruleFor } from './configuration/rule-for.ts';
export { standingOf, type WrittenStanding } from './configuration/standing-of.ts';
export { outputsIn, parseOutputName } from './configuration/target-outputs.ts';
export { type FindMember, type RulePorts, toRunRule } from './configuration/to-run-rule.ts';
export type { AdoptionRecord } from './drift/adoption-record.ts';
export { compareDrift, type DriftLook } from './drift/compare-drift.ts';
export type { DriftItem } from './drift/drift-item.ts';
export { type FrozenUntil, frozenUntil } from './freeze/frozen-until.ts';
export type { HostedFilter, HostedKey, HostedRecord } from './hosting/hosted-record.ts';
export { formatRankCursor, parseRankCursor } from './hosting/rank-cursor.ts';
export { type PagePaths, pagePaths, pageUrl } from './links/page-paths.ts';
export { findOwners, type OwnersClaim } from './owners/find-owners.ts';
export {
  type OwnersEntry,
  type OwnersFile,
  type OwnersSection,
  ownersPaths,
  parseOwners,
} from './owners/parse-owners.ts';
export {
  type ChangePlace,
  type Digest,
  digestChange,
  digestPlan,
  isCovered,
} from './plan/digest.ts';
export { lastingResources } from './plan/lasting-resources.ts';
export { orderChanges, type Wave } from './plan/order-changes.ts';
export type {
  GuardFinding,
  PlanId,
  PlannedChange,
  PlanRecord,
  Withheld,
} from './plan/plan-record.ts';
export { type ScreenedPlan, type ScreenRequest, screenPlan } from './plan/screen-plan.ts';
export { sealDesired } from './plan/seal-desired.ts';
export { formatRetention, parseRetention } from './retention/parse-retention.ts';
export {
  type Aging,
  agingKinds,
  defaultRetention,
  isBefore,
  isOldAlert,
  isOldChangeSet,
  isOldDrift,
  isOldPlan,
  isOldRollout,
  isOldRun,
  type RetentionRules,
  type SweepRequest,
  type Swept,
} from './retention/retention.ts';
export {
  describeRollback,
  type LeftBehind,
  type StackRollback,
} from './rollback/describe-rollback.ts';
export { type MadeStep, madeSteps } from './rollback/made-steps.ts';
export {
  cancelRollout,
  createRollout,
  type NewRollout,
  noteRuns,
  readyStacks,
  startStacks,
} from './rollout/advance-rollout.ts';
export {
  isRolloutOver,
  type Rollout,
  type RolloutStack,
  type RolloutStackState,
} from './rollout/rollout.ts';
export { type ParsedRuleTests, parseRuleTests } from './rule-test/parse-rule-tests.ts';
export type { RuleTest, RuleTestResult } from './rule-test/rule-test.ts';
export { ruleTestSchema } from './rule-test/rule-test-shape.ts';
export { type RuleTestPorts, runRuleTest } from './rule-test/run-rule-test.ts';
export type { AskedRequirement } from './rules/asked-requirement.ts';
export {
  type AskConditions,
  type ConditionAnswer,
  type ConditionQuestion,
  type MergeRequestFacts,
  noMergeRequest,
  type PlanFacts,
  type RuleFacts,
  type StackFacts,
} from './rules/condition.ts';
export { type Denial, type DeniedPlan, findDenial } from './rules/find-denial.ts';
export { findWeakened } from './rules/find-weakened.ts';
export {
  type JudgedPlan,
  type Judging,
  judgePlan,
  type RuleVerdict,
} from './rules/judge-plan.ts';
export { findObjection, type KnownMember } from './rules/objection.ts';
export { type Risk, risks, risksOf } from './rules/risk.ts';
export {
  type AskedOccasion,
  type RuleOccasion,
  whatIsAsked,
} from './rules/rule-occasion.ts';
export {
  type BegunStep,
  type JournalEntry,
  openSteps,
  type StoredJournalEntry,
} from './run/journal.ts';
export { addRequest, takeRequest } from './run/pending-requests.ts';
export { type PlanStackRequest, planStack } from './run/plan-stack.ts';
export {
  type EndPhase,
  type Extent,
  type HoldReason,
  isEnded,
  type Phase,
  type Purpose,
  type Run,
  type RunId,
  type RunRequest,
  type WaitReason,
} from './run/run.ts';
export type { HintWait, OpenStack, RunPorts, RunSign } from './run/run-ports.ts';
export type { Guards, RunRule } from './run/run-rule.ts';
export type { PlannedRun } from './run/run-session.ts';
export { type SuperviseOptions, superviseRun } from './run/supervise-run.ts';
export { toPlanRecord } from './run/to-plan-record.ts';
export { digestSettings } from './selection/digest-settings.ts';
export {
  pathsToRead,
  type Selection,
  type SelectRequest,
  type StackLook,
  selectStacks,
  type TouchReason,
} from './selection/select-stacks.ts';
export type {
  ForgeLink,
  RenderRecord,
  RepositoryId,
  RepositoryRecord,
  Revision,
  StackChange,
  StackId,
  StackRecord,
  StackStanding,
} from './stack/stack-record.ts';
export { changeStack, parseStackId } from './stack/stack-record.ts';
export type { LiveEvent } from './store/live-event.ts';
export { MemoryStore } from './store/memory/memory-store.ts';
export {
  boundLimit,
  formatStandingCursor,
  parsePosition,
  parseStandingCursor,
  type StandingPlace,
  toPage,
} from './store/paging.ts';
export type {
  AlertFilter,
  ChangeSetFilter,
  DriftFilter,
  Lease,
  LeaseRequest,
  OpenCounts,
  Page,
  PageRequest,
  RolloutFilter,
  RunFilter,
  StackFilter,
  StackSummary,
  Store,
  Write,
} from './store/store.ts';
export { alreadyTaken, leaseLost, linkEnded, resourceClaimed } from './store/store-errors.ts';
