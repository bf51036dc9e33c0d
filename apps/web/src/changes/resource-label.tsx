import './resource-label.css';

import type { ReactNode } from 'react';

import { nameOfResource, shortKind } from '../marks/resource-name.ts';
import { ForeignText } from '../ui/foreign-text.tsx';
import { showControls } from '../ui/visible-text.ts';

/** `Deployment shop/web`: kind quietly, then the name that people look for. */
export function ResourceLabel({ id }: { readonly id: string }): ReactNode {
  const { kind, scope, name } = nameOfResource(id);
  return (
    <span className="resource" title={showControls(`${kind} ${scope}/${name}`)}>
      <span className="resource-kind">
        <ForeignText>{shortKind(kind)}</ForeignText>
      </span>
      <span className="resource-name">
        {scope !== '' && (
          <span className="resource-scope">
            <ForeignText>{scope}</ForeignText>/
          </span>
        )}
        <ForeignText>{name}</ForeignText>
      </span>
    </span>
  );
}
