import { type ReactNode, useEffect, useState } from 'react';

import { Button } from './button.tsx';

type Theme = 'light' | 'dark';

const place = 'trueup-theme';

/** The system's until somebody chooses. */
export function ThemeSwitch(): ReactNode {
  const [theme, setTheme] = useState<Theme>(readTheme);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  const other: Theme = theme === 'light' ? 'dark' : 'light';
  const change = (): void => {
    localStorage.setItem(place, other);
    setTheme(other);
  };
  return (
    <Button tone="bare" onClick={change} aria-label={`Use ${other} colours`}>
      <span aria-hidden="true">{theme === 'light' ? '◐' : '◑'}</span>
    </Button>
  );
}

function readTheme(): Theme {
  const chosen = localStorage.getItem(place);
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
