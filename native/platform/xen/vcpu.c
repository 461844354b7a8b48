/*
 * vcpu.c - a vcpu's registers, by domctl (xen/domctl.h).
 *
 * A PV domain's come from XEN_DOMCTL_getvcpucontext (struct vcpu_guest_context), those of
 * a translated domain from the saved "CPU" record (xen/arch-x86/hvm/save.h): the former has
 * no EFER, without which PAE and long mode are the same. FLASK decides who may ask:
 * domain { getvcpucontext } and hvm { gethvmc } on the target.
 */
#include "hypercalls.h"

#include <xen/errno.h>
#include <xen/hvm/save.h>

_Static_assert(sizeof(vcpu_guest_context_t) <= XEN_BUFFER_SIZE &&
                   sizeof(struct hvm_hw_cpu) <= XEN_BUFFER_SIZE,
               "what Xen fills in has room");

/*
 * Xen gives the guest kernel's page table in ctrlreg[3], as an address, also while the
 * vcpu is in user mode; Linux maps user space in it too.
 */
static int get_pv(struct platform *p, unsigned int vcpu, struct plat_vcpu *out)
{
    const vcpu_guest_context_t *c = xen_buffer(p);
    const struct cpu_user_regs *regs = &c->user_regs;
    struct xen_domctl op = {.cmd = XEN_DOMCTL_getvcpucontext, .u.vcpucontext.vcpu = vcpu};
    int error;

    set_xen_guest_handle_raw(op.u.vcpucontext.ctxt, xen_buffer(p));
    error = xen_domctl(p, &op);
    if (error) /* EINVAL is Xen's word for a vcpu that the domain does not have */
        return error == -XEN_EINVAL ? -XEN_ESRCH : error;
    *out = (struct plat_vcpu){
        .cr0 = c->ctrlreg[0], .cr2 = c->ctrlreg[2], .cr4 = c->ctrlreg[4],
        .cr3 = xen_cr3_to_pfn(c->ctrlreg[3]) << PLAT_PAGE_SHIFT,
        .rip = regs->rip, .rsp = regs->rsp, .rflags = regs->rflags,
        .rax = regs->rax, .rbx = regs->rbx, .rcx = regs->rcx, .rdx = regs->rdx,
        .rsi = regs->rsi, .rdi = regs->rdi, .rbp = regs->rbp,
        .r8 = regs->r8, .r9 = regs->r9, .r10 = regs->r10, .r11 = regs->r11,
        .r12 = regs->r12, .r13 = regs->r13, .r14 = regs->r14, .r15 = regs->r15,
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
    const struct hvm_hw_cpu *c = xen_buffer(p);
    struct xen_domctl op = {
        .cmd = XEN_DOMCTL_gethvmcontext_partial,
        .u.hvmcontext_partial = {
            .type = HVM_SAVE_CODE(CPU),
            .instance = vcpu,
            .bufsz = sizeof(*c),
        },
    };
    int error;

    set_xen_guest_handle_raw(op.u.hvmcontext_partial.buffer, xen_buffer(p));
    error = xen_domctl(p, &op);
    if (error) /* here it is ENOENT */
        return error == -XEN_ENOENT ? -XEN_ESRCH : error;
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
    return xen_target_translated(p) ? get_translated(p, vcpu, out) : get_pv(p, vcpu, out);
}
