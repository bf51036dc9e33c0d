import './hazard-marks.css';

import type { Change } from '@trueup/api';
import type { ReactNode } from 'react';

type Confidence = Change['confidence'];

const hazardWords = {
  'destroys-data': 'destroys data',
  recreates: 'recreates',
  restarts: 'restarts',
  interrupts: 'interrupts',
} as const;

const confidenceTitles: Readonly<Record<Confidence, string>> = {
  certain: 'The target itself said so.',
  predicted: 'Computed by Trueup; the target may complete it otherwise.',
  deferred: 'What it depends on does not exist yet.',
  opaque: 'It cannot be known before it is applied.',
};

/** What a change does beyond its fields, and how far it can be relied on. */
export function HazardMarks({ change }: { readonly change: Change }): ReactNode {
  const { hazards, confidence, cause, protection } = change;
  return (
    <>
      {hazards.map((hazard) => (
        <span key={hazard} className={`hazard hazard-${hazard}`}>
          {hazardWords[hazard]}
        </span>
      ))}
      {confidence !== 'certain' && (
        <span className={`hazard confidence-${confidence}`} title={confidenceTitles[confidence]}>
          {confidence}
        </span>
      )}
      {cause === 'drift' && (
        <span className="hazard" title="The target moved, Git did not.">
          drift
        </span>
      )}
      {protection !== undefined && (
        <span className="hazard hazard-destroys-data" title={protection}>
          protected
        </span>
      )}
    </>
  );
}
