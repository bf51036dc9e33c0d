import type { NewRepository } from '@trueup/api';

/** What somebody wrote of a repository; empty for what is left to the server. */
export interface RepositoryDraft {
  /** `here`: the built-in forge makes it. */
  readonly place: 'here' | 'elsewhere';
  readonly name: string;
  readonly url: string;
  readonly branch: string;
  readonly credential: string;
}

export type Composed =
  | { readonly kind: 'ready'; readonly repository: NewRepository; readonly means: string }
  /** Why it is not sent yet. */
  | { readonly kind: 'incomplete'; readonly problem: string };

/** The server's own pattern, which it asks for as well. */
const names = /^[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?$/;

export function composeRepository(draft: RepositoryDraft): Composed {
  const [name, url] = [draft.name.trim(), draft.url.trim()];
  if (name === '') return { kind: 'incomplete', problem: 'Give it a name.' };
  if (!names.test(name)) {
    const problem =
      'A name has small letters, digits and `.`, `_`, `-` between them, 100 characters at most.';
    return { kind: 'incomplete', problem };
  }
  if (draft.place === 'here') {
    const repository = { name, forge: { kind: 'hosted', path: `${name}/gitops` } };
    return { kind: 'ready', repository, means: 'It is empty at first. You are led on.' };
  }
  if (url === '') return { kind: 'incomplete', problem: 'Say where it lies.' };
  const [branch, credential] = [draft.branch.trim(), draft.credential.trim()];
  const repository = {
    name,
    url,
    ...(branch !== '' && { branch }),
    ...(credential !== '' && { credential }),
  };
  return {
    kind: 'ready',
    repository,
    means: 'It is fetched, and its stacks are planned, at once.',
  };
}
