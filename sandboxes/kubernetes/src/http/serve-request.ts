/** Finds out what a request asks for and answers it. Refusals become the server's `Status`. */

import { serveResource } from '../requests/serve-resource.ts';
import { noSuchResource } from './api-error.ts';
import type { Call, Reply } from './call.ts';
import { parseApiPath } from './parse-request.ts';
import { refusalReply, textReply } from './reply.ts';
import { serveDocument } from './serve-document.ts';
import type { Service } from './service.ts';

export async function serveRequest(service: Service, call: Call): Promise<Reply> {
  try {
    return serveDocument(service, call) ?? (await serveObjects(service, call));
  } catch (error) {
    return refusalReply(error);
  }
}

function serveObjects({ cluster, hub }: Service, call: Call): Promise<Reply> | Reply {
  const path = parseApiPath(call.path);
  if (path) return serveResource({ cluster, hub }, call, path);
  if (/^\/api\/|^\/apis\/[^/]/.test(call.path)) throw noSuchResource();
  return textReply(404, '404 page not found\n');
}
