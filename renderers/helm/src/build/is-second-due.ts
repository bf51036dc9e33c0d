/** Decides whether a chart is rendered twice, to find what it makes up anew each time. Pure. */
import { formatJson } from '@trueup/diagnostics';

import type { Values } from '../chart/read-values.ts';
import { mayVary } from '../output/random-functions.ts';
import type { HelmSettings } from '../schema.ts';

export type SecondRendering = 'always' | 'when-new' | 'never';

export interface Doubts {
  /** The very same has been rendered twice, and came out alike. */
  readonly isSteady: boolean;
  /** It names a function that gives other results each time. */
  readonly chartMayVary: boolean;
  readonly values: Pick<Values, 'files' | 'contents'>;
  readonly settings: Pick<HelmSettings, 'set' | 'setString' | 'setJson'>;
}

export function isSecondDue(mode: SecondRendering, doubts: Doubts): boolean {
  if (mode !== 'when-new') return mode === 'always';
  return !doubts.isSteady && (doubts.chartMayVary || valuesMayVary(doubts));
}

/** A chart may take templates from its values, by `tpl`. */
function valuesMayVary({ values, settings }: Doubts): boolean {
  const set = [...settings.set, ...settings.setString].map(([, value]) => value);
  const json = settings.setJson.map(([, value]) => formatJson(value));
  const contents = values.contents.map(([, content]) => Buffer.from(content).toString('utf8'));
  return [...set, ...json, ...contents, ...values.files.map(({ text }) => text)].some(mayVary);
}
