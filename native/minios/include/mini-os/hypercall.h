/*
 * hypercall.h - the hypercalls of a PV domain on amd64, as inline functions.
 *
 * Xen fills the page `hypercall_page` with one 32-byte stub a hypercall. A call
 * takes its arguments in rdi, rsi, rdx, r10 and r8 and returns in rax; it may
 * change rcx, r11 and the registers of its arguments ("Hypercall interface" in
 * xen/arch-x86/xen-x86_64.h). Every function returns what Xen does: 0 or a
 * positive result, or a negative errno in Xen's numbering; what it does is said
 * in the public header named in the comment above it.
 *
 * In upstream Mini-OS these are header code too, so an object built with this
 * file needs nothing of the kernel but the symbol `hypercall_page`.
 */
#ifndef MINIOS_HYPERCALL_H
#define MINIOS_HYPERCALL_H

#include <stdint.h>
#include <xen/xen.h>
#include <xen/sched.h>

/* A page-table entry, as an argument of its own type. */
typedef struct {
    unsigned long pte;
} pte_t;

extern char hypercall_page[];

#define HYPERCALL_STUB_SIZE 32
#define HYPERCALL_CLOBBERS "rcx", "r11", "memory"

/* Always inlined: the number must be a constant where the stub is called. */
static inline __attribute__((always_inline)) long
hypercall2(unsigned int nr, unsigned long a1, unsigned long a2)
{
    long ret;

    __asm__ volatile("call hypercall_page + %c[stub]"
                     : "=a"(ret), "+D"(a1), "+S"(a2)
                     : [stub] "i"(nr * HYPERCALL_STUB_SIZE)
                     : HYPERCALL_CLOBBERS);
    return ret;
}

static inline __attribute__((always_inline)) long
hypercall4(unsigned int nr, unsigned long a1, unsigned long a2,
           unsigned long a3, unsigned long a4)
{
    register unsigned long r10 __asm__("r10") = a4;
    long ret;

    __asm__ volatile("call hypercall_page + %c[stub]"
                     : "=a"(ret), "+D"(a1), "+S"(a2), "+d"(a3), "+r"(r10)
                     : [stub] "i"(nr * HYPERCALL_STUB_SIZE)
                     : HYPERCALL_CLOBBERS);
    return ret;
}

/* xen.h: handlers of processor exceptions; the table ends with a zero address. */
static inline int HYPERVISOR_set_trap_table(const trap_info_t *table)
{
    return hypercall2(__HYPERVISOR_set_trap_table, (unsigned long)table, 0);
}

/* xen.h: write page-table entries; @success_count may be NULL. */
static inline int HYPERVISOR_mmu_update(const mmu_update_t *req, int count,
                                        int *success_count, domid_t domid)
{
    return hypercall4(__HYPERVISOR_mmu_update, (unsigned long)req, count,
                      (unsigned long)success_count, domid);
}

/* xen.h: flush TLBs, pin and clear pages; @success_count may be NULL. */
static inline int HYPERVISOR_mmuext_op(const struct mmuext_op *op, int count,
                                       int *success_count, domid_t domid)
{
    return hypercall4(__HYPERVISOR_mmuext_op, (unsigned long)op, count,
                      (unsigned long)success_count, domid);
}

/* xen.h: write the L1 entry that maps @va; @flags are UVMF_*. */
static inline int HYPERVISOR_update_va_mapping(unsigned long va, pte_t new_val,
                                               unsigned long flags)
{
    return hypercall4(__HYPERVISOR_update_va_mapping, va, new_val.pte, flags, 0);
}

/* xen.h: the same with a frame of another domain. */
static inline int HYPERVISOR_update_va_mapping_otherdomain(unsigned long va,
                                                           pte_t new_val,
                                                           unsigned long flags,
                                                           domid_t domid)
{
    return hypercall4(__HYPERVISOR_update_va_mapping_otherdomain, va,
                      new_val.pte, flags, domid);
}

/* xen.h: several hypercalls in one; each result is left in its entry. */
static inline int HYPERVISOR_multicall(void *call_list, int nr_calls)
{
    return hypercall2(__HYPERVISOR_multicall, (unsigned long)call_list, nr_calls);
}

/* sched.h */
static inline int HYPERVISOR_sched_op(int cmd, void *arg)
{
    return hypercall2(__HYPERVISOR_sched_op, cmd, (unsigned long)arg);
}

/* sched.h: end the domain; @reason is SHUTDOWN_*. Does not return. */
static inline int HYPERVISOR_shutdown(unsigned int reason)
{
    struct sched_shutdown shutdown = { .reason = reason };

    return HYPERVISOR_sched_op(SCHEDOP_shutdown, &shutdown);
}

/* event_channel.h */
static inline int HYPERVISOR_event_channel_op(int cmd, void *op)
{
    return hypercall2(__HYPERVISOR_event_channel_op, cmd, (unsigned long)op);
}

/* memory.h */
static inline int HYPERVISOR_memory_op(unsigned int cmd, void *arg)
{
    return hypercall2(__HYPERVISOR_memory_op, cmd, (unsigned long)arg);
}

/* hvm/hvm_op.h */
static inline int HYPERVISOR_hvm_op(int op, void *arg)
{
    return hypercall2(__HYPERVISOR_hvm_op, op, (unsigned long)arg);
}

/* hvm/dm_op.h */
static inline int HYPERVISOR_dm_op(domid_t domid, unsigned int nr_bufs, void *bufs)
{
    return hypercall4(__HYPERVISOR_dm_op, domid, nr_bufs, (unsigned long)bufs, 0);
}

/* vcpu.h; @extra_args may be NULL. */
static inline int HYPERVISOR_vcpu_op(int cmd, int vcpu, void *extra_args)
{
    return hypercall4(__HYPERVISOR_vcpu_op, cmd, vcpu,
                      (unsigned long)extra_args, 0);
}

/* version.h */
static inline int HYPERVISOR_xen_version(int cmd, void *arg)
{
    return hypercall2(__HYPERVISOR_xen_version, cmd, (unsigned long)arg);
}

/* domctl.h; the argument is the address of a struct xen_domctl. */
static inline int HYPERVISOR_domctl(unsigned long op)
{
    return hypercall2(__HYPERVISOR_domctl, op, 0);
}

#endif
