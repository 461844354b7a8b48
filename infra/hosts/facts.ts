/** What a host says of itself when it is only looked at: nothing here changes anything. */
import { messageOf } from '../errors.ts';
import { type CommandHost, mustRun } from '../xl/commands.ts';
import { parsePairs } from '../xl/host-facts.ts';
import { listDomains } from '../xl/list.ts';

/** Everything that was read, as it was read; what a host does not tell is empty. */
export interface HostReport {
  /** `xl info`; undefined when it fails, and then why. */
  xen: Record<string, string> | undefined;
  xenFailure: string;
  /** Values of Dom0, by the names in `ASK`. */
  dom0: Record<string, string>;
  /** Names of all domains but Dom0. */
  domains: readonly string[];
  /** Xen's console as far as it is kept. */
  console: string;
}

/** Xen's libraries that the introspector is linked to (native/Makefile): the same for every Xen. */
export const LIBRARIES = ['libxencall.so.1', 'libxenevtchn.so.1'] as const;

/**
 * Each line `name=value` of its output is a fact. What xl needs for HVM guests it looks for where the library
 * says that it was built with (hvm.ts). $1 is the folder below which ours would be made.
 * Xen's own programs are not on PATH on Debian.
 */
const ASK = `
for folder in /usr/lib/xen-*/bin /usr/lib/xen/bin /usr/local/lib/xen/bin; do PATH=$PATH:$folder; done
first() { line=; [ -r "$1" ] && read -r line < "$1"; }
tell() { first "$2"; echo "$1=$line"; }
echo "uid=$(id -u)"
echo "kernel=$(uname -r)"
tell boot /proc/sys/kernel/random/boot_id
echo "control=$(grep -c control_d /proc/xen/capabilities 2>/dev/null)"
tell guest_type /sys/hypervisor/guest_type
tell vendor /sys/class/dmi/id/sys_vendor
tell product /sys/class/dmi/id/product_name
awk -F '[ \\t]*:[ \\t]*' '
	$1 == "model name" { print "cpu=" $2 }
	$1 == "vendor_id" { print "cpu_vendor=" $2 }
	$1 == "flags" {
		n = split($2, flags, " ")
		for (i = 1; i <= n; i++) if (flags[i] ~ /tsc/) tsc = tsc flags[i] " "
		print "tsc_flags=" tsc
		exit
	}' /proc/cpuinfo
echo "libc=$(ldd --version 2>/dev/null | head -n 1)"
tell clocksource /sys/devices/system/clocksource/clocksource0/current_clocksource
tell clocksources /sys/devices/system/clocksource/clocksource0/available_clocksource
for file in /sys/devices/system/cpu/vulnerabilities/*; do
	[ -r "$file" ] && tell "vulnerability \${file##*/}" "$file"
done
xenpm get-cpufreq-para 0 2>/dev/null |
	sed -n 's/^current_governor *: /governor=/p; s/^turbo mode *: /turbo=/p'
echo "flask=$(xl getenforce 2>/dev/null)"
echo "module=$(flask-get-bool introspector_pause 2>/dev/null)"
echo "module_tool=$(command -v flask-get-bool)"
for tool in xl xenstore-read xenstore-watch tail mktemp; do
	command -v "$tool" >/dev/null || missing="$missing $tool"
done
echo "missing=$missing"
for process in /proc/[0-9]*; do
	first "$process/comm" 2>/dev/null
	[ "$line" = xenconsoled ] || continue
	echo "xenconsoled=$(tr '\\0' ' ' < "$process/cmdline")"
done
for library in ${LIBRARIES.join(' ')}; do
	for path in /usr/lib/*/$library /lib/$library /usr/lib/$library /usr/local/lib/$library; do
		[ ! -e "$path" ] || libraries="$libraries $path"
	done
done
echo "libraries=$libraries"
for path in /usr/local/include/xen/domctl.h /usr/include/xen/domctl.h; do
	[ ! -e "$path" ] || headers=$path
done
echo "headers=$headers"
series=$(xl info 2>/dev/null | awk '/^xen_major/ { a = $3 } /^xen_minor/ { b = $3 } END { print a "." b }')
library=$(ls /usr/lib/*/libxenlight.so.$series /lib/libxenlight.so.$series /usr/lib64/libxenlight.so.$series /usr/lib/libxenlight.so.$series /usr/local/lib/libxenlight.so.$series 2>/dev/null | head -n 1)
built_with() { [ -r "$library" ] && tr '\\0' '\\n' < "$library" | grep "^/[A-Za-z0-9/._-]*$1$" | head -n 1; }
device_model=$(built_with 'qemu-system-[a-z0-9_]*')
hvmloader=$(built_with 'xen[A-Za-z0-9._-]*/boot')/hvmloader
echo "device_model_path=$device_model"
echo "device_model=$([ -x "$device_model" ] && echo there)"
echo "hvmloader_path=\${hvmloader#/hvmloader}"
echo "hvmloader=$([ -r "$hvmloader" ] && echo there)"
echo "folder=$([ -d "$1" ] && echo there)"
echo "free_mib=$(df -P -m "$1" 2>/dev/null | awk 'NR == 2 { print $4 }')"
list=$(xl list 2>&1) || echo "list_failure=$(echo "$list" | head -n 1)"
`;

/** Asks a host. Nothing fails because something is missing: that is what the report tells. */
export async function lookAt(host: CommandHost, folder: string): Promise<HostReport> {
  const answer = await mustRun(host, 'look at the host', ['sh', '-c', ASK, 'sh', folder]);
  const info = await host.run(['xl', 'info']);
  const dmesg = await host.run(['xl', 'dmesg']);
  const failed = info.exitCode !== 0;
  const dom0 = parsePairs(answer.stdout, '=');
  const domains = await namesOn(host, dom0);
  return {
    xen: failed ? undefined : parsePairs(info.stdout, ':'),
    xenFailure: failed ? info.stderr.trim() || info.stdout.trim() : '',
    dom0,
    domains,
    console: dmesg.exitCode === 0 ? dmesg.stdout : '',
  };
}

/** Names of all domains but Dom0; where they cannot be told, none, and `list_failure` of Dom0 says why. */
async function namesOn(host: CommandHost, dom0: Record<string, string>): Promise<string[]> {
  if (dom0.list_failure) return [];
  try {
    const all = await listDomains(host);
    return all.filter(({ domid }) => domid !== 0).map(({ name }) => name);
  } catch (error) {
    dom0.list_failure = messageOf(error);
    return [];
  }
}

/** Firmware that no hardware has. */
const VIRTUAL = /QEMU|Bochs|KVM|VMware|VirtualBox|innotek|Xen|Virtual Machine|Amazon EC2|Google/i;
/** Models that QEMU gives a processor that it emulates itself; KVM's are named after real ones. */
const EMULATED_CPU = /QEMU (Virtual CPU|TCG)/i;

/** What the host's machine is. */
export interface Machine {
  /** True when it is no hardware: its time is not a real machine's. */
  emulated: boolean;
  /** True when its processor is emulated instruction by instruction, so that a clock may count them. */
  canCount: boolean;
  description: string;
}

/** Tells hardware from what imitates it, by firmware and processor (QEMU's and clouds' own names). */
export function machineOf({ dom0 }: HostReport): Machine {
  const { vendor = '', product = '', cpu = '' } = dom0;
  const canCount = EMULATED_CPU.test(cpu);
  const emulated = canCount || VIRTUAL.test(`${vendor} ${product}`);
  const name = [vendor, product].filter((part) => part !== '').join(' ') || 'a machine without DMI';
  return { emulated, canCount, description: `${name}, ${cpu || 'unknown processor'}` };
}

/** Whether xenconsoled keeps a log of each guest's console. */
export function logsConsoles({ dom0 }: HostReport): boolean {
  return /--log(=|\s+)(all|guest)\b/.test(dom0.xenconsoled ?? '');
}
