# shellcheck shell=sh
# Sourced by script/test and script/sip: the system programs that they drive, and how Debian calls their packages.

# parts LEVEL: print "package file-or-program..." lines; a part is there when any of the files or programs is.
# LEVEL is "quick" or "all" (tests), or "sip" (script/sip).
parts() {
    echo 'postgresql /usr/lib/postgresql/*/bin/postgres postgres'
    if [ "$1" = sip ] || [ "$1" = all ]; then
        cat <<'END'
kamailio /usr/sbin/kamailio kamailio
kamailio-postgres-modules /usr/lib/*/kamailio/modules/db_postgres.so
END
    fi
    if [ "$1" != sip ]; then
        cat <<'END'
chromium chromium
libatomic1 /usr/lib/*/libatomic.so.1
curl curl
END
    fi
    if [ "$1" = all ]; then
        cat <<'END'
sip-tester sipp
gettext xgettext
kamailio-tls-modules /usr/lib/*/kamailio/modules/tls.so
kamailio-websocket-modules /usr/lib/*/kamailio/modules/websocket.so
baresip-core baresip
linphone-cli linphonec
nodejs node
npm npm
wrk wrk
nginx-light /usr/sbin/nginx nginx
caddy caddy
openssl openssl
END
    fi
}

# is_there FILE-OR-PROGRAM...: whether one of them is on this machine. Patterns are left to the shell on purpose.
is_there() {
    for one in "$@"; do
        case $one in
        /*) [ -e "$one" ] && return 0 ;;
        *) command -v "$one" >/dev/null 2>&1 && return 0 ;;
        esac
    done
    return 1
}

# missing_parts LEVEL: print the packages of the parts that are not there.
missing_parts() {
    parts "$1" | while read -r package signs; do
        # shellcheck disable=SC2086  # several signs, and patterns among them
        is_there $signs || echo "$package"
    done
}

# get_parts LEVEL WHO: install what is missing (Debian, as root), else say what is missing and fail.
get_parts() {
    missing=$(missing_parts "$1" | tr '\n' ' ')
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
        echo "$2 need programs that are not here. As root on Debian:" >&2
        echo "  apt-get install --no-install-recommends $missing" >&2
        return 2
    fi
    echo "Installing $missing"
    apt_log=$(mktemp)
    forbid_services
    # shellcheck disable=SC2086  # one word a package
    apt_install $missing || { apt-get update -qq && apt_install $missing; } || failed=yes
    allow_services
    [ -z "${failed:-}" ] || cat "$apt_log" >&2
    rm -f "$apt_log"
    [ -z "${failed:-}" ] || return 2
}

policy=/usr/sbin/policy-rc.d

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$apt_log" 2>&1 </dev/null
}

# forbid_services, allow_services: the tests start their own servers; Debian's must not run beside them.
forbid_services() {
    wrote_policy=no
    [ -e "$policy" ] && return 0
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    wrote_policy=yes
    trap 'allow_services' EXIT
    trap 'exit 130' INT TERM
}

allow_services() {
    [ "$wrote_policy" = no ] || rm -f "$policy"
    wrote_policy=no
    trap - EXIT INT TERM
}
