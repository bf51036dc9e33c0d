/**
 * Values for other stacks, from labels of services: `dev.trueup.output.url: http://{host}:{port:8080}`.
 * Pure; bodies of any shape are read.
 */
import { type ObservedResource, type Output, parseResourceId } from '@trueup/provider-sdk';

import { specLabel } from '../marks/marks.ts';
import { isSensitive, parseMark } from '../marks/spec-mark.ts';
import { containersOf, type ObservedContainer } from '../observe/observed-body.ts';

const prefix = 'dev.trueup.output.';

export function readOutputs(
  observed: readonly ObservedResource[],
): Readonly<Record<string, Output>> {
  const outputs = observed.flatMap(({ id, body }) => {
    const { scope } = parseResourceId(id);
    return containersOf(body)
      .filter(({ number }) => number === 1)
      .flatMap((one) => outputsOf(one, scope));
  });
  return Object.fromEntries(outputs);
}

function outputsOf(
  container: ObservedContainer,
  host: string,
): readonly (readonly [string, Output])[] {
  const marked = parseMark(container.labels[specLabel])?.sensitive ?? [];
  return Object.entries(container.labels).flatMap(([label, template]) => {
    if (!label.startsWith(prefix)) return [];
    const value = fill(template, container, host);
    const sensitive = isSensitive(['labels', label], marked);
    return value === undefined ? [] : [[label.slice(prefix.length), { value, sensitive }]];
  });
}

/** `undefined` while something that it names is not there yet. */
function fill(template: string, container: ObservedContainer, host: string): string | undefined {
  let isWhole = true;
  const text = template.replaceAll(
    /\{(host|image|port|address)(?::([^{}]+))?\}/g,
    (_all, name, of) => {
      const value = valueFor(String(name), of === undefined ? undefined : String(of), {
        container,
        host,
      });
      isWhole &&= value !== undefined;
      return value ?? '';
    },
  );
  return isWhole ? text : undefined;
}

function valueFor(
  name: string,
  of: string | undefined,
  { container, host }: { readonly container: ObservedContainer; readonly host: string },
): string | undefined {
  switch (name) {
    case 'host':
      return host;
    case 'image':
      return container.imageName;
    case 'port':
      return container.ports[(of ?? '').includes('/') ? (of ?? '') : `${of}/tcp`];
    default:
      return container.addresses[of ?? container.networks[0] ?? ''];
  }
}
