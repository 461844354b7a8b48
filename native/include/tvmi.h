/*
 * tvmi.h - what a benchmark needs of an introspection library and LibVMI lacks.
 *
 * Every name has the prefix tvmi_, so that it is plain in a workload where it
 * leaves LibVMI's interface. Calls return 0 or a negative errno in Xen's
 * numbering (xen/errno.h), as platform.h does.
 */
#ifndef TVMI_H
#define TVMI_H

#include <libvmi/libvmi.h>
#include <platform.h>

/* --- opening -------------------------------------------------------------- */

/* Type of the vmi_init_data_entry_t whose data is a struct tvmi_target. */
#define TVMI_INIT_DATA_TARGET 0x74766d69ull

struct tvmi_target {
    bool translated; /* PVH or HVM: frames are GFNs. PV: MFNs. */
};

/*
 * States the paging mode instead of reading it from a vcpu: 4 or 5 levels, and
 * the width of physical addresses in bits (32..52): an entry with an address
 * bit above it has a reserved bit set. -XEN_EINVAL for anything else.
 */
int tvmi_set_paging(vmi_instance_t vmi, unsigned int levels,
                    unsigned int physical_bits);

/* Levels of the target's paging, 0 before it is known. */
unsigned int tvmi_levels(vmi_instance_t vmi);

/* The page table of process 0, for the calls that take a process: they fail until it is set. */
void tvmi_set_kernel_dtb(vmi_instance_t vmi, addr_t dtb);

/* The platform below, for what LibVMI has no call for. */
struct platform *tvmi_platform(vmi_instance_t vmi);

/* --- how single frames are mapped ----------------------------------------- */

enum tvmi_via {
    TVMI_VIA_CACHE, /* mapped once and kept in the page cache (LibVMI's way) */
    TVMI_VIA_WINDOW /* mapped anew each time, through the platform's window */
};

/*
 * Chooses it for page-table pages and for data pages. The default is the cache
 * for both. With TVMI_VIA_WINDOW a read outside of tvmi_window_open() and
 * tvmi_window_close() fails with -XEN_ENODEV.
 */
void tvmi_set_mapping(vmi_instance_t vmi, enum tvmi_via tables,
                      enum tvmi_via data);

/* plat_window_open() and plat_window_close() for this instance; one at a time. */
int tvmi_window_open(vmi_instance_t vmi, size_t live, size_t uses);
void tvmi_window_close(vmi_instance_t vmi);

/*
 * Where the workloads are compiled with upstream LibVMI, the build defines
 * TVMI_UPSTREAM as its version. It has no windows and keeps what it mapped:
 * tvmi_let_go() then ends the use of a page, for whoever wants nothing kept.
 * tvmi_batch_fits() tells whether it can keep all pages of a batch.
 */
#ifdef TVMI_UPSTREAM
#define TVMI_KEEPS_PAGES true
void tvmi_let_go(vmi_instance_t vmi);
bool tvmi_batch_fits(size_t pages);
#else
#define TVMI_KEEPS_PAGES false
static inline void tvmi_let_go(vmi_instance_t vmi)
{
    (void)vmi;
}
static inline bool tvmi_batch_fits(size_t pages)
{
    (void)pages;
    return true;
}
#endif

/* --- caches --------------------------------------------------------------- */

#define TVMI_PAGES_DEFAULT        512
#define TVMI_TRANSLATIONS_DEFAULT 512

/*
 * Sets how many mappings and how many translations are kept (at least 1 each),
 * and empties both caches. A full cache drops its least recently used entry.
 * On -XEN_ENOMEM the old sizes stand, emptied.
 */
int tvmi_cache_resize(vmi_instance_t vmi, size_t pages, size_t translations);

struct tvmi_stats {
    uint64_t page_hits, page_misses;
    uint64_t translation_hits, translation_misses;
};

/* Running totals since vmi_init(); all PLAT_UNKNOWN where nobody counts. */
void tvmi_stats(vmi_instance_t vmi, struct tvmi_stats *out);

/* --- many frames in one call ---------------------------------------------- */

/*
 * Walks @pages consecutive 4 KiB units from @vaddr and gives the frame of each.
 * The upper levels are read once for each page table; consecutive entries of
 * one table are read in a row. Every walk must have read @depth levels (and
 * -XEN_ERANGE tells that one did not); @depth 0 takes any. Does not touch the
 * translation cache.
 */
int tvmi_translate_range(vmi_instance_t vmi, addr_t pt, addr_t vaddr,
                         size_t pages, unsigned int depth, uint64_t *frames);

/*
 * plat_map() and plat_unmap(), read-only. tvmi_last_fault() tells the first frame that cannot
 * be mapped, and of frames that can be mapped one by one how many they are.
 */
int tvmi_map_frames(vmi_instance_t vmi, const uint64_t *frames, size_t n,
                    void **va);
int tvmi_unmap_frames(vmi_instance_t vmi, void *va, size_t n);

/* --- observing ------------------------------------------------------------ */

/*
 * Where vmi_read*() notes the clock once the (last) page is mapped and before
 * its bytes are copied. NULL, the default, notes nothing.
 */
void tvmi_note_mapped(vmi_instance_t vmi, uint64_t *clock);

/* Why a call failed. */
struct tvmi_fault {
    int error;          /* negative errno */
    const char *reason; /* one line, without the values below */
    addr_t address;     /* virtual (level > 0) or physical address */
    unsigned int level; /* page-table level, 5 the root of 5-level paging, 1 the last; 0: no table */
    addr_t value;       /* the entry that was refused, or the frame that could not be mapped */
};

/* The last failure of this instance; error 0 when there was none. */
const struct tvmi_fault *tvmi_last_fault(vmi_instance_t vmi);

/*
 * Instructions that each copied page costs more, on purpose, so that a gate can
 * be shown to notice: make SEEDED_SLOWDOWN=n. 0, as it should be, adds nothing.
 */
#ifndef TVMI_SEEDED_SLOWDOWN
#define TVMI_SEEDED_SLOWDOWN 0
#endif

/* Copies one page; both addresses 8-byte aligned. The copy of every arm. */
static inline void tvmi_copy_page(void *to, const void *from)
{
    size_t words = PLAT_PAGE_SIZE / 8;

    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
#if TVMI_SEEDED_SLOWDOWN > 0
    __asm__ volatile(".rept %c0; nop; .endr" : : "i"(TVMI_SEEDED_SLOWDOWN));
#endif
}

/* Name of a negative or positive errno ("EACCES"), "?" for an unknown one. */
const char *tvmi_errno_name(int error);

#endif
