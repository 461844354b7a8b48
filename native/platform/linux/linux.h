/*
 * linux.h - what the files of the Linux platform share.
 */
#ifndef PLATFORM_LINUX_H
#define PLATFORM_LINUX_H

#include <platform.h>
#include <xenctrl.h>

/* A mapping made by plat_map() or a window, in a list so that plat_close() finds it. */
struct area {
    struct area *next, **link;
    void *va;
    size_t pages;
    bool in_arena;
};

/*
 * Address space kept aside for the one large mapping that a batch makes. Its
 * neighbours on both sides keep the outermost page tables in being when the
 * mapping goes, so that batches do not differ by the making of them, nor by
 * where the kernel would have placed them.
 */
struct arena {
    void *va; /* NULL: none yet */
    size_t pages;
    bool taken;
};

struct platform {
    struct plat_target target;
    int privcmd;
    xc_interface *xc;
    struct area *areas, **last; /* oldest first */
    struct arena arena;
    struct plat_window *windows;
    struct plat_counters counters;
};

/* Unmaps everything that is still mapped and closes every window. */
void linux_release_mappings(struct platform *p);

#endif
