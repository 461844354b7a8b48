/*
 * xen.h - Xen below a PV domain, as a double: the domain as its builder leaves it, and what
 * the page of hypercalls does. Beside it is the guest of tests/platform/guest.h.
 *
 * Answers and rules are those of Xen 4.17.5 (xen/arch/x86/mm.c, xen/common/sched/core.c,
 * xen/common/event_channel.c), as far as this kernel goes:
 *   - Page tables are written on request alone; a table has no writable mapping, and no page
 *     becomes a table that has one.
 *   - What was mapped once is in the TLB, and stays there until it is flushed: outside of the
 *     domain's own memory every mapping can be looked at, and shows what the TLB has.
 *   - The daemons of console and xenstore do their work when they are notified.
 */
#ifndef MINIOS_TESTS_XEN_H
#define MINIOS_TESTS_XEN_H

#include "../../tests/platform/guest.h" /* first: it asks for the toolstack's interface */

#include <mini-os/hypervisor.h>
#include <mini-os/mm.h>
#include <xen/event_channel.h>
#include <xen/io/console.h>
#include <xen/io/xs_wire.h>

#include <setjmp.h>
#include <stdbool.h>

/* Pages of the domain: machine frame n is its page n. What a test touches is backed. */
#define BACKED  24576UL
#define LARGEST (5UL << 20) /* 20 GiB */

/* Of the domain: its image, then these pages, the list of frames, page tables. */
#define IMAGE_PAGES 9
#define STORE       9
#define CONSOLE     10
#define SHARED      11 /* Xen's own page; it stands here for want of another */
#define FRAMES      12

#define STORE_PORT   1
#define CONSOLE_PORT 2
#define LISTEN_PORT  5 /* bound to the guest's ring */

extern char domain_memory[BACKED * PAGE_SIZE];

struct pv {
    trap_info_t traps[256];
    unsigned int sent[16];       /* notifications, by port */
    unsigned int closed[16];
    unsigned int polls, yields, flushes, stopped_ticks;
    void (*waits)(void);         /* called when the vcpu blocks or yields; or time passes */
    void (*notified)(uint32_t port);
    char console[8192];          /* what the daemon took */
    unsigned int console_length;
    bool console_stuck;          /* the daemon takes nothing */
    jmp_buf *at_end;             /* where to go on when the domain ends; NULL: it must not */
    unsigned int reason;         /* SHUTDOWN_* */
};
extern struct pv pv;

/* A domain of @pages with @spare of them mapped beyond what its builder used. */
void pv_build(unsigned long pages, unsigned long spare);

/* Builds one and takes it through the kernel's start, as far as memory goes. */
void pv_start(unsigned long pages);

/* The L1 entry for an address of the domain's, or NULL. */
pgentry_t *pv_entry(unsigned long va);

/* Frames mapped outside of the domain's own memory. Fails the test when the TLB has others. */
unsigned long pv_mapped(void);

/* Marks a port's event, as Xen does. */
void pv_signal(uint32_t port);

/* Nanoseconds pass. */
void pv_pass(uint64_t ns);

/* Runs @act, which ends the domain. Returns the reason, or -1 when it came back. */
int pv_end_of(void (*act)(void));

/* --- xenstored ------------------------------------------------------------------------ */

struct store {
    char path[64], value[256];   /* of one node */
    bool there;
    char watch[64], token[64];
    bool watched;
    /* The next reply, when it is not what xenstored would say; its length, and what is told of it. */
    bool made_up;
    uint32_t type, length, told;
    unsigned int requests;
    uint32_t most_used;          /* bytes of the ring of requests in use at once */
    uint32_t last_type;
    char last[XENSTORE_PAYLOAD_MAX + 1];
    uint32_t last_length;
};
extern struct store store;

struct xenstore_domain_interface *store_ring(void);

/* Sets the node, and fires its watch. */
void store_set(const char *path, const char *value);

#endif
