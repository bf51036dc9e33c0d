import { describe, expect, it } from 'vitest';

import type { CommonFlags } from './command.ts';
import { commandExamples } from './command-examples.ts';
import { commandList } from './command-list.ts';
import { createProgram, describeProgram } from './program.ts';
import { runCli } from './run-cli.ts';
import { fakeSurroundings } from './testing/fake-surroundings.ts';

describe('the command line', () => {
  it('has one name for each command', () => {
    expect(new Set(commandList.map(({ name }) => name)).size).toBe(commandList.length);
  });

  it('lists what is below each command', async () => {
    const program = await describeProgram();
    const below = program.commands.map((one) => [
      one.name(),
      one.commands.map((command) => command.name()),
    ]);

    expect(below).toEqual(
      program.commands.map((one) => [
        one.name(),
        commandList.find(({ name }) => name === one.name())?.below ?? [],
      ]),
    );
  });

  it.each(
    Object.entries(commandExamples).flatMap(([words, examples]) =>
      examples.map(([typed]) => [typed, words] as const),
    ),
  )('can be asked for what an example shows: %s', async (typed, words) => {
    const started: CommonFlags[] = [];
    const program = await createProgram({
      version: '',
      start: async (flags) => void started.push(flags),
      wants: () => true,
      writeOut: () => undefined,
      writeError: () => undefined,
      helpWidth: 80,
    });
    const [, ...typedWords] = typed.replace(/ < .*$/, '').match(/"[^"]*"|'[^']*'|\S+/g) ?? [];

    await program.parseAsync(typedWords, { from: 'user' });

    expect(started).toHaveLength(1);
    expect(typed.startsWith(`trueup ${words}`)).toBe(true);
  });

  it.each(['mr', 'repository', 'run'])(
    'keeps the help of `%s` within 80 columns',
    async (group) => {
      const told: string[] = [];
      const program = await createProgram({
        version: '',
        start: async () => undefined,
        wants: () => true,
        writeOut: (text) => told.push(text),
        writeError: () => undefined,
        helpWidth: 80,
      });

      program.commands.find((one) => one.name() === group)?.outputHelp();

      expect(
        told
          .join('')
          .split('\n')
          .filter((text) => text.length > 80),
      ).toEqual([]);
    },
  );

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
    [['plam'], 3, '(Did you mean plan?)'],
    [['help', 'plam'], 3, '(Did you mean plan?)'],
    [['help', 'run', 'show'], 0, 'Usage: trueup run show'],
    [['run'], 3, 'Usage: trueup run'],
    [['run', 'shwo', 'x'], 3, '(Did you mean show?)'],
    [['run', 'show'], 3, '`trueup run show --help` says'],
    [['freeze'], 3, '`trueup stack pause STACK` leaves a stack alone'],
    [['stack', 'list'], 3, '`trueup status` lists the stacks'],
    [['member', 'set', 'bob', '--role', 'admn'], 3, 'Did you mean admin?'],
    [['token', 'create', '--label', 'x', '--for', '9y'], 3, 'write a time as 12h'],
    [['logs', 'deployment/web', '-n', 'x'], 3, 'write a number'],
    [['events', '--after', 'x'], 3, 'write the number of an event'],
    [['whoami'], 3, 'No server is named'],
    [['plan', '--al'], 3, "unknown option '--al'"],
    [['plan', '-o', 'xml'], 3, 'Allowed choices are text, json, yaml'],
    [['why'], 3, "missing required argument 'resource'"],
    [['plan', '/no/such/folder'], 3, '/no/such/folder: there is no such folder.'],
    [['plan', '.', '--kubeconfig', '/no/file'], 3, 'there is no such file'],
    [['history', 'shop/web'], 3, 'No server is named'],
    [['rollback', 'shop/web', 'abc'], 3, '--reason TEXT'],
    [['rollback'], 3, 'Say what to bring back'],
    [['rollback', 'shop/web', '--rollout', 'abc'], 3, 'not both'],
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
