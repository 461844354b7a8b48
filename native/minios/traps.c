/*
 * traps.c - say where it died.
 *
 * Vectors: "Exceptions and interrupts" in AMD64 Architecture Programmer's Manual,
 * volume 2, chapter 8; Xen's trap table: struct trap_info in xen/arch-x86/xen.h.
 */
#include "traps.h"

#include <mini-os/console.h>
#include <mini-os/hypervisor.h>
#include <mini-os/kernel.h>
#include <mini-os/mm.h>

#include <stddef.h>

struct exception_entry {
    uint64_t vector;
    uint64_t address;
};
extern const struct exception_entry exception_entries[];
extern const uint64_t boot_stack[], boot_stack_end[];
extern char _code[];

#define VECTORS 22
#define PAGE_FAULT 14

static const char *const names[VECTORS] = {
    [0] = "divide error",
    [1] = "debug",
    [2] = "non-maskable interrupt", /* Xen delivers it by this table, too */
    [3] = "breakpoint",
    [4] = "overflow",
    [5] = "bound range",
    [6] = "invalid opcode",
    [7] = "no coprocessor",
    [8] = "double fault",
    [10] = "invalid TSS",
    [11] = "segment not present",
    [12] = "stack fault",
    [13] = "general protection",
    [14] = "page fault",
    [16] = "x87 error",
    [17] = "alignment check",
    [18] = "machine check",
    [19] = "SIMD error",
    [20] = "virtualization exception",
    [21] = "control protection",
};

void trap_init(void)
{
    static trap_info_t table[VECTORS + 1];
    unsigned int n = 0;

    for (const struct exception_entry *e = exception_entries; e->address; e++) {
        table[n].vector = e->vector;
        table[n].flags = e->vector == 3 || e->vector == 4 ? 3 : 0;
        TI_SET_IF(&table[n], 1);
        table[n].cs = FLAT_KERNEL_CS;
        table[n].address = e->address;
        n++;
    }
    if (HYPERVISOR_set_trap_table(table))
        do_exit();
}

static void print_code_addresses(const struct pt_regs *regs)
{
    const uint64_t *slot = (const uint64_t *)(regs->rsp & ~7UL);
    unsigned int found = 0;

    if (slot < boot_stack || slot >= boot_stack_end)
        return;
    printk("  addresses of code on the stack:");
    for (; slot < boot_stack_end && found < 16; slot++) {
        if (*slot >= (uint64_t)_code && *slot < (uint64_t)_etext) {
            printk(" %lx", *slot);
            found++;
        }
    }
    printk("\n");
}

/* exception_report(): the end of the domain; called by entry.S alone. */
void exception_report(const struct pt_regs *regs) __attribute__((noreturn));
void exception_report(const struct pt_regs *regs)
{
    static int dying;
    const char *name = regs->vector < VECTORS ? names[regs->vector] : NULL;

    if (dying++)
        do_exit();
    printk("\nMINIOS died of a %s (vector %lu, error code %lx) at rip=%lx\n",
           name ? name : "trap", regs->vector, regs->error_code, regs->rip);
    if (regs->vector == PAGE_FAULT && HYPERVISOR_shared_info)
        printk("  %s address %lx, which is %s\n",
               regs->error_code & 16  ? "executing"
               : regs->error_code & 2 ? "writing"
                                      : "reading",
               HYPERVISOR_shared_info->vcpu_info[0].arch.cr2,
               regs->error_code & 1 ? "protected" : "not mapped");
    printk("  rax=%016lx rbx=%016lx rcx=%016lx rdx=%016lx\n", regs->rax,
           regs->rbx, regs->rcx, regs->rdx);
    printk("  rsi=%016lx rdi=%016lx rbp=%016lx rsp=%016lx\n", regs->rsi,
           regs->rdi, regs->rbp, regs->rsp);
    printk("  r8 =%016lx r9 =%016lx r10=%016lx r11=%016lx\n", regs->r8,
           regs->r9, regs->r10, regs->r11);
    printk("  r12=%016lx r13=%016lx r14=%016lx r15=%016lx\n", regs->r12,
           regs->r13, regs->r14, regs->r15);
    printk("  cs=%lx ss=%lx rflags=%lx\n", regs->cs & 0xffff,
           regs->ss & 0xffff, regs->rflags);
    print_code_addresses(regs);
    do_exit();
}
