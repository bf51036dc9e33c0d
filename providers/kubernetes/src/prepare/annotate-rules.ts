import { readObject } from '@trueup/diagnostics';
import { type DesiredResource, parseResourceId } from '@trueup/provider-sdk';

import type { StackSettings } from './parse-stack-settings.ts';

/** CEL: true when the object is as it should be, and when it will not become so by itself. */
export const currentAnnotation = 'trueup.dev/health-current';
export const failedAnnotation = 'trueup.dev/health-failed';

/** `trueup.dev/output.NAME: status.loadBalancer.ingress[0].ip` */
export const outputPrefix = 'trueup.dev/output.';

/**
 * Writes the stack's rules onto the resources that they are about. Judging health and reading
 * outputs see an object and nothing else, so the rule has to travel with it.
 */
export function annotateRules(resource: DesiredResource, settings: StackSettings): DesiredResource {
  const { kind, scope, name } = parseResourceId(resource.id);
  const rules = settings.health.filter((rule) => rule.kind === kind);
  const outputs = settings.outputs.filter(({ from }) => from === `${kind}/${scope}/${name}`);
  if (rules.length === 0 && outputs.length === 0) return resource;

  const metadata = readObject(resource.body, 'metadata');
  const annotations = {
    ...Object.fromEntries(
      rules.flatMap(({ current, failed }) => [
        ...(current === undefined ? [] : [[currentAnnotation, current]]),
        ...(failed === undefined ? [] : [[failedAnnotation, failed]]),
      ]),
    ),
    ...Object.fromEntries(outputs.map((rule) => [`${outputPrefix}${rule.name}`, rule.field])),
    // What stands on the resource itself is more special.
    ...readObject(metadata, 'annotations'),
  };
  return { ...resource, body: { ...resource.body, metadata: { ...metadata, annotations } } };
}
