import { type Credentials, isConfidential, toAuthorization } from '@trueup/outbound';

import { toFetchError } from './fetch-error.ts';

/** @throws StalledError `RENDER_KUSTOMIZE_FETCH` where somebody on the way could read it. */
export function authorizationFor(url: URL, login: Credentials): string {
  if (isConfidential(url)) return toAuthorization(login);
  throw toFetchError(url.hostname, 'credentials are not sent without encryption', false);
}
