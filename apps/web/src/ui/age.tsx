import { type ReactNode, useEffect, useState } from 'react';

import { formatAge } from './format-time.ts';

/** How long ago something was; the exact time is its title. */
export function Age({ at }: { readonly at: string }): ReactNode {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 20_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={at}>
      {formatAge(at, Math.max(nowMs, Date.parse(at)))}
    </time>
  );
}
