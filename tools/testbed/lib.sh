# shellcheck shell=bash
# What the scripts that start servers share: the cache, free ports, and servers that are ended by exactly their own
# process ids.
# The caller sets dir (its folder), me (its own name) and, to stop, purge (yes or no).

cache=${TRUEUP_TESTBED:-${XDG_CACHE_HOME:-$HOME/.cache}/trueup-testbed}
# shellcheck disable=SC2034 # for the scripts that read this file
bin=$cache/bin
purge=no

die() { printf '%s: %s\n' "${me:-testbed}" "$*" >&2; exit 1; }

# start_ticks PID: when the process began, so that a reused process id is never taken for ours; "gone" if it has ended.
start_ticks() {
  local stat=''
  read -r stat 2>/dev/null <"/proc/$1/stat" || true
  # The fields after the command's name: state is the first of them, the start time the twentieth.
  read -ra stat <<<"${stat##*) }"
  if [[ ${stat[0]:-Z} == Z ]]; then echo gone; else echo "${stat[19]}"; fi
}

alive() { [[ $2 != gone && $(start_ticks "$1") == "$2" ]]; }

# free_port: a loopback port that nobody listens on and nothing else of this cache has taken.
free_port() {
  local port lease
  mkdir -p "$cache/ports"
  while :; do
    port=$((20000 + RANDOM % 12000))
    lease=$cache/ports/$port
    # A lease whose folder is gone is left over.
    if [[ -f $lease && ! -d $(<"$lease") ]]; then rm -f "$lease"; fi
    (set -o noclobber && printf '%s\n' "$dir" >"$lease") 2>/dev/null || continue
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      rm -f "$lease"
      continue
    fi
    printf '%s' "$port"
    return
  done
}

# run NAME COMMAND...: starts a server in the background and writes down its process id.
run() {
  local name=$1
  shift
  setsid "$@" </dev/null >>"$dir/log/$name.log" 2>&1 &
  local pid=$!
  disown "$pid"
  printf '%s %s %s\n' "$name" "$pid" "$(start_ticks "$pid")" >>"$dir/pids"
}

# wait_for SECONDS WHAT LOG COMMAND...: tries until the command succeeds or a server has ended.
wait_for() {
  local end=$((SECONDS + $1)) what=$2 log=$3 name pid ticks
  shift 3
  until "$@" >/dev/null 2>&1; do
    while read -r name pid ticks; do
      alive "$pid" "$ticks" || fail "$name ended" "$name"
    done <"$dir/pids"
    ((SECONDS < end)) || fail "$what is not ready after the time allowed" "$log"
    sleep 0.05
  done
}

fail() {
  tail -n 15 "$dir/log/$2.log" >&2 || true
  die "$1; logs are in $dir/log"
}

# Ends the servers in the reverse order of their start. All but etcd keep nothing, and are not waited for long.
stop_all() {
  [[ -f $dir/pids ]] || return 0
  local name pid ticks i patience
  while read -r name pid ticks; do
    alive "$pid" "$ticks" || continue
    kill -TERM "$pid" 2>/dev/null || true
    patience=6
    [[ $name != etcd || $purge == yes ]] || patience=100
    for ((i = 0; i < patience; i++)); do
      alive "$pid" "$ticks" || break
      sleep 0.05
    done
    if alive "$pid" "$ticks"; then kill -KILL "$pid" 2>/dev/null || true; fi
  done < <(tac "$dir/pids")
  rm -f "$dir/pids"
}

# begin: prepares the folder dir (a new temporary one if it is empty) and sees to it that a failed start leaves no server.
begin() {
  [[ -n $dir ]] || dir=$(mktemp -d -t "trueup-$me.XXXXXX")
  mkdir -p "$dir/log"
  dir=$(cd "$dir" && pwd)
  if [[ -f $dir/pids ]]; then
    local name pid ticks
    while read -r name pid ticks; do
      if alive "$pid" "$ticks"; then die "already running in $dir ($name, process $pid)"; fi
    done <"$dir/pids"
  fi
  : >"$dir/pids"
  started=no
  trap '[[ $started == yes ]] || stop_all' EXIT
  trap 'exit 130' INT TERM
}

# ports NAME...: gives each of these variables a free port, the same one at every start of the folder.
ports() {
  local name port
  if [[ ! -f $dir/ports ]]; then
    for name; do
      port=$(free_port)
      printf '%s=%s\n' "$name" "$port"
    done >"$dir/ports.new"
    mv "$dir/ports.new" "$dir/ports"
  fi
  # shellcheck source=/dev/null
  source "$dir/ports"
}

# finish: the command stop.
finish() {
  [[ -d $dir ]] || die 'which folder?'
  dir=$(cd "$dir" && pwd)
  stop_all
  [[ $purge == yes ]] || return 0
  [[ -f $dir/ports && -d $dir/log ]] || die "$dir was not started by $me; not removed"
  local port
  while IFS='=' read -r _ port; do rm -f "$cache/ports/$port"; done <"$dir/ports"
  rm -rf "$dir"
}
