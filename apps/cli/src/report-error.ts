import { OperationError, TransientError } from '@trueup/diagnostics';
import { CommanderError } from 'commander';

import { type ExitCode, exitCodes } from './exit-code.ts';
import { type Line, span } from './output/line.ts';
import { type Look, paint } from './output/paint.ts';
import { wrapLines } from './output/wrap-line.ts';
import { codeOfStatus, isRefusal, type Refusal } from './server/refusal.ts';
import { Interrupted, type Sink } from './surroundings.ts';
import { UsageError } from './usage-error.ts';
import { findWordElsewhere } from './words-elsewhere.ts';

export interface ReportOptions {
  readonly errors: Sink;
  readonly look: Look;
  /** Whose help would help. */
  readonly command: string | undefined;
  /** Whether to show where in our own code something went wrong. */
  readonly debug: boolean;
}

/** Says what went wrong, and what to do next; answers what the process should end with. */
export function reportError(error: unknown, options: ReportOptions): ExitCode {
  const { lines, code } = describe(error, options);
  const { errors, look } = options;
  errors.write(paint(wrapLines(lines, errors.columns()), look));
  return code;
}

interface Described {
  readonly lines: readonly Line[];
  readonly code: ExitCode;
}

function describe(error: unknown, options: ReportOptions): Described {
  if (error instanceof Interrupted) {
    return { lines: [[span('Interrupted.', 'warn')]], code: exitCodes.interrupted };
  }
  if (error instanceof CommanderError || error instanceof UsageError) {
    return { lines: describeUsage(error, options), code: exitCodes.badInput };
  }
  if (error instanceof OperationError) {
    return { lines: describeOperation(error), code: codeOfFailure(error) };
  }
  if (isRefusal(error)) {
    return { lines: describeRefusal(error), code: codeOfStatus(error.status) };
  }
  return { lines: describeMistake(error, options), code: exitCodes.failed };
}

function describeUsage({ message }: Error, { command }: ReportOptions): readonly Line[] {
  // Commander has written the help already, in the place of an error.
  if (message === '(outputHelp)') return [];
  const name = command === undefined ? 'trueup' : `trueup ${command}`;
  const [first = '', ...others] = message.replace(/^error: /, '').split('\n');
  const [, unknown] = /^unknown command '(.*)'$/.exec(first) ?? [];
  const elsewhere = unknown === undefined ? undefined : findWordElsewhere(unknown, command);
  const texts = elsewhere === undefined ? others : [elsewhere];
  return [
    [span(first, 'bad')],
    ...texts.map((one) => [span(one)]),
    [span(`\`${name} --help\` says what there is.`, 'dim')],
  ];
}

function describeMistake(error: unknown, { debug }: ReportOptions): readonly Line[] {
  const { message, stack = '' } = error instanceof Error ? error : new Error('unknown');
  return [
    [span(`trueup: this should not have happened: ${message}`, 'bad')],
    [span('It is a mistake of Trueup itself. TRUEUP_DEBUG=1 shows where.', 'dim')],
    ...(debug ? stack.split('\n').map((one) => [span(one, 'dim')]) : []),
  ];
}

function describeRefusal({ message, code, status, problem }: Refusal): readonly Line[] {
  const findings = problem?.findings ?? [];
  const next = status === undefined ? 'Is it up, and is that its address?' : refusalSteps[status];
  return [
    [span(message, 'bad'), span(`  ${code}`, 'dim')],
    ...findings.map((one) => [span(`  ${one.place}: `, 'strong'), span(one.message)]),
    ...(next === undefined ? [] : [[span(next)]]),
  ];
}

/** What to do about it, by the status. */
const refusalSteps: Readonly<Record<number, string>> = {
  401: 'Log in by `trueup login URL`, or set TRUEUP_TOKEN.',
  403: '`trueup whoami` says who asks, and what they may do.',
};

/** What to do about it, where that is known. */
export function nextStepOf({ code }: OperationError): string | undefined {
  return nextSteps.find(([pattern]) => pattern.test(code))?.[1];
}

function describeOperation(error: OperationError): readonly Line[] {
  const next = nextStepOf(error);
  return [
    [span(error.message, 'bad'), span(`  ${error.code}`, 'dim')],
    ...(next === undefined ? [] : [[span(next)]]),
  ];
}

/** What to do about it, by the code. */
const nextSteps: readonly (readonly [RegExp, string])[] = [
  [/^FOLDER_MISSING$/, 'Name a folder that is there, or leave it out for the one you are in.'],
  [
    /^KUBERNETES_KUBECONFIG$/,
    'Name a kubeconfig by --kubeconfig or KUBECONFIG; `trueup doctor` shows what is found.',
  ],
  [
    /^SECRET_MISSING$/,
    'Without a server, secrets come from variables: TRUEUP_SECRET_<NAME>, in capitals, with _ for -.',
  ],
  [
    /UNREACHABLE|TIMED_OUT|NO_ANSWER/,
    'Is the target up, and can this machine reach it? `trueup doctor` tries each of them.',
  ],
];

const inputCodes: RegExp =
  /^(?:FOLDER_|SECRET_|KUBERNETES_(?:KUBECONFIG|SETTINGS|CONTEXT)|INVALID_REQUEST$|NOT_FOUND$)/;

/** What the process ends with for a failure that the engine knows. */
export function codeOfFailure(error: OperationError): ExitCode {
  if (error instanceof TransientError) return exitCodes.noAnswer;
  return inputCodes.test(error.code) ? exitCodes.badInput : exitCodes.failed;
}
