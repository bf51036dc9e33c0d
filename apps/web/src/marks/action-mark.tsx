import './marks.css';

import type { Action } from '@trueup/api';
import type { ReactNode } from 'react';

const signs: Readonly<Record<Action, string>> = {
  create: '+',
  update: '~',
  replace: '±',
  delete: '−',
  'take-over': '→',
  execute: '▸',
  none: '=',
};

/** Signs stand beside the words: no action is told by its colour alone. */
export function ActionMark({ action }: { readonly action: Action }): ReactNode {
  return (
    <span className={`action action-${action}`}>
      <span className="action-sign" aria-hidden="true">
        {signs[action]}
      </span>
      {action}
    </span>
  );
}
