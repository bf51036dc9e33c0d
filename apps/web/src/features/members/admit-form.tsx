import { type ReactNode, type SubmitEvent, useState } from 'react';

import { Button } from '../../ui/button.tsx';
import { ProblemText } from '../../ui/states.tsx';
import { useAdmit } from './queries.ts';

/** Each may what the one before it may; `emergency` stands beside them. */
const roles = [
  { role: 'viewer', may: 'looks, comments' },
  { role: 'developer', may: 'also changes files, opens and merges merge requests' },
  { role: 'approver', may: 'also approves plans' },
  { role: 'operator', may: 'also starts, holds and cancels runs, heals, pauses' },
  { role: 'admin', may: 'also looks after members, repositories and secrets' },
  { role: 'emergency', may: 'looks, and breaks the glass' },
] as const;

type Role = (typeof roles)[number]['role'];

export interface AdmitFormProps {
  /** Names of those who are there, whose settings are not overwritten from here. */
  readonly known: ReadonlySet<string>;
  /** In which a role can be given alone. */
  readonly repositories: readonly string[];
}

export function AdmitForm({ known, repositories }: AdmitFormProps): ReactNode {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('developer');
  const [repository, setRepository] = useState('');
  const admit = useAdmit();
  const isKnown = known.has(name.trim());
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    const grant = { role, ...(repository !== '' && { repository }) };
    admit.mutate(
      { name: name.trim(), settings: { grants: [grant] } },
      { onSuccess: () => setName('') },
    );
  };
  return (
    <form onSubmit={send} className="panel panel-body stack-of-parts" aria-label="Let somebody in">
      <div className="row admit-fields">
        <label>
          Name
          <input
            value={name}
            maxLength={64}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label>
          Role
          <select
            value={role}
            onChange={(event) =>
              setRole(roles.find((one) => one.role === event.target.value)?.role ?? 'viewer')
            }
          >
            {roles.map((one) => (
              <option key={one.role}>{one.role}</option>
            ))}
          </select>
        </label>
        <label>
          Where
          <select value={repository} onChange={(event) => setRepository(event.target.value)}>
            <option value="">everywhere</option>
            {repositories.map((one) => (
              <option key={one} value={one}>
                in {one}
              </option>
            ))}
          </select>
        </label>
      </div>
      {admit.error && (
        <div role="alert">
          <ProblemText error={admit.error} />
        </div>
      )}
      <div className="row">
        <Button
          type="submit"
          tone="strong"
          busy={admit.isPending}
          disabled={name.trim() === '' || isKnown}
        >
          Let in
        </Button>
        <span className="small quiet">
          {isKnown
            ? 'They are here already: trueup member set changes what they may.'
            : `${role}: ${roles.find((one) => one.role === role)?.may ?? ''}.`}
        </span>
      </div>
    </form>
  );
}
