import './button.css';

import type { ButtonHTMLAttributes, ReactNode } from 'react';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly tone?: 'plain' | 'strong' | 'danger' | 'bare';
  /** Shows that the server is asked, and takes no second press. */
  readonly busy?: boolean;
}

export function Button({ tone = 'plain', busy = false, ...rest }: ButtonProps): ReactNode {
  const { disabled = false, className = '', type = 'button', ...others } = rest;
  return (
    <button
      {...others}
      type={type}
      disabled={disabled || busy}
      aria-busy={busy ? true : undefined}
      className={`button button-${tone} ${className}`}
    />
  );
}
