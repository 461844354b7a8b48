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

#include <xen/errno.h>
#include <xen/event_channel.h>
#include <xen/io/ring.h>
#include <xen/sched.h>
#include <xen/sysctl.h>
#include <xen/vcpu.h>
#include <xen/version.h>
#include <xen/vm_event.h>
#include <xencall.h>
#include <xenevtchn.h>

struct xencall_handle {
    int unused;
};

struct xenevtchn_handle {
    int pipe[2];
};

static xenevtchn_handle *channels[8];

void xen_reset(void)
{
    if (!guest)
        guest = mmap(NULL, sizeof(*guest), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    guest_reset();
}

void xen_signal(void)
{
    for (size_t i = 0; i < sizeof(channels) / sizeof(channels[0]); i++) {
        if (channels[i] && write(channels[i]->pipe[1], "", 1) != 1)
            abort();
    }
}

volatile uint32_t *xen_word(void)
{
    return &((struct vm_event_sring *)guest_memory[guest_place(GUEST_RING)])->req_prod;
}

/* --- requests ---------------------------------------------------------------------- */

/* As Linux hands Xen's answer on. */
static int answer(int result)
{
    if (result >= 0)
        return result;
    errno = -result;
    return -1;
}

static int sysctl(struct xen_sysctl *op)
{
    int error = guest_call();

    if (error)
        return error;
    if (op->interface_version != XEN_SYSCTL_INTERFACE_VERSION)
        return -XEN_EACCES;
    if (op->cmd != XEN_SYSCTL_physinfo)
        return -XEN_ENOSYS;
    op->u.physinfo.free_pages = XEN_FREE_PAGES;
    return 0;
}

static int vcpu_op(uint64_t command, uint64_t vcpu, struct vcpu_runstate_info *info)
{
    int error = guest_call();

    if (error)
        return error;
    if (command != VCPUOP_get_runstate_info || vcpu)
        return -XEN_ENOSYS;
    *info = (struct vcpu_runstate_info){
        .time = {[RUNSTATE_running] = XEN_RAN, [RUNSTATE_runnable] = 1, [RUNSTATE_blocked] = XEN_SLEPT},
    };
    return 0;
}

static int yield(void)
{
    guest->yields++;
    return guest_call();
}

static int multicall(multicall_entry_t *calls, unsigned long n)
{
    int error = guest_call();

    for (unsigned long i = 0; i < n && !error; i++) {
        if (calls[i].op == __HYPERVISOR_event_channel_op && calls[i].args[0] == EVTCHNOP_send) {
            guest->notified++;
            calls[i].result = 0;
        } else {
            calls[i].result = (unsigned long)(calls[i].op == __HYPERVISOR_sched_op &&
                                                      calls[i].args[0] == SCHEDOP_yield
                                                  ? yield()
                                                  : -XEN_ENOSYS);
        }
    }
    return error;
}

/* --- libxencall ---------------------------------------------------------------------- */

xencall_handle *xencall_open(struct xentoollog_logger *logger, unsigned int flags)
{
    (void)logger;
    (void)flags;
    return answer(guest_call()) ? NULL : calloc(1, sizeof(xencall_handle));
}

int xencall_close(xencall_handle *handle)
{
    free(handle);
    return 0;
}

void *xencall_alloc_buffer_pages(xencall_handle *handle, size_t n)
{
    return xencall_alloc_buffer(handle, n * 4096);
}

void xencall_free_buffer_pages(xencall_handle *handle, void *pages, size_t n)
{
    (void)n;
    xencall_free_buffer(handle, pages);
}

void *xencall_alloc_buffer(xencall_handle *handle, size_t bytes)
{
    (void)handle;
    return answer(guest_call()) ? NULL : calloc(1, bytes);
}

void xencall_free_buffer(xencall_handle *handle, void *buffer)
{
    (void)handle;
    free(buffer);
}

int xencall1(xencall_handle *handle, unsigned int op, uint64_t a)
{
    (void)handle;
    switch (op) {
    case __HYPERVISOR_domctl:
        return answer(guest_domctl((struct xen_domctl *)(uintptr_t)a));
    case __HYPERVISOR_sysctl:
        return answer(sysctl((struct xen_sysctl *)(uintptr_t)a));
    default:
        return answer(-XEN_ENOSYS);
    }
}

int xencall2(xencall_handle *handle, unsigned int op, uint64_t a, uint64_t b)
{
    void *argument = (void *)(uintptr_t)b;

    (void)handle;
    switch (op) {
    case __HYPERVISOR_xen_version:
        return guest->release;
    case __HYPERVISOR_hvm_op:
        return answer(guest_hvm_op((unsigned int)a, argument));
    case __HYPERVISOR_memory_op:
        return answer(guest_memory_op((unsigned int)a, argument));
    case __HYPERVISOR_sched_op:
        return answer(a == SCHEDOP_yield ? yield() : -XEN_ENOSYS);
    case __HYPERVISOR_multicall:
        return answer(multicall((multicall_entry_t *)(uintptr_t)a, b));
    default:
        return answer(-XEN_ENOSYS);
    }
}

int xencall3(xencall_handle *handle, unsigned int op, uint64_t a, uint64_t b, uint64_t c)
{
    (void)handle;
    switch (op) {
    case __HYPERVISOR_dm_op:
        return answer(guest_dm_op((domid_t)a, (unsigned int)b, (struct xen_dm_op_buf *)(uintptr_t)c));
    case __HYPERVISOR_vcpu_op:
        return answer(vcpu_op(a, b, (struct vcpu_runstate_info *)(uintptr_t)c));
    default:
        return answer(-XEN_ENOSYS);
    }
}

/* --- libxenevtchn: a pipe that holds a byte for each signal ------------------------------ */

xenevtchn_handle *xenevtchn_open(struct xentoollog_logger *logger, unsigned int flags)
{
    xenevtchn_handle *c = calloc(1, sizeof(*c));
    size_t i = 0;

    (void)logger;
    (void)flags;
    if (answer(guest_call())) {
        free(c);
        return NULL;
    }
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
    int error = guest_call();

    (void)c;
    if (!error && (domid != GUEST_DOMID || port != GUEST_PORT))
        error = -XEN_EINVAL;
    return error ? answer(error) : GUEST_PORT + 1;
}

int xenevtchn_notify(xenevtchn_handle *c, evtchn_port_t port)
{
    (void)c;
    if (port != GUEST_PORT + 1)
        return answer(-XEN_EINVAL);
    guest->notified++;
    return answer(guest_call());
}

xenevtchn_port_or_error_t xenevtchn_pending(xenevtchn_handle *c)
{
    char byte;

    if (answer(guest_call()))
        return -1;
    return read(c->pipe[0], &byte, 1) == 1 ? GUEST_PORT + 1 : -1;
}

int xenevtchn_unmask(xenevtchn_handle *c, evtchn_port_t port)
{
    (void)c;
    (void)port;
    return answer(guest_call());
}
