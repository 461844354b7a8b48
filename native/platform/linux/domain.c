/*
 * domain.c - opening a domain, and its vcpus.
 *
 * Registers: a PV domain's come from XEN_DOMCTL_getvcpucontext (xen/domctl.h,
 * struct vcpu_guest_context), those of a translated domain from the saved
 * "CPU" record (xen/arch-x86/hvm/save.h), which has EFER as well. What of its
 * memory is populated on demand: XENMEM_get_pod_target (xen/memory.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../xen/hypercalls.h"
#include "linux.h"

#include <xen/hvm/save.h>
#include <xen/memory.h>

int plat_open(struct platform **out, const struct plat_target *target)
{
    struct platform *p = calloc(1, sizeof(*p));
    int error;

    if (!p)
        return -ENOMEM;
    p->target = *target;
    p->last = &p->areas;
    p->counters.hypercalls = PLAT_UNKNOWN;

    p->privcmd = open("/dev/xen/privcmd", O_RDWR | O_CLOEXEC);
    if (p->privcmd < 0) {
        error = -errno;
        goto fail_open;
    }
    error = calls_open(&p->calls);
    if (error)
        goto fail_calls;
    *out = p;
    return 0;

fail_calls:
    close(p->privcmd);
fail_open:
    free(p);
    return error;
}

void plat_close(struct platform *p)
{
    if (p->events)
        (void)plat_events_close(p->events);
    linux_release_mappings(p);
    calls_close(&p->calls);
    close(p->privcmd);
    free(p);
}

_Static_assert(sizeof(vcpu_guest_context_t) <= CALLS_SECOND_SIZE &&
                   sizeof(struct hvm_hw_cpu) <= CALLS_SECOND_SIZE,
               "what Xen fills in has room");

static int get_pv(struct platform *p, unsigned int vcpu, struct plat_vcpu *out)
{
    vcpu_guest_context_t *c = (vcpu_guest_context_t *)(p->calls.pages + CALLS_SECOND);
    struct xen_domctl op = {.cmd = XEN_DOMCTL_getvcpucontext, .u.vcpucontext.vcpu = vcpu};
    int error;

    set_xen_guest_handle_raw(op.u.vcpucontext.ctxt, c);
    error = xen_domctl(p, &op);
    if (error)
        return error;
    *out = (struct plat_vcpu){
        .cr0 = c->ctrlreg[0], .cr2 = c->ctrlreg[2], .cr4 = c->ctrlreg[4],
        .cr3 = xen_cr3_to_pfn(c->ctrlreg[3]) << PLAT_PAGE_SHIFT,
        .rip = c->user_regs.rip, .rsp = c->user_regs.rsp, .rflags = c->user_regs.rflags,
        .rax = c->user_regs.rax, .rbx = c->user_regs.rbx, .rcx = c->user_regs.rcx,
        .rdx = c->user_regs.rdx, .rsi = c->user_regs.rsi, .rdi = c->user_regs.rdi,
        .rbp = c->user_regs.rbp, .r8 = c->user_regs.r8, .r9 = c->user_regs.r9,
        .r10 = c->user_regs.r10, .r11 = c->user_regs.r11, .r12 = c->user_regs.r12,
        .r13 = c->user_regs.r13, .r14 = c->user_regs.r14, .r15 = c->user_regs.r15,
        .fs_base = c->fs_base,
        .gs_base = c->flags & VGCF_in_kernel ? c->gs_base_kernel : c->gs_base_user,
        .gs_shadow = c->flags & VGCF_in_kernel ? c->gs_base_user : c->gs_base_kernel,
        .lstar = c->syscall_callback_eip,
        .kernel_mode = c->flags & VGCF_in_kernel,
    };
    return 0;
}

static int get_translated(struct platform *p, unsigned int vcpu, struct plat_vcpu *out)
{
    struct hvm_hw_cpu *c = (struct hvm_hw_cpu *)(p->calls.pages + CALLS_SECOND);
    struct xen_domctl op = {
        .cmd = XEN_DOMCTL_gethvmcontext_partial,
        .u.hvmcontext_partial = {
            .type = HVM_SAVE_CODE(CPU),
            .instance = vcpu,
            .bufsz = sizeof(*c),
        },
    };
    int error;

    set_xen_guest_handle_raw(op.u.hvmcontext_partial.buffer, (uint8_t *)c);
    error = xen_domctl(p, &op);
    if (error)
        return error;
    *out = (struct plat_vcpu){
        .cr0 = c->cr0, .cr2 = c->cr2, .cr3 = c->cr3, .cr4 = c->cr4, .efer = c->msr_efer,
        .rip = c->rip, .rsp = c->rsp, .rflags = c->rflags,
        .rax = c->rax, .rbx = c->rbx, .rcx = c->rcx, .rdx = c->rdx,
        .rsi = c->rsi, .rdi = c->rdi, .rbp = c->rbp,
        .r8 = c->r8, .r9 = c->r9, .r10 = c->r10, .r11 = c->r11,
        .r12 = c->r12, .r13 = c->r13, .r14 = c->r14, .r15 = c->r15,
        .fs_base = c->fs_base, .gs_base = c->gs_base, .gs_shadow = c->shadow_gs,
        .lstar = c->msr_lstar,
        .kernel_mode = (c->ss_arbytes >> 5 & 3) == 0,
    };
    return 0;
}

int plat_vcpu_get(struct platform *p, unsigned int vcpu, struct plat_vcpu *out)
{
    return p->target.translated ? get_translated(p, vcpu, out) : get_pv(p, vcpu, out);
}

int plat_pod_get(struct platform *p, uint64_t *entries, uint64_t *cache)
{
    struct xen_pod_target *pod = (struct xen_pod_target *)p->calls.pages;
    int error;

    *pod = (struct xen_pod_target){.domid = p->target.domid};
    error = calls_result(xencall2(p->calls.handle, __HYPERVISOR_memory_op, XENMEM_get_pod_target,
                                  (uintptr_t)pod));
    if (error < 0)
        return error;
    *entries = pod->pod_entries;
    *cache = pod->pod_cache_pages;
    return 0;
}

void plat_counters(const struct platform *p, struct plat_counters *out)
{
    *out = p->counters;
}
