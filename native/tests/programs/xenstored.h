/*
 * xenstored.h - xenstored at the other end of a socket, as a double (xen/io/xs_wire.h;
 * tools/xenstore/xenstored_core.c of Xen 4.17): a few nodes, one watch.
 */
#ifndef TESTS_PROGRAMS_XENSTORED_H
#define TESTS_PROGRAMS_XENSTORED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XENSTORED_NODES 4

struct xenstored {
    struct {
        char path[64], value[128], perms[64]; /* perms: words, a space between */
    } nodes[XENSTORED_NODES];
    char refusal[16];            /* the error's name that every request gets; empty: none */
    bool silent;                 /* hangs up at the first request */
    uint32_t lie;                /* a length that the reply says it has; 0: its own */
    uint32_t type;               /* of the reply; 0: that of the request */
    unsigned int requests;
    const char *const *job_list; /* values of the watched node, one after the other, up to NULL */
};

extern struct xenstored xenstored;

/* Serves a fresh connection, in a thread, until the program hangs up. Returns the program's end of it. */
int xenstored_start(void);

/* Waits until it has ended, and closes the program's end here. */
void xenstored_stop(void);

#endif
