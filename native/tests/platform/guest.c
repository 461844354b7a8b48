/*
 * guest.c - see guest.h.
 */
#include "guest.h"

#include <string.h>

#include <xen/errno.h>
#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>
#include <xen/hvm/save.h>
#include <xen/version.h>

struct guest *guest;
uint64_t (*guest_memory)[512];

void guest_reset(void)
{
    memset(guest, 0, sizeof(*guest));
    guest->translated = true;
    guest->vcpus = 1;
    guest->offers = 0xffffffff;
    guest->steps = true;
    guest->release = 4 << 16 | 17;
    guest->page_in_guest = true;
}

int guest_call(void)
{
    return ++guest->calls == guest->fail_at ? guest->fail_with : 0;
}

static bool has_vcpu(uint32_t vcpu)
{
    return vcpu < guest->vcpus;
}

static int get_context(struct xen_domctl *op)
{
    uint32_t vcpu = op->u.vcpucontext.vcpu;
    vcpu_guest_context_t *to = op->u.vcpucontext.ctxt.p;

    if (!has_vcpu(vcpu))
        return -XEN_EINVAL;
    if (guest->unmade >> vcpu & 1)
        return -XEN_ENODATA; /* one that is down only still has its registers */
    memset(to, 0, sizeof(*to));
    to->flags = VGCF_in_kernel;
    to->user_regs = (struct cpu_user_regs){
        .rip = 0x1000 + vcpu, .rsp = 0x1801, .rflags = 0x1802, .rax = 0x1803, .rbx = 0x1804,
        .rcx = 0x1805, .rdx = 0x1806, .rsi = 0x1807, .rdi = 0x1808, .rbp = 0x1809,
        .r8 = 0x1808 + 0x100, .r9 = 0x1909, .r10 = 0x190a, .r11 = 0x190b, .r12 = 0x190c,
        .r13 = 0x190d, .r14 = 0x190e, .r15 = 0x190f,
    };
    to->ctrlreg[0] = 0x80000001;
    to->ctrlreg[2] = 0x1a02;
    to->ctrlreg[3] = 0x5000;
    to->ctrlreg[4] = 0x1a04;
    to->fs_base = 0x1b01;
    to->gs_base_kernel = 0x1b02;
    to->gs_base_user = 0x1b03;
    to->syscall_callback_eip = 0x1b04;
    return 0;
}

static int get_hvm_context(struct xen_domctl *op)
{
    uint32_t vcpu = op->u.hvmcontext_partial.instance;
    struct hvm_hw_cpu cpu = {
        .rip = 0x2000 + vcpu, .rsp = 0x2801, .rflags = 0x2802, .rax = 0x2803, .rbx = 0x2804,
        .rcx = 0x2805, .rdx = 0x2806, .rsi = 0x2807, .rdi = 0x2808, .rbp = 0x2809, .r8 = 0x2908,
        .r9 = 0x2909, .r10 = 0x290a, .r11 = 0x290b, .r12 = 0x290c, .r13 = 0x290d, .r14 = 0x290e,
        .r15 = 0x290f, .cr0 = 0x80000011, .cr2 = 0x2a02, .cr3 = 0x6000, .cr4 = 0x2a24,
        .msr_efer = 1 << 10, .fs_base = 0x2b01, .gs_base = 0x2b02, .shadow_gs = 0x2b03,
        .msr_lstar = 0x2b04, .ss_arbytes = 0xc93,
    };

    if (!guest->translated || op->u.hvmcontext_partial.type != HVM_SAVE_CODE(CPU))
        return -XEN_EINVAL;
    if (!has_vcpu(vcpu))
        return -XEN_ENOENT;
    if ((guest->down | guest->unmade) >> vcpu & 1)
        return -XEN_ENODATA;
    if (op->u.hvmcontext_partial.bufsz < sizeof(cpu))
        return -XEN_ENOBUFS;
    memcpy(op->u.hvmcontext_partial.buffer.p, &cpu, sizeof(cpu));
    return 0;
}

static int get_vcpu_info(struct xen_domctl *op)
{
    uint32_t vcpu = op->u.getvcpuinfo.vcpu;

    if (!has_vcpu(vcpu))
        return -XEN_EINVAL;
    op->u.getvcpuinfo.online = !((guest->down | guest->unmade) >> vcpu & 1);
    op->u.getvcpuinfo.blocked = vcpu == 1;
    op->u.getvcpuinfo.cpu_time = 1000 + vcpu;
    return 0;
}

static int get_domain_info(struct xen_domctl *op)
{
    if (op->domain > GUEST_DOMID + 1u)
        return -XEN_ESRCH;
    /* The next domain, when there is none of a number. */
    op->u.getdomaininfo = (struct xen_domctl_getdomaininfo){
        .domain = (domid_t)(op->domain > GUEST_DOMID || guest->gone ? GUEST_DOMID + 1 : GUEST_DOMID),
        .flags = guest->flags | (guest->paused ? XEN_DOMINF_paused : 0),
        .max_vcpu_id = guest->vcpus - 1,
        .tot_pages = GUEST_FRAMES,
        .cpu_time = 4321,
        .handle = {0xa0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xaf},
    };
    return 0;
}

static int vm_event(struct xen_domctl *op)
{
    if (op->u.vm_event_op.mode != XEN_DOMCTL_VM_EVENT_OP_MONITOR)
        return -XEN_ENOSYS;
    switch (op->u.vm_event_op.op) {
    case XEN_VM_EVENT_ENABLE:
        if (guest->ring)
            return -XEN_EBUSY;
        if (!guest->page_in_guest)
            return -XEN_ENOENT;
        if (guest->no_listener)
            return -XEN_ENOMEM;
        guest->ring = true;
        op->u.vm_event_op.u.enable.port = GUEST_PORT;
        return 0;
    case XEN_VM_EVENT_DISABLE:
        if (!guest->ring)
            return -XEN_EINVAL;
        guest->ring = false;
        guest->monitored = 0;
        return 0;
    case XEN_VM_EVENT_RESUME:
        if (!guest->ring)
            return -XEN_ENODEV;
        guest->resumed++;
        return 0;
    default:
        return -XEN_ENOSYS;
    }
}

static int monitor(struct xen_domctl_monitor_op *op)
{
    uint32_t bit;

    if (op->op == XEN_DOMCTL_MONITOR_OP_GET_CAPABILITIES) {
        op->event = guest->offers;
        return 0;
    }
    if (op->event > 31)
        return -XEN_EINVAL;
    bit = 1u << op->event;
    if (!(guest->offers & bit))
        return -XEN_EOPNOTSUPP;
    if (op->op == XEN_DOMCTL_MONITOR_OP_ENABLE ? guest->monitored & bit : ~guest->monitored & bit)
        return -XEN_EEXIST;
    guest->monitored ^= bit;
    guest->monitor = *op;
    return 0;
}

static int debug(struct xen_domctl *op)
{
    uint32_t bit = 1u << op->u.debug_op.vcpu;

    if (!has_vcpu(op->u.debug_op.vcpu) || !guest->translated)
        return -XEN_EINVAL;
    if (!guest->steps)
        return -XEN_EOPNOTSUPP;
    if (op->u.debug_op.op == XEN_DOMCTL_DEBUG_OP_SINGLE_STEP_ON)
        guest->stepping |= bit;
    else if (op->u.debug_op.op == XEN_DOMCTL_DEBUG_OP_SINGLE_STEP_OFF)
        guest->stepping &= ~bit;
    else
        return -XEN_ENOSYS;
    return 0;
}

static int unpause(void)
{
    if (!guest->paused)
        return -XEN_EINVAL;
    guest->paused--;
    return 0;
}

int guest_domctl(struct xen_domctl *op)
{
    int error = guest_call();

    if (error)
        return error;
    if (op->interface_version != 0x15)
        return -XEN_EACCES;
    if (op->cmd == XEN_DOMCTL_getdomaininfo)
        return get_domain_info(op);
    if (op->domain != GUEST_DOMID || guest->gone)
        return -XEN_ESRCH;
    switch (op->cmd) {
    case XEN_DOMCTL_getvcpucontext:
        return get_context(op);
    case XEN_DOMCTL_gethvmcontext_partial:
        return get_hvm_context(op);
    case XEN_DOMCTL_getvcpuinfo:
        return get_vcpu_info(op);
    case XEN_DOMCTL_vm_event_op:
        return vm_event(op);
    case XEN_DOMCTL_monitor_op:
        return monitor(&op->u.monitor_op);
    case XEN_DOMCTL_debug_op:
        return debug(op);
    case XEN_DOMCTL_pausedomain:
        guest->paused++;
        return 0;
    case XEN_DOMCTL_unpausedomain:
        return unpause();
    case XEN_DOMCTL_set_target:
        guest->privileged_for = op->u.set_target.target;
        return guest->translated ? 0 : -XEN_EOPNOTSUPP;
    default:
        return -XEN_ENOSYS;
    }
}

/* Extents that were done; fewer than asked for when one could not be. */
static int reservation(unsigned int command, const struct xen_memory_reservation *op)
{
    uint64_t gfn;

    if (op->domid != GUEST_DOMID)
        return -XEN_ESRCH;
    if (op->nr_extents != 1 || op->extent_order)
        return -XEN_EINVAL;
    memcpy(&gfn, op->extent_start.p, sizeof(gfn));
    if (gfn != GUEST_RING)
        return 0;
    if (command == XENMEM_decrease_reservation ? !guest->page_in_guest : guest->full)
        return 0;
    guest->page_in_guest = command == XENMEM_populate_physmap;
    return 1;
}

static int mem_access(struct xen_mem_access_op *op)
{
    if (op->domid != GUEST_DOMID)
        return -XEN_ESRCH;
    if (!guest->ring)
        return -XEN_ENODEV;
    if (op->pfn >= GUEST_FRAMES)
        return -XEN_EINVAL;
    if (op->op == XENMEM_access_op_get_access)
        op->access = XENMEM_access_rwx;
    else if (op->op != XENMEM_access_op_set_access)
        return -XEN_ENOSYS;
    guest->access = *op;
    return 0;
}

int guest_memory_op(unsigned int command, void *argument)
{
    struct xen_pod_target *pod = argument;
    int error = guest_call();

    if (error)
        return error;
    switch (command) {
    case XENMEM_populate_physmap:
    case XENMEM_decrease_reservation:
        return reservation(command, argument);
    case XENMEM_access_op:
        return mem_access(argument);
    case XENMEM_get_pod_target:
        if (pod->domid != GUEST_DOMID)
            return -XEN_ESRCH;
        if (!guest->translated)
            return -XEN_EINVAL;
        pod->pod_entries = guest->pod_entries;
        pod->pod_cache_pages = guest->pod_cache;
        return 0;
    default:
        return -XEN_ENOSYS;
    }
}

int guest_hvm_op(unsigned int command, void *argument)
{
    struct xen_hvm_param *param = argument;
    int error = guest_call();

    if (error)
        return error;
    if (command != HVMOP_get_param)
        return -XEN_ENOSYS;
    if (param->domid != GUEST_DOMID)
        return -XEN_ESRCH;
    if (!guest->translated || param->index != HVM_PARAM_MONITOR_RING_PFN)
        return -XEN_EINVAL;
    param->value = guest->no_ring_page ? 0 : GUEST_RING;
    return 0;
}

int guest_dm_op(domid_t domid, unsigned int buffers, const struct xen_dm_op_buf *buffer)
{
    struct xen_dm_op op = {0};
    int error = guest_call();

    if (error)
        return error;
    if (domid != GUEST_DOMID)
        return -XEN_ESRCH;
    if (buffers != 1 || buffer->size < sizeof(op))
        return -XEN_EFAULT;
    memcpy(&op, buffer->h.p, sizeof(op));
    if (op.op != XEN_DMOP_inject_event)
        return -XEN_EOPNOTSUPP;
    if (op.u.inject_event.pad0 || op.u.inject_event.pad1 || !has_vcpu(op.u.inject_event.vcpuid))
        return -XEN_EINVAL;
    guest->injected = op.u.inject_event;
    return 0;
}

int guest_frame_error(uint64_t frame)
{
    int absent = guest->translated ? -XEN_EINVAL : -XEN_EPERM;

    if (guest->refuses)
        return -XEN_EACCES;
    if (frame == GUEST_RING)
        return guest->page_in_guest ? 0 : absent;
    return frame < GUEST_FRAMES && frame != GUEST_HOLE ? 0 : absent;
}

uint64_t guest_place(uint64_t frame)
{
    return frame == GUEST_RING ? GUEST_FRAMES : frame;
}
