import './choice.css';

import type { ReactNode } from 'react';

export interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly words: string }[];
  readonly onChange: (value: T) => void;
}

/** One of few, all of them seen. */
export function Choice<T extends string>(props: ChoiceProps<T>): ReactNode {
  const { label, value, options, onChange } = props;
  return (
    <fieldset className="choice">
      <legend className="hidden-text">{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.words}
        </button>
      ))}
    </fieldset>
  );
}
