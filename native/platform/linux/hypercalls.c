/*
 * hypercalls.c - hypercalls of a process, by Linux's privcmd device (libxencall).
 *
 * Arguments are put together in a page that the kernel keeps in place: Xen reads
 * it through the process's own page tables while the call lasts. One call at a
 * time uses the page, from its start.
 */
#include <errno.h>
#include <string.h>

#include "../xen/hypercalls.h"
#include "linux.h"

#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>

/* Where in the page an argument's own arguments stand. */
#define SECOND 2048

int linux_need_calls(struct platform *p)
{
    if (p->call)
        return 0;
    p->call = xencall_open(NULL, 0);
    if (!p->call)
        return -errno;
    p->call_page = xencall_alloc_buffer_pages(p->call, 1);
    if (!p->call_page) {
        xencall_close(p->call);
        p->call = NULL;
        return -ENOMEM;
    }
    memset(p->call_page, 0, PLAT_PAGE_SIZE);
    return 0;
}

void linux_close_calls(struct platform *p)
{
    if (!p->call)
        return;
    xencall_free_buffer_pages(p->call, p->call_page, 1);
    xencall_close(p->call);
    p->call = NULL;
}

/* A hypercall whose result is 0, a positive number or -1 with errno. */
static int result_of(int result)
{
    return result < 0 ? -errno : result;
}

domid_t xen_target(const struct platform *p)
{
    return p->target.domid;
}

int xen_domctl(struct platform *p, struct xen_domctl *op)
{
    int error = linux_need_calls(p);

    if (error)
        return error;
    op->interface_version = XEN_DOMCTL_INTERFACE_VERSION;
    op->domain = p->target.domid;
    memcpy(p->call_page, op, sizeof(*op));
    p->counters.syscalls++;
    error = result_of(xencall1(p->call, __HYPERVISOR_domctl, (uintptr_t)p->call_page));
    memcpy(op, p->call_page, sizeof(*op));
    return error;
}

int xen_hvm_param(struct platform *p, uint32_t index, uint64_t *value)
{
    struct xen_hvm_param *op;
    int error = linux_need_calls(p);

    if (error)
        return error;
    op = (struct xen_hvm_param *)p->call_page;
    *op = (struct xen_hvm_param){.domid = p->target.domid, .index = index};
    p->counters.syscalls++;
    error = result_of(xencall2(p->call, __HYPERVISOR_hvm_op, HVMOP_get_param, (uintptr_t)op));
    *value = op->value;
    return error;
}

int xen_reservation(struct platform *p, unsigned int command, uint64_t gfn)
{
    struct xen_memory_reservation *op;
    int done = linux_need_calls(p);

    if (done)
        return done;
    op = (struct xen_memory_reservation *)p->call_page;
    *op = (struct xen_memory_reservation){.nr_extents = 1, .domid = p->target.domid};
    memcpy(p->call_page + SECOND, &gfn, sizeof(gfn));
    set_xen_guest_handle_raw(op->extent_start, (void *)(p->call_page + SECOND));
    p->counters.syscalls++;
    done = result_of(xencall2(p->call, __HYPERVISOR_memory_op, command, (uintptr_t)op));
    if (done < 0)
        return done;
    return done == 1 ? 0 : -ENOMEM;
}

int xen_mem_access(struct platform *p, struct xen_mem_access_op *op)
{
    int error = linux_need_calls(p);

    if (error)
        return error;
    op->domid = p->target.domid;
    memcpy(p->call_page, op, sizeof(*op));
    p->counters.syscalls++;
    return result_of(xencall2(p->call, __HYPERVISOR_memory_op, XENMEM_access_op,
                              (uintptr_t)p->call_page));
}

int xen_dm_op(struct platform *p, struct xen_dm_op *op)
{
    struct xen_dm_op_buf *buffer;
    int error = linux_need_calls(p);

    if (error)
        return error;
    buffer = (struct xen_dm_op_buf *)p->call_page;
    memcpy(p->call_page + SECOND, op, sizeof(*op));
    set_xen_guest_handle_raw(buffer->h, (void *)(p->call_page + SECOND));
    buffer->size = sizeof(*op);
    p->counters.syscalls++;
    return result_of(xencall3(p->call, __HYPERVISOR_dm_op, p->target.domid, 1,
                              (uintptr_t)buffer));
}
