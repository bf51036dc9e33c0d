/**
 * Rules in CEL that stand on a resource: `self` is the object.
 *
 * They are written by whoever may write the resource, so they are bounded: no regular expressions
 * (JavaScript's own can run for ever), few loops, a short text, an object that is not too large.
 */
import { createRequire } from 'node:module';

import type { ASTNode, ParseResult } from '@marcbachmann/cel-js';
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';
import type { Health } from '@trueup/provider-sdk';

import { annotationOf } from '../client/read-fields.ts';
import { currentAnnotation, failedAnnotation } from '../prepare/annotate-rules.ts';
import { current, failed, inProgress, verdict } from './verdict.ts';

const longestRule = 1000;
const mostLoops = 2;
const mostValues = 5000;
const rememberedRules = 500;

export function assessByRules(body: JsonObject): Health | undefined {
  const rules = [failedAnnotation, currentAnnotation].map((name) => annotationOf(body, name));
  const [failing, arriving] = rules;
  if (failing === undefined && arriving === undefined) return undefined;

  const self = toCel(body, { left: mostValues });
  if (self === undefined) return verdict('unknown', 'RuleTooLarge', 'It is too large for a rule.');
  if (failing !== undefined) {
    const answer = evaluate(failing, self);
    if (answer === 'broken') return broken(failedAnnotation);
    if (answer === true) return failed('FailedByRule', `${failedAnnotation} holds.`);
  }
  if (arriving === undefined) return undefined;
  const answer = evaluate(arriving, self);
  if (answer === 'broken') return broken(currentAnnotation);
  return answer
    ? current(`${currentAnnotation} holds.`)
    : inProgress('NotCurrentByRule', `${currentAnnotation} does not hold yet.`);
}

function broken(annotation: string): Health {
  return verdict('unknown', 'RuleBroken', `${annotation} is no rule that can be run.`);
}

/** A field that is not there yet makes a rule not hold; a rule that cannot be read is broken. */
function evaluate(text: string, self: unknown): boolean | 'broken' {
  const rule = compile(text);
  if (rule === 'broken') return rule;
  try {
    const answer: unknown = rule({ self });
    return typeof answer === 'boolean' ? answer : 'broken';
  } catch {
    return false;
  }
}

const compiled = new Map<string, ParseResult | 'broken'>();

function compile(text: string): ParseResult | 'broken' {
  const known = compiled.get(text);
  if (known) return known;
  const rule = parse(text);
  compiled.set(text, rule);
  const [oldest] = compiled.keys();
  if (compiled.size > rememberedRules && oldest !== undefined) compiled.delete(oldest);
  return rule;
}

function parse(text: string): ParseResult | 'broken' {
  if (text.length > longestRule) return 'broken';
  try {
    const { Environment } = loadCel();
    const rule = new Environment().registerVariable('self', 'map').parse(text);
    const calls = callsOf(rule.ast);
    const loops = calls.filter((name) => loopNames.includes(name)).length;
    return calls.includes('matches') || loops > mostLoops ? 'broken' : rule;
  } catch {
    return 'broken';
  }
}

const load = createRequire(import.meta.url);

/** With the first rule, since most clusters have none and every command would wait for it. */
function loadCel(): typeof import('@marcbachmann/cel-js') {
  return load('@marcbachmann/cel-js');
}

const loopNames = ['all', 'exists', 'exists_one', 'map', 'filter'];

/** The names of all functions that an expression calls. */
function callsOf(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(callsOf);
  if (!isNode(node)) return [];
  const { op, args } = node;
  const name: unknown = (op === 'call' || op === 'rcall') && Array.isArray(args) ? args[0] : '';
  return [...(typeof name === 'string' ? [name] : []), ...callsOf(args)];
}

function isNode(node: unknown): node is ASTNode {
  return typeof node === 'object' && node !== null && 'op' in node && 'args' in node;
}

/** CEL tells integers from other numbers by their type. `undefined` when there are too many values. */
function toCel(value: Json, budget: { left: number }): unknown {
  budget.left -= 1;
  if (budget.left < 0) return undefined;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (isJsonList(value)) return complete(value.map((item) => toCel(item, budget)));
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, toCel(member, budget)]);
  return budget.left < 0 ? undefined : Object.fromEntries(members);
}

function complete(items: readonly unknown[]): readonly unknown[] | undefined {
  return items.includes(undefined) ? undefined : items;
}
