/** What the tools' answers look like, trap by trap, on answers of the shape that they were seen to give. */
import type { JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';
import { createProvider } from '../terraform-provider.ts';
import { complaint, FakeTerraformClient } from '../testing/fake-terraform-client.ts';
import { documentOf, nameOf, Stage, stepsOf } from '../testing/planned.ts';
import { sampleTarget } from '../testing/sample-stack.ts';

const file = new Uint8Array([1, 2, 3]);

interface Scripted {
  readonly stage: Stage;
  readonly client: FakeTerraformClient;
}

function stageWith(document: JsonObject, settings: unknown = {}): Scripted {
  const client = new FakeTerraformClient();
  client.answers.push({ end: { kind: 'succeeded' }, events: [], document, file });
  const texts = { 'cloud/network/main.tf': '' };
  const target = sampleTarget('/srv/states');
  return {
    client,
    stage: new Stage({ provider: createProvider(client), target, texts, settings }),
  };
}

function changeOf(address: string, change: JsonObject, rest: JsonObject = {}): JsonObject {
  return { address, mode: 'managed', type: 'aws_instance', name: 'a', change, ...rest };
}

const update: JsonObject = {
  actions: ['update'],
  before: { size: 1 },
  after: { size: 2 },
  after_unknown: {},
  before_sensitive: {},
  after_sensitive: {},
};

describe('the trap of', () => {
  it.each([
    [['create'], 'create'],
    [['update'], 'update'],
    [['delete'], 'delete'],
    [['delete', 'create'], 'replace'],
    [['create', 'delete'], 'replace'],
    [['forget'], 'update'],
    [['create', 'forget'], 'replace'],
  ])('a delete that may be half of a replacement: %j is %s', async (actions, expected) => {
    const { stage } = stageWith(documentOf([changeOf('aws_instance.a', { ...update, actions })]));
    const prepared = await stage.prepare();
    stage.inventory.add('aws_instance/cloud%2Fnetwork/aws_instance.a' as never);

    const plan = await stage.plan(prepared);

    expect(stepsOf(plan)).toEqual([`${expected} aws_instance.a`]);
  });

  it('a deposed object, which has the address of its successor', async () => {
    const gone = { ...update, actions: ['delete'], after: null };
    const changes = [
      changeOf('aws_instance.a', update),
      changeOf('aws_instance.a', gone, { deposed: 'abcd1234' }),
    ];
    const { stage } = stageWith(documentOf(changes));
    stage.inventory.add(
      'aws_instance/cloud%2Fnetwork/aws_instance.a%20(deposed%20abcd1234)' as never,
    );

    const plan = await stage.plan();

    expect(plan.changes.map((one) => nameOf(one))).toEqual([
      'aws_instance.a',
      'aws_instance.a (deposed abcd1234)',
    ]);
    expect(new Set(plan.changes.map(({ id }) => id)).size).toBe(2);
  });

  it('a move, which is no delete and no create', async () => {
    const still = { ...update, actions: ['no-op'], after: { size: 1 } };
    const { stage } = stageWith(
      documentOf([changeOf('aws_instance.b', still, { previous_address: 'aws_instance.a' })]),
    );

    const [change] = (await stage.plan()).changes;

    expect(change).toMatchObject({
      action: 'update',
      fields: [{ path: ['address'], before: 'aws_instance.a', after: 'aws_instance.b' }],
      hazards: [],
    });
  });

  it('an import, which takes over what exists', async () => {
    const imported = { ...update, importing: { id: 'i-1' } };
    const { stage } = stageWith(documentOf([changeOf('aws_instance.a', imported)]));

    expect(stepsOf(await stage.plan())).toEqual(['take-over aws_instance.a']);
  });

  it.each([
    ['replace_because_cannot_update', 'It cannot be changed in place: ami, tags.Name.'],
    ['replace_because_tainted', 'It is marked as damaged: its last creation did not end well.'],
    ['replace_because_of_the_moon', 'replace because of the moon'],
    ['<script>', undefined],
  ])('a reason that nobody knows: %s', async (reason, expected) => {
    const replaced = {
      ...update,
      actions: ['delete', 'create'],
      replace_paths: [['ami'], ['tags', 'Name']],
    };
    const { stage } = stageWith(
      documentOf([changeOf('aws_instance.a', replaced, { action_reason: reason })]),
    );

    const [change] = (await stage.plan()).changes;

    expect(change?.reason).toBe(expected);
    expect(change?.hazards).toEqual(['destroys-data', 'recreates']);
  });

  it('a value that stands in the clear beside its mark', async () => {
    const changed = {
      ...update,
      before: { password: 'hunter2-old', copy: 'x' },
      after: { password: 'hunter2-new', copy: 'is hunter2-new' },
      before_sensitive: { password: true },
      after_sensitive: { password: true },
    };
    const { stage } = stageWith(documentOf([changeOf('aws_instance.a', changed)]));

    const { artifact: _opaque, ...plan } = await stage.plan();

    expect(JSON.stringify(plan)).not.toContain('hunter2');
    // No schema marks the copy: it is found by its value.
    expect(plan.changes[0]?.fields.map(({ path, sensitive }) => [path, sensitive])).toEqual([
      [['copy'], true],
      [['password'], true],
    ]);
  });

  it.each([
    ['below a mark', { tags: { 'hunter2-name': 1 }, size: 2 }, { tags: true }],
    [
      'that repeats a secret',
      { tags: { 'is hunter2-word': 1 }, word: 'hunter2-word' },
      { word: true },
    ],
    [
      'deep within',
      { a: { b: { 'hunter2-word': 1, c: 2 } }, word: 'hunter2-word' },
      { word: true },
    ],
  ])('a name that is a secret: %s', async (_where, after, marks) => {
    for (const [actions, before] of [
      [['create'], null],
      [['update'], { size: 1 }],
    ] as const) {
      const sides = { before, after, after_unknown: {}, before_sensitive: false };
      const changed = { ...sides, actions, after_sensitive: marks };
      const { stage } = stageWith(documentOf([changeOf('aws_instance.a', changed)]));

      const { artifact: _opaque, ...plan } = await stage.plan();

      expect(JSON.stringify(plan)).not.toContain('hunter2');
      const paths = plan.changes[0]?.fields.map(({ path }) => path.join('.')) ?? [];
      expect(new Set(paths).size).toBe(paths.length);
      expect(paths).toContain('a' in after ? 'a.b' : 'tags');
    }
  });

  it('a variable whose value bears no mark at all', async () => {
    const changed = { ...update, before: { note: '' }, after: { note: 'with hunter2-new in it' } };
    const { stage } = stageWith(
      documentOf([changeOf('aws_instance.a', changed)], {
        variables: { password: { value: 'hunter2-new' } },
        configuration: { root_module: { variables: { password: { sensitive: true } } } },
      }),
    );

    const { artifact: _opaque, ...plan } = await stage.plan();

    expect(JSON.stringify(plan)).not.toContain('hunter2');
  });

  it('a field that is known only afterwards', async () => {
    const changed = {
      ...update,
      before: { size: 1, arn: 'a', list: [1, 2] },
      after: { size: 1, list: [1, null] },
      after_unknown: { arn: true, list: [false, true] },
    };
    const { stage } = stageWith(documentOf([changeOf('aws_instance.a', changed)]));

    const [change] = (await stage.plan()).changes;

    expect(change?.fields).toEqual([
      { path: ['arn'], before: 'a', unknown: true, sensitive: false },
      { path: ['list'], before: [1, 2], unknown: true, sensitive: false },
    ]);
  });

  it('a create, whose fields only the tool knows', async () => {
    const made = {
      ...update,
      actions: ['create'],
      before: null,
      after: { size: 1, word: 'hunter2-new', none: null },
      after_unknown: { id: true },
      after_sensitive: { word: true },
    };
    const { stage } = stageWith(documentOf([changeOf('aws_instance.a', made)]));

    const [change] = (await stage.plan()).changes;

    expect(change?.fields.map(({ path, after, sensitive }) => [path, after, sensitive])).toEqual([
      [[], expect.stringMatching(/^sealed:/), true],
      [['size'], 1, false],
      [['word'], expect.stringMatching(/^sealed:/), true],
      [['id'], undefined, false],
    ]);
  });

  it('a pending change of the files, which is no drift', async () => {
    const { stage } = stageWith(documentOf([changeOf('aws_instance.a', update)]));

    expect((await stage.plan()).foreign).toEqual([]);
  });

  it('drift that the plan does not bring back', async () => {
    const drifted = { ...update, before: { tags: 'a', size: 1 }, after: { tags: 'b', size: 7 } };
    const document = documentOf([changeOf('aws_instance.a', update)], {
      resource_drift: [changeOf('aws_instance.a', drifted)],
    });
    const { stage } = stageWith(document);

    const { foreign } = await stage.plan();

    // Of the size the plan itself says what becomes of it.
    expect(foreign.map(({ path, observed }) => [path, observed])).toEqual([[['tags'], 'b']]);
  });

  it('drift that somebody knows and does not care about', async () => {
    const drifted = {
      ...update,
      before: { tags: { a: '1', b: '1' }, x: 1 },
      after: { tags: { a: '2', b: '1' }, x: 2 },
    };
    const document = documentOf([], { resource_drift: [changeOf('aws_instance.a', drifted)] });
    const { stage } = stageWith(document, { ignoreDrift: ['*.tags'] });

    expect((await stage.plan()).foreign.map(({ path }) => path)).toEqual([['x']]);
  });

  it('a check that does not hold, and one that is not known yet', async () => {
    const address = { kind: 'check', to_display: 'check.alive' };
    const checks = [
      { address, status: 'fail', instances: [{ problems: [{ message: 'It is not alive.' }] }] },
      { address: { to_display: 'check.later' }, status: 'unknown' },
      { address: { to_display: 'check.fine' }, status: 'pass' },
    ];
    const { stage } = stageWith(documentOf([], { checks }));

    const { coverage, diagnostics } = await stage.plan();

    expect(diagnostics.map(({ severity, summary }) => [severity, summary])).toEqual([
      ['warning', 'check.alive does not hold: It is not alive.'],
    ]);
    expect(coverage.gaps.map(({ message }) => message)).toEqual([
      'check.later can be checked only after applying.',
    ]);
  });

  it('a data source that is read in the middle of the apply', async () => {
    const late = { ...changeOf('data.aws_ami.a', { actions: ['read'] }), mode: 'data' };
    const { stage } = stageWith(documentOf([late]));

    const { changes, coverage } = await stage.plan();

    expect(changes).toEqual([]);
    expect(coverage.gaps[0]?.message).toContain('data.aws_ami.a is read only while');
  });

  it('a change that the tool puts off', async () => {
    const deferred = {
      reason: 'provider_config_unknown',
      resource_change: changeOf('aws_instance.a', { ...update, actions: ['create'] }),
    };
    const { stage } = stageWith(documentOf([], { deferred_changes: [deferred] }));

    const { changes, coverage } = await stage.plan();

    expect(changes[0]).toMatchObject({ action: 'create', confidence: 'deferred' });
    expect(coverage.gaps[0]).toMatchObject({ subject: changes[0]?.id, extent: 'deferred' });
  });

  it('a destroy of what is in the state and nowhere else', async () => {
    const gone = { ...update, actions: ['delete'], after: null };
    const { stage } = stageWith(documentOf([changeOf('aws_instance.a', gone)]));

    const plan = await stage.plan();

    expect(plan.changes).toEqual([]);
    expect(plan.diagnostics[0]).toMatchObject({
      severity: 'error',
      code: 'TERRAFORM_UNEXPECTED_DELETE',
    });
    expect(plan.artifact).toBeUndefined();
  });

  it('a state that belongs to a larger number than fits', async () => {
    const changed = { ...update, before: { size: 1 }, after: { size: 12345678901234567890n } };
    const { stage } = stageWith(documentOf([changeOf('aws_instance.a', changed)]));

    const [change] = (await stage.plan()).changes;

    expect(change?.fields[0]?.after).toBe(12345678901234567890n);
  });
});

describe('a plan that failed', () => {
  it('says who holds the lock, and never breaks it', async () => {
    const { stage, client } = stageWith(documentOf([]));
    client.answers.length = 0;
    const detail = `Error message: resource temporarily unavailable\nLock Info:\n  ID:        55b7\n  Path:      x\n  Operation: OperationTypeApply\n  Who:       anna@laptop\n  Version:   1.12.6\n  Created:   2026-01-02 03:04:05 UTC\n`;
    client.complaints.push({
      type: 'diagnostic',
      diagnostic: { severity: 'error', summary: 'Error acquiring the state lock', detail },
    });

    await expect(stage.plan()).rejects.toMatchObject({
      family: 'transient',
      code: 'TERRAFORM_STATE_LOCKED',
      message:
        'infra/network: the state is locked by anna@laptop since 2026-01-02 03:04:05 UTC, OperationTypeApply',
    });
  });

  it.each([
    ['dial tcp 10.0.0.1:443: connection refused', 'transient', 'TERRAFORM_UNREACHABLE'],
    ['write /x: no space left on device', 'transient', 'TERRAFORM_NO_SPACE'],
    ['No valid credential sources found', 'stalled', 'TERRAFORM_FAILED'],
  ])('is told apart by what it says: %s', async (summary, family, code) => {
    const { stage, client } = stageWith(documentOf([]));
    client.answers.length = 0;
    client.complaints.push({
      type: 'diagnostic',
      diagnostic: { severity: 'error', summary, detail: '' },
    });

    await expect(stage.plan()).rejects.toMatchObject({ family, code });
  });

  it('names the line of the files that is at fault', async () => {
    const { stage, client } = stageWith(documentOf([]));
    client.answers.length = 0;
    const range = { filename: '../modules/a/main.tf', start: { line: 7, column: 3 } };
    client.complaints.push({
      type: 'diagnostic',
      diagnostic: {
        severity: 'error',
        summary: 'Unsupported argument',
        detail: 'No "x" here.',
        range,
      },
    });

    const { diagnostics, coverage } = await stage.plan();

    expect(diagnostics).toEqual([
      {
        severity: 'error',
        code: 'TERRAFORM_CONFIGURATION',
        path: [],
        summary: 'Unsupported argument: No "x" here.',
        origin: { file: 'cloud/modules/a/main.tf', line: 7, column: 3 },
      },
    ]);
    expect(coverage.gaps).toHaveLength(1);
  });

  it('passes on what the tool says, and of a provider the headline only', async () => {
    const { stage, client } = stageWith(documentOf([]));
    client.answers.length = 0;
    const own = {
      severity: 'error',
      summary: 'Failed to install provider',
      detail: 'No\nhash fits.',
    };
    client.complaints.push({ type: 'diagnostic', diagnostic: own });

    await expect(stage.plan()).rejects.toThrow(
      'infra/network: Failed to install provider: No hash fits.',
    );
    client.complaints.push(complaint('The service refuses it', 'aws_instance.a'));
    await expect(stage.plan()).rejects.toThrow(
      /^infra\/network: aws_instance.a: The service refuses it$/,
    );
  });

  it('repeats no secret that only the state marks', async () => {
    const { stage, client } = stageWith(documentOf([]));
    client.answers.length = 0;
    const attributes = { id: 'a', input: 'hunter2-state' };
    client.states.set('local /srv/states/mark-of-network/terraform.tfstate', {
      lineage: 'x',
      serial: 1,
      outputs: {},
      resources: { 'terraform_data.a': { attributes, sensitive: { input: true } } },
    });
    client.complaints.push(complaint('refused: hunter2-state is taken'));

    await expect(stage.plan()).rejects.toThrow('refused: *** is taken');
  });

  it('that was killed is tried again', async () => {
    const { stage, client } = stageWith(documentOf([]));
    client.answers.splice(0, 1, { end: { kind: 'killed' }, events: [] });

    await expect(stage.plan()).rejects.toMatchObject({
      family: 'transient',
      code: 'TERRAFORM_KILLED',
    });
  });
});
