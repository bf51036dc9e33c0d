import './rollout-stacks.css';

import { Link } from '@tanstack/react-router';
import type { Rollout, RolloutStack } from '@trueup/api';
import type { ReactNode } from 'react';

import { splitStackName } from '../../marks/stack-name.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { sortStacks } from './sort-stacks.ts';

/** The stacks of a rollout in the order in which they come, each below what it waits for. */
export function RolloutStacks({ rollout }: { readonly rollout: Rollout }): ReactNode {
  return (
    <ol className="panel rows">
      {sortStacks(rollout.stacks).map(({ name, depth, stack }) => (
        <li key={name} className="rollout-stack">
          <span className={`rollout-state rollout-${stack.state.name}`}>{stack.state.name}</span>
          <span className="rollout-name" style={{ paddingLeft: depth * 18 }}>
            <Link
              to="/repositories/$repository/stacks/$stack"
              params={splitStackName(name)}
              className="run-row-stack"
            >
              <ForeignText>{name}</ForeignText>
            </Link>
            {stack.after.length > 0 && (
              <span className="small quiet">
                {' '}
                after <ForeignText>{stack.after.join(', ')}</ForeignText>
              </span>
            )}
          </span>
          <StateDetail name={name} stack={stack} />
        </li>
      ))}
    </ol>
  );
}

function StateDetail(props: { readonly name: string; readonly stack: RolloutStack }): ReactNode {
  const { state } = props.stack;
  if (state.name === 'skipped') {
    return (
      <span className="small soft">
        since <ForeignText>{state.because}</ForeignText> did not succeed
      </span>
    );
  }
  if (!('run' in state) || state.run === undefined) return <span />;
  const { repository } = splitStackName(props.name);
  return (
    <Link to="/repositories/$repository/runs/$run" params={{ repository, run: state.run }}>
      run
    </Link>
  );
}
