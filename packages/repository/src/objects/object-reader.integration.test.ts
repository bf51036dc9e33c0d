import { type ProgramSpec, startProgram } from '@trueup/programs';
import { describe, expect, it } from 'vitest';

import { ObjectReader, type ObjectReaderOptions } from './object-reader.ts';

const never = new AbortController().signal;
const id = (digit: string) => digit.repeat(40);

describe('ObjectReader', () => {
  it('answers many questions in their order, by one process', async () => {
    const starts: string[] = [];
    await using read = open(answering, { started: () => void starts.push('start') });

    const bodies = await Promise.all(
      ['1', '2', '3', '2'].map((digit) => read.read(id(digit), never)),
    );

    expect(bodies.map((one) => (one.kind === 'object' ? String(one.body) : ''))).toEqual(
      ['1', '2', '3', '2'].map(id),
    );
    expect(starts).toHaveLength(1);
  });

  it('asks the next process what a crashed one left open', async () => {
    const starts: string[] = [];
    const script = () => (starts.length === 1 ? 'read line; exit 1' : answering);
    await using read = open(script, { started: () => void starts.push('start') });

    const answers = await Promise.all([read.read(id('1'), never), read.read(id('2'), never)]);

    expect(answers).toMatchObject([{ kind: 'object' }, { kind: 'object' }]);
    expect(starts).toHaveLength(2);
  });

  it('gives up a question that crashes git twice, and answers the others', async () => {
    const script = `while read word id; do
      case $id in 1*) kill -9 $$;; 2*) printf '%s blob 1\\nx\\n' $id;; esac
    done`;
    await using read = open(script);

    const outcomes = await Promise.allSettled([
      read.read(id('1'), never),
      read.read(id('2'), never),
    ]);

    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: { family: 'transient', code: 'REPOSITORY_READER_CRASHED' } },
      { status: 'fulfilled', value: { kind: 'object' } },
    ]);
  });

  it('does not read what is too large, and asks for it only once', async () => {
    const starts: string[] = [];
    const script = `while read word id; do
      case $id in 1*) printf '%s blob 999999999\\n' $id; yes;; 2*) printf '%s blob 1\\nx\\n' $id;; esac
    done`;
    await using read = open(script, { started: () => void starts.push('start') });

    const answers = await Promise.all([
      ...['1', '2'].map((digit) => read.read(id(digit), never)),
      read.read(id('1'), never),
    ]);
    const again = await read.read(id('1'), never);

    expect(answers).toMatchObject([
      { kind: 'too-large', size: 999_999_999 },
      { kind: 'object' },
      { kind: 'too-large' },
    ]);
    expect(again).toEqual({ kind: 'too-large', size: 999_999_999 });
    expect(starts.length).toBeLessThanOrEqual(3);
  });

  it('replaces a process that hangs', async () => {
    const starts: string[] = [];
    const script = () => (starts.length === 1 ? 'sleep 600' : answering);
    await using read = open(script, { started: () => void starts.push('start'), answerMs: 50 });

    expect(await read.read(id('1'), never)).toMatchObject({ kind: 'object' });
  });

  it('lets an idle process go, and starts another one when asked', async () => {
    const starts: string[] = [];
    await using read = open(answering, { started: () => void starts.push('start'), idleMs: 1 });

    await read.read(id('1'), never);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await read.read(id('2'), never);

    expect(starts).toHaveLength(2);
  });

  it('aborts one question and answers the others', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    await using read = open(answering);
    const outcomes = Promise.allSettled([
      read.read(id('1'), controller.signal),
      read.read(id('2'), never),
    ]);

    controller.abort(reason);

    expect(await outcomes).toMatchObject([
      { status: 'rejected', reason },
      { status: 'fulfilled', value: { kind: 'object' } },
    ]);
  });

  it('rejects what is open when it is closed, and everything after', async () => {
    await using read = open('sleep 600');
    const open1 = read.read(id('1'), never).catch((error) => error);
    await new Promise((resolve) => setImmediate(resolve));

    await read[Symbol.asyncDispose]();

    expect(await open1).toMatchObject({ code: 'REPOSITORY_CLOSED' });
    await expect(read.read(id('1'), never)).rejects.toMatchObject({ code: 'REPOSITORY_CLOSED' });
  });

  it('passes on why git cannot be started', async () => {
    await using failing = new ObjectReader({
      ...bounds,
      start: () => Promise.reject(new Error('no git')),
    });

    await expect(failing.read(id('1'), never)).rejects.toThrow('no git');
  });

  it('takes nothing but ids', async () => {
    await using read = open(answering);

    await expect(read.read('HEAD\ncontents x', never)).rejects.toThrow('by ids');
  });
});

const bounds = { boundBytes: 1000, idleMs: 60_000, answerMs: 60_000, subject: 'shop' };

/** Gives every object its own id as its content. */
const answering = `while read word id; do
  if [ "$word" = contents ]; then printf '%s blob %d\\n%s\\n' $id \${#id} $id; fi
done`;

function open(
  script: string | (() => string),
  {
    started = () => undefined,
    ...options
  }: Partial<ObjectReaderOptions> & { started?: () => void } = {},
): ObjectReader {
  return new ObjectReader({
    ...bounds,
    start: async () => {
      started();
      return await startProgram(shell(typeof script === 'string' ? script : script()), never);
    },
    ...options,
  });
}

function shell(script: string): ProgramSpec {
  return {
    program: '/bin/sh',
    arguments: ['-c', script],
    environment: { PATH: '/usr/bin:/bin' },
    limits: { timeoutMs: Number.POSITIVE_INFINITY, stdoutBytes: 0, stderrBytes: 0 },
  };
}
