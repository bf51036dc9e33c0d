/** What every Kubernetes object has, whatever its kind. */
import {
  type Diagnostic,
  type FieldPath,
  formatFieldPath,
  isJsonObject,
  type Json,
  type JsonObject,
  type Origin,
} from '@trueup/diagnostics';

/** All remarks on one document at once; none when it can be sent to a cluster. Pure. */
export function checkDocument(body: Json, origin: Origin): readonly Diagnostic[] {
  if (!isJsonObject(body)) {
    return [
      {
        severity: 'error',
        code: 'MANIFEST_NOT_AN_OBJECT',
        path: [],
        origin,
        summary: `${origin.file}: the document is ${nameKind(body)}, not an object`,
        advice: 'A manifest has the members `apiVersion`, `kind` and `metadata`.',
      },
    ];
  }
  return [
    ...requireText(body, { path: ['apiVersion'], code: 'MANIFEST_API_VERSION', origin }),
    ...requireText(body, { path: ['kind'], code: 'MANIFEST_KIND', origin }),
    ...checkName(body, origin),
  ];
}

function checkName(body: JsonObject, origin: Origin): readonly Diagnostic[] {
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
  const { name, generateName } = metadata;
  const hasName = name !== undefined && name !== null && name !== '';
  if (hasName || typeof generateName !== 'string' || generateName === '') {
    return requireText(body, { path: ['metadata', 'name'], code: 'MANIFEST_NAME', origin });
  }
  return [
    {
      severity: 'warning',
      code: 'MANIFEST_GENERATED_NAME',
      path: ['metadata', 'generateName'],
      origin,
      summary: `${origin.file}: \`metadata.generateName\` makes a new object each time that it is applied`,
      advice: 'Write `metadata.name` where one object is meant.',
    },
  ];
}

interface Requirement {
  readonly path: FieldPath & readonly string[];
  readonly code: string;
  readonly origin: Origin;
}

function requireText(body: JsonObject, { path, code, origin }: Requirement): readonly Diagnostic[] {
  const value = path.reduce<Json | undefined>(memberOf, body);
  if (typeof value === 'string' && value !== '') return [];

  const missing = value === undefined || value === null || value === '';
  const name = formatFieldPath(path);
  const wrong = missing ? 'is missing' : `is ${nameKind(value)}, not text`;
  return [
    {
      severity: 'error',
      code,
      path,
      origin,
      summary: `${origin.file}: \`${name}\` ${wrong}`,
      ...(!missing && { advice: 'Put quotes around it.' }),
    },
  ];
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function nameKind(value: Json): string {
  if (value === null) return 'empty';
  if (typeof value === 'object') return isJsonObject(value) ? 'an object' : 'a list';
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? 'a boolean' : 'a number';
}
