/** Bodies of requests as JSON values, whichever of the server's encodings they are in. */

import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';
import { parseYaml } from '@trueup/manifests';

import { parseJson } from '../object/json-text.ts';
import { ApiError, badRequest } from './api-error.ts';
import type { Call } from './call.ts';

/** @throws ApiError 415 for an encoding that nobody reads, 400 for a body that is none. */
export async function readObjectBody(call: Call): Promise<JsonObject> {
  const contentType = mediaType(call);
  const text = (await call.readBody()).toString('utf8');
  const value = contentType === 'application/yaml' ? readYaml(text) : readJson(text);
  if (isJsonObject(value)) return value;
  throw badRequest(
    "couldn't get version/kind; json parse error: json: cannot unmarshal into Go value of type struct",
  );
}

/** A patch; its own media type says how to apply it, not how to read it. */
export async function readPatchBody(call: Call, isYaml: boolean): Promise<Json> {
  const text = (await call.readBody()).toString('utf8');
  // What is sent as YAML is mostly JSON, which reads some ten times faster.
  if (isYaml && !text.startsWith('{')) return readYaml(text);
  return isYaml ? (tryJson(text) ?? readYaml(text)) : readJson(text);
}

/** @returns `undefined` when there is no body. */
export async function readOptionalBody(call: Call): Promise<JsonObject | undefined> {
  const text = (await call.readBody()).toString('utf8');
  if (text.trim() === '') return undefined;
  const value = mediaType(call) === 'application/yaml' ? readYaml(text) : readJson(text);
  return isJsonObject(value) ? value : undefined;
}

function mediaType({ headers }: Call): string {
  const media = (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  if (media === '' || media === 'application/json' || media === 'application/yaml') return media;
  throw new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf`,
  );
}

function readJson(text: string): Json {
  const value = tryJson(text);
  if (value !== undefined) return value;
  throw badRequest("couldn't get version/kind; json parse error: invalid character");
}

function tryJson(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function readYaml(text: string): Json {
  const { value, diagnostics } = parseYaml(text, { file: 'body' });
  const [problem] = diagnostics.filter(({ severity }) => severity === 'error');
  if (problem)
    throw badRequest(`error decoding YAML: line ${problem.origin?.line ?? 1}: ${problem.summary}`);
  return value ?? null;
}
