import './tabs.css';

import type { ReactNode } from 'react';

export interface TabsProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly tabs: readonly { readonly value: T; readonly words: ReactNode }[];
  readonly onChange: (value: T) => void;
}

/** Parts of a page, of which one is seen. The chosen one stands in the address. */
export function Tabs<T extends string>({ label, value, tabs, onChange }: TabsProps<T>): ReactNode {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <button
          key={tab.value}
          type="button"
          aria-current={tab.value === value ? 'page' : undefined}
          onClick={() => onChange(tab.value)}
        >
          {tab.words}
        </button>
      ))}
    </nav>
  );
}
