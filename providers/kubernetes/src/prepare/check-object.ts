import { type Diagnostic, type Origin, readField, readObject, readText } from '@trueup/diagnostics';
import type { ManifestDocument } from '@trueup/manifests';

/** Everything that keeps a document from being an object of a cluster. */
export function checkObject({ body, origin }: ManifestDocument): readonly Diagnostic[] {
  const metadata = readObject(body, 'metadata');
  const name = readText(metadata, 'name') ?? '';
  const generated = readText(metadata, 'generateName') ?? '';
  const problems: (readonly [string, readonly string[]] | undefined)[] = [
    isText(readText(body, 'apiVersion'))
      ? undefined
      : ['the manifest has no `apiVersion`', ['apiVersion']],
    isText(readText(body, 'kind')) ? undefined : ['the manifest has no `kind`', ['kind']],
    name === '' && generated === ''
      ? ['the manifest has no `metadata.name`', ['metadata', 'name']]
      : undefined,
    isPathSegment(name)
      ? undefined
      : ['the name cannot be that of an object', ['metadata', 'name']],
    isPathSegment(readText(metadata, 'namespace') ?? '')
      ? undefined
      : ['the namespace cannot be one', ['metadata', 'namespace']],
    ...['labels', 'annotations'].map((member) => checkTexts(metadata, member)),
  ];
  return problems.flatMap((problem) => (problem ? complain(origin, ...problem) : []));
}

function isText(value: string | undefined): boolean {
  return value !== undefined && /^[A-Za-z0-9./-]{1,300}$/.test(value);
}

/** What the API server asks of every name; kinds ask for more. */
function isPathSegment(name: string): boolean {
  return name !== '.' && name !== '..' && !/[/%]/.test(name) && name.length <= 253;
}

function checkTexts(
  metadata: unknown,
  member: string,
): readonly [string, readonly string[]] | undefined {
  const found = readField(metadata, member);
  if (found === undefined || found === null) return undefined;
  const wrong = Object.entries(readObject(metadata, member)).find(
    ([, value]) => typeof value !== 'string' && value !== null,
  );
  const path = ['metadata', member];
  if (typeof found !== 'object') return [`\`${path.join('.')}\` has to be an object`, path];
  return wrong && [`\`${wrong[0]}\` in \`${path.join('.')}\` has to be a text: quote it`, path];
}

function complain(origin: Origin, what: string, path: readonly string[]): Diagnostic {
  return {
    severity: 'error',
    code: 'KUBERNETES_MANIFEST',
    path,
    origin,
    summary: `${origin.file}:${origin.line}: ${what}`,
  };
}
