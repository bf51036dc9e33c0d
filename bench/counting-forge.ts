/** A forge with one repository and one merge request, which counts what is written to it. */
import { answerAsGitlab } from '@trueup/forge-gitlab/testing';
import { ForgeWorld, openStandInServer, type StandInRequest } from '@trueup/forge-sdk/testing';

export interface CountingForge extends AsyncDisposable {
  /** How a server names it. */
  readonly link: { readonly kind: 'gitlab'; readonly path: string; readonly apiUrl: string };
  readonly token: string;
  /** Since the head moved last. */
  readonly writes: { comments: number; statuses: number };
  /** Moves the head of the merge request, which is opened with the first one. */
  propose(head: string): void;
  /** Resolves when the head's last status is no longer pending, and the comment is there. */
  settled(head: string): Promise<void>;
}

const path = 'bench/gitops';
const token = 'glpat-0123456789abcdef';

/** `base`: what its `main` is at. */
export async function openCountingForge(base: string): Promise<CountingForge> {
  const world = new ForgeWorld();
  const own = world.createRepository(path);
  const self = world.createUser('trueup');
  const author = world.createUser('ada');
  own.permissions.set(self.id, 'admin').set(author.id, 'write');
  const put = (id: string): void => {
    world.commits.put({ id, parents: [], files: new Map(), message: '' });
  };
  put(base);
  own.moveBranch('main', base);
  const writes = { comments: 0, statuses: 0 };
  const tokens = new Map([[token, self]]);
  let wake: () => void = () => undefined;
  const isSettled = (head: string): boolean => {
    const [status] = own.statusesOf(head);
    return status !== undefined && status.state !== 'pending' && writes.comments > 0;
  };
  const server = await openStandInServer({
    answer(request) {
      count(request, writes);
      const answer = answerAsGitlab({ world, tokens }, request);
      wake();
      return answer;
    },
    limited: () => ({ status: 429 }),
  });
  return {
    link: { kind: 'gitlab', path, apiUrl: `${server.url}/api/v4` },
    token,
    writes,
    propose(head) {
      put(head);
      own.moveBranch('topic', head);
      Object.assign(writes, { comments: 0, statuses: 0 });
      if (own.mergeRequests.length > 0) return;
      const branches = { sourceBranch: 'topic', targetBranch: 'main' };
      own.open({ ...branches, title: 'Change all', body: '', author });
    },
    async settled(head) {
      while (!isSettled(head)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

function count({ method, parts }: StandInRequest, writes: CountingForge['writes']): void {
  if (method === 'GET') return;
  if (parts.includes('notes')) writes.comments += 1;
  if (parts.includes('statuses')) writes.statuses += 1;
}
