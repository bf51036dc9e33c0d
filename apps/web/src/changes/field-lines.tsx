import './field-lines.css';

import type { FieldChange } from '@trueup/api';
import { formatFieldPath } from '@trueup/diagnostics';
import type { ReactNode } from 'react';

import { Age } from '../ui/age.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';
import { formatValue, isLong } from './format-value.ts';
import { TextDiff } from './text-diff.tsx';

/** Each field with its two sides, as far as they may be seen, and where the new one comes from. */
export function FieldLines({ fields }: { readonly fields: readonly FieldChange[] }): ReactNode {
  const shown = fields.filter(({ path }) => path.length > 0);
  if (shown.length === 0) return null;
  return (
    <ul className="fields">
      {shown.map((field) => (
        <li key={formatFieldPath(field.path)} className="field">
          <FieldLine field={field} />
        </li>
      ))}
    </ul>
  );
}

function FieldLine({ field }: { readonly field: FieldChange }): ReactNode {
  const { path, before, after, sensitive } = field;
  const long = !sensitive && (isLong(before) || isLong(after));
  return (
    <>
      <span className="field-path">
        <ForeignText>{formatFieldPath(path)}</ForeignText>
      </span>
      {long ? (
        <TextDiff before={textOf(before)} after={textOf(after)} />
      ) : (
        <span className="field-sides">
          <Before field={field} />
          <span className="field-arrow" aria-hidden="true">
            →
          </span>
          <After field={field} />
        </span>
      )}
      <FieldNotes field={field} />
    </>
  );
}

function textOf(value: FieldChange['before']): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : formatValue(value);
}

function Before({ field }: { readonly field: FieldChange }): ReactNode {
  const { before, sensitive } = field;
  if (before === undefined) return <span className="field-absent">not set</span>;
  if (sensitive) return <Secret />;
  return (
    <del className="field-before">
      <span className="hidden-text">before: </span>
      <ForeignText>{formatValue(before)}</ForeignText>
    </del>
  );
}

function After({ field }: { readonly field: FieldChange }): ReactNode {
  const { after, unknown, sensitive } = field;
  if (unknown) return <span className="field-unknown">known only afterwards</span>;
  if (after === undefined) return <span className="field-absent">removed</span>;
  if (sensitive) return <Secret changes={after !== field.before} />;
  return (
    <ins className="field-after">
      <span className="hidden-text">after: </span>
      <ForeignText>{formatValue(after)}</ForeignText>
    </ins>
  );
}

/** Its value is never sent here: there is only a seal, which tells whether it differs. */
function Secret({ changes = false }: { readonly changes?: boolean }): ReactNode {
  return (
    <span className="field-secret" title="Its value is not sent to browsers.">
      {changes ? 'another secret' : 'secret'}
    </span>
  );
}

function FieldNotes({ field }: { readonly field: FieldChange }): ReactNode {
  const { origin, generated } = field;
  // That Trueup wrote what it is about to change is no news.
  const writer = field.writer?.name === 'trueup' ? undefined : field.writer;
  if (!(origin || writer || generated)) return null;
  return (
    <span className="field-notes">
      {generated && <span>the target adds it by itself</span>}
      {writer && (
        <span>
          was set by <ForeignText>{writer.name}</ForeignText>
          {writer.writtenAt !== undefined && (
            <>
              {' '}
              <Age at={writer.writtenAt} />
            </>
          )}
        </span>
      )}
      {origin && (
        <span className="mono">
          <ForeignText>{`${origin.file}:${origin.line}`}</ForeignText>
        </span>
      )}
    </span>
  );
}
