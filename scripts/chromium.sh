#!/bin/sh
# Prints the path of the Chromium that the browser tests drive, or says how to get one.
#   scripts/chromium.sh             finds it
#   scripts/chromium.sh --install   gets it first where it is missing
# CHROMIUM=/path/to/chromium chooses one.
set -eu
unset CDPATH
cd "$(dirname "$0")/.."

say() { printf 'ccdash: %s\n' "$*" >&2; }
works() { [ -x "$1" ] && "$1" --version >/dev/null 2>&1; } # Ubuntu's own is a stub that only talks

find_chromium() {
    for name in chromium chromium-browser google-chrome google-chrome-stable \
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' \
        /Applications/Chromium.app/Contents/MacOS/Chromium; do
        path=$(command -v "$name") && works "$path" && echo "$path" && return
    done
    path=$(playwright_chromium) && works "$path" && echo "$path"
}

playwright_chromium() {
    [ -x .venv/bin/python ] || return 1
    .venv/bin/python -c '
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)' 2>/dev/null
}

apt_get() {
    if [ "$(id -u)" = 0 ]; then
        DEBIAN_FRONTEND=noninteractive apt-get -qq "$@"
    else
        sudo -n env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@"
    fi
}

install_with_apt() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || return 1
    say 'installing Chromium for the browser tests with apt-get (a minute or so, once)'
    { apt_get update && apt_get install -y --no-install-recommends chromium fonts-liberation; } >/dev/null 2>&1
}

install_with_playwright() {
    [ -x .venv/bin/playwright ] || return 1
    say "downloading Playwright's Chromium for the browser tests (a few minutes at most, once)"
    if command -v timeout >/dev/null; then
        timeout 300 .venv/bin/playwright install chromium >/dev/null 2>&1
    else
        .venv/bin/playwright install chromium >/dev/null 2>&1
    fi
}

if [ -n "${CHROMIUM:-}" ]; then
    if ! works "$CHROMIUM"; then
        say "CHROMIUM is $CHROMIUM, which does not start; correct it, or unset it."
        exit 1
    fi
    echo "$CHROMIUM"
    exit
fi

find_chromium && exit
if [ "${1:-}" = --install ]; then
    if install_with_apt && find_chromium; then exit; fi
    if install_with_playwright && find_chromium; then exit; fi
fi
say 'the browser tests need Chromium, and none was found; install it (Debian: apt install chromium;' \
    'elsewhere: Google Chrome will do), or name one with CHROMIUM=/path/to/chromium.'
exit 1
