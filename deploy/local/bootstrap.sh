#!/usr/bin/env bash
# Makes a bare Debian or Ubuntu machine able to run the one-machine stack: Debian packages that are missing, the Python
# environment in var/venv, and the environment of the face engine in var/venv-face.
#
# Safe to repeat: with nothing to do it ends in well under a second and needs neither root nor network. The servers that
# Debian packages bring are not started (the stack runs private ones), and servers that run already are left alone.
# Everything each command prints goes to var/log/bootstrap.log.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
VAR=${GUOHU_VAR:-var}
LOG=$VAR/log/bootstrap.log
LOCK=requirements/all.txt
FACE=deploy/local/face_env.sh
mkdir -p "$VAR/log"
POLICY=/usr/sbin/policy-rc.d
POLICY_MARK="# one-machine stack: no server starts while its package is installed"
AS_ROOT=()
CHILDREN=()

say() { printf '[%4d s] %s\n' "$SECONDS" "$*" | tee -a "$LOG"; }

fail() {
    printf '\nerror: %s\n' "$1" | tee -a "$LOG" >&2
    if [[ -n ${2:-} && -f $2 ]]; then
        printf 'the end of %s:\n' "$2" >&2
        tail -n 15 "$2" | sed 's/^/    /' >&2
    fi
    exit 1
}

# --- what is missing -------------------------------------------------------------------------------------------------

# "package|shell test": a package counts as present when what the stack uses of it is there, however it came.
needs() {
    cat <<'LIST'
python3|python_ok
python3-venv|venv_ok
postgresql|compgen -G '/usr/lib/postgresql/*/bin/postgres' || command -v postgres
rabbitmq-server|[[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]] && command -v epmd
wkhtmltopdf|command -v wkhtmltopdf
fonts-wqy-zenhei|compgen -G '/usr/share/fonts/truetype/wqy/wqy-zenhei.tt*'
fonts-noto-cjk|compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK-*'
poppler-utils|command -v pdfsig && command -v pdftotext && command -v pdftoppm
poppler-data|[[ -d /usr/share/poppler/cMap ]]
qpdf|command -v qpdf
softhsm2|command -v softhsm2-util
bubblewrap|command -v bwrap
util-linux|command -v setpriv && command -v flock && command -v prlimit
espeak-ng|command -v espeak-ng
openssl|command -v openssl
ca-certificates|[[ -e /etc/ssl/certs/ca-certificates.crt || -n ${SSL_CERT_FILE:-} ]]
procps|command -v ps
LIST
}

# The newest interpreter the pinned packages have wheels for: 3.11 first, then whatever python3 is, if it is new enough.
find_python() {
    local candidate
    for candidate in python3.11 python3; do
        if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}
python_ok() { find_python >/dev/null; }
venv_ok() { python_ok && "$(find_python)" -c 'import venv, ensurepip'; }

missing() {
    local package test
    while IFS='|' read -r package test; do
        # The test may itself hold a bar ("a || b"), which read leaves in the last field.
        if ! eval "$test" >/dev/null 2>&1; then echo "$package"; fi
    done < <(needs)
}

# --- Debian packages -------------------------------------------------------------------------------------------------

become_root() {
    if [[ $EUID -eq 0 ]]; then return; fi
    command -v sudo >/dev/null || fail "these Debian packages are missing: $* - install them as root, or install sudo"
    AS_ROOT=(sudo)
    if ! sudo -n true 2>/dev/null; then
        [[ -t 0 ]] || fail "these Debian packages are missing: $* - install them as root (sudo asks for a password here)"
        say "sudo asks for your password to install: $*"
        sudo true || fail "these Debian packages are missing: $* - and sudo refused"
    fi
}

# While it lies there, package scripts may not start servers. A policy that exists already is put back afterwards.
guard_services() {
    if [[ -e $POLICY || -L $POLICY ]] && ! grep -qsF "$POLICY_MARK" "$POLICY"; then
        "${AS_ROOT[@]}" mv "$POLICY" "$POLICY.before-guohu"
    fi
    # 101 is "forbidden", for stop as well as for start: what runs keeps running, what does not stays off.
    printf '#!/bin/sh\n%s\nexit 101\n' "$POLICY_MARK" | "${AS_ROOT[@]}" tee "$POLICY" >/dev/null
    "${AS_ROOT[@]}" chmod 755 "$POLICY"
}

unguard_services() {
    if grep -qsF "$POLICY_MARK" "$POLICY"; then "${AS_ROOT[@]}" rm -f "$POLICY"; fi
    if [[ -e $POLICY.before-guohu || -L $POLICY.before-guohu ]]; then
        "${AS_ROOT[@]}" mv "$POLICY.before-guohu" "$POLICY"
    fi
}

apt_get() {
    "${AS_ROOT[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 \
        -o Dpkg::Options::=--force-confold "$@" </dev/null >>"$LOG" 2>&1
}

# Absent or outdated package lists make the first try fail ("Unable to locate", "404"): only then fetch new ones.
install_packages() {
    if ! apt_get install --no-install-recommends "$@"; then
        say "fetching the lists of Debian packages"
        apt_get update || fail "apt-get update failed" "$LOG"
        apt_get install --no-install-recommends "$@" || fail "apt-get could not install: $*" "$LOG"
    fi
}

# A server this script brought must not start with the machine either; one that was there before stays as it was.
disable_new_servers() {
    if ! command -v systemctl >/dev/null || [[ ! -d /run/systemd/system ]]; then return; fi
    local package unit
    for package in "$@"; do
        case $package in
            postgresql) unit=(postgresql.service) ;;
            rabbitmq-server) unit=(rabbitmq-server.service epmd.socket epmd.service) ;;
            *) continue ;;
        esac
        "${AS_ROOT[@]}" systemctl disable "${unit[@]}" >>"$LOG" 2>&1 || true
        say "$package is installed; its own server is left off ('systemctl enable --now ${unit[0]}' turns it on)"
    done
}

provide_packages() {
    local wanted=("$@")
    command -v apt-get >/dev/null || fail "missing, and this is not Debian or Ubuntu: ${wanted[*]}"
    become_root "${wanted[@]}"
    say "installing ${#wanted[@]} Debian packages: ${wanted[*]}"
    guard_services
    install_packages "${wanted[@]}"
    unguard_services
    disable_new_servers "${wanted[@]}"
    local left
    left=$(comm -12 <(missing | sort) <(printf '%s\n' "${wanted[@]}" | sort) | tr '\n' ' ')
    [[ -z $left ]] || fail "installed, but still not usable: $left"
    say "done: Debian packages"
}

# --- Python environments ---------------------------------------------------------------------------------------------

digest() { sha256sum "$@" | sha256sum | cut -d' ' -f1; }

# A stamp says which lock file an environment was made from, and by which interpreter.
is_stamped() { [[ -x $1/bin/python && -f $1/.stamp && $(<"$1/.stamp") == "$2" ]]; }

python_environment() {
    local folder=$VAR/venv
    # Half-made (interrupted) or made by an interpreter that is gone: from the start.
    "$folder/bin/python" -m pip --version || "$(find_python)" -m venv --clear "$folder"
    "$folder/bin/python" -m pip install -q --disable-pip-version-check --no-input --progress-bar off \
        --require-hashes -r "$LOCK"
    digest "$LOCK" >"$folder/.stamp"
}

# `guohu`, the operators' command, for whoever stands in another folder.
operators_command() {
    local command=$VAR/venv/bin/guohu wanted
    wanted=$(printf '#!/bin/sh\n# made by %s\nPYTHONPATH=%q PYTHONWARNINGS=ignore::DeprecationWarning exec %q -m deploy.cli "$@"\n' \
        deploy/local/bootstrap.sh "$PWD" "$(cd "$VAR" && pwd)/venv/bin/python")
    if [[ ! -x $command || $(<"$command") != "$wanted" ]]; then
        printf '%s\n' "$wanted" >"$command"
        chmod 755 "$command"
    fi
}

face_environment() {
    sh "$FACE" "$VAR/venv-face" "$(find_python)"
    digest "${FACE_INPUTS[@]}" >"$VAR/venv-face/.stamp"
}

# Runs a function beside the others, in a process group and with a log of its own.
begin() { # begin LABEL FUNCTION
    say "$1"
    set -m
    (
        set -euo pipefail
        "$2"
    ) </dev/null >"$VAR/log/bootstrap.$2.log" 2>&1 &
    set +m
    CHILDREN+=("$!|$1|$2")
}

start_environments() {
    if ! is_stamped "$VAR/venv" "$(digest "$LOCK")"; then
        begin "installing the Python packages into $VAR/venv" python_environment
    fi
    if [[ ! -f $FACE ]]; then return; fi
    mapfile -t FACE_INPUTS < <(echo "$FACE"; compgen -G 'requirements/face*.txt' || true)
    if ! is_stamped "$VAR/venv-face" "$(digest "${FACE_INPUTS[@]}")"; then
        begin "installing the face engine into $VAR/venv-face" face_environment
    fi
}

await_environments() {
    local child pid label task
    while ((${#CHILDREN[@]})); do
        IFS='|' read -r pid label task <<<"${CHILDREN[0]}"
        wait "$pid" || fail "failed: $label" "$VAR/log/bootstrap.$task.log"
        CHILDREN=("${CHILDREN[@]:1}")
        say "done: $label"
    done
}

clean_up() {
    local child
    for child in "${CHILDREN[@]}"; do kill -- "-${child%%|*}" 2>/dev/null || true; done
    unguard_services
}

# --- the run ---------------------------------------------------------------------------------------------------------

# A second run at the same time waits for the first.
exec 8>"$VAR/log/bootstrap.lock"
if command -v flock >/dev/null; then flock 8; fi
printf -- '--- %s\n' "$(date -u +%FT%TZ)" >>"$LOG"
[[ -f $LOCK ]] || fail "$LOCK is missing from this checkout"
trap clean_up EXIT

mapfile -t MISSING < <(missing)
if ! venv_ok; then
    # Python first: its packages can then be installed beside the other Debian packages.
    provide_packages python3 python3-venv ca-certificates
    mapfile -t MISSING < <(missing)
fi
start_environments
if ((${#MISSING[@]})); then provide_packages "${MISSING[@]}"; fi
await_environments
operators_command
say "the machine is ready"
