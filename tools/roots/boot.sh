#!/usr/bin/env bash
# boot.sh ROOT: becomes the systemd of that root. As process 1 of new namespaces (mount, pid, uts, ipc, cgroup).
set -euo pipefail
root=$1
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs -o mode=0755 tmpfs "$root/dev"
for node in null zero full random urandom tty; do
  touch "$root/dev/$node"
  mount --bind "/dev/$node" "$root/dev/$node"
done
mkdir "$root"/dev/{pts,shm,mqueue,hugepages}
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
cd "$root"
mkdir before
pivot_root . before
umount -l /before
# As on a machine: credentials of a service are mounted in its view, and have to be seen from there.
mount --make-rshared /
exec env -i container=ssm-backup PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd
