import './digest-mark.css';

import type { ReactNode } from 'react';

import { CopyButton } from '../ui/copy-button.tsx';
import { shortDigest } from './short-digest.ts';

export interface DigestMarkProps {
  readonly digest: string;
  /** It is no longer that of the plan. */
  readonly stale?: boolean;
}

/** As many digits as an approval needs; all of them to copy. */
export function DigestMark({ digest, stale = false }: DigestMarkProps): ReactNode {
  const digits = shortDigest(digest);
  const groups = [digits.slice(0, 4), digits.slice(4, 8), digits.slice(8)];
  return (
    <span className={stale ? 'digest digest-stale' : 'digest'} title={digest}>
      <code>
        {groups.map((group) => (
          <span key={group} className="digest-group">
            {group}
          </span>
        ))}
      </code>
      {!stale && <CopyButton text={digest} what="the whole digest" />}
    </span>
  );
}
