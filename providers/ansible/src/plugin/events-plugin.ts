/**
 * The callback plug-in that ansible-playbook loads for us, in Python, since that is what it can load.
 *
 * It is ours rather than one of the collections', which tell neither which failures were ignored nor that a play
 * matched no host, and differ between releases.
 */
export const eventsPluginName = 'trueup_events';

export const eventsPlugin: string = String.raw`# Tells what ansible-playbook does, one bounded JSON line per event, and keeps a run to what was approved.
#
# Modes (TRUEUP_MODE): "list" names the tasks of every play and runs nothing; "check" and "apply" tell results. With
# TRUEUP_LIST a check names the tasks first, in a copy of this process: from play to play only the tool knows the way.
# In mode "apply" whatever is not named in the permit runs in check mode: it changes nothing.
# Tried with ansible-core 2.17 and 2.21, whose private parts it needs: the loader of strategies, and how they queue a task.
from __future__ import annotations

import atexit
import hashlib
import json
import os
import re
import sys

from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import strategy_loader
from ansible.parsing.vault import VaultLib
from ansible.release import __version__ as core_version

DOCUMENTATION = """
    name: trueup_events
    type: stdout
    short_description: one JSON line per event
    description: Tells Trueup what happens.
"""

MODE = os.environ.get('TRUEUP_MODE', 'check')
LISTS = MODE == 'check' and os.environ.get('TRUEUP_LIST') == '1'
LISTED = 77
PREFIX = os.environ.get('TRUEUP_PREFIX', '')
SECRETS = os.environ.get('TRUEUP_SECRETS', '')
OUTPUTS = set(json.loads(os.environ.get('TRUEUP_OUTPUTS', '[]')))
BOUND = int(os.environ.get('TRUEUP_DIFF_BOUND', '32768'))
OUTPUT_BOUND = 262144
MOST_ITEMS = 200
WOULD_RUN = 'would have run if not in check mode'
QUIET = {
    'add_host', 'assert', 'async_status', 'debug', 'fail', 'gather_facts', 'group_by', 'import_playbook', 'import_role',
    'import_tasks', 'include', 'include_role', 'include_tasks', 'include_vars', 'meta', 'pause', 'ping', 'set_fact',
    'set_stats', 'setup', 'slurp', 'stat', 'validate_argument_spec', 'wait_for', 'wait_for_connection',
}
RUNNERS = {'command', 'shell', 'raw', 'script', 'expect'}
OUT = sys.stdout


def emit(event):
    OUT.write(PREFIX + json.dumps(event, separators=(',', ':'), default=str) + '\n')
    OUT.flush()


def as_text(value):
    if isinstance(value, bytes):
        return value.decode('utf-8', 'replace')
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)


# What a vault holds is a secret wherever it turns up. Values are templated in workers, which cannot write to our
# output, hence the file: it is written before the result is handed over, and read before that is told.

def leaves(value, found):
    if isinstance(value, dict):
        for one in value.values():
            leaves(one, found)
    elif isinstance(value, (list, tuple)):
        for one in value:
            leaves(one, found)
    elif isinstance(value, str):
        found.append(value)
    elif value is not None and not isinstance(value, bool):
        found.append(str(value))


def note_secret(plaintext):
    found = [as_text(plaintext).strip('\n')]
    try:
        import yaml
        leaves(yaml.safe_load(plaintext), found)
    except Exception:
        pass
    lines = ''.join(json.dumps(one) + '\n' for one in found if one)
    descriptor = os.open(SECRETS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, lines.encode())
    finally:
        os.close(descriptor)


if SECRETS:
    _decrypt = VaultLib.decrypt_and_get_vault_id

    def decrypt_and_note(self, *args, **kwargs):
        answer = _decrypt(self, *args, **kwargs)
        note_secret(answer[0])
        return answer

    VaultLib.decrypt_and_get_vault_id = decrypt_and_note


class SecretsRead:
    def __init__(self):
        self.place = 0

    def tell(self):
        try:
            with open(SECRETS, 'rb') as file:
                file.seek(self.place)
                fresh = file.read()
        except OSError:
            return
        whole = fresh.rfind(b'\n') + 1
        self.place += whole
        if whole:
            emit({'e': 'secrets', 'values': sorted({json.loads(one) for one in fresh[:whole].splitlines()})})


def short_action(task):
    return str(task.action).rsplit('.', 1)[-1]


def is_handler(task):
    return type(task).__name__ == 'Handler'


def place_of(task):
    path = task.get_path() or ''
    name, _, line = path.rpartition(':')
    return name, int(line) if line.isdigit() else 0


class Keys:
    """Names tasks so that the same task has the same name in every run, whatever line it stands on."""

    def __init__(self):
        self.by_uuid = {}
        self.taken = {}
        self.play = ''

    def begin(self, play, ordinal):
        self.by_uuid, self.taken = {}, {}
        self.play = play.get_name().strip() + ('' if ordinal == 1 else '#%d' % ordinal)

    def of(self, task):
        known = self.by_uuid.get(task._uuid)
        if known is None:
            name = ('handler: ' if is_handler(task) else '') + task.get_name().strip()
            count = self.taken[name] = self.taken.get(name, 0) + 1
            known = self.by_uuid[task._uuid] = name if count == 1 else '%s#%d' % (name, count)
        return known


KEYS = Keys()


def flatten(blocks, rescued=True):
    for block in blocks:
        others = list(block.rescue) + list(block.always) if rescued else []
        for task in list(block.block) + others:
            if hasattr(task, 'block'):
                yield from flatten([task])
            elif not getattr(task, 'implicit', False):
                yield task


def describe(task):
    action = short_action(task)
    args = task.args or {}
    bounded = 'creates' in args or 'removes' in args
    raw = as_text(args.get('_raw_params', ''))
    bounded = bounded or ' creates=' in ' ' + raw or ' removes=' in ' ' + raw
    probe = task.check_mode is False
    file, line = place_of(task)
    return {
        'key': KEYS.of(task), 'action': str(task.action), 'file': file, 'line': line,
        'runs': action in RUNNERS and not bounded and not probe, 'probe': probe, 'quiet': action in QUIET,
        'once': bool(task.run_once) if isinstance(task.run_once, bool) else False,
        'handler': is_handler(task), 'async': bool(task.async_val) if isinstance(task.async_val, int) else False,
        'noLog': bool(task.no_log) if isinstance(task.no_log, bool) else False,
        'content': hashlib.sha256(as_text([str(task.action), args, task.vars]).encode()).hexdigest(),
    }


def address_of(host):
    known = host.get_vars()
    address, port = known.get('ansible_host', host.name), known.get('ansible_port', '')
    return as_text(address) + (':' + as_text(port) if port else '')


class ListStrategy:
    """Names what a play would do on which hosts, and reaches none of them."""

    def __init__(self, tqm):
        self._tqm = tqm

    def run(self, iterator, play_context, result=0):
        hosts = [{'name': host.name, 'address': address_of(host)} for host in self._tqm._inventory.get_hosts(iterator._play.hosts)]
        tasks = [describe(task) for task in flatten(iterator._blocks)]
        emit({'e': 'tasks', 'play': KEYS.play, 'hosts': hosts, 'tasks': tasks})
        return 0

    def cleanup(self):
        pass


class Permit:
    """Which tasks may change which hosts. After an approved step that nobody can look into, all others may."""

    def __init__(self, path):
        with open(path, encoding='utf-8') as file:
            self.hosts = json.load(file)
        self.open = set()

    def allows(self, host, key):
        mine = self.hosts.get(host)
        if mine is None:
            return False
        return key in mine['allow'] or (host in self.open and key not in mine['held'])

    def note(self, host, key):
        if key in self.hosts.get(host, {}).get('opaque', ()):
            self.open.add(host)


PERMIT = Permit(os.environ['TRUEUP_PERMIT']) if MODE == 'apply' else None
HELD = set()


def full_key(task):
    return KEYS.play + ' / ' + KEYS.of(task)


def hold_back(strategy):
    queue = strategy._queue_task

    def queue_permitted(host, task, task_vars, play_context):
        key = full_key(task)
        HELD.discard((host.name, key))
        if short_action(task) not in QUIET and not PERMIT.allows(host.name, key):
            HELD.add((host.name, key))
            task = task.copy()
            task.check_mode = True
        return queue(host, task, task_vars, play_context)

    strategy._queue_task = queue_permitted
    return strategy


_get_strategy = strategy_loader.get


def get_strategy(name, tqm, *args, **kwargs):
    if MODE == 'list':
        return ListStrategy(tqm)
    strategy = _get_strategy(name, tqm, *args, **kwargs)
    return hold_back(strategy) if PERMIT and strategy is not None else strategy


strategy_loader.get = get_strategy


def bounded(value):
    text = as_text(value)
    if len(text) <= BOUND:
        return {'text': text}
    return {'text': text[:BOUND], 'digest': hashlib.sha256(text.encode()).hexdigest()}


def diffs_of(result):
    diffs = result.get('diff') or []
    found = []
    for one in (diffs if isinstance(diffs, list) else [diffs])[:MOST_ITEMS]:
        if not isinstance(one, dict) or not one:
            continue
        entry = {}
        for side in ('before', 'after'):
            if side in one and one[side] is not None:
                entry[side] = bounded(one[side])
        if 'prepared' in one:
            entry['after'] = bounded(one['prepared'])
        header = one.get('before_header') or one.get('after_header')
        if one.get('before_header'):
            entry['header'] = as_text(one['before_header'])[:500]
        entry['absent'] = is_absent(one)
        if entry.get('before') != entry.get('after'):
            found.append(entry)
    return found


def is_absent(diff):
    before = diff.get('before')
    if isinstance(before, dict):
        return before.get('state') == 'absent'
    return before in ('', None) and not diff.get('before_header')


def is_rescued(task):
    """Whether a block catches its failure: the event of that comes like any other."""
    parent = getattr(task, '_parent', None)
    while parent is not None:
        if getattr(parent, 'rescue', None) and any(one._uuid == task._uuid for one in flatten([parent], rescued=False)):
            return True
        parent = getattr(parent, '_parent', None)
    return False


def items_of(result):
    items = result.get('results')
    if not isinstance(items, list):
        return [result]
    return [one for one in items[:MOST_ITEMS] if isinstance(one, dict)]


NOT_NEEDED = re.compile(r'matching (?:creates|removes) option|^skipped, since')
# They say no more once no_log hides their words.
BLIND = {'raw', 'script', 'expect', 'uri'}


def is_blind(item, task, skipped):
    # Left out since check mode cannot take it, not since it is not needed: whether it would change something is not known.
    if not (skipped or item.get('skipped')) or short_action(task) in QUIET:
        return False
    if item.get('censored'):
        return short_action(task) in BLIND
    if item.get('skip_reason') or item.get('skipped_reason') or 'false_condition' in item:
        return False
    return not NOT_NEEDED.search(as_text(item.get('msg', '')))


def is_would_run(item):
    return WOULD_RUN in as_text(item.get('msg', ''))


def list_first():
    global MODE
    for stream in (OUT, sys.stdout, sys.stderr):
        stream.flush()
    child = os.fork()
    if child == 0:
        # What lies in temporary folders belongs to the other one.
        atexit._clear()
        MODE = 'list'
        return
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) != LISTED:
        # It has said why, and nothing may run.
        os._exit(4)
    emit({'e': 'listed'})


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'stdout'
    CALLBACK_NAME = 'trueup_events'

    def __init__(self):
        super().__init__()
        self.secrets = SecretsRead()
        self.plays = {}
        self.ordinals = {}
        self.hidden = set()
        emit({'e': 'start', 'core': core_version, 'mode': MODE})

    def tell(self, event):
        self.secrets.tell()
        emit(event)

    def v2_playbook_on_start(self, playbook):
        if LISTS:
            list_first()
        batch = json.loads(os.environ.get('TRUEUP_BATCH', '{}'))
        for play in playbook.get_plays():
            if MODE == 'list':
                play.serial = []
            elif MODE == 'check':
                play.serial, play.any_errors_fatal, play.max_fail_percentage = [], False, None
            elif 'serial' in batch:
                play.serial = [batch['serial']]
            if MODE == 'apply' and 'maxFailPercentage' in batch:
                play.max_fail_percentage = batch['maxFailPercentage']

    def v2_playbook_on_play_start(self, play):
        name = play.get_name().strip()
        if play._uuid not in self.ordinals:
            self.plays[name] = self.plays.get(name, 0) + 1
            self.ordinals[play._uuid] = self.plays[name]
        KEYS.begin(play, self.ordinals[play._uuid])
        for task in flatten(play.compile()):
            KEYS.of(task)
        self.tell({'e': 'play', 'play': KEYS.play})

    def v2_playbook_on_no_hosts_matched(self):
        self.tell({'e': 'no-hosts', 'play': KEYS.play})

    def v2_runner_on_start(self, host, task):
        if short_action(task) not in QUIET:
            self.tell({'e': 'begin', 'host': host.get_name(), 'task': full_key(task)})

    def report(self, status, result, ignored=False):
        task = getattr(result, 'task', None) or result._task
        host = (getattr(result, 'host', None) or result._host).get_name()
        body = getattr(result, 'result', None) or result._result
        key = full_key(task)
        if PERMIT:
            PERMIT.note(host, key)
        if OUTPUTS and short_action(task) == 'set_stats' and body.get('censored'):
            data = (task.args or {}).get('data')
            self.hidden.update(str(name) for name in (data if isinstance(data, dict) else OUTPUTS))
        items = items_of(body)
        looked = MODE == 'check' or (host, key) in HELD
        would_run = looked and any((is_would_run(one) and not one.get('changed')) or is_blind(one, task, status == 'skipped') for one in items)
        censored = bool(body.get('censored')) or any(one.get('censored') for one in items)
        file, line = place_of(task)
        changed = bool(body.get('changed')) and status != 'failed'
        event = {
            'e': 'result', 'host': host, 'task': key, 'action': str(task.action), 'file': file, 'line': line,
            'status': 'changed' if changed and status == 'ok' else status,
            'opaque': would_run and not changed,
            'ignored': bool(ignored) or is_rescued(task), 'censored': censored, 'handler': is_handler(task), 'quiet': short_action(task) in QUIET,
            'held': (host, key) in HELD, 'probe': task.check_mode is False and (host, key) not in HELD,
            'diffs': [] if censored else [one for item in items if item.get('changed') for one in diffs_of(item)][:MOST_ITEMS],
        }
        if status in ('failed', 'unreachable'):
            reason = body.get('msg') or ''
            event['message'] = '' if censored else as_text(reason)[:2000]
            event['code'] = body.get('rc') if isinstance(body.get('rc'), int) else None
        self.tell(event)

    def v2_runner_on_ok(self, result):
        self.report('ok', result)

    def v2_runner_on_skipped(self, result):
        self.report('skipped', result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.report('failed', result, ignore_errors)

    def v2_runner_on_unreachable(self, result):
        task = getattr(result, 'task', None) or result._task
        self.report('unreachable', result, task.ignore_unreachable is True)

    def tell_outputs(self, custom):
        values = {}
        for host, told in custom.items():
            for name, value in told.items():
                if str(name) not in OUTPUTS:
                    continue
                if host == '_run':
                    values[str(name)] = value
                elif isinstance(values.setdefault(str(name), {}), dict):
                    values[str(name)][host] = value
        small = {name: value for name, value in values.items() if len(json.dumps(value, default=str)) <= OUTPUT_BOUND}
        self.tell({'e': 'outputs', 'values': small, 'hidden': sorted(self.hidden)})

    def v2_playbook_on_stats(self, stats):
        if LISTS and MODE == 'list':
            OUT.flush()
            os._exit(LISTED)
        if OUTPUTS:
            self.tell_outputs(stats.custom)
        self.tell({'e': 'stats', 'hosts': {host: stats.summarize(host) for host in sorted(stats.processed)}})
`;
