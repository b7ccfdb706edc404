# shellcheck shell=sh
# Sourced by the scripts beside it: finds Python, makes .venv and installs pinned, hashed requirements into it.
# Sets: python (the environment's own).

least="3.11"

# is_recent PROGRAM: whether it is a Python of at least 3.11.
is_recent() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# find_python: print a Python that is recent enough, or say what to do and fail.
find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if is_recent "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    echo "Python $least or newer is needed, and $(python3 --version 2>/dev/null || echo 'no python3') is what is here." >&2
    echo "Install it, or name one: PYTHON=/path/to/python3 $0" >&2
    return 1
}

# make_environment: make .venv unless a working one is there.
make_environment() {
    python=.venv/bin/python
    if is_recent "$python"; then
        return
    fi
    found=$(find_python) || exit 2
    echo "Making .venv with $("$found" --version)"
    rm -rf .venv
    if ! "$found" -m venv .venv; then
        rm -rf .venv
        echo "$found cannot make a virtual environment. On Debian: apt-get install python3-venv" >&2
        exit 2
    fi
}

# install FILE: install a locked file of requirements, unless exactly that is installed already.
# The file names every package that is needed, so pip is not to look for any: an old one (Debian 12's) would take the
# newest release for "coverage[toml]" and then miss its hash.
install() {
    stamp=".venv/.installed-$1"
    wanted=$(cksum <"$1")
    if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    echo "Installing $1"
    "$python" -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --no-deps --requirement "$1" || exit 1
    echo "$wanted" >"$stamp"
}
