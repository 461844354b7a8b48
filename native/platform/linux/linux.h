/*
 * linux.h - what the files of the Linux platform share.
 */
#ifndef PLATFORM_LINUX_H
#define PLATFORM_LINUX_H

#include <platform.h>

#include "calls.h"

/* A mapping made by plat_map() or a window, in a list so that plat_close() finds it. */
struct area {
    struct area *next, **link;
    void *va;
    size_t pages;
};

struct platform {
    struct plat_target target;
    int privcmd;
    struct area *areas, **last; /* oldest first */
    bool place_kept; /* by this handle, for large areas */
    struct plat_window *windows;
    struct plat_events *events;
    unsigned int held; /* xen_hold()s without their xen_let_go() */
    struct calls calls;
    struct plat_counters counters;
};

/* Unmaps everything that is still mapped and closes every window. */
void linux_release_mappings(struct platform *p);

#endif
