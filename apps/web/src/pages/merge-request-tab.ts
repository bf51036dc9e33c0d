const tabs = ['plan', 'discussion', 'files'] as const;

export type MergeRequestTab = (typeof tabs)[number];

/** Of the address; what is no tab is the first one. */
export function parseMergeRequestTab(text: unknown): MergeRequestTab {
  return tabs.find((tab) => tab === text) ?? 'plan';
}
