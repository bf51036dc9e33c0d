import { describe, expect, it } from 'vitest';

import { commandList } from './command-list.ts';
import { describeProgram } from './program.ts';
import { runCli } from './run-cli.ts';
import { fakeSurroundings } from './testing/fake-surroundings.ts';

describe('the command line', () => {
  it('has one name for each command', () => {
    expect(new Set(commandList.map(({ name }) => name)).size).toBe(commandList.length);
  });

  it('says of every flag and argument what it is for', async () => {
    const program = await describeProgram();
    const all = program.commands.flatMap((one) => [one, ...one.commands]);
    const silent = all.flatMap((command) => [
      ...command.options.filter(({ description }) => !description).map(({ flags }) => flags),
      ...command.registeredArguments
        .filter(({ description }) => !description)
        .map((argument) => `${command.name()} ${argument.name()}`),
    ]);

    expect(silent).toEqual([]);
  });

  it.each<[readonly string[], number, string]>([
    [['--help'], 0, 'Usage: trueup'],
    [[], 0, 'Usage: trueup'],
    [['plan', '--help'], 0, 'Usage: trueup plan'],
    [['help', 'why'], 0, 'Usage: trueup why'],
    [['plam'], 3, "unknown command 'plam'"],
    [['plan', '--al'], 3, "unknown option '--al'"],
    [['plan', '-o', 'xml'], 3, 'Allowed choices are text, json, yaml'],
    [['why'], 3, "missing required argument 'resource'"],
    [['plan', '/no/such/folder'], 3, '/no/such/folder: there is no such folder.'],
    [['plan', '.', '--kubeconfig', '/no/file'], 3, 'there is no such file'],
    [['history', 'shop/web'], 3, 'No server is named'],
    [['rollback', 'shop/web', 'abc'], 3, "required option '--reason"],
    [['why', 'web', '--folder', '.'], 3, 'write a kind and a name'],
    [['completion', 'tcsh'], 3, 'There are'],
    [['status', '--server', 'ftp://x'], 3, 'begins with https://'],
  ])('answers %j with %i', async (words, code, text) => {
    const surroundings = fakeSurroundings({
      arguments: words,
      environment: { HOME: '/nowhere' },
      folder: import.meta.dirname,
    });

    expect(await runCli(surroundings, '1.2.3')).toBe(code);
    expect(`${surroundings.output.text}${surroundings.errors.text}`).toMatch(
      new RegExp(text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'), 'i'),
    );
  });
});
