/*
 * frames.c - mapping of foreign frames by Linux's privcmd device.
 *
 * The interface is xen/sys/privcmd.h (libxen-dev), its behaviour
 * drivers/xen/privcmd.c in Linux. What the window builds on:
 *   - The first mapping request on an mmap()ed area claims the area; later ones
 *     fill it piece by piece, each page once. One munmap() releases all.
 *   - IOCTL_PRIVCMD_MMAP claims the area even when it maps no page, and so needs
 *     one system call for an area of any size. A Dom0 with translated memory
 *     (PVH) does not have it.
 *   - IOCTL_PRIVCMD_MMAPBATCH_V2 claims an area only as a whole, but with frames
 *     that do not exist it succeeds and leaves every page empty, at the price of
 *     one refused request a page.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "linux.h"

#include <xen/sys/privcmd.h>

/* A frame number that no domain has. */
#define NO_FRAME ((1ull << 40) - 1)

/* --- areas ---------------------------------------------------------------- */

/*
 * Large areas, of which a batch makes one, are all made at one place. A page
 * before it that stays mapped keeps its page table in being when the area goes.
 * So one batch does not differ from the next by making page tables, nor from
 * one process to another by how many the kernel's choice of an address needs.
 * The place is far below those that the kernel chooses, and starts a page table.
 */
#define LARGE_PLACE ((char *)0x100000000000)

static bool keep_place(struct platform *p)
{
    if (!p->place_kept)
        p->place_kept = mmap(LARGE_PLACE, PLAT_PAGE_SIZE, PROT_NONE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == LARGE_PLACE;
    return p->place_kept;
}

/* At the place when it is free, anywhere otherwise. */
static void *map_large(struct platform *p, size_t bytes, int prot)
{
    void *va = mmap(LARGE_PLACE + PLAT_PAGE_SIZE, bytes, prot, MAP_SHARED | MAP_FIXED_NOREPLACE,
                    p->privcmd, 0);

    if (va != MAP_FAILED || errno != EEXIST)
        return va;
    p->counters.syscalls++;
    return mmap(NULL, bytes, prot, MAP_SHARED, p->privcmd, 0);
}

static struct area *area_open(struct platform *p, size_t pages, int prot, int *error)
{
    struct area *a = malloc(sizeof(*a));
    size_t bytes = pages * PLAT_PAGE_SIZE;

    if (!a) {
        *error = -ENOMEM;
        return NULL;
    }
    p->counters.syscalls++;
    a->va = pages > 1 && keep_place(p) ? map_large(p, bytes, prot)
                                       : mmap(NULL, bytes, prot, MAP_SHARED, p->privcmd, 0);
    if (a->va == MAP_FAILED) {
        *error = -errno;
        free(a);
        return NULL;
    }
    a->pages = pages;
    a->next = NULL;
    a->link = p->last;
    *p->last = a;
    p->last = &a->next;
    return a;
}

static int area_close(struct platform *p, struct area *a)
{
    int error;

    p->counters.syscalls++;
    error = munmap(a->va, a->pages * PLAT_PAGE_SIZE) ? -errno : 0;
    *a->link = a->next;
    if (a->next)
        a->next->link = a->link;
    else
        p->last = a->link;
    free(a);
    return error;
}

static struct area *area_find(struct platform *p, const void *va, size_t pages)
{
    struct area *a = p->areas;

    while (a && (a->va != va || a->pages != pages))
        a = a->next;
    return a;
}

/* Fills pages of an area; errs[i] is 0 or the negative errno of page i. */
static int fill(struct platform *p, void *va, const uint64_t *frames, size_t n, int *errs)
{
    privcmd_mmapbatch_v2_t request = {
        .num = (unsigned int)n,
        .dom = p->target.domid,
        .addr = (uintptr_t)va,
        .arr = (const xen_pfn_t *)frames,
        .err = errs,
    };

    p->counters.syscalls++;
    /* ENOENT: frames are paged out or absent; errs tells which. */
    if (ioctl(p->privcmd, IOCTL_PRIVCMD_MMAPBATCH_V2, &request) && errno != ENOENT)
        return -errno;
    return 0;
}

static void note_errors(int *errs, size_t n, int error)
{
    for (size_t i = 0; i < n; i++)
        errs[i] = error;
}

static int first_error(const int *errs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (errs[i])
            return errs[i];
    }
    return 0;
}

int plat_map(struct platform *p, const uint64_t *frames, size_t n, int prot,
             void **va, int *errs)
{
    int mine = 0, *list = errs ? errs : &mine;
    struct area *a;
    int error;

    if (n == 0 || n > UINT32_MAX)
        return -EINVAL;
    if (!errs && n > 1) {
        list = calloc(n, sizeof(*list));
        if (!list)
            return -ENOMEM;
    }

    a = area_open(p, n, PROT_READ | (prot & PLAT_WRITE ? PROT_WRITE : 0), &error);
    if (a) {
        error = fill(p, a->va, frames, n, list);
        if (!error)
            error = first_error(list, n);
        else
            note_errors(list, n, error);
        if (error) {
            (void)area_close(p, a);
        } else {
            p->counters.maps += n;
            *va = a->va;
        }
    } else {
        note_errors(list, n, error);
    }
    if (list != errs && list != &mine)
        free(list);
    return error;
}

int plat_unmap(struct platform *p, void *va, size_t n)
{
    struct area *a = area_find(p, va, n);

    if (!a)
        return -EINVAL;
    p->counters.unmaps += n;
    return area_close(p, a);
}

/* --- windows -------------------------------------------------------------- */

struct plat_window {
    struct platform *platform;
    struct plat_window *next;
    struct area *area;
    size_t uses, used;
};

static int claim_by_refusals(struct platform *p, struct area *a)
{
    uint64_t *frames = malloc(a->pages * sizeof(*frames));
    int *errs = malloc(a->pages * sizeof(*errs));
    int error = -ENOMEM;

    if (frames && errs) {
        for (size_t i = 0; i < a->pages; i++)
            frames[i] = NO_FRAME;
        error = fill(p, a->va, frames, a->pages, errs);
    }
    free(frames);
    free(errs);
    return error;
}

static int claim(struct platform *p, struct area *a)
{
    privcmd_mmap_entry_t nothing = {.va = (uintptr_t)a->va};
    privcmd_mmap_t request = {.num = 1, .dom = p->target.domid, .entry = &nothing};

    p->counters.syscalls++;
    if (!ioctl(p->privcmd, IOCTL_PRIVCMD_MMAP, &request))
        return 0;
    return errno == ENOSYS ? claim_by_refusals(p, a) : -errno;
}

static int window_fill_up(struct plat_window *w)
{
    struct platform *p = w->platform;
    int error;

    w->used = 0;
    w->area = area_open(p, w->uses, PROT_READ, &error);
    if (!w->area)
        return error;
    error = claim(p, w->area);
    if (error) {
        (void)area_close(p, w->area);
        w->area = NULL;
    }
    return error;
}

static int window_empty(struct plat_window *w)
{
    struct area *a = w->area;

    if (!a)
        return 0;
    w->area = NULL;
    w->platform->counters.unmaps += w->used;
    return area_close(w->platform, a);
}

int plat_window_open(struct platform *p, size_t live, size_t uses,
                     struct plat_window **out)
{
    struct plat_window *w;
    int error;

    if (live == 0 || live > uses || uses > UINT32_MAX)
        return -EINVAL;
    w = calloc(1, sizeof(*w));
    if (!w)
        return -ENOMEM;
    w->platform = p;
    w->uses = uses;
    error = window_fill_up(w);
    if (error) {
        free(w);
        return error;
    }
    w->next = p->windows;
    p->windows = w;
    *out = w;
    return 0;
}

int plat_window_map(struct plat_window *w, uint64_t frame, void **va)
{
    void *page;
    int err = 0, error;

    if (!w->area || w->used == w->uses)
        return -ENOSPC;
    page = (char *)w->area->va + w->used * PLAT_PAGE_SIZE;
    error = fill(w->platform, page, &frame, 1, &err);
    if (error || err)
        return error ? error : err;
    w->used++;
    w->platform->counters.maps++;
    *va = page;
    return 0;
}

int plat_window_reset(struct plat_window *w)
{
    int error = window_empty(w);

    return error ? error : window_fill_up(w);
}

void plat_window_close(struct plat_window *w)
{
    struct plat_window **link = &w->platform->windows;

    while (*link != w)
        link = &(*link)->next;
    *link = w->next;
    (void)window_empty(w);
    free(w);
}

void linux_release_mappings(struct platform *p)
{
    while (p->windows)
        plat_window_close(p->windows);
    while (p->areas)
        (void)area_close(p, p->areas);
    if (p->place_kept)
        munmap(LARGE_PLACE, PLAT_PAGE_SIZE);
    p->place_kept = false;
}
