#!/bin/sh
# The browser walk needs Chromium, Chinese fonts and pdfsig. Installed here where that is
# allowed (root on a Debian-like system); otherwise the tests say what is missing.
set -eu
found() { command -v "$1" >/dev/null 2>&1; }
if { found chromium || found chromium-browser || found google-chrome; } && found pdfsig && found fc-list \
    && fc-list :lang=zh | grep -q .; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && found apt-get; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk poppler-utils fontconfig >/dev/null
elif [ "${CI:-}" = true ]; then
  echo "CI needs chromium, fonts-noto-cjk and poppler-utils: install them on the runner" >&2
  exit 1
else
  echo "no browser: the browser walk will be skipped (apt-get install chromium fonts-noto-cjk poppler-utils)"
fi
