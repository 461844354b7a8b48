/*
 * vcpu.c - registers and life of the target, by domctl (xen/domctl.h).
 *
 * These calls belong to the toolstack's interface, whose version must be that of
 * the running Xen. FLASK decides who may make them: domain { getvcpucontext }
 * and domain { pause unpause } on the target.
 */
#include "../xen/hypercalls.h"
#include "internal.h"

#include <xen/version.h>

#include <mini-os/lib.h>

/* The Xen whose domctl.h this is built with, as XENVER_version gives it. */
_Static_assert(XEN_DOMCTL_INTERFACE_VERSION == 0x15,
               "set XEN_OF_HEADERS to the version of these headers");
#define XEN_OF_HEADERS (4 << 16 | 17)

/*
 * Xen answers a domctl of another version with EACCES, as FLASK does when it
 * refuses; only the version of Xen tells which it was.
 */
static int explain(int rc)
{
    if (rc == -XEN_EACCES &&
        HYPERVISOR_xen_version(XENVER_version, NULL) != XEN_OF_HEADERS)
        return -XEN_EOPNOTSUPP;
    return rc;
}

int xen_domctl(struct platform *p, struct xen_domctl *op)
{
    op->interface_version = XEN_DOMCTL_INTERFACE_VERSION;
    op->domain = p->target.domid;
    p->counters.hypercalls++;
    return explain(HYPERVISOR_domctl((unsigned long)op));
}

int plat_pause(struct platform *p)
{
    struct xen_domctl op = { .cmd = XEN_DOMCTL_pausedomain };

    return xen_domctl(p, &op);
}

int plat_unpause(struct platform *p)
{
    struct xen_domctl op = { .cmd = XEN_DOMCTL_unpausedomain };

    return xen_domctl(p, &op);
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
