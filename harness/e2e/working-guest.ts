/**
 * A guest that nobody prepared: a Linux whose shell starts one program after the other, and says on its
 * console that it goes on.
 */

/** A guest of this kind. */
export interface WorkingGuest {
  name: string;
  /** Vcpus that are up from the start. */
  vcpus: number;
  /** With those that are not. */
  maxvcpus: number;
}

/** Where the emulated Dom0 keeps its console. */
export function consoleOf(name: string): string {
  return `/var/log/xen/console/guest-${name}.log`;
}

/** The script that makes it in the emulated Dom0, and ends when it is at work. */
export function makingGuest({ name, vcpus, maxvcpus }: WorkingGuest): string {
  return `
set -e
if [ ! -e /root/web.cpio ]; then
mkdir -p /root/web/bin /root/web/dev /root/web/proc
cp /bin/busybox /root/web/bin/busybox
cat > /root/web/init <<'init'
#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t proc proc /proc
exec > /dev/hvc0
n=0
while :; do
	n=$((n + 1))
	read up idle < /proc/uptime
	[ $((n % 20)) != 0 ] || echo "ALIVE $n $up"
	/bin/busybox usleep 20000
done
init
chmod +x /root/web/init
(cd /root/web && find . | busybox cpio -o -H newc > /root/web.cpio)
fi
cat > "/root/${name}.cfg" <<config
name = "${name}"
type = "pvh"
kernel = "/images/vmlinux"
ramdisk = "/root/web.cpio"
cmdline = "console=hvc0 quiet cryptomgr.notests=1"
memory = 128
vcpus = ${vcpus}
maxvcpus = ${maxvcpus}
seclabel = "system_u:system_r:target_t"
config
xl create -q -e "/root/${name}.cfg"
until grep -q ALIVE "${consoleOf(name)}"; do sleep 1; done
`;
}
