/** Reads the text of `trueup.yaml`, from wherever it comes. */
import type { Diagnostic } from '@trueup/diagnostics';
import {
  type Configuration,
  type ConfigurationContext,
  type ParsedConfiguration,
  parseConfiguration,
} from '@trueup/engine';
import { createLocator, parseYaml } from '@trueup/manifests';

export const configurationFile = 'trueup.yaml';

/**
 * A member that is written twice counts as an error here, although YAML takes the last one: else a
 * second `rules` would drop the approvals of the first without a word, and a second `stacks` would
 * orphan the stacks of the first. What is said twice is not acted upon at all (P3).
 */
export function parseConfigurationFile(
  bytes: Uint8Array,
  context: ConfigurationContext,
): ParsedConfiguration {
  const text = new TextDecoder().decode(bytes);
  const name = configurationFile;
  const { value, diagnostics: found } = parseYaml(text, { file: name });
  const locate = createLocator(text, name);
  const diagnostics = found.map(strictly);
  const read = parseConfiguration({ name, value, locate }, context);
  if (diagnostics.every(({ severity }) => severity !== 'error')) {
    return { ...read, diagnostics: [...diagnostics, ...read.diagnostics] };
  }
  // That nothing can be read has its reason told already.
  const others = read.diagnostics.filter(({ code }) => code !== 'CONFIG_FILE_EMPTY');
  return {
    configuration: nothingIn(name, context),
    diagnostics: [...diagnostics, ...others],
  };
}

function strictly(diagnostic: Diagnostic): Diagnostic {
  const isTwice = diagnostic.code === 'YAML_DUPLICATE_KEY';
  return isTwice ? { ...diagnostic, severity: 'error' } : diagnostic;
}

/** Nothing is concluded from it: no stack is taken for absent. */
export function nothingIn(name: string, context: ConfigurationContext): Configuration {
  const file = { name, value: undefined, locate: () => undefined };
  return parseConfiguration(file, context).configuration;
}
