/*
 * hypercalls.c - requests to Xen about the target (xen/hypercalls.h), as a process
 * makes them (calls.h).
 */
#include <errno.h>
#include <string.h>

#include "../xen/hypercalls.h"
#include "ending.h"
#include "linux.h"

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
    p->held++;
    ending_defer();
}

void xen_let_go(struct platform *p)
{
    if (!p->held)
        return; /* an unpause of another's pause */
    p->held--;
    ending_allow();
}

int xen_domctl(struct platform *p, struct xen_domctl *op)
{
    op->domain = p->target.domid;
    p->counters.syscalls++;
    return calls_domctl(&p->calls, op);
}

int xen_hvm_param(struct platform *p, uint32_t index, uint64_t *value)
{
    struct xen_hvm_param *op = (struct xen_hvm_param *)p->calls.pages;
    int error;

    *op = (struct xen_hvm_param){.domid = p->target.domid, .index = index};
    p->counters.syscalls++;
    error = calls_result(
        xencall2(p->calls.handle, __HYPERVISOR_hvm_op, HVMOP_get_param, (uintptr_t)op));
    *value = op->value;
    return error;
}

int xen_reservation(struct platform *p, unsigned int command, uint64_t gfn)
{
    struct xen_memory_reservation *op = (struct xen_memory_reservation *)p->calls.pages;
    int done;

    *op = (struct xen_memory_reservation){.nr_extents = 1, .domid = p->target.domid};
    memcpy(p->calls.pages + CALLS_SECOND, &gfn, sizeof(gfn));
    set_xen_guest_handle_raw(op->extent_start, (void *)(p->calls.pages + CALLS_SECOND));
    p->counters.syscalls++;
    done = calls_result(
        xencall2(p->calls.handle, __HYPERVISOR_memory_op, command, (uintptr_t)op));
    if (done < 0)
        return done;
    return done == 1 ? 0 : -ENOMEM;
}

int xen_mem_access(struct platform *p, struct xen_mem_access_op *op)
{
    op->domid = p->target.domid;
    memcpy(p->calls.pages, op, sizeof(*op));
    p->counters.syscalls++;
    return calls_result(xencall2(p->calls.handle, __HYPERVISOR_memory_op, XENMEM_access_op,
                                 (uintptr_t)p->calls.pages));
}

int xen_dm_op(struct platform *p, struct xen_dm_op *op)
{
    struct xen_dm_op_buf *buffer = (struct xen_dm_op_buf *)p->calls.pages;

    memcpy(p->calls.pages + CALLS_SECOND, op, sizeof(*op));
    set_xen_guest_handle_raw(buffer->h, (void *)(p->calls.pages + CALLS_SECOND));
    buffer->size = sizeof(*op);
    p->counters.syscalls++;
    return calls_result(xencall3(p->calls.handle, __HYPERVISOR_dm_op, p->target.domid, 1,
                                 (uintptr_t)buffer));
}
