/*
 * vcpu.c - domctls, and with one of them the target's registers (xen/domctl.h).
 * FLASK decides who may ask for those: domain { getvcpucontext } on the target.
 */
#include "../xen/domctl_version.h"
#include "../xen/hypercalls.h"
#include "internal.h"

#include <xen/version.h>

#include <mini-os/lib.h>

/* Asked once; a domain that is moved to another Xen starts anew. */
static uint32_t domctl_version(void)
{
    static uint32_t version;

    if (!version)
        version = xen_domctl_version((uint32_t)HYPERVISOR_xen_version(XENVER_version, NULL));
    return version;
}

int xen_domctl(struct platform *p, struct xen_domctl *op)
{
    op->interface_version = domctl_version();
    if (!op->interface_version)
        return -XEN_EOPNOTSUPP;
    op->domain = p->target.domid;
    p->counters.hypercalls++;
    return HYPERVISOR_domctl((unsigned long)op);
}

/*
 * Control registers: of a translated domain as its vcpu has them. Of a PV domain
 * Xen gives the guest kernel's page table in ctrlreg[3], as an address, also
 * while the vcpu is in user mode; Linux maps user space in it too.
 */
int plat_vcpu_get(struct platform *p, unsigned int vcpu, struct plat_vcpu *out)
{
    static vcpu_guest_context_t context;
    const struct cpu_user_regs *regs = &context.user_regs;
    struct xen_domctl op = {
        .cmd = XEN_DOMCTL_getvcpucontext,
        .u.vcpucontext.vcpu = vcpu,
    };
    int rc;

    set_xen_guest_handle(op.u.vcpucontext.ctxt, &context);
    rc = xen_domctl(p, &op);
    if (rc)
        return rc;

    memset(out, 0, sizeof(*out));
    out->cr0 = context.ctrlreg[0];
    out->cr2 = context.ctrlreg[2];
    out->cr3 = context.ctrlreg[3];
    out->cr4 = context.ctrlreg[4];
    out->rip = regs->rip;
    out->rsp = regs->rsp;
    out->rflags = regs->rflags;
    out->rax = regs->rax;
    out->rbx = regs->rbx;
    out->rcx = regs->rcx;
    out->rdx = regs->rdx;
    out->rsi = regs->rsi;
    out->rdi = regs->rdi;
    out->rbp = regs->rbp;
    out->r8 = regs->r8;
    out->r9 = regs->r9;
    out->r10 = regs->r10;
    out->r11 = regs->r11;
    out->r12 = regs->r12;
    out->r13 = regs->r13;
    out->r14 = regs->r14;
    out->r15 = regs->r15;
    out->kernel_mode = p->target.translated ? !(regs->cs & 3)
                                            : !!(context.flags & VGCF_in_kernel);
    out->lstar = p->target.translated ? 0 : context.syscall_callback_eip;
    out->fs_base = context.fs_base;
    out->gs_base = out->kernel_mode ? context.gs_base_kernel
                                    : context.gs_base_user;
    out->gs_shadow = out->kernel_mode ? context.gs_base_user
                                      : context.gs_base_kernel;
    return 0;
}
