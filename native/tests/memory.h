/*
 * memory.h - a platform over made-up memory, for tests on the host.
 *
 * The made-up domain has MEMORY_FRAMES frames, one vcpu, and page tables that a
 * test builds. Mappings are counted, and each is memory of its own that shows
 * the frame as it was when it was mapped, or last shown, and is freed when it goes: a
 * use of a mapping that is no longer valid is a use after free, which ASan reports.
 */
#ifndef TESTS_MEMORY_H
#define TESTS_MEMORY_H

#include <platform.h>

#define MEMORY_FRAMES 2048

/* Bits of page-table entries. */
#define P  (1ull << 0)
#define RW (1ull << 1)
#define US (1ull << 2)
#define PS (1ull << 7)
#define NX (1ull << 63)

/* What the made-up domain and its platform are like. */
struct memory {
    uint64_t words[MEMORY_FRAMES][512];
    uint64_t next_frame;  /* first frame that no table or page uses yet */
    uint64_t microseconds; /* the clock of microseconds: 3 later at each reading */
    struct plat_vcpu vcpu;
    uint64_t down;        /* vcpus, by bit, of which Xen says ENODATA (gethvmcontext_partial, 4.17) */
    bool ending;          /* whoever runs the introspector wants it to end */
    int vcpu_error, open_error, map_error, pause_error; /* negative errno to answer with, 0: none */
    int many_error;       /* of several frames in one request */
    int pod_error;
    uint64_t pod_entries, pod_cache; /* pages to be populated on demand, and kept for that */
    uint64_t bad_frame;   /* its mapping fails with -EFAULT */
    size_t alloc_limit;   /* bytes that plat_alloc() may hand out at once */
    size_t allocs;        /* how often it does still */
    unsigned int paused;
    size_t mapped;        /* frames mapped at the moment */
    size_t live_max;      /* most of them at any moment */
    size_t platforms;     /* open at the moment */
    struct plat_counters counters;
    char output[1 << 20]; /* what was written */
    size_t written;
    bool output_broken;
};

extern struct memory memory;

/* Empties everything. Fails the process when the test before left something mapped or open. */
void memory_reset(void);

/* A fresh frame, all zero. */
uint64_t memory_frame(void);

/* Has mappings of a frame, those of windows apart, show it as it is now. */
void memory_show(uint64_t frame);

/* Physical address of a frame. */
#define PA(frame) ((uint64_t)(frame) << 12)

/*
 * Makes @va lead to @frame by a table walk from @root that ends at @level (1, 2,
 * 3), making the tables between. Gives the entry's place.
 */
uint64_t *memory_map(uint64_t root, unsigned int levels, uint64_t va,
                     unsigned int level, uint64_t frame);

/* The table entry of @level for @va, which exists. */
uint64_t *memory_entry(uint64_t root, unsigned int levels, uint64_t va, unsigned int level);

/* Fills a frame with words that depend on it and on their place. */
void memory_pattern(uint64_t frame);

#endif
