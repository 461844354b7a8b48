/*
 * internal.h - what the files of this platform share.
 *
 * The platform uses Mini-OS's API by its own names and signatures, and of that
 * only what upstream Mini-OS has too, so that one object file links with either
 * kernel. What upstream has as header code (hypercalls) is header code here
 * (mini-os/hypercall.h), and needs only the symbol hypercall_page.
 */
#ifndef PLATFORM_MINIOS_INTERNAL_H
#define PLATFORM_MINIOS_INTERNAL_H

#include <platform.h>

#include "area.h"

#include <mini-os/hypervisor.h>
#include <xen/errno.h>

struct platform {
    struct plat_target target;
    struct plat_counters counters;
    struct area area;
    struct plat_window *windows; /* open ones, in no order */
    struct plat_events *events;
};

#endif
