/** What registries list page by page. Every list is bounded. */
import { isJsonList, isJsonObject, type JsonObject } from '@trueup/diagnostics';
import type { OutboundResponse } from '@trueup/outbound';
import { isTag, type Place } from './artifact-reference.ts';
import { type Descriptor, descriptorsOf, type ReferrerFilter } from './descriptor.ts';
import { readTagList } from './referrers-tag.ts';
import type { RegistryClient } from './registry-client.ts';
import { checkStatus, refused } from './registry-errors.ts';
import type { RegistrySession } from './registry-session.ts';

const mostPages = 200;
const mostEntries = 100_000;
const pageBytes = 4 * 1024 * 1024;

/** Where referrers and signatures are kept: nobody's tag. */
const standsForDigest = /^sha256-[\da-f]{64}(?:\.\w+)?$/;

export async function listTags(
  session: RegistrySession,
  place: Place,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const tags: string[] = [];
  for await (const { answer } of readPages(session, place, 'tags/list?n=1000', signal)) {
    checkStatus(answer, place, { statuses: [200], missed: 'not read', what: 'list of tags' });
    const { tags: listed } = parseObject(answer, place);
    // An empty repository has none, or `null`.
    const names = isJsonList(listed) ? listed : [];
    const texts = names.filter((name) => typeof name === 'string');
    tags.push(...texts.filter((name) => isTag(name) && !standsForDigest.test(name)));
    if (tags.length > mostEntries) throw refused(place, 'it has too many tags');
  }
  return tags;
}

export async function listReferrers(
  {
    session,
    client,
  }: { readonly session: RegistrySession; readonly client: Pick<RegistryClient, 'pullManifest'> },
  { digest, artifactType, ...place }: Place & ReferrerFilter & { readonly digest: string },
  signal: AbortSignal,
): Promise<readonly Descriptor[]> {
  const query = artifactType === undefined ? '' : `?${new URLSearchParams({ artifactType })}`;
  const found: Descriptor[] = [];
  for await (const { answer, page } of readPages(
    session,
    place,
    `referrers/${digest}${query}`,
    signal,
  )) {
    if (answer.status === 404 && page === 1) {
      found.push(
        ...descriptorsOf(
          (await readTagList(client, place, { digest, signal }))?.content['manifests'],
        ),
      );
      break;
    }
    checkStatus(answer, place, { statuses: [200], missed: 'not read', what: digest });
    found.push(...descriptorsOf(parseObject(answer, place)['manifests']));
    if (found.length > mostEntries) throw refused(place, 'it has too many referrers');
  }
  // Registries need not filter.
  return found.filter((one) => artifactType === undefined || one.artifactType === artifactType);
}

interface Page {
  readonly answer: OutboundResponse;
  /** From 1. */
  readonly page: number;
}

async function* readPages(
  session: RegistrySession,
  place: Place,
  first: string,
  signal: AbortSignal,
): AsyncGenerator<Page, void, undefined> {
  let path: string | URL = first;
  for (let page = 1; page <= mostPages; page += 1) {
    const answer: OutboundResponse = await session.send(
      { place, path, headers: { accept: '*/*' }, maxBytes: pageBytes },
      signal,
    );
    yield { answer, page };
    const next = nextLink(answer.headers.get('link') ?? '');
    if (answer.status !== 200 || next === undefined) return;
    const url = session.resolve(place, next, answer.url);
    // Another host would get neither our credentials nor our trust.
    if (url.origin !== new URL(answer.url).origin)
      throw refused(place, 'its list goes on elsewhere');
    path = url;
  }
  throw refused(place, 'its list has too many pages');
}

/** RFC 5988, as the specification uses it. */
function nextLink(header: string): string | undefined {
  return /<([^<>]{1,4096})>\s*;[^,]*\brel="?next"?/i.exec(header)?.[1];
}

function parseObject({ body }: OutboundResponse, place: Place): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    if (isJsonObject(value)) return value;
  } catch {
    // Told below.
  }
  throw refused(place, 'its list is no object');
}
