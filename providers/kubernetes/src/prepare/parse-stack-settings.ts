import {
  type Diagnostic,
  isJsonList,
  isJsonObject,
  type Json,
  readList,
  readObject,
  readText,
  readTexts,
} from '@trueup/diagnostics';
import type { Renderer } from '@trueup/manifests';
import { createSettingsComplaints } from '@trueup/provider-sdk';

import { readTextMap } from '../client/read-fields.ts';
import { expectText, isTextList } from '../schema.ts';

/** What a stack says for this provider. */
export interface StackSettings {
  /** For resources that name none; that of the target when absent. */
  readonly namespace: string | undefined;
  readonly renderer: string | undefined;
  readonly releaseName: string | undefined;
  /** Of the renderer that is used, unparsed. */
  readonly rendererSettings: Readonly<Record<string, Json>>;
  /** Field managers whose fields are left to them, where they differ from Git. */
  readonly leaveTo: readonly string[];
  /** Whether a deleted object waits for what it owns (`Foreground`). */
  readonly propagation: 'Foreground' | 'Background';
  /** CEL rules by kind, written onto the resources as annotations. */
  readonly health: readonly HealthRule[];
  /** Named values for other stacks. */
  readonly outputs: readonly OutputRule[];
}

export interface HealthRule {
  /** `Rollout.argoproj.io` */
  readonly kind: string;
  readonly current: string | undefined;
  readonly failed: string | undefined;
}

export interface OutputRule {
  readonly name: string;
  /** `Service/shop/web`: kind, namespace and name. */
  readonly from: string;
  /** `status.loadBalancer.ingress[0].ip` */
  readonly field: string;
}

const complaints = createSettingsComplaints('kubernetes', 'KUBERNETES_STACK_SETTINGS');
const { complain, refuseUnknown } = complaints;
const own = ['namespace', 'renderer', 'releaseName', 'leaveTo', 'propagation', 'health', 'outputs'];
const propagations: readonly unknown[] = [undefined, 'Foreground', 'Background'];

export function checkStackSettings(
  settings: unknown,
  renderers: readonly Renderer[],
): readonly Diagnostic[] {
  if (settings === undefined || settings === null) return [];
  if (!isJsonObject(settings)) return [complain([], 'the settings of a stack are an object')];
  const names = renderers.map(({ name }) => name);
  const { namespace, renderer, releaseName, leaveTo } = settings;
  const isKnown = typeof renderer !== 'string' || names.includes(renderer);
  return [
    ...refuseUnknown(settings, [...own, ...names], 'no setting of a stack'),
    ...expectText(complaints, { namespace, renderer, releaseName }),
    ...(isKnown
      ? []
      : [
          complain(
            ['renderer'],
            'there is no such renderer',
            `Name one of these: ${names.join(', ')}.`,
          ),
        ]),
    ...(leaveTo === undefined || isTextList(leaveTo)
      ? []
      : [complain(['leaveTo'], '`leaveTo` has to be a list of field managers')]),
    ...(propagations.includes(settings['propagation'])
      ? []
      : [complain(['propagation'], '`propagation` is `Foreground` or `Background`')]),
    ...checkRules(settings['health'], 'health', ['kind', 'current', 'failed'], ['kind']),
    ...checkOutputs(settings['outputs']),
    ...renderers.flatMap((one) => checkRenderer(one, settings[one.name])),
  ];
}

function checkRenderer(renderer: Renderer, settings: Json | undefined): readonly Diagnostic[] {
  return renderer
    .checkSettings(settings)
    .map((remark) => ({ ...remark, path: [renderer.name, ...remark.path] }));
}

function checkRules(
  rules: Json | undefined,
  setting: string,
  known: readonly string[],
  needed: readonly string[],
): readonly Diagnostic[] {
  if (rules === undefined) return [];
  if (!isJsonList(rules)) return [complain([setting], `\`${setting}\` has to be a list`)];
  return rules.flatMap((rule) => {
    if (!isJsonObject(rule)) return [complain([setting], `\`${setting}\` holds no object`)];
    const missing = needed.filter((name) => typeof rule[name] !== 'string');
    return [
      ...refuseUnknown(rule, known, `unknown in \`${setting}\``).map((one) => ({
        ...one,
        path: [setting],
      })),
      ...missing.map((name) => complain([setting], `a rule of \`${setting}\` needs \`${name}\``)),
    ];
  });
}

function checkOutputs(outputs: Json | undefined): readonly Diagnostic[] {
  if (outputs === undefined) return [];
  if (!isJsonObject(outputs)) return [complain(['outputs'], '`outputs` has to be an object')];
  return Object.entries(outputs).flatMap(([name, rule]) =>
    typeof readText(rule, 'from') === 'string' && typeof readText(rule, 'field') === 'string'
      ? []
      : [
          complain(
            ['outputs', name],
            `the output ${JSON.stringify(name)} does not say where its value is`,
            'Write `from: Kind/namespace/name` and `field: path.of.the.field`.',
          ),
        ],
  );
}

/** Of settings that `checkStackSettings` has passed; anything else reads as absent. */
export function parseStackSettings(settings: unknown): StackSettings {
  const outputs = Object.entries(readObject(settings, 'outputs'));
  return {
    namespace: readText(settings, 'namespace'),
    renderer: readText(settings, 'renderer'),
    releaseName: readText(settings, 'releaseName'),
    rendererSettings: isJsonObject(settings) ? settings : {},
    leaveTo: readTexts(settings, 'leaveTo'),
    propagation: readText(settings, 'propagation') === 'Foreground' ? 'Foreground' : 'Background',
    health: readList(settings, 'health').map((rule) => {
      const texts = readTextMap(rule);
      return {
        kind: texts.get('kind') ?? '',
        current: texts.get('current'),
        failed: texts.get('failed'),
      };
    }),
    outputs: outputs.map(([name, rule]) => ({
      name,
      from: readText(rule, 'from') ?? '',
      field: readText(rule, 'field') ?? '',
    })),
  };
}
