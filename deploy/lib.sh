# shellcheck shell=bash
# Shared by the commands in this folder; sourced, not run.

say() { printf '\n== %s\n' "$*"; }

fail() {
  printf 'chipline: %s\n' "$*" >&2
  exit 1
}

# missing_packages LIST...: the packages of the lists that are neither installed nor have their
# command, one a line.
missing_packages() {
  local package command
  while read -r package command; do
    [[ -z $package || $package == '#'* ]] && continue
    [[ -n $command ]] && command -v "$command" >/dev/null && continue
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] && continue
    printf '%s\n' "$package"
  done < <(cat "$@")
}

# install_packages LIST...: installs what is missing, as root or through sudo.
install_packages() {
  command -v dpkg-query >/dev/null ||
    fail "this is not Debian: install what $* name by your own system's means, then run cmake (CONTRIBUTING.md)"
  local missing as_root=()
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      fail "these Debian packages are missing, and neither root nor sudo is there to install them: ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${missing[*]}"
  "${as_root[@]}" apt-get -q update ||
    fail "apt-get update failed; these packages are missing: ${missing[*]}"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q install -y --no-install-recommends "${missing[@]}" ||
    fail "apt-get could not install all of: ${missing[*]}"
  leave_services "${missing[@]}"
}

# install_console_packages: node, npm and the npm packages that the web console is built of and by. Fails if they
# cannot be had.
install_console_packages() {
  local marker
  for marker in lock console; do
    cmp -s package-lock.json "node_modules/.installed-$marker" && return
  done
  install_packages deploy/packages.console
  say "Installing the console's npm packages"
  # Where the tests' packages are, npm would take them away.
  if [[ -e node_modules/.installed-lock ]]; then
    npm install --no-save --no-audit --no-fund || return 1
    cp package-lock.json node_modules/.installed-lock
  else
    npm install --no-save --no-audit --no-fund --omit=dev || return 1
    cp package-lock.json node_modules/.installed-console
  fi
}

# leave_services PACKAGE...: services that came with the packages run neither now nor after the next
# boot; who needs one starts it. Uses as_root of its caller.
leave_services() {
  command -v systemctl >/dev/null || return 0
  local unit
  while read -r unit; do
    "${as_root[@]}" systemctl --quiet disable "$unit" 2>/dev/null || say "$unit is still enabled"
    [[ ! -d /run/systemd/system ]] || "${as_root[@]}" systemctl stop "$unit" || say "$unit still runs"
  done < <(dpkg-query -L "$@" | sed -nE 's|^(/usr)?/lib/systemd/system/([^@/]+\.service)$|\2|p')
}
