#!/bin/sh
# QEMU 7.2, TCG: a machine whose processor is in a guest under SVM is saved without complaint, and the state
# that was saved is refused when it is read.
#
# QEMU and all that it is linked with come from Debian 12's archive, at a pinned version, into a temporary
# folder. The machine is 60 lines of assembly that enter SVM guest mode and stay there, which is what any
# nested hypervisor does most of the time. Needs apt-get, dpkg-deb, as and ld (binutils), and python3.
set -eu

VERSION='1:7.2+dfsg-7+deb12u18+b3'
EXPECTED='vCPU set in guest-mode inconsistent with migrated kernel nested state'

folder=$(mktemp -d)
qemu=
trap 'test -z "$qemu" || kill "$qemu" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"

mkdir debs root
names=$(apt-get -o Dir::State::status=/dev/null --simulate --no-install-recommends install \
	"qemu-system-x86=$VERSION" | sed -n 's/^Inst \([^ ]*\) (\([^ ]*\) .*/\1=\2/p')
(cd debs && apt-get -qq -o APT::Sandbox::User=root download $names)
for deb in debs/*.deb; do dpkg-deb --extract "$deb" root; done
libraries=root/lib/x86_64-linux-gnu:root/usr/lib/x86_64-linux-gnu
QEMU_MODULE_DIR=$folder/root/usr/lib/x86_64-linux-gnu/qemu
export QEMU_MODULE_DIR
run() {
	exec root/lib64/ld-linux-x86-64.so.2 --library-path "$libraries:$(echo root/usr/lib/x86_64-linux-gnu/*/ | tr ' ' ':')" \
		root/usr/bin/qemu-system-x86_64 -L root/usr/share/qemu -L root/usr/share/seabios \
		-machine q35,accel=tcg -cpu qemu64,+svm -m 32 -nodefaults -no-user-config -display none "$@"
}
(run --version) | head -n 1

cat > guest.s <<'ASM'
	.set MAGIC, 0x1BADB002
	.text
	.balign 4
	.long MAGIC, 0, -MAGIC
	.globl _start
_start:	mov $0xC0000080, %ecx		# EFER.SVME
	rdmsr
	or $0x1000, %eax
	wrmsr
	mov $0xC0010117, %ecx		# VM_HSAVE_PA
	xor %edx, %edx
	mov $hsave, %eax
	wrmsr
	movl $1, vmcb + 0x10		# VMRUN is intercepted, as it has to be
	movl $1, vmcb + 0x58		# an address space of its own
	movl $0x0c9b0008, vmcb + 0x410	# CS: flat
	movl $-1, vmcb + 0x414
	movl $0x0c930010, vmcb + 0x400	# ES, SS, DS
	movl $-1, vmcb + 0x404
	movl $0x0c930010, vmcb + 0x420
	movl $-1, vmcb + 0x424
	movl $0x0c930010, vmcb + 0x430
	movl $-1, vmcb + 0x434
	movl $0x1000, vmcb + 0x4d0	# EFER
	movl $0x11, vmcb + 0x558	# CR0
	movl $0x400, vmcb + 0x560	# DR7
	movl $0xffff0ff0, vmcb + 0x568	# DR6
	movl $2, vmcb + 0x570		# RFLAGS
	movl $guest, vmcb + 0x578	# RIP
	mov $vmcb, %eax
	vmrun
	mov $'X', %al			# it left the guest
	jmp say
guest:	mov $'G', %al
say:	mov $0x3f8, %dx
	out %al, (%dx)
stay:	jmp stay
	.bss
	.balign 4096
vmcb:	.skip 4096
hsave:	.skip 4096
ASM
as --32 -o guest.o guest.s
ld -m elf_i386 -Ttext=0x100000 -o guest guest.o

run -kernel guest -serial file:said -qmp unix:monitor,server=on,wait=off &
qemu=$!
tries=0
until [ "$(cat said 2>/dev/null)" = G ]; do
	tries=$((tries + 1))
	[ "$tries" -lt 100 ] || { echo 'FAILED: the machine never entered guest mode'; exit 1; }
	sleep 0.1
done

python3 - "$folder" <<'PY'
import json, socket, sys, time
monitor = socket.socket(socket.AF_UNIX)
monitor.connect(sys.argv[1] + "/monitor")
lines = monitor.makefile("rw")
lines.readline()
def ask(name, **arguments):
    lines.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
    lines.flush()
    while True:
        answer = json.loads(lines.readline())
        if "return" in answer or "error" in answer:
            return answer
ask("qmp_capabilities")
ask("stop")
ask("migrate", uri="exec:cat > " + sys.argv[1] + "/state")
while ask("query-migrate")["return"].get("status") not in ("completed", "failed"):
    time.sleep(0.05)
print("saving:", ask("query-migrate")["return"]["status"])
PY
kill "$qemu"
wait "$qemu" || true
qemu=

run -serial null -S -incoming "exec:cat $folder/state" > said 2>&1 < /dev/null &
qemu=$!
tries=0
while kill -0 "$qemu" 2>/dev/null && [ "$tries" -lt 100 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
if kill -0 "$qemu" 2>/dev/null; then
	echo 'FAILED: QEMU took the state'
	exit 1
fi
code=0
wait "$qemu" || code=$?
qemu=
echo "restoring: QEMU ended with $code:"
cat said
grep -q "$EXPECTED" said || { echo "FAILED: expected \"$EXPECTED\""; exit 1; }
