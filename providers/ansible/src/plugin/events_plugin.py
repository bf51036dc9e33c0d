"""What ansible-playbook does, told as one bounded line of JSON per event, and a run kept to what was approved.

ansible-playbook loads this as its callback plug-in. It is ours rather than one of the collections', which tell neither
which failures were ignored nor that a play matched no host, and differ between releases.

What it is to do comes as one line of JSON on standard input, which no template and no module can read:

  mode     "list" names the tasks of every play and runs nothing; "check" and "apply" tell results
  lists    a check names the tasks first, in a copy of this process: from play to play only the tool knows the way; it goes
           on to the hosts once there is another line on standard input
  prefix   what every line begins with; others print as well, and nobody else knows it
  secrets  a file for what a vault gives away
  outputs  names of the values that are told
  permits  by host, which tasks may change it ("apply"): all others run in check mode
  batch    `serial` and `maxFailPercentage` ("apply")

An event is an object whose member `e` names it: start, play, no-hosts, tasks, listed, blind-end, begin, result, secrets,
outputs, stats. `client/parse-event.ts` reads them, and believes none of them unread.

Tried with ansible-core 2.17 and 2.21, whose private parts it needs: the loaders of plug-ins, and how a strategy queues a task.
"""
from __future__ import annotations

import atexit
import hashlib
import json
import os
import re
import sys

import ansible
from ansible.errors import AnsibleError
from ansible.parsing.vault import VaultLib
from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import callback_loader, strategy_loader
from ansible.release import __version__ as core_version

DOCUMENTATION = """
    name: trueup_events
    type: stdout
    short_description: one JSON line per event
    description: Tells Trueup what happens.
"""

# Read before anything of the playbook's is.
TOLD = json.loads(sys.stdin.readline() or '{}')
MODE = TOLD.get('mode', 'check')
LISTS = MODE == 'check' and TOLD.get('lists') is True
PREFIX = TOLD.get('prefix', '')
SECRETS = TOLD.get('secrets', '')
OUTPUTS = set(TOLD.get('outputs', ()))
BATCH = TOLD.get('batch', {})

# How the copy of this process ends that has named the tasks.
LISTED = 77

# Bounds, so that no event is longer than what reads it takes, which is 16 MiB; a letter may take twelve of ASCII. Letters of one
# side of a difference, of all of them together, of an output, of a message, of secrets; and how many differences are told.
DIFF_BOUND = 32768
DIFFS_BOUND = 1048576
SECRETS_BOUND = 1048576
OUTPUT_BOUND = 262144
MESSAGE_BOUND = 2000
MOST_ITEMS = 200

# They leave nothing on a host, so that they run whoever approved what.
QUIET = {
    'add_host', 'assert', 'async_status', 'debug', 'fail', 'gather_facts', 'group_by', 'import_playbook', 'import_role',
    'import_tasks', 'include', 'include_role', 'include_tasks', 'include_vars', 'meta', 'pause', 'ping', 'set_fact',
    'set_stats', 'setup', 'slurp', 'stat', 'validate_argument_spec', 'wait_for', 'wait_for_connection',
}
# They bring along tasks that nobody sees where they are left out.
INCLUDES = {'include_role', 'include_tasks'}
# They run something, and nothing says when that is not needed.
RUNNERS = {'command', 'shell', 'raw', 'script', 'expect'}
# Check mode leaves them out, and they say no more of it once no_log hides their words.
BLIND = {'raw', 'script', 'expect', 'uri'}

WOULD_RUN = 'would have run if not in check mode'
NOT_NEEDED = re.compile(r'matching (?:creates|removes) option|^skipped, since')
CHECK_MODE = 'ansible_check_mode'


# --- Telling ----------------------------------------------------------------------------------------------------------

OUT = sys.stdout


def emit(event):
    """In ASCII, so that no encoding of this machine gets between. On a line of its own, whatever others left unfinished."""
    OUT.write('\n' + PREFIX + json.dumps(event, separators=(',', ':'), default=str) + '\n')
    OUT.flush()


def as_text(value):
    if isinstance(value, bytes):
        return value.decode('utf-8', 'replace')
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)


def digest_of(value):
    return hashlib.sha256(as_text(value).encode('utf-8', 'replace')).hexdigest()


def as_name(value):
    """A name that both sides write alike: halves of surrogates have no UTF-8."""
    return as_text(value).strip().encode('utf-8', 'replace').decode('utf-8')


# --- Secrets ----------------------------------------------------------------------------------------------------------
#
# What a vault holds is a secret wherever it turns up. Values are templated in workers, which cannot write to our
# output, hence the file: it is written before the result is handed over, and read before that is told.

def leaves_of(value):
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves_of(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from leaves_of(one)
    elif isinstance(value, str):
        yield value
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def note_secret(plaintext):
    """The whole of it, and each value where it is YAML."""
    found = [as_text(plaintext).strip('\n')]
    try:
        import yaml
        found.extend(leaves_of(yaml.safe_load(plaintext)))
    except Exception:
        pass
    lines = ''.join(json.dumps(one) + '\n' for one in found if one)
    descriptor = os.open(SECRETS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, lines.encode())
    finally:
        os.close(descriptor)


class SecretsRead:
    """Tells what was noted since the last time."""

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
        for values in self.in_pieces(sorted({json.loads(one) for one in fresh[:whole].splitlines()})):
            emit({'e': 'secrets', 'values': values})

    @staticmethod
    def in_pieces(values):
        """Of one that is too long each piece is a secret."""
        told, length = [], 0
        for value in values:
            for place in range(0, len(value), SECRETS_BOUND):
                piece = value[place:place + SECRETS_BOUND]
                if told and length + len(piece) > SECRETS_BOUND:
                    yield told
                    told, length = [], 0
                told.append(piece)
                length += len(piece)
        if told:
            yield told


def watch_vaults():
    decrypt = VaultLib.decrypt_and_get_vault_id

    def decrypt_and_note(self, *args, **kwargs):
        answer = decrypt(self, *args, **kwargs)
        note_secret(answer[0])
        return answer

    VaultLib.decrypt_and_get_vault_id = decrypt_and_note


# --- Tasks ------------------------------------------------------------------------------------------------------------

def short_action(task):
    return str(task.action).rsplit('.', 1)[-1]


def is_handler(task):
    return type(task).__name__ == 'Handler'


def place_of(task):
    name, _, line = (task.get_path() or '').rpartition(':')
    return name, int(line) if line.isdigit() else 0


def flatten(blocks, rescued=True):
    """The tasks that somebody wrote, in order."""
    for block in blocks:
        others = list(block.rescue) + list(block.always) if rescued else []
        for task in list(block.block) + others:
            if hasattr(task, 'block'):
                yield from flatten([task])
            elif not getattr(task, 'implicit', False):
                yield task


def is_rescued(task):
    """Whether a block catches its failure: the event of that comes like any other."""
    parent = getattr(task, '_parent', None)
    while parent is not None:
        if getattr(parent, 'rescue', None) and any(one._uuid == task._uuid for one in flatten([parent], rescued=False)):
            return True
        parent = getattr(parent, '_parent', None)
    return False


def asks_for_check_mode(task):
    """It is done, or left out, by whether this is check mode: what a look says of it is no word about a run."""
    return CHECK_MODE in as_text([str(one) for one in task.when or ()])


class Keys:
    """Names tasks so that the same task has the same name in every run, whatever line it stands on."""

    def __init__(self):
        self.by_uuid = {}
        self.taken = {}
        self.play = ''

    def begin(self, play, ordinal):
        self.by_uuid, self.taken = {}, {}
        self.play = as_name(play.get_name()) + ('' if ordinal == 1 else '#%d' % ordinal)

    def of(self, task):
        known = self.by_uuid.get(task._uuid)
        if known is None:
            name = ('handler: ' if is_handler(task) else '') + as_name(task.get_name())
            count = self.taken[name] = self.taken.get(name, 0) + 1
            known = self.by_uuid[task._uuid] = name if count == 1 else '%s#%d' % (name, count)
        return known

    def full(self, task):
        return self.play + ' / ' + self.of(task)


KEYS = Keys()


# --- Listing ----------------------------------------------------------------------------------------------------------

def describe(task):
    action = short_action(task)
    args = task.args or {}
    raw = ' ' + as_text(args.get('_raw_params', ''))
    bounded = any(word in args or ' %s=' % word in raw for word in ('creates', 'removes'))
    probe = task.check_mode is False
    file, line = place_of(task)
    return {
        'key': KEYS.of(task), 'action': str(task.action), 'file': file, 'line': line,
        'runs': action in RUNNERS and not bounded and not probe,
        'probe': probe,
        'quiet': action in QUIET,
        'once': task.run_once is True,
        'handler': is_handler(task),
        'content': digest_of([str(task.action), args, task.vars]),
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


def list_first():
    """A copy of this process names the tasks, and ends; this one waits for it, and to be told to go on."""
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
    if not sys.stdin.readline():
        # What was listed is refused: no host is reached.
        os._exit(4)


# --- Permits ----------------------------------------------------------------------------------------------------------

class Permits:
    """Which tasks may change which hosts. After an approved step that nobody can look into, all others may."""

    def __init__(self, hosts):
        self.hosts = hosts
        self.open = set()
        self.held = set()

    def allows(self, host, key):
        mine = self.hosts.get(host)
        if mine is None:
            return False
        return key in mine['allow'] or (host in self.open and key not in mine['held'])

    def note_end(self, host, key):
        if key in self.hosts.get(host, {}).get('opaque', ()):
            self.open.add(host)

    def hold_back(self, strategy):
        """What is not approved runs in check mode: it changes nothing."""
        queue = strategy._queue_task

        def queue_permitted(host, task, task_vars, play_context):
            key = KEYS.full(task)
            self.held.discard((host.name, key))
            if short_action(task) not in QUIET and not self.allows(host.name, key):
                self.held.add((host.name, key))
                task = task.copy()
                task.check_mode = True
            return queue(host, task, task_vars, play_context)

        strategy._queue_task = queue_permitted
        return strategy


PERMITS = Permits(TOLD.get('permits', {}))


def take_strategies():
    """Only Ansible's own, since what a strategy does is what a plan is: those of a repository could do anything else."""
    get = strategy_loader.get
    home = os.path.join(os.path.dirname(os.path.abspath(ansible.__file__)), '')

    def get_strategy(name, tqm, *args, **kwargs):
        if not as_text(strategy_loader.find_plugin(name) or home).startswith(home):
            raise AnsibleError('the strategy %s is not one of Ansible: those of others are not run' % name)
        if MODE == 'list':
            return ListStrategy(tqm)
        strategy = get(name, tqm, *args, **kwargs)
        return PERMITS.hold_back(strategy) if MODE == 'apply' and strategy is not None else strategy

    strategy_loader.get = get_strategy


def refuse_callbacks():
    """A callback of the repository would run in each look, and could tell another thing than what happens."""
    callback_loader.all = lambda *args, **kwargs: iter(())


# --- Results ----------------------------------------------------------------------------------------------------------

class Room:
    """What is left of the bound for all differences of one event."""

    def __init__(self):
        self.left = DIFFS_BOUND

    def take(self, value):
        text = as_text(value)
        bound = min(DIFF_BOUND, self.left)
        self.left -= min(len(text), bound)
        return {'text': text} if len(text) <= bound else {'text': text[:bound], 'digest': digest_of(text)}


def is_absent(diff):
    before = diff.get('before')
    if isinstance(before, dict):
        return before.get('state') == 'absent'
    return before in ('', None) and not diff.get('before_header')


def diffs_of(item, room):
    diffs = item.get('diff') or []
    for one in (diffs if isinstance(diffs, list) else [diffs])[:MOST_ITEMS]:
        if not isinstance(one, dict) or not one:
            continue
        entry = {side: room.take(one[side]) for side in ('before', 'after') if one.get(side) is not None}
        if 'prepared' in one:
            entry['after'] = room.take(one['prepared'])
        if one.get('before_header'):
            entry['header'] = as_text(one['before_header'])[:500]
        entry['absent'] = is_absent(one)
        if entry.get('before') != entry.get('after'):
            yield entry


def items_of(body):
    items = body.get('results')
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else [body]


def is_blind(item, task, skipped):
    """Left out since check mode cannot take it, not since it is not needed: whether it would change something is not known."""
    if not (skipped or item.get('skipped')):
        return False
    action = short_action(task)
    if item.get('censored'):
        return action in BLIND or (action not in QUIET and asks_for_check_mode(task))
    if 'false_condition' in item:
        # Written to be left out in every look: it is done in a run.
        return CHECK_MODE in as_text(item['false_condition']) and (action not in QUIET or action in INCLUDES)
    if action in QUIET or item.get('skip_reason') or item.get('skipped_reason'):
        return False
    return not NOT_NEEDED.search(as_text(item.get('msg', '')))


def would_run(item):
    return WOULD_RUN in as_text(item.get('msg', '')) and not item.get('changed')


def told_diffs(items):
    room = Room()
    return [diff for item in items if item.get('changed') for diff in diffs_of(item, room)][:MOST_ITEMS]


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'stdout'
    CALLBACK_NAME = 'trueup_events'

    def __init__(self):
        super().__init__()
        self.secrets = SecretsRead()
        # How many plays there are by a name, and which of them each play is.
        self.plays = {}
        self.ordinals = {}
        # Outputs that no_log hides.
        self.hidden = set()
        emit({'e': 'start', 'core': core_version, 'mode': MODE})

    def tell(self, event):
        self.secrets.tell()
        emit(event)

    def v2_playbook_on_start(self, playbook):
        if LISTS:
            list_first()
        for play in playbook.get_plays():
            if MODE == 'list':
                play.serial = []
            elif MODE == 'check':
                # One host that fails says nothing about the others.
                play.serial, play.any_errors_fatal, play.max_fail_percentage = [], False, None
            elif 'serial' in BATCH:
                play.serial = [BATCH['serial']]
            if MODE == 'apply' and 'maxFailPercentage' in BATCH:
                play.max_fail_percentage = BATCH['maxFailPercentage']

    def v2_playbook_on_play_start(self, play):
        name = as_name(play.get_name())
        if play._uuid not in self.ordinals:
            self.plays[name] = self.plays.get(name, 0) + 1
            self.ordinals[play._uuid] = self.plays[name]
        KEYS.begin(play, self.ordinals[play._uuid])
        tasks = list(flatten(play.compile()))
        for task in tasks:
            KEYS.of(task)
        self.tell({'e': 'play', 'play': KEYS.play})
        ends = [one for one in tasks if short_action(one) == 'meta' and asks_for_check_mode(one)]
        if MODE == 'check' and any(as_text(one.args.get('_raw_params')).startswith('end_') for one in ends):
            self.tell({'e': 'blind-end', 'play': KEYS.play})

    def v2_playbook_on_no_hosts_matched(self):
        self.tell({'e': 'no-hosts', 'play': KEYS.play})

    def v2_runner_on_start(self, host, task):
        if short_action(task) not in QUIET:
            self.tell({'e': 'begin', 'host': host.get_name(), 'task': KEYS.full(task)})

    def report(self, status, result, ignored=False):
        task = getattr(result, 'task', None) or result._task
        host = (getattr(result, 'host', None) or result._host).get_name()
        body = getattr(result, 'result', None) or result._result
        key, action = KEYS.full(task), short_action(task)
        PERMITS.note_end(host, key)
        self.note_hidden(task, body)
        items = items_of(body)
        held = (host, key) in PERMITS.held
        looked = MODE == 'check' or held
        opaque = looked and any(would_run(one) or is_blind(one, task, status == 'skipped') for one in items)
        changed = bool(body.get('changed')) and status == 'ok'
        censored = bool(body.get('censored')) or any(one.get('censored') for one in items)
        file, line = place_of(task)
        event = {
            'e': 'result', 'host': host, 'task': key, 'action': str(task.action), 'file': file, 'line': line,
            'status': 'changed' if changed else status,
            'opaque': opaque and not changed,
            'ignored': status == 'failed' and (bool(ignored) or is_rescued(task)) or (status == 'unreachable' and bool(ignored)),
            'censored': censored,
            'handler': is_handler(task),
            # An include that is left out hides tasks which are none of the quiet ones.
            'quiet': action in QUIET and not opaque,
            'held': held,
            'probe': task.check_mode is False and not held,
            'diffs': [] if censored else told_diffs(items),
        }
        if status in ('failed', 'unreachable'):
            event['message'] = '' if censored else as_text(body.get('msg') or '')[:MESSAGE_BOUND]
            event['code'] = body.get('rc') if isinstance(body.get('rc'), int) else None
        self.tell(event)

    def note_hidden(self, task, body):
        if OUTPUTS and short_action(task) == 'set_stats' and body.get('censored'):
            data = (task.args or {}).get('data')
            self.hidden.update(str(name) for name in (data if isinstance(data, dict) else OUTPUTS))

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


if SECRETS:
    watch_vaults()
take_strategies()
refuse_callbacks()
