import { hash } from 'node:crypto';

import { formatJson, type Json } from '@trueup/diagnostics';

import type { StackDefinition, TargetDefinition } from '../configuration/configuration.ts';

/**
 * Stands for all that `trueup.yaml` says about how a stack is rendered and where it goes. Secrets take
 * part by their names only. Rules and order stay out: they change nothing of what is desired.
 */
export function digestSettings(stack: StackDefinition, target: TargetDefinition): string {
  const { name, path, inputs, formerly = null, settings = null } = stack;
  const sources = Object.entries(inputs).map(([input, source]) => [input, { ...source }] as const);
  const place: Json = [target.name, target.provider, target.settings];
  const whole: Json = [name, path, Object.fromEntries(sources), formerly, settings, place];
  return `sha256:${hash('sha256', formatJson(whole))}`;
}
