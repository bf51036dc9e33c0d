export type {
  AuditCheck,
  Digest,
  GuardFinding,
  LiveEvent,
  OpenStack,
  PlannedChange,
  PlanRecord,
  Run,
  RunSign,
  Withheld,
} from '@trueup/engine';
export {
  checkAudit,
  defaultRetention,
  digestPlan,
  formatRetention,
  matchesGlobs,
  parseDuration,
  parseRetention,
  type RetentionRules,
} from '@trueup/engine';
export type { GitAnswer } from '@trueup/forge-hosted';
export { formatYaml, parseYaml } from '@trueup/manifests';
export type {
  Action,
  Change,
  Confidence,
  FieldChange,
  ForeignField,
  Gap,
  Hazard,
  Health,
  HealthStatus,
  ObservedResource,
  Outcome,
  Provider,
  ResourceId,
  Writer,
} from '@trueup/provider-sdk';
export { parseResourceId } from '@trueup/provider-sdk';
export type {
  BegunSession,
  BrowserSessions,
  BrowserSessionView,
  ResumedSession,
} from './access/browser-sessions.ts';
export type { SessionErrorCode } from './access/session-error.ts';
export { SessionError } from './access/session-error.ts';
export { defaultSessionLimits, type SessionLimits } from './access/session-limits.ts';
export type { AlertServices, AlertTrial } from './alerts/alerts.ts';
export type { GitCall } from './hosting/git-call.ts';
export type { SecretServices } from './keys/open-secrets.ts';
export { type KeyRotation, rotateInstallationKey } from './keys/rotate-installation-key.ts';
export { type OpenControlPlaneOptions, openControlPlane } from './open-control-plane.ts';
export type { ControlPlane } from './plane/control-plane.ts';
export type {
  ControlPlaneOptions,
  InstalledProvider,
  Log,
} from './plane/control-plane-options.ts';
export type { Figures } from './plane/count-figures.ts';
export type { Commit, GitRepository, RevisionFiles } from './repository/git-repository.ts';
export {
  type ConditionVariable,
  conditionVariables,
  type VariableType,
} from './rules/condition-variables.ts';
export { parseResource } from './session/parse-resource.ts';
export type {
  AlertView,
  FieldExplanation,
  MemberSettings,
  NewRepository,
  ResourceView,
  Session,
  StackView,
} from './session/session.ts';
export type { DiskFiles } from './stand-alone/disk-files.ts';
export type {
  ExplainedField,
  ExplainedResource,
  LineAuthor,
} from './stand-alone/explain-resource.ts';
export type { Project, ProjectStack } from './stand-alone/open-project.ts';
export {
  type OpenedStandAlone,
  openStandAlone,
  type StandAloneOptions,
} from './stand-alone/open-stand-alone.ts';
export { type KubeconfigContexts, readContexts } from './stand-alone/read-contexts.ts';
export {
  type RuleTestReport,
  ruleTestFile,
  ruleTestFolder,
  testRules,
} from './stand-alone/run-rule-tests.ts';
export type { ApplyOptions, StandAlone, StandAlonePlan } from './stand-alone/stand-alone.ts';
