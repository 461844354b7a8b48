/*
 * foreign.c - platform.h's foreign frames over Xen's page-table hypercalls.
 *
 * A PV domain maps another domain's frame by having Xen write a page-table entry
 * with that domain as the owner of the frame: update_va_mapping_otherdomain for
 * one entry, mmu_update for many (xen/xen.h).
 *
 * TLB. A slot that is empty is not in the TLB (area.h), so filling one needs no
 * flush; the processor does not cache that an entry was absent. Overwriting a
 * slot, as a window does, flushes that page in the same hypercall (UVMF_INVLPG),
 * or the window would go on showing the frame before. Emptying flushes too.
 */
#include "internal.h"

#include <mini-os/lib.h>
#include <mini-os/mm.h>
#include <mini-os/xmalloc.h>

struct plat_window {
    struct platform *platform;
    unsigned long start, end, next; /* addresses of slots */
    size_t live;
    size_t uses;
    size_t left; /* uses, until the next reset */
    struct plat_window *following;
};

int plat_open(struct platform **out, const struct plat_target *target)
{
    struct platform *p = malloc(sizeof(*p));
    int rc;

    if (!p)
        return -XEN_ENOMEM;
    memset(p, 0, sizeof(*p));
    p->target = *target;
    rc = area_open(&p->area);
    if (rc) {
        free(p);
        return rc;
    }
    *out = p;
    return 0;
}

void plat_close(struct platform *p)
{
    if (p->events)
        plat_events_close(p->events);
    while (p->windows)
        plat_window_close(p->windows);
    area_close(&p->area);
    free(p);
}

static pgentry_t entry_for(uint64_t frame, int prot)
{
    return frame << PAGE_SHIFT | (prot & PLAT_WRITE ? L1_PROT : L1_PROT_RO);
}

/* Whether a frame number fits a page-table entry; Xen checks the rest. */
static bool is_frame(uint64_t frame)
{
    return frame < 1UL << (52 - PAGE_SHIFT);
}

static int fill_slot(struct platform *p, unsigned long va, pgentry_t entry,
                     unsigned long flags)
{
    p->counters.hypercalls++;
    return HYPERVISOR_update_va_mapping_otherdomain(va, (pte_t){ entry }, flags,
                                                    p->target.domid);
}

static int empty_slot(struct platform *p, unsigned long va)
{
    p->counters.hypercalls++;
    return HYPERVISOR_update_va_mapping(va, (pte_t){ 0 }, UVMF_INVLPG);
}

/* One L1 table's worth of entries for one mmu_update. */
static mmu_update_t updates[AREA_TABLE_SLOTS];

/*
 * Fill @n slots (<= AREA_TABLE_SLOTS) from @va. Returns how many were filled
 * before the first one that Xen refused, and its error in *@error, or @n and 0.
 */
static size_t fill_slots(struct platform *p, unsigned long va,
                         const uint64_t *frames, size_t n, int prot, int *error)
{
    uint64_t slot = area_entry(&p->area, va) | MMU_NORMAL_PT_UPDATE;
    size_t in_table = AREA_TABLE_SLOTS - l1_table_offset(va);
    int done = 0;

    if (n > in_table)
        n = in_table;
    for (size_t i = 0; i < n; i++) {
        updates[i].ptr = slot + i * sizeof(pgentry_t);
        updates[i].val = entry_for(frames[i], prot);
    }
    p->counters.hypercalls++;
    *error = HYPERVISOR_mmu_update(updates, n, &done, p->target.domid);
    return *error ? (size_t)done : n;
}

/* Empty @n slots, of which any may be empty already, and flush them. */
static int empty_slots(struct platform *p, unsigned long va, size_t n)
{
    static const struct mmuext_op flush = { .cmd = MMUEXT_TLB_FLUSH_LOCAL };
    int rc = 0;

    if (n >= AREA_WHOLE_TABLES)
        return area_empty_tables(&p->area, va, n, &p->counters.hypercalls);
    if (n == 1)
        return empty_slot(p, va);
    for (size_t i = 0; i < n; i++) {
        updates[i].ptr = area_entry(&p->area, va + i * PAGE_SIZE) |
                         MMU_NORMAL_PT_UPDATE;
        updates[i].val = 0;
    }
    p->counters.hypercalls += 2;
    rc = HYPERVISOR_mmu_update(updates, n, NULL, DOMID_SELF);
    if (!rc)
        rc = HYPERVISOR_mmuext_op(&flush, 1, NULL, DOMID_SELF);
    return rc;
}

static void note_errors(int *errs, size_t n, int error)
{
    for (size_t i = 0; errs && i < n; i++)
        errs[i] = error;
}

/* Fill all of @n slots that can be; returns the first error. */
static int fill_all(struct platform *p, unsigned long va,
                    const uint64_t *frames, size_t n, int prot, int *errs)
{
    int first_error = 0;
    size_t i = 0;

    note_errors(errs, n, 0);
    while (i < n) {
        int error = -XEN_EINVAL;
        size_t good = 0;

        while (i + good < n && is_frame(frames[i + good]))
            good++;
        if (good) {
            i += fill_slots(p, va + i * PAGE_SIZE, frames + i, good, prot,
                            &error);
            if (!error)
                continue;
        }
        if (!first_error)
            first_error = error;
        if (!errs)
            break;
        errs[i++] = error;
    }
    return first_error;
}

int plat_map(struct platform *p, const uint64_t *frames, size_t n, int prot,
             void **va, int *errs)
{
    unsigned long start;
    int rc;

    if (!n)
        return -XEN_EINVAL;
    start = area_take(&p->area, n);
    if (!start) {
        note_errors(errs, n, -XEN_ENOMEM);
        return -XEN_ENOMEM;
    }
    if (n == 1 && is_frame(frames[0])) {
        rc = fill_slot(p, start, entry_for(frames[0], prot), UVMF_NONE);
        note_errors(errs, 1, rc);
    } else {
        rc = fill_all(p, start, frames, n, prot, errs);
        if (rc)
            empty_slots(p, start, n);
    }
    if (rc) {
        area_release(&p->area, start, n);
        return rc;
    }
    p->counters.maps += n;
    *va = (void *)start;
    return 0;
}

int plat_unmap(struct platform *p, void *va, size_t n)
{
    int rc = empty_slots(p, (unsigned long)va, n);

    if (rc)
        return rc;
    area_release(&p->area, (unsigned long)va, n);
    p->counters.unmaps += n;
    return 0;
}

int plat_window_open(struct platform *p, size_t live, size_t uses,
                     struct plat_window **out)
{
    struct plat_window *w;

    if (!live || live > uses)
        return -XEN_EINVAL;
    w = malloc(sizeof(*w));
    if (!w)
        return -XEN_ENOMEM;
    memset(w, 0, sizeof(*w));
    w->platform = p;
    w->live = live;
    w->uses = w->left = uses;
    w->start = w->next = area_take(&p->area, live);
    if (!w->start) {
        free(w);
        return -XEN_ENOMEM;
    }
    w->end = w->start + live * PAGE_SIZE;
    w->following = p->windows;
    p->windows = w;
    *out = w;
    return 0;
}

/* Slots that hold a mapping. */
static size_t filled(const struct plat_window *w)
{
    size_t used = w->uses - w->left;

    return used < w->live ? used : w->live;
}

int plat_window_map(struct plat_window *w, uint64_t frame, void **va)
{
    unsigned long slot = w->next;
    int rc;

    if (!w->left)
        return -XEN_ENOSPC;
    if (!is_frame(frame))
        return -XEN_EINVAL;
    rc = fill_slot(w->platform, slot, entry_for(frame, PLAT_READ), UVMF_INVLPG);
    if (rc)
        return rc;
    w->platform->counters.maps++;
    if (filled(w) == w->live)
        w->platform->counters.unmaps++;
    w->left--;
    slot += PAGE_SIZE;
    w->next = slot == w->end ? w->start : slot;
    *va = (void *)(slot - PAGE_SIZE);
    return 0;
}

int plat_window_reset(struct plat_window *w)
{
    size_t n = filled(w);
    int rc = 0;

    if (n)
        rc = empty_slots(w->platform, w->start,
                         w->live < AREA_WHOLE_TABLES ? n : w->live);
    if (rc)
        return rc;
    w->platform->counters.unmaps += n;
    w->left = w->uses;
    w->next = w->start;
    return 0;
}

void plat_window_close(struct plat_window *w)
{
    struct plat_window **link = &w->platform->windows;

    plat_window_reset(w);
    area_release(&w->platform->area, w->start, w->live);
    while (*link != w)
        link = &(*link)->following;
    *link = w->following;
    free(w);
}

void plat_counters(const struct platform *p, struct plat_counters *out)
{
    *out = p->counters;
}
