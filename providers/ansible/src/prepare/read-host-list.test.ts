/** Hosts that another stack names: what is taken, and what nobody may slip in. */
import type { Json } from '@trueup/diagnostics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type ReadHosts, readHostList } from './read-host-list.ts';
import { InputTaker } from './take-inputs.ts';

function read(value: Json, { sensitive = false, allowsEmpty = false } = {}): ReadHosts {
  const request = {
    stack: { name: 'infra/web', path: '', settings: {}, owner: '', formerOwners: [] },
    target: { name: 'racks', settings: {} },
    inputs: { machines: { value, sensitive } },
  };
  const call = { signal: new AbortController().signal, seal: () => 'sealed' };
  const taker = new InputTaker(request, call);
  return readHostList({ kind: 'input', input: 'machines' }, taker, { allowsEmpty });
}

function readStatic(hosts: { readonly [name: string]: Json }): ReadHosts {
  const request = {
    stack: { name: 'infra/web', path: '', settings: {}, owner: '', formerOwners: [] },
    target: { name: 'racks', settings: {} },
    inputs: {},
  };
  const call = { signal: new AbortController().signal, seal: () => 'sealed' };
  const taker = new InputTaker(request, call);
  return readHostList({ kind: 'listed', hosts }, taker, { allowsEmpty: false });
}

const saidOf = ({ diagnostics }: ReadHosts): string =>
  diagnostics.map(({ code, summary }) => `${code} ${summary}`).join('\n');

describe('a host list from an output', () => {
  it.each<[string, Json]>([
    ['names', ['a-1', 'b.example']],
    ['objects with names', [{ name: 'a-1' }, { name: 'b.example' }]],
    ['objects by name', { 'a-1': {}, 'b.example': null }],
  ])('may be %s', (_form, value) => {
    expect(read(value)).toMatchObject({
      hosts: { 'a-1': {}, 'b.example': {} },
      verbatim: true,
      diagnostics: [],
    });
  });

  it('says how each is reached, in which groups it is, and what is known of it', () => {
    const web = { address: '10.0.0.5', port: 2222, user: 'deploy', groups: ['web', 'eu'] };
    const { hosts, groups, diagnostics } = read([
      { name: 'web-1', ...web, vars: { weight: 3 } },
      { name: 'web-2', address: '2001:db8::7', port: '22', groups: ['web'], rack: 'r7' },
    ]);

    expect(diagnostics).toEqual([]);
    expect(hosts).toEqual({
      'web-1': { ansible_host: '10.0.0.5', ansible_port: 2222, ansible_user: 'deploy', weight: 3 },
      'web-2': { ansible_host: '2001:db8::7', ansible_port: '22', rack: 'r7' },
    });
    expect(groups).toEqual({ web: ['web-1', 'web-2'], eu: ['web-1'] });
  });

  const hostile: readonly (readonly [string, Json])[] = [
    ['an option of ssh as the name', ['-oProxyCommand=touch x']],
    ['an option of ssh as the address', { a: { address: '-oProxyCommand=touch x' } }],
    ['an option of ssh as an address alone', { a: '-oProxyCommand=touch x' }],
    ['an option of ssh as the user', { a: { user: '-oProxyCommand=touch x' } }],
    ['a line more behind the address', { a: { address: '10.0.0.1\nProxyCommand touch x' } }],
    ['a line more behind the name', ['a\n[all:vars]']],
    ['a blank in the address', { a: { address: '10.0.0.1 -oX=y' } }],
    ['a template as the address', { a: { address: "{{ lookup('pipe', 'id') }}" } }],
    ['a pattern as the name', ['*']],
    ['two patterns as the name', ['a:b']],
    ['a port that is none', { a: { port: 70_000 } }],
    ['a port with words', { a: { port: '22 -oX=y' } }],
    ['options of ssh as a variable', { a: { ansible_ssh_common_args: '-oX=y' } }],
    ['a program of this machine', { a: { vars: { ansible_python_interpreter: '/tmp/x' } } }],
    ['this machine as the host', { a: { connection: 'local' } }],
    ['a variable that is none', { a: { vars: { 'x; y': 1 } } }],
    ['a name of all hosts', ['all']],
    ['a group of all hosts', { a: { groups: ['all'] } }],
    ['a group with an option', { a: { groups: ['-x'] } }],
    ['groups that are no list', { a: { groups: 'web' } }],
    ['variables that are no object', { a: { vars: ['x'] } }],
    ['a host that is a group as well', { web: {}, a: { groups: ['web'] } }],
    ['a host twice', ['a', { name: 'a' }]],
    ['a prototype', JSON.parse('{ "__proto__": { "address": "a" } }')],
    ['an object without a name', [{ address: '10.0.0.1' }]],
    ['a figure', 7],
    ['figures', [7]],
    ['a list as a host', { a: ['b'] }],
  ];
  it.each(hostile)('may not hold %s', (_what, value) => {
    const answer = read(value);

    expect(answer.hosts).toEqual({});
    expect(new Set(answer.diagnostics.map(({ code }) => code))).toEqual(
      new Set(['ANSIBLE_HOSTS_INVALID']),
    );
    expect(saidOf(answer)).not.toMatch(/ProxyCommand|lookup|touch|-oX/);
  });

  it('is bounded', () => {
    const many = Array.from({ length: 10_001 }, (_, index) => `h${index}`);
    const long = { a: { vars: { x: 'y'.repeat(5_000_000) } } };
    const wrong = Array.from({ length: 1000 }, () => '-x');

    expect(saidOf(read(many))).toContain('10001 hosts');
    expect(saidOf(read(long))).toContain('larger than 4 MiB');
    expect(read(wrong).diagnostics).toHaveLength(20);
  });

  it('is a failure where it is empty, unless the stack says that it may be', () => {
    for (const value of [[], {}]) {
      expect(saidOf(read(value))).toContain('ANSIBLE_NO_HOSTS');
      expect(read(value, { allowsEmpty: true })).toMatchObject({ isEmpty: true, diagnostics: [] });
    }
  });

  it('is no secret, since names of hosts stand in every plan', () => {
    const answer = read({ 'secret-name': { address: 'secret.example' } }, { sensitive: true });

    expect(answer.hosts).toEqual({});
    expect(saidOf(answer)).toContain('which is sensitive');
    expect(saidOf(answer)).not.toMatch(/secret-name|secret\.example/);
  });

  it('never gets anything past that ssh would take for an option, whatever is in it', () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('-o', 'a b', '{{x}}', ''),
    );
    const mostly = (good: string) => fc.oneof(odd, fc.constant(good), fc.constant(good));
    const value = fc.dictionary(
      fc.oneof(odd, fc.constant('a'), fc.constant('b'), fc.constant('c')),
      fc.record({ address: mostly('10.0.0.1'), user: mostly('deploy') }),
    );
    fc.assert(
      fc.property(value, (given) => {
        const { hosts } = read(given as Json);
        for (const [name, variables] of Object.entries(hosts)) {
          const { ansible_host: address, ansible_user: user } = Object(variables);
          for (const one of [name, address, user]) expect(one).toMatch(/^[\w:[][\w.:%\]@+\\$-]*$/);
        }
      }),
      { seed: 20_261, numRuns: 20 },
    );
  });
});

describe('a host list of the repository', () => {
  it('may set what Ansible has, with templates, and is held to what ssh takes as well', () => {
    const here = { connection: 'local', ansible_python_interpreter: '/usr/bin/python3' };
    const far = { address: '{{ prefix }}.example', groups: ['web'] };

    const { hosts, groups, verbatim, diagnostics } = readStatic({ here, far });

    expect(diagnostics).toEqual([]);
    expect(verbatim).toBe(false);
    expect(groups).toEqual({ web: ['far'] });
    expect(hosts).toMatchObject({ far: { ansible_host: '{{ prefix }}.example' } });
    expect(saidOf(readStatic({ far: { ansible_host: '-oProxyCommand=x' } }))).toContain(
      'bad `address`',
    );
  });
});
