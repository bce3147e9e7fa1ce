# A mailstore's mail lies on a small file system of its own, so that it can be filled without harm.
# shellcheck shell=bash

readonly MAIL_MEGABYTES=32

# make_mail_filesystem: mounts the current node's mail file system: an ext4 image, or a tmpfs where loop devices do not work.
make_mail_filesystem() {
    local image=$NODE_DIR/mail.ext4
    mkdir -p "$NODE_DIR/mail"
    truncate -s "${MAIL_MEGABYTES}M" "$image"
    mkfs.ext4 -q -m 0 -N 4096 -O ^has_journal "$image"
    mount -o loop,noatime "$image" "$NODE_DIR/mail" 2>/dev/null ||
        mount -t tmpfs -o "size=${MAIL_MEGABYTES}m,nr_inodes=4096" "testbed-$NODE" "$NODE_DIR/mail"
}

# unmount_mail_filesystems: all below TESTBED_HOME.
unmount_mail_filesystems() {
    local mounted
    while read -r mounted; do
        umount "$mounted" 2>/dev/null || umount -l "$mounted"
    done < <(awk -v home="$TESTBED_HOME/" 'index($2, home) == 1 { print $2 }' /proc/self/mounts)
}

# fill_mail_filesystem PERCENT: one file that makes the current node's file system that full.
fill_mail_filesystem() {
    local size used bytes
    read -r size used < <(df --block-size=1 --output=size,used "$NODE_DIR/mail" | tail -n 1)
    bytes=$((size * $1 / 100 - used))
    ((bytes <= 0)) || fallocate -l "$bytes" "$NODE_DIR/mail/filler"
}
empty_mail_filesystem() { rm -f "$NODE_DIR/mail/filler"; }
