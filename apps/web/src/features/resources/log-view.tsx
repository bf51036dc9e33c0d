import './log-view.css';

import type { ApiClient, StackName } from '@trueup/api';
import { type ReactNode, useEffect, useRef, useState } from 'react';

import { useApi } from '../../api/api-context.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { ProblemText } from '../../ui/states.tsx';

export interface LogViewProps {
  readonly params: StackName;
  readonly resource: string;
}

/** So many lines are kept; older ones go. */
const mostLines = 2000;
/** Lines come faster than anybody reads: the page is drawn so often at most. */
const drawEveryMs = 250;

interface LogState {
  readonly lines: readonly string[];
  readonly end?: Error | 'done';
}

/** What a resource writes, as it writes it. */
export function LogView({ params, resource }: LogViewProps): ReactNode {
  const { lines, end } = useLog(params, resource);
  const bottom = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const view = bottom.current;
    if (view && lines.length > 0) view.scrollTop = view.scrollHeight;
  }, [lines]);
  return (
    <section className="log" aria-label="Log">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard. */}
      <pre ref={bottom} tabIndex={0}>
        {lines.length === 0 ? (
          <span className="quiet">{end ? 'It has written nothing.' : 'Waiting for a line.'}</span>
        ) : (
          <ForeignText>{lines.join('\n')}</ForeignText>
        )}
      </pre>
      {end instanceof Error && <ProblemText error={end} />}
      {end === 'done' && <p className="quiet small">The log ended.</p>}
    </section>
  );
}

function useLog({ repository, stack }: StackName, resource: string): LogState {
  const api = useApi();
  const [state, setState] = useState<LogState>({ lines: [] });
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    const query = { resource, tailLines: 200, follow: true };
    const lines = api.logs({ params: { repository, stack }, query, signal });
    void readLog(lines, { signal, onChange: setState });
    return () => ending.abort();
  }, [api, repository, stack, resource]);
  return state;
}

interface Reading {
  readonly signal: AbortSignal;
  readonly onChange: (state: LogState) => void;
}

async function readLog(
  lines: ReturnType<ApiClient['logs']>,
  { signal, onChange }: Reading,
): Promise<void> {
  let kept: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const draw = (end?: Error | 'done'): void => {
    clearTimeout(timer);
    timer = undefined;
    if (!signal.aborted) onChange({ lines: [...kept], ...(end && { end }) });
  };
  try {
    for await (const line of lines) {
      kept.push(line);
      if (kept.length > mostLines * 2) kept = kept.slice(-mostLines);
      timer ??= setTimeout(draw, drawEveryMs);
    }
    draw('done');
  } catch (error) {
    draw(error instanceof Error ? error : new Error('The log broke off.'));
  }
}
