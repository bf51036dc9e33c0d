import type { Diagnostic } from '@trueup/diagnostics';
import type { Renderer } from '@trueup/manifests';
import type { Files, Stack } from '@trueup/provider-sdk';

import type { StackSettings } from './parse-stack-settings.ts';

/** The renderer that the stack names, else the first one that recognises the stack's files. */
export async function chooseRenderer(
  files: Files,
  stack: Stack,
  settings: StackSettings,
  renderers: readonly Renderer[],
): Promise<Renderer | Diagnostic> {
  const { renderer: name } = settings;
  if (name !== undefined) {
    const named = renderers.find((one) => one.name === name);
    return named ?? complain(stack, `there is no renderer \`${name}\``);
  }
  const paths = await files.list(stack.path);
  if (paths.length === 0) return complain(stack, 'the folder does not exist, or is empty');
  const fitting = renderers.find((one) => one.recognises(paths, stack.path));
  return fitting ?? complain(stack, 'the folder holds nothing that describes resources');
}

function complain(stack: Stack, what: string): Diagnostic {
  return {
    severity: 'error',
    code: 'KUBERNETES_STACK_FOLDER',
    path: [],
    origin: { file: stack.path, line: 1 },
    summary: `${stack.path || stack.name}: ${what}`,
    advice: 'A stack without resources is written as one with an empty list, or removed.',
  };
}
