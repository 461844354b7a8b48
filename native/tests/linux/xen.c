/*
 * xen.c - see xen.h.
 */
#define _GNU_SOURCE
#include "xen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <xen/event_channel.h>
#include <xen/hvm/hvm_op.h>
#include <xen/hvm/save.h>
#include <xen/io/ring.h>
#include <xen/memory.h>
#include <xen/sched.h>
#include <xen/version.h>
#include <xen/vm_event.h>
#include <xenevtchn.h>

#define RING_GFN 0xfeff1

struct xen *xen;

struct xencall_handle {
    int unused;
};

struct xenevtchn_handle {
    int pipe[2];
};

static xenevtchn_handle *channels[8];

void xen_reset(void)
{
    if (!xen)
        xen = mmap(NULL, sizeof(*xen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(xen, 0, sizeof(*xen));
    xen->vcpus = 1;
    xen->page_in_guest = true;
}

struct platform *xen_platform(bool translated)
{
    struct platform *p = calloc(1, sizeof(*p));

    p->target = (struct plat_target){.domid = 7, .translated = translated};
    p->privcmd = open("/dev/null", O_RDWR | O_CLOEXEC);
    p->last = &p->areas;
    if (calls_open(&p->calls))
        abort();
    return p;
}

void xen_close(struct platform *p)
{
    plat_close(p);
}

void xen_signal(const struct platform *p)
{
    (void)p;
    for (size_t i = 0; i < sizeof(channels) / sizeof(channels[0]); i++) {
        if (channels[i] && write(channels[i]->pipe[1], "", 1) != 1)
            abort();
    }
}

volatile uint32_t *xen_word(void)
{
    return &((struct vm_event_sring *)xen->page)->req_prod;
}

/* --- requests ---------------------------------------------------------------------- */

static int fail(int error)
{
    errno = error;
    return -1;
}

static int get_context(struct xen_domctl *op)
{
    uint32_t vcpu = op->u.vcpucontext.vcpu;
    vcpu_guest_context_t *to;

    if (vcpu >= xen->vcpus)
        return fail(ESRCH);
    if (xen->unmade >> vcpu & 1)
        return fail(ENODATA); /* one that is down only still has its registers */
    to = op->u.vcpucontext.ctxt.p;
    memset(to, 0, sizeof(*to));
    to->user_regs.rip = 0x1000 + vcpu;
    to->ctrlreg[3] = 0x5000;
    return 0;
}

static int get_hvm_context(struct xen_domctl *op)
{
    uint32_t vcpu = op->u.hvmcontext_partial.instance;
    struct hvm_hw_cpu cpu = {.rip = 0x2000 + vcpu, .cr3 = 0x6000, .msr_efer = 1 << 10};
    uint8_t *to;

    if (op->u.hvmcontext_partial.type != HVM_SAVE_CODE(CPU))
        return fail(EINVAL);
    if (vcpu >= xen->vcpus)
        return fail(ENOENT);
    if ((xen->down | xen->unmade) >> vcpu & 1)
        return fail(ENODATA);
    to = op->u.hvmcontext_partial.buffer.p;
    memcpy(to, &cpu, sizeof(cpu));
    return 0;
}

static int vm_event(struct xen_domctl *op)
{
    switch (op->u.vm_event_op.op) {
    case XEN_VM_EVENT_ENABLE:
        if (xen->ring)
            return fail(EBUSY);
        xen->ring = true;
        op->u.vm_event_op.u.enable.port = 3;
        return 0;
    case XEN_VM_EVENT_DISABLE:
        xen->ring = false;
        return 0;
    case XEN_VM_EVENT_RESUME:
        return xen->ring ? 0 : fail(ENODEV);
    default:
        return fail(ENOSYS);
    }
}

static int domctl(struct xen_domctl *op)
{
    if (op->interface_version != 0x15)
        return fail(EACCES);
    switch (op->cmd) {
    case XEN_DOMCTL_getvcpucontext:
        return get_context(op);
    case XEN_DOMCTL_gethvmcontext_partial:
        return get_hvm_context(op);
    case XEN_DOMCTL_vm_event_op:
        return vm_event(op);
    case XEN_DOMCTL_pausedomain:
        xen->paused++;
        return 0;
    case XEN_DOMCTL_unpausedomain:
        if (!xen->paused)
            return fail(EINVAL);
        xen->paused--;
        return 0;
    default:
        return fail(ENOSYS);
    }
}

static int memory_op(unsigned long command)
{
    if (command == XENMEM_populate_physmap)
        xen->page_in_guest = true;
    else if (command == XENMEM_decrease_reservation)
        xen->page_in_guest = false;
    else
        return fail(ENOSYS);
    return 1;
}

static int multicall(multicall_entry_t *calls, unsigned long n)
{
    for (unsigned long i = 0; i < n; i++) {
        if (calls[i].op == __HYPERVISOR_event_channel_op)
            xen->notified++;
        else
            xen->yields++;
        calls[i].result = 0;
    }
    return 0;
}

/* --- libxencall ---------------------------------------------------------------------- */

xencall_handle *xencall_open(struct xentoollog_logger *logger, unsigned int flags)
{
    (void)logger;
    (void)flags;
    return calloc(1, sizeof(xencall_handle));
}

int xencall_close(xencall_handle *handle)
{
    free(handle);
    return 0;
}

void *xencall_alloc_buffer_pages(xencall_handle *handle, size_t n)
{
    (void)handle;
    return calloc(n, 4096);
}

void xencall_free_buffer_pages(xencall_handle *handle, void *pages, size_t n)
{
    (void)handle;
    (void)n;
    free(pages);
}

int xencall1(xencall_handle *handle, unsigned int op, uint64_t a)
{
    (void)handle;
    return op == __HYPERVISOR_domctl ? domctl((struct xen_domctl *)(uintptr_t)a) : fail(ENOSYS);
}

int xencall2(xencall_handle *handle, unsigned int op, uint64_t a, uint64_t b)
{
    (void)handle;
    switch (op) {
    case __HYPERVISOR_xen_version:
        return 4 << 16 | 17;
    case __HYPERVISOR_hvm_op:
        ((struct xen_hvm_param *)(uintptr_t)b)->value = RING_GFN;
        return 0;
    case __HYPERVISOR_memory_op:
        return memory_op(a);
    case __HYPERVISOR_sched_op:
        xen->yields++;
        return 0;
    case __HYPERVISOR_multicall:
        return multicall((multicall_entry_t *)(uintptr_t)a, b);
    default:
        return fail(ENOSYS);
    }
}

int xencall3(xencall_handle *handle, unsigned int op, uint64_t a, uint64_t b, uint64_t c)
{
    (void)handle;
    (void)op;
    (void)a;
    (void)b;
    (void)c;
    return fail(ENOSYS);
}

/* --- libxenevtchn: a pipe that holds a byte for each signal ------------------------------ */

xenevtchn_handle *xenevtchn_open(struct xentoollog_logger *logger, unsigned int flags)
{
    xenevtchn_handle *c = calloc(1, sizeof(*c));
    size_t i = 0;

    (void)logger;
    (void)flags;
    while (channels[i])
        i++;
    if (pipe2(c->pipe, O_CLOEXEC))
        abort();
    return channels[i] = c;
}

int xenevtchn_close(xenevtchn_handle *c)
{
    for (size_t i = 0; i < sizeof(channels) / sizeof(channels[0]); i++) {
        if (channels[i] == c)
            channels[i] = NULL;
    }
    close(c->pipe[0]);
    close(c->pipe[1]);
    free(c);
    return 0;
}

int xenevtchn_fd(xenevtchn_handle *c)
{
    return c->pipe[0];
}

xenevtchn_port_or_error_t xenevtchn_bind_interdomain(xenevtchn_handle *c, uint32_t domid,
                                                      evtchn_port_t port)
{
    (void)c;
    (void)domid;
    return (xenevtchn_port_or_error_t)port + 1;
}

int xenevtchn_notify(xenevtchn_handle *c, evtchn_port_t port)
{
    (void)c;
    (void)port;
    xen->notified++;
    return 0;
}

xenevtchn_port_or_error_t xenevtchn_pending(xenevtchn_handle *c)
{
    char byte;

    return read(c->pipe[0], &byte, 1) == 1 ? 4 : -1;
}

int xenevtchn_unmask(xenevtchn_handle *c, evtchn_port_t port)
{
    (void)c;
    (void)port;
    return 0;
}

/* --- frames: the ring's page is the only one ------------------------------------------- */

int plat_map(struct platform *p, const uint64_t *frames, size_t n, int prot, void **va, int *errs)
{
    (void)p;
    (void)prot;
    (void)errs;
    if (n != 1 || *frames != RING_GFN || !xen->page_in_guest)
        return -EINVAL;
    *va = xen->page;
    return 0;
}

int plat_unmap(struct platform *p, void *va, size_t n)
{
    (void)p;
    return va == xen->page && n == 1 ? 0 : -EINVAL;
}

void linux_release_mappings(struct platform *p)
{
    (void)p;
}
