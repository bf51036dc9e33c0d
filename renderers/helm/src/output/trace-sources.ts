/**
 * Says which line of which template each document comes from. Helm prints the template's name above
 * each document; within the template it is the line that names the kind, since templates are no YAML
 * that could be parsed.
 */
import type { Origin } from '@trueup/diagnostics';
import type { ManifestDocument } from '@trueup/manifests';

import type { TemplateLocator } from './locate-template.ts';

export interface SourcedDocument extends ManifestDocument {
  /** As Helm names it; empty where it does not. */
  readonly template: string;
}

/** `contents` are the texts of the repository's templates, by path. Pure. */
export function traceSources(
  printed: { readonly text: string; readonly documents: readonly ManifestDocument[] },
  locator: TemplateLocator,
  contents: ReadonlyMap<string, string>,
): readonly SourcedDocument[] {
  const lines = printed.text.split(/\r\n?|\n/);
  const seen = new Map<string, number>();
  let template = '';
  let line = 0;
  return printed.documents.map(({ body, origin }) => {
    for (; line < origin.line; line += 1) {
      template = /^# Source: (?<name>.*)$/.exec(lines[line] ?? '')?.groups?.['name'] ?? template;
    }
    const kind = typeof body['kind'] === 'string' ? body['kind'] : '';
    const key = `${template} ${kind}`;
    const earlier = seen.get(key) ?? 0;
    seen.set(key, earlier + 1);
    const text = contents.get(locator.fileOf(template) ?? '') ?? '';
    return {
      body,
      template,
      origin: findKind(locator.originOf(template), text, { kind, earlier }),
      ...(isFromCrds(template) && { beforeHooks: true }),
    };
  });
}

/** Helm makes what lies in `crds/` of a chart, or of one below it, before `pre-install` hooks run. */
function isFromCrds(template: string): boolean {
  return /^[^/]+(?:\/charts\/[^/]+)*\/crds\//.test(template);
}

/** The line of this kind, that comes after as many others of it; the last one in a loop. */
function findKind(
  origin: Origin,
  text: string,
  { kind, earlier }: { readonly kind: string; readonly earlier: number },
): Origin {
  const lines = text.split(/\r\n?|\n/).flatMap((written, index) => {
    const named = /^\s*kind:\s*["']?(?<kind>\w+)/.exec(written)?.groups?.['kind'];
    return named === kind ? [index + 1] : [];
  });
  const line = lines[earlier] ?? lines.at(-1);
  return line === undefined ? origin : { ...origin, line };
}
