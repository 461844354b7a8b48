/*
 * page_walk.c - workload `page-walk`: translates and reads consecutive pages of
 * the target, in one of four cache states, and times every page. And, as state
 * `seed-2018`, the way it was done in 2018, to be compared with.
 *
 * One source for every arm. What is timed is LibVMI's interface
 * (vmi_pagetable_lookup*, vmi_read_pa); what brings about the cache state is
 * ours (tvmi_*). native/PROTOCOL.md says what the states and the ticks mean.
 *
 * Each page is copied whole into one buffer inside the measured section. Its
 * digest is computed from that buffer between two pages, where nothing is timed.
 */
#include <platform.h>
#include <tvmi.h>

#include "../introspector/stamps.h"
#include "digest.h"
#include "session.h"
#include "table.h"

/* Raw ticks of one page, as they stand in a samples record. */
struct sample {
    uint32_t walk, map, copy, unmap, total;
};

/* Readings of the clock around a batch, and at the start of each of its pages. */
struct stamps {
    uint64_t opening, opened, closing, closed;
    uint64_t pages[];
};

/* Page tables that a batch can need beside its last-level ones, and some air. */
#define TABLES_SPARE 64

struct page_walk {
    const struct job *job;
    struct session session;
    void *buffer;           /* one page */
    struct sample *samples; /* one a page of a batch */
    struct stamps *stamps;  /* or NULL: not asked for */
    uint64_t *frames;       /* state batch: one a page */
    bool filled;            /* the state is there for the range at hand */
    uint64_t mapped_at;     /* clock, noted by the library */
};

/* What one batch was and cost. */
struct batch {
    uint64_t number, pass, first, pages;
    bool warmup;
    uint64_t digest;
    uint64_t open, close, fill, drop;
    struct plat_counters counters;
    uint64_t hits;
};

static addr_t address_of(const struct page_walk *w, uint64_t page)
{
    return w->job->base + page * PLAT_PAGE_SIZE;
}

/* A difference of clocks as a sample holds it; what does not fit stands as the largest. */
static uint32_t ticks(uint64_t from, uint64_t to)
{
    return to - from > UINT32_MAX ? UINT32_MAX : (uint32_t)(to - from);
}

static void stamp_page(struct page_walk *w, const struct sample *s, uint64_t start)
{
    if (w->stamps)
        w->stamps->pages[s - w->samples] = start;
}

/* Notes when the batch was opened and closed: the ticks from @opening to @opened and so on. */
static void stamp_batch(struct page_walk *w, uint64_t opening, uint64_t open,
                        uint64_t closing, uint64_t close)
{
    if (!w->stamps)
        return;
    w->stamps->opening = opening;
    w->stamps->opened = opening + open;
    w->stamps->closing = closing;
    w->stamps->closed = closing + close;
}

static bool fail_at(const struct page_walk *w, uint64_t page, struct text *error)
{
    text_add(error, "page ");
    text_u64(error, page);
    text_add(error, " at ");
    text_hex(error, address_of(w, page));
    text_add(error, ": ");
    session_explain(&w->session, error);
    return false;
}

static bool fail_depth(const struct page_walk *w, uint64_t page,
                       unsigned int depth, struct text *error)
{
    text_add(error, "page ");
    text_u64(error, page);
    text_add(error, " at ");
    text_hex(error, address_of(w, page));
    text_add(error, ": walk read ");
    text_u64(error, depth);
    text_add(error, " levels instead of ");
    text_u64(error, w->job->depth);
    return false;
}

/* Levels that a walk of a page of this size reads. */
static unsigned int depth_of(const struct page_walk *w, page_size_t size)
{
    unsigned int skipped = size == VMI_PS_1GB ? 2 : size == VMI_PS_2MB ? 1 : 0;

    return w->session.levels - skipped;
}

/* --- the states ----------------------------------------------------------- */

/* Translates every page once, which maps the page tables, and checks depths. */
static bool fill_tables(struct page_walk *w, const struct batch *b, struct text *error)
{
    for (uint64_t page = b->first; page < b->first + b->pages; page++) {
        page_info_t info;

        if (vmi_pagetable_lookup_extended(w->session.vmi, w->session.cr3,
                                          address_of(w, page), &info))
            return fail_at(w, page, error);
        if (depth_of(w, info.size) != w->job->depth)
            return fail_depth(w, page, depth_of(w, info.size), error);
    }
    return true;
}

/* Remembers every translation and maps every page, by reading it once. */
static bool fill_pages(struct page_walk *w, const struct batch *b, struct text *error)
{
    for (uint64_t page = b->first; page < b->first + b->pages; page++) {
        addr_t paddr;

        if (vmi_pagetable_lookup(w->session.vmi, w->session.cr3, address_of(w, page), &paddr) ||
            vmi_read_pa(w->session.vmi, paddr, PLAT_PAGE_SIZE, w->buffer, NULL))
            return fail_at(w, page, error);
    }
    return true;
}

/* Whether the state presupposes something that a pass before it brings about. */
static bool needs_fill(const struct page_walk *w)
{
    return w->job->state != JOB_COLD && w->job->state != JOB_SEED_2018;
}

static bool fill(struct page_walk *w, const struct batch *b, struct text *error)
{
    switch (w->job->state) {
    case JOB_COLD:
    case JOB_SEED_2018:
        return true;
    case JOB_WARM:
        return fill_tables(w, b, error) && fill_pages(w, b, error);
    default:
        return fill_tables(w, b, error);
    }
}

static void drop(struct page_walk *w)
{
    vmi_v2pcache_flush(w->session.vmi, ~0ull);
    vmi_pagecache_flush(w->session.vmi);
}

/* --- one batch ------------------------------------------------------------ */

/* When a page was mapped. LibVMI does not tell: there the copy is counted with the mapping. */
static uint64_t mapped_at(const struct page_walk *w, uint64_t end)
{
    return TVMI_KEEPS_PAGES ? end : w->mapped_at;
}

/* One page in the states cold, tables and warm. */
static bool read_page(struct page_walk *w, uint64_t page, struct sample *s, struct text *error)
{
    vmi_instance_t vmi = w->session.vmi;
    addr_t cr3 = w->session.cr3, va = address_of(w, page), paddr;
    bool remembered = w->job->state == JOB_WARM;
    page_info_t info;
    uint64_t start, walked, mapped, copied, end;
    status_t status;

    start = plat_clock();
    if (remembered) {
        status = vmi_pagetable_lookup(vmi, cr3, va, &paddr);
    } else {
        status = vmi_pagetable_lookup_extended(vmi, cr3, va, &info);
        paddr = info.paddr;
    }
    walked = plat_clock();
    if (status == VMI_SUCCESS)
        status = vmi_read_pa(vmi, paddr, PLAT_PAGE_SIZE, w->buffer, NULL);
    end = copied = plat_clock();
    if (TVMI_KEEPS_PAGES && w->job->state == JOB_COLD) {
        tvmi_let_go(vmi);
        end = plat_clock();
    }
    mapped = mapped_at(w, copied);

    if (status != VMI_SUCCESS)
        return fail_at(w, page, error);
    if (!remembered && depth_of(w, info.size) != w->job->depth)
        return fail_depth(w, page, depth_of(w, info.size), error);
    *s = (struct sample){
        .walk = ticks(start, walked),
        .map = ticks(walked, mapped),
        .copy = ticks(mapped, copied),
        .unmap = ticks(copied, end),
        .total = ticks(start, end),
    };
    stamp_page(w, s, start);
    return true;
}

/*
 * One page as in 2018: one call of LibVMI, its caches on, between two readings
 * of the clock of microseconds. Their difference stands as `walk`, in
 * microseconds; `total` is what the counter says around all of it. The depth is
 * looked at afterwards: the tables are mapped by then.
 */
static bool read_page_2018(struct page_walk *w, uint64_t page, struct sample *s,
                           struct text *error)
{
    ACCESS_CONTEXT(ctx, .tm = VMI_TM_PROCESS_DTB, .addr = address_of(w, page),
                   .dtb = w->session.cr3);
    uint64_t start, before, after, end;
    page_info_t info;
    status_t status;

    start = plat_clock();
    before = plat_microseconds();
    status = vmi_read(w->session.vmi, &ctx, PLAT_PAGE_SIZE, w->buffer, NULL);
    after = plat_microseconds();
    end = plat_clock();

    if (status != VMI_SUCCESS ||
        vmi_pagetable_lookup_extended(w->session.vmi, ctx.dtb, ctx.addr, &info))
        return fail_at(w, page, error);
    if (depth_of(w, info.size) != w->job->depth)
        return fail_depth(w, page, depth_of(w, info.size), error);
    *s = (struct sample){.walk = ticks(before, after), .total = ticks(start, end)};
    stamp_page(w, s, start);
    return true;
}

static void add_digest(const struct page_walk *w, struct batch *b)
{
    b->digest = digest_words(b->digest, w->buffer, PLAT_PAGE_SIZE / sizeof(uint64_t));
}

static bool read_one_by_one(struct page_walk *w, struct batch *b, struct text *error)
{
    bool seed = w->job->state == JOB_SEED_2018;
    bool window = w->job->state != JOB_WARM && !seed;
    size_t each = w->job->state == JOB_COLD ? w->job->depth + 1 : 1;
    uint64_t opening = plat_clock(), closing;
    bool good = true;

    if (window && tvmi_window_open(w->session.vmi, each, each * b->pages)) {
        session_explain(&w->session, error);
        return false;
    }
    b->open = window ? plat_clock() - opening : 0;

    for (uint64_t i = 0; good && i < b->pages; i++) {
        good = (seed ? read_page_2018 : read_page)(w, b->first + i, &w->samples[i], error);
        add_digest(w, b);
    }

    closing = plat_clock();
    tvmi_window_close(w->session.vmi);
    b->close = window ? plat_clock() - closing : 0;
    stamp_batch(w, opening, b->open, closing, b->close);
    return good;
}

/* The page of a batch whose frame cannot be mapped; b->pages when it is none in particular. */
static uint64_t page_of_fault(const struct page_walk *w, const struct batch *b)
{
    const struct tvmi_fault *fault = tvmi_last_fault(w->session.vmi);
    uint64_t i = 0;

    while (i < b->pages && (fault->level || w->frames[i] != fault->value))
        i++;
    return i;
}

static bool fail_batch(struct page_walk *w, const struct batch *b, struct text *error)
{
    uint64_t i = page_of_fault(w, b);

    if (i < b->pages)
        return fail_at(w, b->first + i, error);
    session_explain(&w->session, error);
    return false;
}

static bool read_at_once(struct page_walk *w, struct batch *b, struct text *error)
{
    vmi_instance_t vmi = w->session.vmi;
    uint64_t opening = plat_clock(), closing;
    void *va;

    if (tvmi_translate_range(vmi, w->session.cr3, address_of(w, b->first), b->pages,
                             (unsigned int)w->job->depth, w->frames) ||
        tvmi_map_frames(vmi, w->frames, b->pages, &va))
        return fail_batch(w, b, error);
    b->open = plat_clock() - opening;

    for (uint64_t i = 0; i < b->pages; i++) {
        uint64_t from = plat_clock(), to;

        tvmi_copy_page(w->buffer, (const char *)va + i * PLAT_PAGE_SIZE);
        to = plat_clock();
        w->samples[i] = (struct sample){.copy = ticks(from, to), .total = ticks(from, to)};
        stamp_page(w, &w->samples[i], from);
        add_digest(w, b);
    }

    closing = plat_clock();
    if (tvmi_unmap_frames(vmi, va, b->pages)) {
        session_explain(&w->session, error);
        return false;
    }
    b->close = plat_clock() - closing;
    stamp_batch(w, opening, b->open, closing, b->close);
    return true;
}

static uint64_t hits(const struct page_walk *w)
{
    struct tvmi_stats stats;

    tvmi_stats(w->session.vmi, &stats);
    if (stats.page_hits == PLAT_UNKNOWN)
        return PLAT_UNKNOWN;
    return stats.page_hits + stats.translation_hits;
}

static uint64_t counted(uint64_t from, uint64_t to)
{
    return to == PLAT_UNKNOWN ? PLAT_UNKNOWN : to - from;
}

/* Brings about the state, reads the batch and counts what that took. */
static bool run_batch(struct page_walk *w, struct batch *b, struct text *error)
{
    struct platform *platform = tvmi_platform(w->session.vmi);
    struct plat_counters before, after;
    uint64_t hits_before, start;
    bool good;

    if (!w->filled) {
        start = plat_clock();
        if (!fill(w, b, error))
            return false;
        b->fill = needs_fill(w) ? plat_clock() - start : 0;
        w->filled = true;
    }
    plat_counters(platform, &before);
    hits_before = hits(w);
    good = w->job->state == JOB_BATCH ? read_at_once(w, b, error)
                                      : read_one_by_one(w, b, error);
    plat_counters(platform, &after);
    b->hits = counted(hits_before, hits(w));
    b->counters = (struct plat_counters){
        .maps = counted(before.maps, after.maps),
        .unmaps = counted(before.unmaps, after.unmaps),
        .hypercalls = counted(before.hypercalls, after.hypercalls),
        .syscalls = counted(before.syscalls, after.syscalls),
    };
    /* Closing the window emptied LibVMI's only cache of pages. */
    if (TVMI_KEEPS_PAGES && w->job->state == JOB_TABLES)
        w->filled = false;
    /* A range of several batches needs the room for the next one. */
    if (w->job->pages > w->job->batch && needs_fill(w)) {
        start = plat_clock();
        drop(w);
        b->drop = plat_clock() - start;
        w->filled = false;
    }
    return good;
}

static void add_count(struct text *t, const char *key, uint64_t n)
{
    if (n != PLAT_UNKNOWN) {
        text_key_u64(t, key, n);
        return;
    }
    text_key(t, key);
    text_add(t, "unknown");
}

static void write_batch(const struct page_walk *w, const struct batch *b,
                        struct records *records)
{
    char buffer[600];
    struct text t = TEXT(buffer);

    stamp(STAMP_READ);
    text_key_u64(&t, "batch", b->number);
    text_key_u64(&t, "pass", b->pass);
    text_key_u64(&t, "warmup", b->warmup);
    text_key(&t, "state");
    text_add(&t, job_state_name(w->job->state));
    text_key_u64(&t, "first", b->first);
    text_key_u64(&t, "pages", b->pages);
    text_key(&t, "digest");
    text_digits(&t, b->digest, 16);
    text_key_u64(&t, "depth", w->job->depth);
    text_key_u64(&t, "open", b->open);
    text_key_u64(&t, "close", b->close);
    text_key_u64(&t, "fill", b->fill);
    text_key_u64(&t, "drop", b->drop);
    add_count(&t, "maps", b->counters.maps);
    add_count(&t, "unmaps", b->counters.unmaps);
    add_count(&t, "hypercalls", b->counters.hypercalls);
    add_count(&t, "syscalls", b->counters.syscalls);
    add_count(&t, "hits", b->hits);
    text_key_hex(&t, "cr3", w->session.cr3);
    record_text(records, RECORD_BATCH, &t);
    record_write(records, RECORD_SAMPLES, w->samples, b->pages * sizeof(*w->samples));
    if (w->stamps)
        record_write(records, RECORD_STAMPS, w->stamps,
                     sizeof(*w->stamps) + b->pages * sizeof(*w->stamps->pages));
}

/* --- the job -------------------------------------------------------------- */

static bool run_pass(struct page_walk *w, uint64_t pass, struct records *records,
                     struct text *error)
{
    const struct job *job = w->job;
    uint64_t number = 0;

    for (uint64_t first = 0; first < job->pages; first += job->batch) {
        uint64_t left = job->pages - first;
        struct batch b = {
            .number = number++,
            .pass = pass,
            .warmup = pass < job->warmup,
            .first = first,
            .pages = left < job->batch ? left : job->batch,
            .digest = DIGEST_START,
        };

        if (!run_batch(w, &b, error))
            return false;
        write_batch(w, &b, records);
        if (records->lost)
            return false;
    }
    return true;
}

static void choose_mapping(struct page_walk *w)
{
    vmi_instance_t vmi = w->session.vmi;

    switch (w->job->state) {
    case JOB_COLD:
        tvmi_set_mapping(vmi, TVMI_VIA_WINDOW, TVMI_VIA_WINDOW);
        break;
    case JOB_WARM:
    case JOB_SEED_2018:
        tvmi_set_mapping(vmi, TVMI_VIA_CACHE, TVMI_VIA_CACHE);
        break;
    default:
        tvmi_set_mapping(vmi, TVMI_VIA_CACHE, TVMI_VIA_WINDOW);
    }
}

static bool prepare(struct page_walk *w, struct text *error)
{
    const struct job *job = w->job;
    bool warm = job->state == JOB_WARM;
    bool as_is = job->state == JOB_SEED_2018; /* caches of LibVMI's sizes */

    if (!as_is && !tvmi_batch_fits(job->batch)) {
        text_add(error, "the library below keeps fewer pages than a batch has: use a smaller batch");
        return false;
    }
    w->buffer = plat_alloc_pages(1);
    w->samples = plat_alloc(job->batch * sizeof(*w->samples));
    w->frames = plat_alloc(job->batch * sizeof(*w->frames));
    if (job->stamps)
        w->stamps = plat_alloc(sizeof(*w->stamps) + job->batch * sizeof(*w->stamps->pages));
    if (!w->buffer || !w->samples || !w->frames || (job->stamps && !w->stamps) ||
        (!as_is && tvmi_cache_resize(w->session.vmi, (warm ? job->batch : 0) + TABLES_SPARE,
                                     warm ? job->batch : 1))) {
        text_add(error, "no memory for batches of ");
        text_u64(error, job->batch);
        text_add(error, " pages: use a smaller batch or a larger domain");
        return false;
    }
    choose_mapping(w);
    tvmi_note_mapped(w->session.vmi, &w->mapped_at);
    return true;
}

static void release(struct page_walk *w)
{
    if (w->buffer)
        plat_free_pages(w->buffer, 1);
    if (w->samples)
        plat_free(w->samples);
    if (w->frames)
        plat_free(w->frames);
    if (w->stamps)
        plat_free(w->stamps);
}

bool workload_page_walk(const struct job *job, struct records *records, struct text *error)
{
    struct page_walk w = {.job = job};
    bool good;

    if (!session_open(&w.session, job, error))
        return false;
    good = prepare(&w, error);
    for (uint64_t pass = 0; good && pass < job->warmup + job->repeat; pass++)
        good = run_pass(&w, pass, records, error);
    session_close(&w.session);
    release(&w);
    return good;
}
