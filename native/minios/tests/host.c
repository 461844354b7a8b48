/*
 * host.c - see host.h.
 */
#define _GNU_SOURCE
#include "host.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "../../tests/platform/guest.h"

#include <xen/arch-x86/cpuid.h>

#define PAGE 4096ul

static int images[2] = {-1, -1};

static void *show(void *va, unsigned long bytes, int prot, int fd, uint64_t page)
{
    void *at = mmap(va, bytes, prot, MAP_SHARED | (va ? MAP_FIXED : 0), fd, (off_t)(page * PAGE));

    if (at == MAP_FAILED)
        abort();
    return at;
}

/* Empty, whatever a test before left there. */
static int image(enum host_memory of, unsigned long bytes)
{
    if (images[of] < 0)
        images[of] = memfd_create("memory", MFD_CLOEXEC);
    if (images[of] < 0 || ftruncate(images[of], 0) || ftruncate(images[of], (off_t)bytes))
        abort();
    return images[of];
}

void host_reset(void *va, unsigned long bytes)
{
    static struct guest the_guest;
    unsigned long guest_bytes = (GUEST_FRAMES + 1) * PAGE;

    guest = &the_guest;
    guest_reset();
    show(va, bytes, PROT_READ | PROT_WRITE, image(HOST_DOMAIN, bytes), 0);
    if (guest_memory)
        munmap(guest_memory, guest_bytes);
    guest_memory = show(NULL, guest_bytes, PROT_READ | PROT_WRITE, image(HOST_GUEST, guest_bytes), 0);
    for (uint64_t frame = 0; frame <= GUEST_FRAMES; frame++)
        guest_memory[frame][0] = guest_memory[frame][511] = frame * 0x9e3779b97f4a7c15ull;
}

/* Of the sanitizer's own memory, where the kernel's foreign frames begin: nothing can be shown there. */
static bool is_taken(unsigned long va)
{
    return va < 0x10007fff8000;
}

void host_map(unsigned long va, enum host_memory of, uint64_t page, bool writable)
{
    if (is_taken(va))
        return;
    show((void *)va, PAGE, PROT_READ | (writable ? PROT_WRITE : 0), images[of], page);
}

void host_unmap(unsigned long va)
{
    if (is_taken(va))
        return;
    munmap((void *)va, PAGE);
}

static struct {
    bool emulated;
    uint32_t frequency, host_frequency;
} time_leaf;

static void answer(greg_t *registers)
{
    uint32_t leaf = (uint32_t)registers[REG_RAX], sub = (uint32_t)registers[REG_RCX];
    uint32_t a = 0, b = 0, c = 0, d = 0;

    if (leaf == XEN_CPUID_LEAF(0)) {
        a = XEN_CPUID_LEAF(5);
        b = XEN_CPUID_SIGNATURE_EBX;
        c = XEN_CPUID_SIGNATURE_ECX;
        d = XEN_CPUID_SIGNATURE_EDX;
    } else if (leaf == XEN_CPUID_LEAF(3) && sub == 0) {
        a = time_leaf.emulated;
        c = time_leaf.frequency;
    } else if (leaf == XEN_CPUID_LEAF(3) && sub == 2) {
        a = time_leaf.host_frequency;
    }
    registers[REG_RAX] = a;
    registers[REG_RBX] = b;
    registers[REG_RCX] = c;
    registers[REG_RDX] = d;
}

/* UD2, "xen", CPUID: XEN_CPUID in xen/arch-x86/xen.h. */
static void on_invalid_opcode(int number, siginfo_t *info, void *context)
{
    static const char prefixed[] = "\x0f\x0bxen\x0f\xa2";
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;

    (void)info;
    if (memcmp((const void *)registers[REG_RIP], prefixed, 7)) {
        signal(number, SIG_DFL);
        return;
    }
    answer(registers);
    registers[REG_RIP] += 7;
}

void host_answer_cpuid(bool emulated, uint32_t frequency, uint32_t host_frequency)
{
    struct sigaction action = {.sa_sigaction = on_invalid_opcode, .sa_flags = SA_SIGINFO};

    time_leaf.emulated = emulated;
    time_leaf.frequency = frequency;
    time_leaf.host_frequency = host_frequency;
    if (sigaction(SIGILL, &action, NULL))
        abort();
}
