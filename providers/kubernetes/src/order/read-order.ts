/**
 * Where a resource stands in the order of its stack, by annotations that people already have: waves
 * and hooks of Argo CD, hooks of Helm, `config.kubernetes.io/depends-on`.
 *
 * Phases become waves: what runs before all others has waves far below zero, what runs after them
 * far above.
 */
import type { JsonObject } from '@trueup/diagnostics';
import {
  type DesiredResource,
  formatResourceId,
  type Position,
  type ResourceId,
} from '@trueup/provider-sdk';

import { annotationOf } from '../client/read-fields.ts';
import { rankOf } from './rank-kinds.ts';
import { formatKind, kindOf } from './resource-kind.ts';

export interface Order {
  readonly position: Position;
  /** Ids that annotations name. */
  readonly dependsOn: readonly ResourceId[];
  readonly executes?: DesiredResource['executes'];
}

/** Far beyond any wave that people write, and exact in every number format. */
const phaseWidth = 1_000_000;

/** Before the hooks that run before all else. */
export const waveBeforeHooks: number = -2 * phaseWidth;

/** `undefined` for hooks that are not part of bringing a stack to its target, such as tests. */
export function readOrder(body: JsonObject): Order | undefined {
  const hook = readHook(body);
  if (hook === 'left-out') return undefined;
  const { group, kind } = kindOf(body);
  const wave = clamp(hook?.weight ?? readInteger(annotationOf(body, syncWave)) ?? 0);
  return {
    position: { wave: wave + (hook?.phase ?? 0) * phaseWidth, rank: rankOf({ group, kind }) },
    dependsOn: readDependencies(annotationOf(body, dependsOnAnnotation)),
    // Others that lie in a hook (a config map for its job) leave a state that can be compared.
    ...(hook && runsToCompletion(group, kind) && { executes: hook.executes }),
  };
}

const syncWave = 'argocd.argoproj.io/sync-wave';
const dependsOnAnnotation = 'config.kubernetes.io/depends-on';

interface Hook {
  readonly phase: -1 | 0 | 1;
  readonly weight: number | undefined;
  readonly executes: 'always' | 'changed';
}

const argoPhases: Readonly<Record<string, Hook['phase'] | undefined>> = {
  PreSync: -1,
  Sync: 0,
  PostSync: 1,
};

/** `crd-install` of Helm 2 is an ordinary resource: its kind comes first anyway. */
const helmHooks: Readonly<Record<string, Pick<Hook, 'phase' | 'executes'> | undefined>> = {
  'pre-install': { phase: -1, executes: 'changed' },
  'pre-upgrade': { phase: -1, executes: 'always' },
  'post-install': { phase: 1, executes: 'changed' },
  'post-upgrade': { phase: 1, executes: 'always' },
};

function readHook(body: JsonObject): Hook | 'left-out' | undefined {
  const argo = annotationOf(body, 'argocd.argoproj.io/hook');
  if (argo !== undefined) return readArgoHook(body, argo);
  const helm = annotationOf(body, 'helm.sh/hook');
  return helm === undefined ? undefined : readHelmHook(body, helm);
}

function readArgoHook(body: JsonObject, text: string): Hook | 'left-out' {
  const [phase] = split(text).flatMap((name) => argoPhases[name] ?? []);
  if (phase === undefined) return 'left-out';
  return { phase, weight: readInteger(annotationOf(body, syncWave)), executes: 'always' };
}

function readHelmHook(body: JsonObject, text: string): Hook | 'left-out' | undefined {
  const names = split(text);
  if (names.includes('crd-install')) return undefined;
  const hooks = names.flatMap((name) => helmHooks[name] ?? []);
  const [first] = hooks;
  if (!first) return 'left-out';
  const executes = hooks.some((hook) => hook.executes === 'always') ? 'always' : 'changed';
  const weight = readInteger(annotationOf(body, 'helm.sh/hook-weight'));
  return { phase: first.phase, weight, executes };
}

function split(text: string): readonly string[] {
  return text.split(',').map((part) => part.trim());
}

function runsToCompletion(group: string, kind: string): boolean {
  return ['Job.batch', 'Pod', 'Workflow.argoproj.io'].includes(formatKind({ group, kind }));
}

function readInteger(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*[+-]?\d{1,6}\s*$/.test(text) ? Number(text) : undefined;
}

function clamp(wave: number): number {
  return Math.max(-phaseWidth / 2, Math.min(phaseWidth / 2, wave));
}

/** `apps/namespaces/shop/Deployment/web, rbac.authorization.k8s.io/ClusterRole/reader`. */
function readDependencies(text: string | undefined): readonly ResourceId[] {
  if (text === undefined) return [];
  return split(text).flatMap((reference) => {
    const parts = reference.split('/');
    if (parts.length === 5 && parts[1] === 'namespaces') {
      const [group = '', , scope = '', kind = '', name = ''] = parts;
      return formatResourceId({ kind: formatKind({ group, kind }), scope, name });
    }
    const [group = '', kind = '', name = ''] = parts;
    return parts.length === 3
      ? formatResourceId({ kind: formatKind({ group, kind }), scope: '', name })
      : [];
  });
}
