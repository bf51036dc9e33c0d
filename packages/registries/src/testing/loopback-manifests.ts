import { digestOf } from '../digest.ts';
import type { Exchange, StoredManifest } from './loopback-exchange.ts';

export function answerManifest(exchange: Exchange): unknown {
  const { method, response } = exchange;
  if (method === 'PUT') return putManifest(exchange);
  if (method === 'DELETE') return deleteManifest(exchange);
  const { manifests, tags } = exchange.repository(exchange.name);
  const digest = tags.get(exchange.rest) ?? exchange.rest;
  const manifest = manifests.get(digest);
  const isAccepted = (exchange.request.headers.accept ?? '').includes(manifest?.mediaType ?? '-');
  // As distribution 2.8 does it with what nobody says to accept.
  if (!manifest || !isAccepted) return response.writeHead(404).end('{"errors":[]}');
  const headers = {
    'content-type': manifest.mediaType,
    'docker-content-digest': digest,
    'content-length': manifest.bytes.length,
  };
  return response.writeHead(200, headers).end(method === 'HEAD' ? undefined : manifest.bytes);
}

/** Refuses what names parts that are not there. */
function putManifest({
  request,
  response,
  body,
  rest,
  name,
  repository,
  options,
  onWrite,
}: Exchange): unknown {
  const digest = digestOf(body);
  const own = repository(name);
  const content = parse(body);
  if (options.keepsTags && own.tags.has(rest)) return response.writeHead(409).end('{"errors":[]}');
  const blobs = [...(content.layers ?? []), ...(content.config ? [content.config] : [])];
  const isWhole =
    blobs.every((one) => own.blobs.has(one.digest)) &&
    (content.manifests ?? []).every((one) => own.manifests.has(one.digest));
  if (!isWhole || !isNamedRight(rest, digest)) return response.writeHead(400).end('{"errors":[]}');
  own.manifests.set(digest, { mediaType: request.headers['content-type'] ?? '', bytes: body });
  if (!rest.startsWith('sha256:')) own.tags.set(rest, digest);
  onWrite();
  const location = `/v2/${name}/manifests/${digest}`;
  const subject = options.hasNoReferrers ? undefined : content.subject?.digest;
  const told = subject && { 'oci-subject': subject };
  return response.writeHead(201, { location, 'docker-content-digest': digest, ...told }).end();
}

function isNamedRight(rest: string, digest: string): boolean {
  return !rest.startsWith('sha256:') || rest === digest;
}

function deleteManifest({ response, rest, name, repository, options, onWrite }: Exchange): unknown {
  const { tags, manifests } = repository(name);
  if (options.keepsTags) return response.writeHead(405).end('{"errors":[]}');
  const isGone = tags.delete(rest) || manifests.delete(rest);
  if (isGone) onWrite();
  return response.writeHead(isGone ? 202 : 404).end();
}

export function answerTags({ response, name, repository, options, url }: Exchange): unknown {
  const all = [...repository(name).tags.keys()].sort();
  const last = url.searchParams.get('last');
  const { tagsPerPage = 100 } = options;
  const from = last === null ? 0 : all.findIndex((tag) => tag > last);
  const tags = from < 0 ? [] : all.slice(from, from + tagsPerPage);
  const end = tags.at(-1);
  const isMore = end !== undefined && end !== all.at(-1);
  const next = `/v2/${name}/tags/list?n=${tagsPerPage}&last=${end}`;
  const headers = isMore ? { link: `<${next}>; rel="next"` } : {};
  return response.writeHead(200, headers).end(Buffer.from(JSON.stringify({ name, tags })));
}

export function answerReferrers({ response, name, rest, repository, options }: Exchange): unknown {
  if (options.hasNoReferrers) return response.writeHead(404).end();
  const { manifests } = repository(name);
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const found = [...manifests].flatMap(([digest, manifest]) => describe(digest, manifest, rest));
  const index = { schemaVersion: 2, mediaType, manifests: found };
  return response.writeHead(200, { 'content-type': mediaType }).end(JSON.stringify(index));
}

function describe(
  digest: string,
  { mediaType, bytes }: StoredManifest,
  subject: string,
): readonly object[] {
  const { subject: own, artifactType } = parse(bytes);
  return own?.digest === subject ? [{ mediaType, digest, size: bytes.length, artifactType }] : [];
}

interface Named {
  readonly digest: string;
}

interface Content {
  readonly layers?: readonly Named[];
  readonly manifests?: readonly Named[];
  readonly config?: Named;
  readonly subject?: Named;
  readonly artifactType?: string;
}

function parse(bytes: Uint8Array): Content {
  return JSON.parse(Buffer.from(bytes).toString());
}
