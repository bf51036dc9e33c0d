import type { Diagnostic } from '@trueup/diagnostics';

/** What is wrong with something that a kustomization names. */
export interface Refusal {
  readonly code: string;
  /** What is said of it, behind its name. */
  readonly what: string;
  readonly advice?: string;
  /** `error` when absent. */
  readonly severity?: Diagnostic['severity'];
}

export const notAnObject: Refusal = {
  code: 'RENDER_KUSTOMIZE_NO_KUSTOMIZATION',
  what: 'the file holds no kustomization',
  advice: 'Write `resources: []` at least.',
};

export const outside: Refusal = {
  code: 'RENDER_KUSTOMIZE_OUTSIDE',
  what: 'leads out of the repository',
  advice: 'Name a path within it, from the folder of this file.',
};

export const notBelow: Refusal = {
  code: 'RENDER_KUSTOMIZE_OUTSIDE',
  what: 'is a file outside of the folder of its kustomization',
  advice: 'Make its folder a base of its own, or set `kustomize: { files: repository }`.',
};

export const missing: Refusal = {
  code: 'RENDER_KUSTOMIZE_MISSING_FILE',
  what: 'is neither a file nor the folder of a kustomization in this repository',
};

export const helmCharts: Refusal = {
  code: 'RENDER_KUSTOMIZE_HELM',
  what: 'charts are not rendered from within a kustomization',
  advice: 'Make the chart a stack of its own, with a `Chart.yaml` that depends on it.',
};

/** What configures a program: Kustomize itself is run without leave to run any. */
export const program: Refusal = {
  code: 'RENDER_KUSTOMIZE_PLUGIN',
  what: 'configures a plug-in that is a program, which is not run',
  advice: 'Take a built-in one, with `apiVersion: builtin`, or commit what it makes.',
};

export const inflatedChart: Refusal = {
  ...helmCharts,
  what: 'asks for a chart, which is not rendered from within a kustomization',
};

export const unreadableAddress: Refusal = {
  code: 'RENDER_KUSTOMIZE_REMOTE',
  what: 'is no address that can be fetched here',
  advice: 'Write `https://host/organisation/repository//folder?ref=commit`, without credentials.',
};

/** Its content would change a stack without a commit. */
export const moving: Refusal = {
  severity: 'warning',
  code: 'RENDER_KUSTOMIZE_MOVING',
  what: 'may be other content each time that the stack is rendered',
  advice: 'Name a commit or a version.',
};

export function notAllowed(host: string): Refusal {
  return {
    code: 'RENDER_KUSTOMIZE_REMOTE',
    what: `comes from ${host}, which this stack may not fetch from`,
    advice: `Copy it into the repository, or set \`kustomize: { allowHosts: [${host}] }\`.`,
  };
}

export function notFetched(why: string): Refusal {
  return { code: 'RENDER_KUSTOMIZE_REMOTE', what: `cannot be had: ${why}` };
}
