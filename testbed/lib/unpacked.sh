# Servers that Debian will not install beside Postfix and Dovecot: their packages are unpacked into a folder, for nodes and for the tests
# of their collectors, and never installed. What unpacks them uses functions of testbed/install.
# shellcheck shell=bash

readonly UNPACKED=/var/cache/postwatch-testbed
readonly cyrus_packages=(cyrus-common cyrus-imapd cyrus-caldav cyrus-admin)
readonly cyrus_root=$UNPACKED/cyrus
# With the libraries that nothing else needs.
readonly exim_packages=(exim4-base exim4-daemon-light libidn12 libnss-wrapper)
readonly exim_home=$UNPACKED/exim4

cyrus_is_unpacked() { [[ -x "$cyrus_root/usr/lib/cyrus/bin/promstatsd" ]]; }

# missing_cyrus_libraries: what Cyrus' programs are linked with and this machine lacks.
missing_cyrus_libraries() {
    local library
    apt-cache depends "${cyrus_packages[@]}" | awk '/ Depends: lib/ && !/perl/ { print $NF }' | sort -u |
        while read -r library; do is_installed "$library" || printf '%s\n' "$library"; done
}

# download DIRECTORY PACKAGE...: the packages as files. The lists of this machine may be old, or missing.
download() {
    local directory=$1
    shift
    (cd "$directory" && apt-get download -q "$@" >/dev/null 2>&1) ||
        { as_root apt-get update -q >/dev/null && (cd "$directory" && apt-get download -q "$@" >/dev/null 2>&1); } ||
        fail "could not be downloaded: $*"
}

unpack_cyrus() {
    local work package
    local -a libraries
    work=$(mktemp -d)
    download "$work" "${cyrus_packages[@]}"
    mapfile -t libraries < <(missing_cyrus_libraries)
    ((${#libraries[@]} == 0)) || install_packages "${libraries[@]}"
    for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/root"; done
    chmod 755 "$work/root"
    as_root mkdir -p "$UNPACKED"
    as_root rm -rf "$cyrus_root"
    as_root cp -r --no-preserve=ownership "$work/root" "$cyrus_root"
    rm -rf "$work"
    cyrus_is_unpacked || fail "Cyrus has no promstatsd in $cyrus_root"
    echo "testbed: Cyrus is unpacked in $cyrus_root"
}

# The program needs an account Debian-exim, which is no account of this machine: a library tells it of one that is nobody's.
write_exim_program() {
    cat <<SCRIPT
#!/bin/sh
export LD_LIBRARY_PATH=$exim_home/lib LD_PRELOAD=libnss_wrapper.so
export NSS_WRAPPER_PASSWD=$exim_home/passwd NSS_WRAPPER_GROUP=$exim_home/group
exec $exim_home/bin/exim4 "\$@"
SCRIPT
}

exim_is_unpacked() { [[ -x $exim_home/exim4 ]]; }

unpack_exim() {
    local work package
    work=$(mktemp -d)
    download "$work" "${exim_packages[@]}"
    for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/root"; done
    as_root mkdir -p "$exim_home"/{bin,lib}
    as_root install -m 755 "$work"/root/usr/sbin/exim4 "$exim_home/bin/"
    as_root install -m 644 "$work"/root/usr/lib/*/lib{idn.so.12,nss_wrapper.so} "$exim_home/lib/"
    printf '%s\n' root:x:0:0::/root:/bin/sh Debian-exim:x:65534:65534::/nonexistent:/bin/false |
        as_root tee "$exim_home/passwd" >/dev/null
    printf '%s\n' root:x:0: Debian-exim:x:65534: | as_root tee "$exim_home/group" >/dev/null
    write_exim_program | as_root tee "$exim_home/exim4.new" >/dev/null
    as_root chmod -R a+rX,go-w "$exim_home"
    as_root chmod 755 "$exim_home/exim4.new"
    # Last, since it says that all the rest is there.
    as_root mv "$exim_home/exim4.new" "$exim_home/exim4"
    rm -rf "$work"
    echo "testbed: Exim is unpacked in $exim_home"
}
