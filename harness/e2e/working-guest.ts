/**
 * A guest that nobody prepared: a Linux whose shell starts one program after the other, and says on its
 * console that it goes on.
 */
import { DOM0_HVM_KERNEL } from '../../infra/images/device-model.ts';
import type { GuestType } from '../../infra/testbed.ts';
import { configText, hvmPart, OUR_LABELS, type Value } from '../../infra/xl/config.ts';

/** A guest of this kind. */
export interface WorkingGuest {
  name: string;
  /** Vcpus that are up from the start. Default: 1. */
  vcpus?: number;
  /** With those that are not. Default: as many. */
  maxvcpus?: number;
  /** Default: pvh. */
  type?: GuestType;
  /** Parameters of its kernel besides; with `plug=1` it takes vcpus into use that it is given. */
  parameters?: string;
  /** Lines of its configuration (xl.cfg(5)) besides, or in place of its own. */
  more?: Readonly<Record<string, Value>>;
  /** Whether the toolstack waits for its end, and starts it anew when it reboots. */
  isTended?: boolean;
}

/** Looks for lines of the guest, a fifth of a second of Dom0 apart. */
const LOOKS = 300;

/** Waits until the guest has written two more lines to its console. */
const GOES_ON = `
lines() { cat "$1" | grep -ac ALIVE; }
from=$(lines "$1")
looks=0
while [ "$(lines "$1")" -lt $((from + 2)) ]; do
	looks=$((looks + 1))
	[ $looks -lt ${LOOKS} ] || exit 1
	busybox usleep 200000
done
`;

/** Where the emulated Dom0 keeps its console. */
export function consoleOf(name: string): string {
  return `/var/log/xen/console/guest-${name}.log`;
}

/** The command in the emulated Dom0 that ends with 0 when the guest goes on, and else with another code. */
export function goingOn(name: string): string[] {
  return ['sh', '-c', GOES_ON, 'sh', consoleOf(name)];
}

/** Where the emulated Dom0 has its configuration. */
function configOf(name: string): string {
  return `/root/${name}.cfg`;
}

function config(guest: WorkingGuest): string {
  const { name, vcpus = 1, maxvcpus = vcpus, type = 'pvh', parameters = '', more = {} } = guest;
  return configText({
    name,
    type,
    kernel: '/images/vmlinux',
    ramdisk: '/root/web.cpio',
    cmdline: `console=hvc0 quiet cryptomgr.notests=1 ${parameters}`.trim(),
    memory: 128,
    vcpus,
    maxvcpus,
    seclabel: OUR_LABELS.target,
    ...(type === 'hvm' ? hvmPart({ hvmKernel: DOM0_HVM_KERNEL }) : {}),
    ...more,
  });
}

/** The script that makes it in the emulated Dom0, and ends when it is at work. */
export function makingGuest(guest: WorkingGuest): string {
  const { name, isTended = false } = guest;
  return `
set -e
if [ ! -e /root/web.cpio ]; then
mkdir -p /root/web/bin /root/web/dev /root/web/proc /root/web/sys
cp /bin/busybox /root/web/bin/busybox
cat > /root/web/init <<'init'
#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
exec > /dev/hvc0
plug() {
	for cpu in /sys/devices/system/cpu/cpu[1-9]/online; do
		if [ -e "$cpu" ] && read online < "$cpu" && [ "$online" = 0 ] && echo 1 > "$cpu"; then
			echo "PLUGGED $cpu"
		fi
	done
}
n=0
while :; do
	n=$((n + 1))
	read up idle < /proc/uptime
	[ $((n % 20)) != 0 ] || echo "ALIVE $n $up"
	[ $((n % 20)) != 0 ] || [ -z "$plug" ] || plug
	/bin/busybox usleep 20000
done
init
chmod +x /root/web/init
(cd /root/web && find . | busybox cpio -o -H newc > /root/web.cpio)
fi
cat > "${configOf(name)}" <<'config'
${config(guest)}config
xl create -q ${isTended ? '' : '-e '}"${configOf(name)}"
until grep -q ALIVE "${consoleOf(name)}"; do sleep 1; done
`;
}
