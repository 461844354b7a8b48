/*
 * hypercalls.c - requests to Xen about the target (xen/hypercalls.h), as a PV
 * kernel makes them. xen_domctl() is in domctl.c.
 */
#include "../xen/hypercalls.h"
#include "internal.h"

#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>

domid_t xen_target(const struct platform *p)
{
    return p->target.domid;
}

bool xen_target_translated(const struct platform *p)
{
    return p->target.translated;
}

void xen_hold(struct platform *p)
{
    (void)p;
}

void xen_let_go(struct platform *p)
{
    (void)p;
}

int xen_hvm_param(struct platform *p, uint32_t index, uint64_t *value)
{
    struct xen_hvm_param op = { .domid = p->target.domid, .index = index };
    int rc;

    p->counters.hypercalls++;
    rc = HYPERVISOR_hvm_op(HVMOP_get_param, &op);
    *value = op.value;
    return rc;
}

int xen_reservation(struct platform *p, unsigned int command, uint64_t gfn)
{
    struct xen_memory_reservation op = {
        .nr_extents = 1,
        .domid = p->target.domid,
    };
    xen_pfn_t frame = gfn;
    int done;

    set_xen_guest_handle(op.extent_start, &frame);
    p->counters.hypercalls++;
    done = HYPERVISOR_memory_op(command, &op);
    if (done < 0)
        return done;
    return done == 1 ? 0 : -XEN_ENOMEM;
}

int xen_mem_access(struct platform *p, struct xen_mem_access_op *op)
{
    op->domid = p->target.domid;
    p->counters.hypercalls++;
    return HYPERVISOR_memory_op(XENMEM_access_op, op);
}

int xen_dm_op(struct platform *p, struct xen_dm_op *op)
{
    struct xen_dm_op_buf buffer = { .size = sizeof(*op) };

    set_xen_guest_handle(buffer.h, (void *)op);
    p->counters.hypercalls++;
    return HYPERVISOR_dm_op(p->target.domid, 1, &buffer);
}
