/**
 * Makes a stack of a revision ready for work: its files rendered, its target reached, its secrets
 * read, and the rules of the followed branch's head.
 *
 * What was rendered last is kept for each stack, since the look-out for drift needs it again and
 * again. It lives in memory only: it holds secrets (P5).
 */
import { OperationError, StalledError } from '@trueup/diagnostics';
import {
  type AskedOccasion,
  digestSettings,
  type EffectiveRule,
  type Member,
  type MergeRequestFacts,
  matchesGlobs,
  noMergeRequest,
  type OpenStack,
  type Purpose,
  parseStackId,
  type RenderRecord,
  type RepositoryRecord,
  type Revision,
  type RuleOccasion,
  type RulePorts,
  ruleFor,
  type StackDefinition,
  type StackId,
  type StackRecord,
  toRunRule,
} from '@trueup/engine';
import type { Inputs, Prepared, Provider, Stack, Target } from '@trueup/provider-sdk';
import type { RevisionConfiguration } from '../configuration/read-configuration.ts';
import type { GitRepository } from '../repository/git-repository.ts';
import { readOccasion } from '../rules/read-occasion.ts';
import { markOwner } from './mark-owner.ts';
import { prepareWith } from './prepare-with.ts';
import { reachTarget } from './reach-target.ts';
import type { Registry } from './registry.ts';
import type { ReadSecret } from './resolve-secrets.ts';

export interface OpenerPorts {
  readonly registry: Registry;
  readonly installation: string;
  readonly seal: OpenStack['seal'];
  readonly readSecret: ReadSecret;
  readonly askConditions: RulePorts['askConditions'];
  readonly members: () => Promise<readonly Member[]>;
  readonly stackRecord: (id: StackId) => Promise<StackRecord | undefined>;
  readonly configurationAt: (
    repository: RepositoryRecord,
    revision: Revision,
    signal: AbortSignal,
  ) => Promise<RevisionConfiguration>;
  readonly git: (repository: RepositoryRecord) => GitRepository;
  /** Outputs of another stack, as it stands. */
  readonly outputsOf: (id: StackId, signal: AbortSignal) => Promise<Inputs>;
}

export interface Opening {
  readonly repository: RepositoryRecord;
  readonly stack: StackId;
  readonly revision: Revision;
  readonly purpose: Purpose;
  /** A look that repeats itself may use what was rendered last; a run renders anew. */
  readonly reuse: boolean;
  /** Of an unmerged revision: nothing that is kept for the stack is touched by it. */
  readonly passing?: true;
  /** Somebody wrote it who may not plan its target: see {@link OpenStack.isolation}. */
  readonly isolation?: 'required';
  /** Of the followed branch before: its rules protect as well. See `Run.base`. */
  readonly base?: Revision;
  /** That brings the revision. None if absent. */
  readonly mergeRequest?: MergeRequestFacts;
}

export class StackOpener {
  readonly #ports: OpenerPorts;
  readonly #rendered = new Map<StackId, Rendered>();

  constructor(ports: OpenerPorts) {
    this.#ports = ports;
  }

  /** @throws OperationError when it cannot be opened now, or at all. */
  async open(opening: Opening, signal: AbortSignal): Promise<OpenStack> {
    const described = await this.#describe(opening, signal);
    const { provider, target, stack, rule } = described;
    const { seal, askConditions } = this.#ports;
    const rendered = await this.#render(opening, described, signal);
    const members = new Map((await this.#ports.members()).map((one) => [one.name, one]));
    const { isolation } = opening;
    return {
      ...(isolation && { isolation }),
      provider,
      target,
      stack,
      seal,
      ...rendered,
      rule: toRunRule(rule, {
        findMember: (name) => members.get(name),
        askConditions,
        occasion: (asked, later) =>
          this.#occasion(opening, { ...described, ...rendered, asked }, later),
        stack: parseStackId(opening.stack),
      }),
    };
  }

  async #occasion(
    opening: Opening,
    { definition, render, asked }: Described & Rendered & { readonly asked: AskedOccasion },
    signal: AbortSignal,
  ): Promise<RuleOccasion> {
    const { repository, stack, revision, purpose, passing } = opening;
    const record = await this.#ports.stackRecord(stack);
    const head = repository.head ?? revision;
    const { name, path, target, provider } = definition;
    const facts = { name, repository: repository.name, path, target, provider };
    const applied = record?.applied?.render;
    const request = {
      repository,
      git: this.#ports.git(repository),
      stack: facts,
      mergeRequest: opening.mergeRequest ?? noMergeRequest,
      // Who owned what before has to agree, also with who is to own it.
      ownersAt: [opening.base ?? head, head],
      // Of an unmerged revision: what it would change in the followed branch.
      base: passing ? { ...applied, revision: head } : applied,
      render,
      asked,
      removes: purpose === 'removal',
    };
    return readOccasion(request, signal);
  }

  /** Whether whoever writes the files of such stacks has programs run, see {@link Provider.interprets}. */
  interprets(provider: string): boolean {
    return this.#ports.registry.find(provider)?.interprets ?? false;
  }

  /** Whether its targets tell of what happens. Where they do not, a look may take minutes. */
  isWatched(provider: string): boolean {
    return this.#ports.registry.find(provider)?.watch !== undefined;
  }

  /** By which targets know what this stack owns. */
  markOf(stack: StackId): string {
    const { installation } = this.#ports;
    const { repository, name } = parseStackId(stack);
    return markOwner({ installation, repository, stack: name });
  }

  /** Nothing looks at it any more. */
  forget(stack: StackId): void {
    this.#rendered.delete(stack);
  }

  /** Secrets have changed, so that what was rendered may be another thing now. */
  forgetAll(): void {
    this.#rendered.clear();
  }

  async #describe(opening: Opening, signal: AbortSignal): Promise<Described> {
    const { repository, revision } = opening;
    const at = await this.#ports.configurationAt(repository, revision, signal);
    const head = await this.#ports.configurationAt(repository, repository.head ?? revision, signal);
    const definition = await this.#define(opening, at);
    const written = head.configuration.targets.find(({ name }) => name === definition.target);
    // What opens it was written for this kind of target, whatever an unmerged revision calls it.
    const isSame = written?.provider === definition.provider;
    const provider = isSame ? this.#ports.registry.find(written.provider) : undefined;
    if (!written || !provider) throw noTarget(opening.stack, definition.target);

    const target = await reachTarget(
      { ...written, repository: repository.name, provider },
      {
        readSecret: this.#ports.readSecret,
        outputsOf: (source) => this.#ports.outputsOf(`${repository.name}/${source}`, signal),
      },
    );
    return {
      definition,
      provider,
      target,
      stack: this.#toStack(repository, definition),
      rule: await this.#ruleOf(opening, definition, head, signal),
      settings: digestSettings(definition, written),
    };
  }

  /**
   * What protects at the head, and what protected before it: a merge request has to pass the rules that
   * it changes, and a stack that is renamed those of the name that it leaves. What is chosen, and what
   * lifts protection, is the head's.
   */
  async #ruleOf(
    { repository, base }: Opening,
    { name, formerly = name }: Pick<StackDefinition, 'name' | 'formerly'>,
    { configuration }: RevisionConfiguration,
    signal: AbortSignal,
  ): Promise<EffectiveRule> {
    const now = ruleFor(configuration, name);
    const moved = base !== undefined && base !== repository.head;
    if (!moved && formerly === name) return now;
    const before = moved ? await this.#rulesAt(repository, base, signal) : [];
    const rules = [...before, ...configuration.rules];
    const left = rules
      .filter(({ stacks }) => formerly !== name && matchesGlobs(formerly, stacks))
      .map((rule) => ({ ...rule, stacks: [name] }));
    const { approvals, freezes, guards } = ruleFor({ rules: [...left, ...rules] }, name);
    const { allowProtected } = now.guards;
    return { ...now, approvals, freezes, guards: { ...guards, allowProtected } };
  }

  async #rulesAt(
    repository: RepositoryRecord,
    revision: Revision,
    signal: AbortSignal,
  ): Promise<RevisionConfiguration['configuration']['rules']> {
    try {
      const { configuration } = await this.#ports.configurationAt(repository, revision, signal);
      return configuration.rules;
    } catch (error) {
      // It is gone from the branch, so that nobody can say what it asked for.
      if (error instanceof OperationError && error.family === 'stalled') return [];
      throw error;
    }
  }

  /** Git no longer writes what it wants removed: the store still knows where that was. */
  async #define(
    { stack, purpose }: Opening,
    { expanded }: RevisionConfiguration,
  ): Promise<StackDefinition> {
    const { name } = parseStackId(stack);
    const definition = expanded.stacks.find((one) => one.name === name);
    if (definition) return definition;
    const record = await this.#ports.stackRecord(stack);
    if (!record || purpose === 'revision') {
      throw new StalledError('STACK_MISSING', `${stack}: this revision does not describe it`);
    }
    const { path, target, provider } = record;
    return { name, path, target, provider, after: [], inputs: {}, settings: undefined, index: 0 };
  }

  #toStack(repository: RepositoryRecord, definition: StackDefinition): Stack {
    const mark = (stack: string): string => this.markOf(`${repository.name}/${stack}`);
    const { name, path, settings, formerly } = definition;
    return {
      name: `${repository.name}/${name}`,
      path,
      settings,
      owner: mark(name),
      formerOwners: formerly === undefined ? [] : [mark(formerly)],
    };
  }

  async #render(
    opening: Opening,
    { definition, provider, target, stack, settings }: Described,
    signal: AbortSignal,
  ): Promise<Rendered> {
    const { repository, revision, purpose, reuse, isolation } = opening;
    if (purpose === 'removal') return renderNothing(revision, settings);
    const known = this.#rendered.get(opening.stack);
    if (reuse && known?.render.revision === revision && known.render.settings === settings) {
      return known;
    }
    const inputs = await this.#collectInputs(repository, definition, signal);
    const files = await this.#ports.git(repository).open(revision, signal);
    const call = { signal, seal: this.#ports.seal, ...(isolation && { isolation }) };
    const prepared = await prepareWith(files, () =>
      // Whatever a stack is opened for, it is looked at next.
      provider.prepare(files, { stack, target, inputs, surveyFollows: true }, call),
    );
    const render: RenderRecord = {
      revision,
      paths: files.record(),
      inputs: Object.fromEntries(prepared.inputsRead.map(({ name, digest }) => [name, digest])),
      settings,
    };
    const rendered = { prepared, render };
    if (!opening.passing) this.#rendered.set(opening.stack, rendered);
    return rendered;
  }

  async #collectInputs(
    repository: RepositoryRecord,
    { name, inputs }: StackDefinition,
    signal: AbortSignal,
  ): Promise<Inputs> {
    const entries = Object.entries(inputs).map(async ([input, source]) => {
      if (source.kind === 'secret') {
        const use = { kind: 'repository', name: repository.name } as const;
        const value = await this.#ports.readSecret(source.secret, use);
        return [input, { value, sensitive: true }] as const;
      }
      const from = `${repository.name}/${source.stack}`;
      const outputs = await this.#ports.outputsOf(from, signal);
      const output = outputs[source.output];
      if (!output) throw noOutput(`${repository.name}/${name}`, `${source.stack}.${source.output}`);
      return [input, output] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }
}

interface Described {
  readonly definition: StackDefinition;
  readonly provider: Provider;
  readonly target: Target;
  readonly stack: Stack;
  readonly rule: EffectiveRule;
  /** Digest of all that is configured. */
  readonly settings: string;
}

interface Rendered {
  readonly prepared: Prepared;
  readonly render: RenderRecord;
}

function renderNothing(revision: Revision, settings: string): Rendered {
  return {
    prepared: { resources: [], inputsRead: [], diagnostics: [] },
    render: { revision, paths: {}, inputs: {}, settings },
  };
}

function noTarget(stack: StackId, target: string): StalledError {
  const message = `${stack}: target ${target} is not described by the followed branch`;
  return new StalledError('TARGET_MISSING', message, stack);
}

function noOutput(stack: StackId, output: string): StalledError {
  const message = `${stack}: the output ${output} does not exist`;
  return new StalledError('INPUT_MISSING', message, stack);
}
