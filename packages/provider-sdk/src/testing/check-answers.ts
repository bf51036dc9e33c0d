import { fail, ok as must, deepStrictEqual as mustEqual } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';

import type { Diagnostic, FieldPath, JsonObject } from '@trueup/diagnostics';
import fc from 'fast-check';

import type { FieldChange } from '../change.ts';
import type { HealthStatus } from '../health.ts';
import type { Provider } from '../provider.ts';
import type { ObservedResource } from '../resource.ts';
import type { Output } from '../target.ts';
import { applyEverything } from './check-applying.ts';
import { comparedId } from './check-planning.ts';
import type { ProviderCheck } from './provider-check.ts';
import { nothing, plain, type Rehearsal, reveals } from './rehearsal.ts';

export const answerChecks: readonly ProviderCheck[] = [
  { name: 'judges health by the observation alone', run: judgesHealth },
  { name: 'reads outputs from the observation alone', run: readsOutputs },
  { name: 'answers bad settings by diagnostics', run: answersBadSettings },
  { name: 'reports the inputs that it read', run: reportsInputs },
  { name: 'locates what it was asked for, in that order', run: locatesFields },
  { name: 'gives plain data', run: givesPlainData },
  {
    name: 'seals the secrets in changes',
    when: ({ secrets }) => secrets !== false,
    run: sealsChanges,
  },
  {
    name: 'seals the secrets that others added',
    when: ({ foreign }) => foreign,
    run: sealsForeignFields,
  },
  { name: 'keeps secrets out of outcomes and failures', run: keepsOutcomesClean },
];

/** Fixed, so that a failure can be repeated. */
const bounds = { seed: 20_261, numRuns: 200 } as const;

/** A throw of the provider itself breaks a promise as well, so it fails the check like any other. */
function mustHold<T>(property: fc.IProperty<T>): void {
  try {
    fc.assert(property, bounds);
  } catch (error) {
    fail(error instanceof Error ? error.message : 'It threw.');
  }
}

const statuses: readonly HealthStatus[] = [
  'in-progress',
  'current',
  'failed',
  'terminating',
  'not-found',
  'unknown',
];

async function judgesHealth(rehearsal: Rehearsal): Promise<void> {
  const observed = await observeAll(rehearsal);
  const [sample] = observed;
  if (!sample) throw new Error('The fixture has nothing to observe.');
  mustHold(fc.property(fc.constantFrom(...observed), (one) => judgeTwice(rehearsal, one)));
  mustHold(fc.property(anyBody(sample.body), (body) => judgeTwice(rehearsal, { ...sample, body })));
}

function judgeTwice({ fixture }: Rehearsal, observed: ObservedResource): void {
  const health = fixture.provider.assess(plain(observed));
  mustEqual(fixture.provider.assess(plain(observed)), health, 'Judged differently.');
  must(statuses.includes(health.status), `'${health.status}' is no health`);
  must(/^[A-Z][A-Za-z0-9]*$/.test(health.reason), `'${health.reason}' is not one CamelCase word`);
  must(health.message !== '', `${health.reason}: says nothing`);
}

async function readsOutputs(rehearsal: Rehearsal): Promise<void> {
  const { provider } = rehearsal.fixture;
  const observed = await observeAll(rehearsal);
  const outputs = provider.outputs(plain(observed));
  mustEqual(provider.outputs(plain(observed)), outputs, 'Other outputs the second time.');
  mustEqual(provider.outputs([]), {}, 'Nothing has outputs.');
  for (const [name, { value, sensitive }] of Object.entries(outputs)) {
    const leaks = !sensitive && reveals(value, rehearsal.fixture.secret);
    must(!leaks, `${name}: holds a secret and is not sensitive`);
  }
  const [sample] = observed;
  if (!sample) return;
  mustHold(
    fc.property(anyBody(sample.body), (body) => {
      provider.outputs(plain([{ ...sample, body }]));
    }),
  );
}

async function observeAll(rehearsal: Rehearsal): Promise<readonly ObservedResource[]> {
  await applyEverything(rehearsal);
  return rehearsal.observe(rehearsal.inventory);
}

/** Bodies of any shape, and the real one with any member in the place of another. */
function anyBody(real: JsonObject): fc.Arbitrary<JsonObject> {
  const names = Object.keys(real);
  const any = fc.dictionary(fc.string(), fc.jsonValue());
  const bent = fc
    .tuple(fc.constantFrom(...(names.length > 0 ? names : ['spec'])), fc.jsonValue())
    .map(([name, value]) => ({ ...real, [name]: value }));
  return fc.oneof(any, bent).map((body) => JSON.parse(JSON.stringify(body)));
}

async function answersBadSettings(rehearsal: Rehearsal): Promise<void> {
  const { provider, target, stack, secret } = rehearsal.fixture;
  const checks = [provider.checkTarget.bind(provider), provider.checkStack.bind(provider)];
  mustEqual(errorsOf(provider.checkTarget(plain(target.settings))), []);
  mustEqual(errorsOf(provider.checkStack(plain(stack.settings))), []);
  const wrong = ['nonsense', 7, [secret], { [hostile]: secret, unheardOf: { of: secret } }];
  for (const settings of wrong) {
    for (const check of checks) {
      const found = checkWith(check, settings);
      must(errorsOf(found).length > 0, `Takes ${JSON.stringify(settings)} for settings.`);
      for (const one of found) checkDiagnostic(one, secret);
    }
  }
  mustHold(
    fc.property(anySettings(secret, [target.settings, stack.settings]), (settings) => {
      for (const check of checks) {
        const found = check(plain(settings));
        mustEqual(check(plain(settings)), found, 'Checked differently.');
        for (const one of found) checkDiagnostic(one, secret);
      }
    }),
  );
}

function checkWith(check: Provider['checkTarget'], settings: unknown): readonly Diagnostic[] {
  try {
    return check(settings);
  } catch {
    return fail(`Throws at ${JSON.stringify(settings)}.`);
  }
}

const hostile = '__proto__x';

function anySettings(secret: string, real: readonly unknown[]): fc.Arbitrary<unknown> {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(undefined, secret, 2n ** 64n));
  const names = real.flatMap((one) => Object.keys(Object(one)));
  const name = fc.oneof(fc.constantFrom('__proto__', 'constructor', ...names), fc.string());
  const members = fc.array(fc.tuple(name, value)).map((entries) => Object.fromEntries(entries));
  return fc.oneof(
    value,
    members,
    members.map((one) => ({ ...Object(real[0]), ...one })),
  );
}

/** Values of settings may be secrets, so no text repeats them. */
function checkDiagnostic(diagnostic: Diagnostic, secret: string): void {
  const { code, summary, severity } = diagnostic;
  must(/^[A-Z0-9]+(?:_[A-Z0-9]+)+$/.test(code), `'${code}' is no code`);
  must(summary !== '' && !summary.includes('\n'), `${code}: its summary is not one line`);
  must(severity === 'error' || severity === 'warning', `${code}: '${severity}' is no severity`);
  must(!reveals(diagnostic, secret), `${code}: repeats a value`);
}

function errorsOf(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === 'error');
}

async function reportsInputs(rehearsal: Rehearsal): Promise<void> {
  const inputs = rehearsal.stage('inputs');
  const before = (await rehearsal.prepare()).inputsRead;
  for (const [name, input] of Object.entries(inputs)) {
    const other: Output = { ...input, value: `${String(input.value)}-other` };
    const after = await rehearsal.prepare({ inputs: { ...inputs, [name]: other } });
    const same = isDeepStrictEqual(after.inputsRead, before);
    must(!same, `${name}: another value, and no input that was read is another`);
    const clear = input.sensitive && reveals(after.inputsRead, String(input.value));
    must(!clear, `${name}: is sensitive and stands in the clear`);
  }
  const { diagnostics } = await rehearsal.prepare({ inputs: {} });
  must(errorsOf(diagnostics).length > 0, 'A missing input is not missed.');
}

async function locatesFields(rehearsal: Rehearsal): Promise<void> {
  const { provider, files, stack, target, inputs = {} } = rehearsal.fixture;
  if (!provider.locate) return;
  const { resources } = await rehearsal.prepare();
  const fields = resources.flatMap(({ id, body }) => [
    { id, path: firstPath(body) },
    { id, path: ['nothing', 'like', 'this'] },
  ]);
  const request = plain({ stack, target, inputs, fields });

  const origins = await provider.locate(files, request, rehearsal.call());

  mustEqual(origins.length, fields.length, 'Not one answer for each field.');
  for (const origin of origins.filter((one) => one !== undefined)) {
    must((await files.read(origin.file)) !== undefined, `${origin.file}: is no file`);
    must(origin.line >= 1, `${origin.file}: lines count from 1`);
  }
  const twice = await provider.locate(
    files,
    { ...request, fields: fields.toReversed() },
    rehearsal.call(),
  );
  mustEqual(twice.toReversed(), origins, 'Another order, another answer.');
}

function firstPath(body: JsonObject): FieldPath {
  return Object.keys(body).slice(0, 1);
}

async function givesPlainData(rehearsal: Rehearsal): Promise<void> {
  const prepared = await rehearsal.prepare();
  const empty = await rehearsal.plan({ prepared });
  const { ends } = await rehearsal.applyAll();
  const id = await comparedId(rehearsal);
  await rehearsal.fixture.disturb(id);
  const observed = await rehearsal.observe(rehearsal.inventory);
  const health = observed.map((one) => rehearsal.fixture.provider.assess(one));
  const discovered = await rehearsal.discover();
  const plans = [empty, await rehearsal.plan(), await rehearsal.plan({ prepared: nothing })];
  const outputs = rehearsal.fixture.provider.outputs(observed);
  const answers = { prepared, plans, ends, observed, health, discovered, outputs };
  for (const [name, answer] of Object.entries(answers)) checkPlain(answer, name);
}

/** Walks the value: a function, a class or an `undefined` member does not survive the wire. */
function checkPlain(value: unknown, place: string): void {
  if (value instanceof Uint8Array) return;
  if (typeof value !== 'object' || value === null) {
    const wired = ['string', 'number', 'boolean', 'bigint'].includes(typeof value);
    must(wired || value === null, `${place}: ${typeof value} is no JSON`);
    must(typeof value !== 'number' || Number.isFinite(value), `${place}: ${value} is no JSON`);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null || Array.isArray(value);
  must(isPlain, `${place}: is no plain object`);
  for (const [name, member] of Object.entries(value)) checkPlain(member, `${place}.${name}`);
}

async function sealsChanges(rehearsal: Rehearsal): Promise<void> {
  const { secret, disturb } = rehearsal.fixture;
  const created = await rehearsal.plan();
  must(
    created.changes.some(({ fields }) => fields.some(({ sensitive }) => sensitive)),
    'No secret.',
  );
  await applyEverything(rehearsal);
  const { resources } = await rehearsal.prepare();
  for (const { id, executes } of resources) if (!executes) await disturb(id);
  const plans = [created, await rehearsal.plan(), await rehearsal.plan({ prepared: nothing })];
  for (const { artifact: _artifact, ...plan } of plans) {
    must(!reveals(plan, secret), 'A plan holds the secret.');
    for (const field of plan.changes.flatMap(({ fields }) => fields)) checkSealed(field, rehearsal);
  }
}

function checkSealed({ sensitive, before, after }: FieldChange, rehearsal: Rehearsal): void {
  if (!sensitive) return;
  for (const side of [before, after]) checkSeal(side, rehearsal);
  must(before === undefined || before !== after, 'Two values, one seal.');
}

/** An own hash of a weak secret can be guessed back. */
function checkSeal(side: unknown, { seals }: Rehearsal): void {
  if (side === undefined) return;
  must(typeof side === 'string' && seals.has(side), 'A sensitive value is not sealed by us.');
}

async function sealsForeignFields(rehearsal: Rehearsal): Promise<void> {
  const intrude = rehearsal.stage('intrude');
  await applyEverything(rehearsal);
  const id = await comparedId(rehearsal);
  await intrude(id);

  for (const rule of ['ignore', 'report', 'remove'] as const) {
    const { artifact: _artifact, ...plan } = await rehearsal.plan({ foreign: rule });
    must(!reveals(plan, rehearsal.fixture.secret), `A plan holds the secret (${rule}).`);
    const listed = plan.foreign.filter((one) => one.id === id);
    const action = plan.changes.find((one) => one.id === id)?.action;
    mustEqual(action, rule === 'remove' ? 'update' : 'none', `Foreign fields: ${rule}.`);
    mustEqual(listed.length > 0, rule === 'report', `Foreign fields are listed: ${rule}.`);
    for (const { sensitive, observed } of listed) {
      must(sensitive, `${id}: a foreign secret is not sensitive`);
      checkSeal(observed, rehearsal);
    }
  }
}

async function keepsOutcomesClean(rehearsal: Rehearsal): Promise<void> {
  const refuse = rehearsal.stage('refuse');
  const prepared = await rehearsal.prepare();
  const plan = await rehearsal.plan({ prepared });
  const changes = rehearsal.wave(plan);
  for (const { id, action } of changes) if (action !== 'execute') await refuse(id);

  const { artifact } = plan;
  const outcomes = await rehearsal.apply({ changes, prepared, ...(artifact && { artifact }) });

  must(
    outcomes.some(({ kind }) => kind === 'failed'),
    'Nothing failed.',
  );
  must(!reveals(outcomes, rehearsal.fixture.secret), 'A failure repeats the secret.');
}
