/** Values that must not appear in any text: what becomes a Secret, in each form that it may have. */
import { isJsonObject, type Json, readTexts } from '@trueup/diagnostics';
import { decodeText, readManifests } from '@trueup/manifests';

import type { Sources } from './collect-sources.ts';
import { findReferences } from './find-references.ts';
import { resolveReference } from './resolve-reference.ts';

/** Longest first, so that a value is masked before a part of it. */
export function collectSecretValues(sources: Sources): readonly string[] {
  const values = [...manifestValues(sources), ...generatorValues(sources)];
  const forms = values.flatMap((value) => [value, Buffer.from(value).toString('base64')]);
  return [...new Set(forms.map((form) => form.trim()))]
    .filter((form) => form.length >= shortestSecret)
    .sort((a, b) => b.length - a.length);
}

/** What is shorter would blank out half of every message. */
const shortestSecret = 3;

function manifestValues({ files }: Sources): readonly string[] {
  return [...files].flatMap(([file, content]) => {
    const text = decodeText(content) ?? '';
    if (!text.includes('Secret')) return [];
    return readManifests(text, { file }).documents.flatMap(({ body }) => {
      if (body['kind'] !== 'Secret') return [];
      return [...valuesOf(body['stringData']), ...valuesOf(body['data']).flatMap(withDecoded)];
    });
  });
}

function generatorValues(sources: Sources): readonly string[] {
  return sources.kustomizations.flatMap(({ folder, value }) => {
    const generators = value['secretGenerator'];
    if (!Array.isArray(generators)) return [];
    const literals = generators.flatMap((generator: Json) =>
      isJsonObject(generator) ? readTexts(generator['literals']) : [],
    );
    const contents = findReferences({ secretGenerator: generators }).flatMap(({ text }) => {
      const path = resolveReference(folder, text);
      const content = path === undefined ? undefined : sources.files.get(path);
      return content ? (decodeText(content) ?? '').split(/\r?\n/) : [];
    });
    return [...literals, ...contents].flatMap((pair) => [pair, pair.slice(pair.indexOf('=') + 1)]);
  });
}

function withDecoded(value: string): readonly string[] {
  return [value, Buffer.from(value, 'base64').toString('utf8')];
}

/** Lines as well: a message may show one of them. */
function valuesOf(value: Json | undefined): readonly string[] {
  const values = Object.values(isJsonObject(value) ? value : {});
  return values.flatMap((text) => (typeof text === 'string' ? [text, ...text.split('\n')] : []));
}
