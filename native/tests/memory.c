/*
 * memory.c - see memory.h.
 */
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xen/errno.h>

#include "xen_end.h"

struct memory memory;

struct mapping {
    struct mapping *next;
    char *va;
    uint64_t *frames;
    size_t pages;
};

struct platform {
    struct plat_target target;
    struct mapping *mappings;
    struct plat_window *windows;
};

struct plat_window {
    struct platform *platform;
    struct plat_window *next;
    size_t live, uses, used;
    char **pages; /* `live` of them, in turn */
};

void memory_reset(void)
{
    if (memory.mapped || memory.platforms) {
        fprintf(stderr, "the test before left %zu frames mapped and %zu platforms open\n",
                memory.mapped, memory.platforms);
        exit(1);
    }
    memset(&memory, 0, sizeof(memory));
    memory.next_frame = 1;
    memory.bad_frame = ~0ull;
    memory.alloc_limit = memory.allocs = SIZE_MAX;
    memory.vcpu.cr0 = 1u << 31;
    memory.vcpu.cr4 = 1 << 5;
    memory.vcpu.efer = 1 << 10;
    xen_end_reset();
}

uint64_t memory_frame(void)
{
    if (memory.next_frame == MEMORY_FRAMES) {
        fprintf(stderr, "the made-up domain is too small for this test\n");
        exit(1);
    }
    return memory.next_frame++;
}

static uint64_t *entry_in(uint64_t table, uint64_t va, unsigned int level)
{
    return &memory.words[table][va >> (12 + 9 * (level - 1)) & 511];
}

uint64_t *memory_entry(uint64_t root, unsigned int levels, uint64_t va, unsigned int level)
{
    uint64_t table = root;

    for (unsigned int at = levels; at > level; at--)
        table = (*entry_in(table, va, at) & 0x000ffffffffff000ull) >> 12;
    return entry_in(table, va, level);
}

uint64_t *memory_map(uint64_t root, unsigned int levels, uint64_t va,
                     unsigned int level, uint64_t frame)
{
    uint64_t *e;

    for (unsigned int at = levels; at > level; at--) {
        e = memory_entry(root, levels, va, at);
        if (!*e)
            *e = PA(memory_frame()) | P | RW | US;
    }
    e = memory_entry(root, levels, va, level);
    *e = PA(frame) | P | US | NX | (level > 1 ? PS : 0);
    return e;
}

void memory_pattern(uint64_t frame)
{
    for (int i = 0; i < 512; i++)
        memory.words[frame][i] = frame * 0x9e3779b97f4a7c15ull + (uint64_t)i;
}

/* The one that was opened last. */
static struct platform *latest;

void memory_show(uint64_t frame)
{
    for (struct mapping *m = latest ? latest->mappings : NULL; m; m = m->next) {
        for (size_t i = 0; i < m->pages; i++) {
            if (m->frames[i] == frame)
                memcpy(m->va + i * PLAT_PAGE_SIZE, memory.words[frame], PLAT_PAGE_SIZE);
        }
    }
}

/* --- platform.h ------------------------------------------------------------ */

int plat_open(struct platform **out, const struct plat_target *target)
{
    struct platform *p;

    if (memory.open_error)
        return memory.open_error;
    p = calloc(1, sizeof(*p));
    p->target = *target;
    memory.platforms++;
    latest = p;
    *out = p;
    return 0;
}

void plat_close(struct platform *p)
{
    while (p->windows)
        plat_window_close(p->windows);
    while (p->mappings)
        plat_unmap(p, p->mappings->va, p->mappings->pages);
    memory.platforms--;
    latest = NULL;
    free(p);
}

static int frame_error(uint64_t frame)
{
    if (memory.map_error)
        return memory.map_error;
    if (frame == memory.bad_frame)
        return -XEN_EFAULT;
    return frame < MEMORY_FRAMES ? 0 : -XEN_EINVAL;
}

static void count_mapped(size_t n)
{
    memory.mapped += n;
    memory.counters.maps += n;
    if (memory.mapped > memory.live_max)
        memory.live_max = memory.mapped;
}

static void count_unmapped(size_t n)
{
    memory.mapped -= n;
    memory.counters.unmaps += n;
}

int plat_map(struct platform *p, const uint64_t *frames, size_t n, int prot,
             void **va, int *errs)
{
    struct mapping *m;
    int first = prot & PLAT_WRITE ? -XEN_EACCES : n > 1 ? memory.many_error : 0;

    for (size_t i = 0; i < n; i++) {
        int error = frame_error(frames[i]);

        if (errs)
            errs[i] = error;
        if (!first)
            first = error;
    }
    if (first)
        return first;

    m = malloc(sizeof(*m));
    m->va = malloc(n * PLAT_PAGE_SIZE);
    m->frames = malloc(n * sizeof(*frames));
    m->pages = n;
    m->next = p->mappings;
    p->mappings = m;
    memcpy(m->frames, frames, n * sizeof(*frames));
    for (size_t i = 0; i < n; i++)
        memcpy(m->va + i * PLAT_PAGE_SIZE, memory.words[frames[i]], PLAT_PAGE_SIZE);
    count_mapped(n);
    *va = m->va;
    return 0;
}

int plat_unmap(struct platform *p, void *va, size_t n)
{
    for (struct mapping **link = &p->mappings; *link; link = &(*link)->next) {
        struct mapping *m = *link;

        if (m->va != va || m->pages != n)
            continue;
        *link = m->next;
        count_unmapped(n);
        free(m->va);
        free(m->frames);
        free(m);
        return 0;
    }
    return -XEN_EINVAL;
}

int plat_window_open(struct platform *p, size_t live, size_t uses,
                     struct plat_window **out)
{
    struct plat_window *w;

    if (live == 0 || live > uses)
        return -XEN_EINVAL;
    w = calloc(1, sizeof(*w));
    w->platform = p;
    w->live = live;
    w->uses = uses;
    w->pages = calloc(live, sizeof(*w->pages));
    w->next = p->windows;
    p->windows = w;
    *out = w;
    return 0;
}

static void window_drop(char **page)
{
    if (*page)
        count_unmapped(1);
    free(*page);
    *page = NULL;
}

int plat_window_map(struct plat_window *w, uint64_t frame, void **va)
{
    char **page = &w->pages[w->used % w->live];
    int error = frame_error(frame);

    if (w->used == w->uses)
        return -XEN_ENOSPC;
    if (error)
        return error;
    window_drop(page);
    *page = malloc(PLAT_PAGE_SIZE);
    memcpy(*page, memory.words[frame], PLAT_PAGE_SIZE);
    count_mapped(1);
    w->used++;
    *va = *page;
    return 0;
}

int plat_window_reset(struct plat_window *w)
{
    for (size_t i = 0; i < w->live; i++)
        window_drop(&w->pages[i]);
    w->used = 0;
    return 0;
}

void plat_window_close(struct plat_window *w)
{
    struct plat_window **link = &w->platform->windows;

    plat_window_reset(w);
    while (*link != w)
        link = &(*link)->next;
    *link = w->next;
    free(w->pages);
    free(w);
}

int plat_vcpu_get(struct platform *p, unsigned int vcpu, struct plat_vcpu *out)
{
    (void)p;
    if (xen_end_call())
        return -XEN_EIO;
    if (memory.vcpu_error)
        return memory.vcpu_error;
    if (vcpu >= xen_end.state.vcpus)
        return -XEN_ESRCH;
    if (memory.down >> vcpu & 1)
        return -XEN_ENODATA;
    *out = memory.vcpu;
    return 0;
}

int plat_pod_get(struct platform *p, uint64_t *entries, uint64_t *cache)
{
    (void)p;
    *entries = memory.pod_entries;
    *cache = memory.pod_cache;
    return memory.pod_error;
}

bool plat_ending(void)
{
    return memory.ending;
}

int plat_pause(struct platform *p)
{
    (void)p;
    if (xen_end_call())
        return -XEN_EIO;
    if (memory.pause_error)
        return memory.pause_error;
    memory.paused++;
    return 0;
}

int plat_unpause(struct platform *p)
{
    (void)p;
    if (xen_end_call())
        return -XEN_EIO;
    if (!memory.paused)
        return -XEN_EINVAL;
    memory.paused--;
    return 0;
}

void plat_clock_info(struct plat_clock_info *out)
{
    *out = (struct plat_clock_info){
        .source = "tsc", .frequency = 1000000000, .read_cost = 7, .monotonic = 1,
    };
}

uint64_t plat_microseconds(void)
{
    return memory.microseconds += 3;
}

void plat_counters(const struct platform *p, struct plat_counters *out)
{
    (void)p;
    *out = memory.counters;
    out->hypercalls = PLAT_UNKNOWN;
}

const char *plat_name(void)
{
    return "memory";
}

const char *plat_kernel(void)
{
    return "made up 1.0";
}

void *plat_alloc(size_t bytes)
{
    if (bytes > memory.alloc_limit || !memory.allocs)
        return NULL;
    memory.allocs--;
    return calloc(1, bytes);
}

void *plat_alloc_pages(size_t pages)
{
    return plat_alloc(pages * PLAT_PAGE_SIZE);
}

void plat_free(void *ptr)
{
    free(ptr);
}

void plat_free_pages(void *ptr, size_t pages)
{
    (void)pages;
    free(ptr);
}

int plat_write(const void *bytes, size_t n)
{
    if (memory.output_broken || n > sizeof(memory.output) - memory.written - 1)
        return -XEN_EIO;
    memcpy(memory.output + memory.written, bytes, n);
    memory.written += n;
    return 0;
}
