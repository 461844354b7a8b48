/*
 * traps.h - processor exceptions. Each one is a defect of this program and ends
 * the domain, with a report on the console and reason crash.
 */
#ifndef MINIOS_TRAPS_H
#define MINIOS_TRAPS_H

#include <stdint.h>

/* What entry.S leaves on the stack, lowest address first. */
struct pt_regs {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector, error_code;
    uint64_t rip, cs, rflags, rsp, ss;
};

/* trap_init(): from here on an exception is reported instead of being silent. */
void trap_init(void);

#endif
