/** What form of an answer a client asks for in its `Accept` header. */

import { ApiError } from './api-error.ts';

export interface Format {
  readonly encoding: 'json' | 'yaml';
  /** What takes the place of the objects. */
  readonly as: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList' | undefined;
  /** Of the group `meta.k8s.io`. */
  readonly asVersion: string;
}

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const plain: Format = { encoding: 'json', as: undefined, asVersion: '' };

/** @throws ApiError 406 when nothing that the client accepts can be sent. */
export function negotiate(accept: string | undefined): Format {
  if (accept === undefined || accept.trim() === '') return plain;
  for (const range of parseAccept(accept)) {
    const format = formatOf(range);
    if (format) return format;
  }
  const isOurs = parseAccept(accept).some(({ type }) => encodingOf(type) !== undefined);
  throw isOurs ? unknownForm() : unknownEncoding();
}

const accepted = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

function unknownForm(): ApiError {
  return new ApiError(
    406,
    'NotAcceptable',
    `only the following media types are accepted: ${accepted}`,
  );
}

function unknownEncoding(): ApiError {
  const streams = 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';
  return new ApiError(
    406,
    'NotAcceptable',
    `406: Not Acceptable\n\nAvailable representations: ${accepted}, ${streams}`,
    { details: {} },
  );
}

export function parseAccept(accept: string): readonly MediaRange[] {
  return accept.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((one) => one.trim());
    return {
      type: type.toLowerCase(),
      parameters: new Map(
        parameters.map((one) => {
          const [name = '', value = ''] = one.split('=');
          return [name, value];
        }),
      ),
    };
  });
}

function formatOf({ type, parameters }: MediaRange): Format | undefined {
  const encoding = encodingOf(type);
  if (!encoding) return undefined;
  const as = parameters.get('as');
  if (as === undefined) return { ...plain, encoding };
  const asVersion = parameters.get('v') ?? 'v1';
  if (parameters.get('g') !== 'meta.k8s.io' || !/^v1(?:beta1)?$/.test(asVersion)) return undefined;
  if (as === 'Table' || as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') {
    return { encoding, as, asVersion };
  }
  return undefined;
}

function encodingOf(type: string): Format['encoding'] | undefined {
  if (type === 'application/json' || type === 'application/*' || type === '*/*') return 'json';
  return type === 'application/yaml' ? 'yaml' : undefined;
}
