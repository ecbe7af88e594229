#!/bin/sh
# Sets up .venv beside the Makefile, and says in one sentence what is missing when it cannot.
#   scripts/setup.sh run    what the product needs
#   scripts/setup.sh test   that, and what the checks and the tests need
# Costs a blink when there is nothing to do. PYTHON=/path/to/python chooses the Python.
set -eu
unset CDPATH
cd "$(dirname "$0")/.."

venv=.venv
python=$venv/bin/python
unfinished=$venv/.unfinished # stands there while packages are being installed
log=$venv/setup.log

say() { printf 'ccdash: %s\n' "$*" >&2; }
fail() {
    say "$*"
    exit 1
}

is_version() { "$1" -c "import sys; sys.exit(not $2)" >/dev/null 2>&1; }
version_of() { "$1" -c 'import sys; print(".".join(map(str, sys.version_info[:3])))' 2>/dev/null; }

# Sets `found` to the Python to build with: one that has wheels for every package, if there is one.
find_python() {
    found='' newer='' older='' bare=''
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14 python}; do
        path=$(command -v "$name") || continue
        if is_version "$path" '(3, 11) <= sys.version_info'; then
            if ! "$path" -c 'import ensurepip, venv' >/dev/null 2>&1; then
                bare=${bare:-$path}
            elif is_version "$path" 'sys.version_info < (3, 15)'; then
                found=$path
                return
            else
                newer=${newer:-$path}
            fi
        elif older_version=$(version_of "$path"); then
            older=${older:-$older_version}
        fi
    done
    found=$newer
    [ -z "$found" ] || return 0
    if [ -n "$bare" ]; then
        version=$(version_of "$bare")
        fail "Python $version ($bare) lacks its venv module; install it (Debian, Ubuntu:" \
            "apt install python${version%.*}-venv), then run the same command again."
    fi
    [ -z "$older" ] || older="only Python $older"
    fail "Python 3.11 or later is needed, and ${older:-none} was found; install one (Debian, Ubuntu:" \
        "apt install python3 python3-venv; macOS: brew install python@3.13), or name it with" \
        "PYTHON=/path/to/python."
}

# A .venv is bound to the place and the Python it was made with.
birthmark() { printf '%s %s\n' "$PWD" "$(version_of "$python")"; }

is_sound() {
    [ -x "$python" ] && [ ! -e "$unfinished" ] || return 1
    is_version "$python" '(3, 11) <= sys.version_info' || return 1
    if [ -e "$venv/.birthmark" ]; then
        [ "$(birthmark)" = "$(cat "$venv/.birthmark")" ]
    else
        "$python" -m pip --version >/dev/null 2>&1 # made by hand: keep it
    fi
}

make_venv() {
    find_python
    say "making $venv with Python $(version_of "$found")"
    rm -rf "$venv"
    "$found" -m venv "$venv" || fail "$found could not make $venv; what it said stands above."
}

why_pip_failed() {
    if grep -q 'No space left on device' "$log"; then
        echo 'the disk is full'
    elif grep -qiE 'connection|resolve|network|timed out|proxy|SSL' "$log"; then
        echo 'the package index cannot be reached: check the network, or the index and proxy of pip'
    else
        tail -n 3 "$log"
    fi
}

install() {
    : >"$unfinished"
    "$python" -m pip install --disable-pip-version-check --no-input "$@" >"$log" 2>&1 ||
        fail "the packages could not be installed ($(why_pip_failed)); the whole story is in $log."
    rm "$unfinished"
}

# ensure NAME FILE... -- PIP ARGUMENTS: installs when one of the files is not as it was last time.
ensure() {
    stamp=$venv/.stamp-$1 what=$2
    shift 2
    sources=''
    while [ "$1" != -- ]; do
        sources="$sources $1"
        shift
    done
    shift
    # shellcheck disable=SC2086  # our own file names, none with a space
    fingerprint=$(cat $sources | cksum)
    if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$fingerprint" ]; then return; fi
    say "$what"
    install "$@"
    printf '%s\n' "$fingerprint" >"$stamp"
}

has_packages() {
    [ -x "$venv/bin/ccdash" ] && "$python" -c '
import importlib.util, sys
sys.exit(not all(map(importlib.util.find_spec, ("ccdash", "streamlit", "polars", "sqlalchemy"))))'
}

level=${1:-run}
is_sound || make_venv
birthmark >"$venv/.birthmark"
has_packages || rm -f "$venv"/.stamp-*

ensure run 'installing the packages (a minute or so, once)' requirements.txt -- -r requirements.txt
ensure ccdash 'installing ccdash' pyproject.toml -- --no-deps --editable .
[ "$level" = run ] || ensure test 'installing what the checks and tests need' \
    requirements-dev.txt -- -r requirements-dev.txt
