import { isEnded, type Run, type Store, type Write } from '@trueup/engine';

import { describeNews, mayHoldNews } from './describe-news.ts';

/**
 * The same store, which tells after each batch what was written, and writes an audit line with the
 * end of every run, and live events of what has none: in the same batch, so that neither is there
 * without the other (P6).
 */
export function observeCommits(
  store: Store,
  told: (writes: readonly Write[]) => void,
  now: () => number,
): Store {
  const at = (): string => new Date(now()).toISOString();
  const commit: Store['commit'] = async (writes, lease) => {
    const lines = writes.flatMap(describeEnd);
    const news = mayHoldNews(writes) ? await describeNews(writes, store, at) : [];
    const all = [...writes, ...lines, ...news];
    await store.commit(all, lease);
    told(all);
  };
  return new Proxy(store, {
    get: (inner, member) => {
      if (member === 'commit') return commit;
      const value: unknown = Reflect.get(inner, member);
      return typeof value === 'function' ? value.bind(inner) : value;
    },
  });
}

function describeEnd(write: Write): readonly Write[] {
  if (write.kind !== 'run' || !isEnded(write.run)) return [];
  const { updatedAt, phase, requestedBy, stack } = write.run;
  const line = { at: updatedAt, actor: requestedBy, event: `run:${phase.name}`, subject: stack };
  return [{ kind: 'audit', line: { ...line, detail: detailOf(write.run) } }];
}

/** The plan's digest names what was applied; its changes stand in the store under it. */
function detailOf({ id, revision, purpose, plan, phase, counts }: Run) {
  return {
    run: id,
    revision,
    purpose,
    done: counts.done,
    ...(plan && { plan: plan.digest }),
    ...('extent' in phase && { extent: phase.extent }),
  };
}
