const tabs = ['resources', 'drift', 'events', 'history'] as const;

export type StackTab = (typeof tabs)[number];

/** Of the address; what is no tab is the first one. */
export function parseStackTab(text: unknown): StackTab {
  return tabs.find((tab) => tab === text) ?? 'resources';
}
