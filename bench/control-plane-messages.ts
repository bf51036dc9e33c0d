/** What the bench and a control plane's process say to each other. */

export type ToControlPlane =
  | { readonly kind: 'follow'; readonly url: string }
  /** Something was pushed. */
  | { readonly kind: 'hint' }
  | { readonly kind: 'stop' };

export type FromControlPlane =
  | { readonly kind: 'ready' }
  /** A run has come to this phase. */
  | { readonly kind: 'run'; readonly phase: string; readonly stack: string }
  | { readonly kind: 'failure'; readonly message: string };
