/*
 * monitor.c - kinds of event and the ring's life, by Xen's requests alone.
 *
 * Xen's interface: XEN_DOMCTL_vm_event_op and XEN_DOMCTL_monitor_op in
 * xen/domctl.h, HVM_PARAM_MONITOR_RING_PFN in xen/hvm/params.h.
 *
 * The ring's page is the target's own. It leaves the target's memory once Xen
 * and the listener have it mapped, and only then is its content initialised: what
 * the target may have written there before counts for nothing, so the target need
 * not be paused meanwhile. A page that is absent at the start is one that a
 * listener took out: it is made anew, if that listener's ring is gone.
 */
#include "monitor.h"
#include "hypercalls.h"

#include <xen/errno.h>
#include <xen/hvm/params.h>

_Static_assert((int)PLAT_MONITOR_CTRLREG == XEN_DOMCTL_MONITOR_EVENT_WRITE_CTRLREG &&
               (int)PLAT_MONITOR_MSR == XEN_DOMCTL_MONITOR_EVENT_MOV_TO_MSR &&
               (int)PLAT_MONITOR_SINGLESTEP == XEN_DOMCTL_MONITOR_EVENT_SINGLESTEP &&
               (int)PLAT_MONITOR_BREAKPOINT == XEN_DOMCTL_MONITOR_EVENT_SOFTWARE_BREAKPOINT &&
               (int)PLAT_MONITOR_GUEST_REQUEST == XEN_DOMCTL_MONITOR_EVENT_GUEST_REQUEST &&
               (int)PLAT_MONITOR_DEBUG == XEN_DOMCTL_MONITOR_EVENT_DEBUG_EXCEPTION &&
               (int)PLAT_MONITOR_CPUID == XEN_DOMCTL_MONITOR_EVENT_CPUID &&
               (int)PLAT_MONITOR_PRIVCALL == XEN_DOMCTL_MONITOR_EVENT_PRIVILEGED_CALL &&
               (int)PLAT_MONITOR_INTERRUPT == XEN_DOMCTL_MONITOR_EVENT_INTERRUPT &&
               (int)PLAT_MONITOR_DESCRIPTOR == XEN_DOMCTL_MONITOR_EVENT_DESC_ACCESS,
               "kinds have Xen's numbers");

int plat_domain_state(struct platform *p, struct plat_domain_state *out)
{
    struct xen_domctl op = {.cmd = XEN_DOMCTL_getdomaininfo};
    int error = xen_domctl(p, &op);

    if (error)
        return error;
    /* Xen answers for the next domain when there is none of this number. */
    if (op.u.getdomaininfo.domain != xen_target(p))
        return -XEN_ESRCH;
    *out = (struct plat_domain_state){
        .dying = op.u.getdomaininfo.flags & XEN_DOMINF_dying,
        .shut_down = op.u.getdomaininfo.flags & XEN_DOMINF_shutdown,
        .paused = op.u.getdomaininfo.flags & XEN_DOMINF_paused,
        .vcpus = op.u.getdomaininfo.max_vcpu_id + 1,
    };
    return 0;
}

int plat_vcpu_time(struct platform *p, unsigned int vcpu, struct plat_vcpu_time *out)
{
    struct xen_domctl op = {
        .cmd = XEN_DOMCTL_getvcpuinfo,
        .u.getvcpuinfo.vcpu = vcpu,
    };
    int error = xen_domctl(p, &op);

    if (error) /* EINVAL is Xen's word for a vcpu that the domain does not have */
        return error == -XEN_EINVAL ? -XEN_ESRCH : error;
    *out = (struct plat_vcpu_time){
        .ran_ns = op.u.getvcpuinfo.cpu_time,
        .idle = op.u.getvcpuinfo.blocked || !op.u.getvcpuinfo.online,
    };
    return 0;
}

int plat_monitor_capabilities(struct platform *p, uint32_t *kinds)
{
    struct xen_domctl op = {
        .cmd = XEN_DOMCTL_monitor_op,
        .u.monitor_op.op = XEN_DOMCTL_MONITOR_OP_GET_CAPABILITIES,
    };
    int error = xen_domctl(p, &op);

    if (!error)
        *kinds = op.u.monitor_op.event;
    return error;
}

int plat_monitor(struct platform *p, const struct plat_monitor *m)
{
    struct xen_domctl op = {
        .cmd = XEN_DOMCTL_monitor_op,
        .u.monitor_op.op = m->enable ? XEN_DOMCTL_MONITOR_OP_ENABLE
                                     : XEN_DOMCTL_MONITOR_OP_DISABLE,
        .u.monitor_op.event = m->kind,
    };

    switch (m->kind) {
    case PLAT_MONITOR_CTRLREG:
        op.u.monitor_op.u.mov_to_cr.index = (uint8_t)m->index;
        op.u.monitor_op.u.mov_to_cr.sync = m->sync;
        op.u.monitor_op.u.mov_to_cr.onchangeonly = m->onchange;
        break;
    case PLAT_MONITOR_MSR:
        op.u.monitor_op.u.mov_to_msr.msr = m->index;
        op.u.monitor_op.u.mov_to_msr.onchangeonly = m->onchange;
        break;
    case PLAT_MONITOR_GUEST_REQUEST:
        op.u.monitor_op.u.guest_request.sync = m->sync;
        op.u.monitor_op.u.guest_request.allow_userspace = m->enable;
        break;
    case PLAT_MONITOR_DEBUG:
        op.u.monitor_op.u.debug_exception.sync = m->sync;
        break;
    default:
        break;
    }
    return xen_domctl(p, &op);
}

int plat_mem_access(struct platform *p, uint64_t gfn, uint32_t n, uint8_t access)
{
    struct xen_mem_access_op op = {
        .op = XENMEM_access_op_set_access,
        .access = access,
        .nr = n,
        .pfn = gfn,
    };

    return xen_mem_access(p, &op);
}

int plat_mem_access_offered(struct platform *p)
{
    struct xen_mem_access_op op = {.op = XENMEM_access_op_get_access};

    return xen_mem_access(p, &op);
}

int plat_inject(struct platform *p, const struct plat_exception *e)
{
    struct xen_dm_op op = {
        .op = XEN_DMOP_inject_event,
        .u.inject_event = {
            .vcpuid = e->vcpu,
            .vector = e->vector,
            .type = e->type,
            .insn_len = e->insn_length,
            .error_code = ~0u,
        },
    };

    return xen_dm_op(p, &op);
}

int plat_single_step(struct platform *p, unsigned int vcpu, bool on)
{
    struct xen_domctl op = {
        .cmd = XEN_DOMCTL_debug_op,
        .u.debug_op = {
            .op = on ? XEN_DOMCTL_DEBUG_OP_SINGLE_STEP_ON : XEN_DOMCTL_DEBUG_OP_SINGLE_STEP_OFF,
            .vcpu = vcpu,
        },
    };

    return xen_domctl(p, &op);
}

static int vm_event(struct platform *p, uint32_t command, uint32_t *port)
{
    struct xen_domctl op = {
        .cmd = XEN_DOMCTL_vm_event_op,
        .u.vm_event_op.op = command,
        .u.vm_event_op.mode = XEN_DOMCTL_VM_EVENT_OP_MONITOR,
    };
    int error = xen_domctl(p, &op);

    if (!error && port)
        *port = op.u.vm_event_op.u.enable.port;
    return error;
}

static int map_ring(struct platform *p, struct xen_ring *ring)
{
    return plat_map(p, &ring->gfn, 1, PLAT_READ | PLAT_WRITE, &ring->page, NULL);
}

/* A ring whose page is in the target's memory still. */
static int make_ring(struct platform *p, struct xen_ring *ring)
{
    bool made = false;
    int error = xen_hvm_param(p, HVM_PARAM_MONITOR_RING_PFN, &ring->gfn);

    if (error)
        return error == -XEN_EINVAL ? -XEN_EOPNOTSUPP : error;
    if (!ring->gfn)
        return -XEN_EOPNOTSUPP;

    error = map_ring(p, ring);
    if (error == -XEN_EINVAL || error == -XEN_ENOENT) {
        /* Taking memory from a target that another listens to spoils answers to it. */
        error = plat_events_resume(p);
        if (error != -XEN_ENOENT)
            return error ? error : -XEN_EBUSY;
        error = xen_reservation(p, XENMEM_populate_physmap, ring->gfn);
        made = !error;
        if (made)
            error = map_ring(p, ring);
    }
    if (!error) {
        error = vm_event(p, XEN_VM_EVENT_ENABLE, &ring->port);
        if (error)
            (void)plat_unmap(p, ring->page, 1);
    }
    if (error && made)
        (void)xen_reservation(p, XENMEM_decrease_reservation, ring->gfn);
    return error;
}

static void clear_ring(struct xen_ring *ring)
{
    for (size_t i = 0; i < PLAT_PAGE_SIZE / sizeof(uint64_t); i++)
        ((volatile uint64_t *)ring->page)[i] = 0;
}

int xen_ring_enable(struct platform *p, struct xen_ring *ring)
{
    int error;

    xen_hold(p);
    error = make_ring(p, ring);
    if (!error) {
        error = xen_reservation(p, XENMEM_decrease_reservation, ring->gfn);
        if (!error) {
            clear_ring(ring);
            return 0;
        }
        (void)vm_event(p, XEN_VM_EVENT_DISABLE, NULL);
        (void)plat_unmap(p, ring->page, 1);
    }
    xen_let_go(p);
    return error;
}

int xen_ring_disable(struct platform *p, struct xen_ring *ring)
{
    int error = vm_event(p, XEN_VM_EVENT_DISABLE, NULL);
    int put_back;

    (void)plat_unmap(p, ring->page, 1);
    put_back = xen_reservation(p, XENMEM_populate_physmap, ring->gfn);
    xen_let_go(p);
    return error ? error : put_back;
}

void xen_ring_leave(struct platform *p, struct xen_ring *ring)
{
    (void)plat_unmap(p, ring->page, 1);
    xen_let_go(p);
}

int plat_events_resume(struct platform *p)
{
    int error = vm_event(p, XEN_VM_EVENT_RESUME, NULL);

    return error == -XEN_ENODEV ? -XEN_ENOENT : error;
}

int plat_events_replace(struct platform *p, void **page)
{
    struct xen_ring ring;
    int error = vm_event(p, XEN_VM_EVENT_DISABLE, NULL);

    if (!error)
        error = make_ring(p, &ring);
    if (error)
        return error;
    xen_hold(p);
    clear_ring(&ring);
    *page = ring.page;
    return 0;
}

int plat_events_remove(struct platform *p, void *page)
{
    int error = vm_event(p, XEN_VM_EVENT_DISABLE, NULL);

    (void)plat_unmap(p, page, 1);
    xen_let_go(p);
    return error;
}
