import { type ReactNode, useState } from 'react';

import { Button } from './button.tsx';

/** Copies a text that is too long to be read. */
export function CopyButton(props: { readonly text: string; readonly what: string }): ReactNode {
  const { text, what } = props;
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1600);
  };
  return (
    <Button
      tone="bare"
      className="copy"
      aria-label={`Copy ${what}`}
      title={`Copy ${what}`}
      // Where the browser refuses, the text can still be chosen by hand.
      onClick={() => void copy().catch(() => setCopied(false))}
    >
      <svg viewBox="0 0 16 16" width="13" height="13" aria-hidden="true" fill="none">
        {copied ? (
          <path d="M3 8.5l3.2 3.2L13 4.8" stroke="currentColor" strokeWidth="1.8" />
        ) : (
          <path
            d="M5.5 5.5V2.7h7.8v7.8h-2.8M2.7 5.5h7.8v7.8H2.7z"
            stroke="currentColor"
            strokeWidth="1.3"
          />
        )}
      </svg>
      <span className="hidden-text" aria-live="polite">
        {copied ? 'Copied' : ''}
      </span>
    </Button>
  );
}
