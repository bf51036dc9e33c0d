/** Bodies of requests as JSON values, whichever of the server's encodings they are in. */

import { isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';
import { parseYaml } from '@trueup/manifests';

import { findDuplicates } from '../object/find-duplicates.ts';
import { parseJson } from '../object/json-text.ts';
import { decodeProtobufObject } from '../protobuf/decode-object.ts';
import { ProtobufError } from '../protobuf/protobuf-reader.ts';
import { readApiKnowledge } from '../resources/read-api-knowledge.ts';
import { ApiError, badRequest } from './api-error.ts';
import type { Call } from './call.ts';

/** @throws ApiError 415 for an encoding that nobody reads, 400 for a body that is none. */
export async function readObjectBody(call: Call): Promise<JsonObject> {
  const value = readEncoded(await call.readBody(), mediaType(call));
  if (isJsonObject(value)) return value;
  if (value === null) return {};
  throw badRequest(
    "couldn't get version/kind; json parse error: json: cannot unmarshal into Go value of type struct",
  );
}

export interface WholeBody {
  readonly object: JsonObject;
  /** Members that the text names twice. Other encodings cannot. */
  readonly duplicates: readonly string[];
}

/** Of a client that sends an object to be stored, and may want to know what it wrote twice. */
export async function readWholeBody(call: Call): Promise<WholeBody> {
  const object = await readObjectBody(call);
  const isJson = mediaType(call) === '' || mediaType(call) === 'application/json';
  const text = isJson ? (await call.readBody()).toString('utf8') : '';
  return { object, duplicates: findDuplicates(text) };
}

function readEncoded(body: Buffer, media: string): Json {
  if (media === protobuf) return readProtobuf(body);
  const text = body.toString('utf8');
  return media === 'application/yaml' ? readYaml(text) : readJson(text);
}

function readProtobuf(body: Buffer): JsonObject {
  const { messages, nameOf } = readApiKnowledge();
  try {
    return decodeProtobufObject(body, messages, nameOf);
  } catch (error) {
    if (error instanceof ProtobufError) throw badRequest(error.message);
    throw error;
  }
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
  const body = await call.readBody();
  if (body.length === 0) return undefined;
  const value = readEncoded(body, mediaType(call));
  return isJsonObject(value) ? value : undefined;
}

const protobuf = 'application/vnd.kubernetes.protobuf';
const accepted: readonly string[] = ['', 'application/json', 'application/yaml', protobuf];

function mediaType({ headers }: Call): string {
  const media = (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  if (accepted.includes(media)) return media;
  throw new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.slice(1).join(', ')}`,
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
