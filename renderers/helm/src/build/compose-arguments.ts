/** The command line of one rendering. Pure. */
import { formatJson } from '@trueup/diagnostics';

import type { Assignment, HelmSettings } from '../schema.ts';

export interface CommandLine {
  readonly settings: HelmSettings;
  readonly releaseName: string;
  readonly namespace: string;
  readonly kubernetesVersion: string;
  readonly apiVersions: readonly string[];
  /** Absolute. */
  readonly chart: string;
  /** Absolute, in their order. */
  readonly valueFiles: readonly string[];
  /** Absolute, beside the paths into the values. */
  readonly contentFiles: readonly Assignment[];
}

/**
 * Every value is glued to its flag, so that none is taken for a flag. API versions are sorted: the
 * order in which a target lists them must not matter.
 */
export function composeArguments(line: CommandLine): readonly string[] {
  const { settings, kubernetesVersion } = line;
  const apiVersions = [...new Set([...line.apiVersions, ...settings.apiVersions])].sort();
  return [
    'template',
    line.releaseName,
    line.chart,
    `--namespace=${line.namespace}`,
    ...(kubernetesVersion === '' ? [] : [`--kube-version=${kubernetesVersion}`]),
    ...joinBounded(apiVersions).map((list) => `--api-versions=${list}`),
    ...(settings.includeCrds ? ['--include-crds'] : ['--skip-crds']),
    ...(settings.skipTests ? ['--skip-tests'] : []),
    ...line.valueFiles.map((file) => `--values=${quoteCsv(file)}`),
    ...settings.setJson.map(([path, value]) => `--set-json=${path}=${formatJson(value)}`),
    ...settings.set.map(([path, value]) => `--set=${path}=${escapeCommas(value)}`),
    ...settings.setString.map(([path, value]) => `--set-string=${path}=${escapeText(value)}`),
    ...line.contentFiles.map(([path, file]) => `--set-file=${path}=${escapeText(file)}`),
  ];
}

/** Linux takes no argument of 128 KiB; a target with thousands of kinds has as much to say. */
const longestList = 60_000;

function joinBounded(words: readonly string[]): readonly string[] {
  const lists: string[] = [];
  for (const word of words) {
    const last = lists.at(-1);
    if (last === undefined || last.length + word.length >= longestList) lists.push(word);
    else lists[lists.length - 1] = `${last},${word}`;
  }
  return lists;
}

/** Files are read as a line of comma-separated values. */
function quoteCsv(file: string): string {
  return /[",]/.test(file) ? `"${file.replaceAll('"', '""')}"` : file;
}

/** A comma begins the next assignment. Within braces it separates the items of a list. */
function escapeCommas(value: string): string {
  return value.startsWith('{') ? value : value.replaceAll(/(?<!\\),/g, '\\,');
}

function escapeText(value: string): string {
  return value.replaceAll(/[\\,]/g, '\\$&').replace(/^(?=\{)/, '\\');
}
