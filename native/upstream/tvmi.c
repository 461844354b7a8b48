/*
 * tvmi.c - tvmi.h over upstream LibVMI (https://libvmi.com), for the arm dom0-libvmi:
 * the workloads are compiled against LibVMI's own headers and linked with it.
 *
 * LibVMI has no windows: it maps through its page cache, which keeps what it mapped.
 * So a cache state is brought about by emptying that cache at the right moment, with
 * vmi_pagecache_flush(): after each page (state cold), or after the batch (tables).
 * Its sizes are fixed when it is built. It counts nothing, and says of a failure no
 * more than that it failed.
 */
#include <sys/mman.h>

#include <platform.h>
#include <tvmi.h>
#include <xen/errno.h>

/* MAX_PAGE_CACHE_SIZE of LibVMI's build, as it comes. */
#define KEPT_PAGES 512

/* Page tables that a batch needs beside its pages: two of the last level, three above. */
#define TABLES 5

/* One instance at a time: a job opens one and closes it. */
static struct {
    enum tvmi_via tables, data;
    struct tvmi_fault fault;
} state;

static int fail(int error, const char *reason, addr_t address)
{
    state.fault = (struct tvmi_fault){.error = error, .reason = reason, .address = address};
    return error;
}

int tvmi_set_paging(vmi_instance_t vmi, unsigned int levels, unsigned int physical_bits)
{
    (void)physical_bits;
    if (levels != 4)
        return fail(-XEN_EINVAL, "LibVMI knows four levels of paging", 0);
    if (vmi_init_paging(vmi, 0) != VMI_PM_IA32E)
        return fail(-XEN_EOPNOTSUPP, "LibVMI finds no long mode", 0);
    return 0;
}

unsigned int tvmi_levels(vmi_instance_t vmi)
{
    return vmi_get_page_mode(vmi, 0) == VMI_PM_IA32E ? 4 : 0;
}

/* Processes are LibVMI's own business: the workloads name address spaces. */
void tvmi_set_kernel_dtb(vmi_instance_t vmi, addr_t dtb)
{
    (void)vmi;
    (void)dtb;
}

/* Below LibVMI is none of ours. */
struct platform *tvmi_platform(vmi_instance_t vmi)
{
    (void)vmi;
    return NULL;
}

void plat_counters(const struct platform *p, struct plat_counters *out)
{
    (void)p;
    *out = (struct plat_counters){PLAT_UNKNOWN, PLAT_UNKNOWN, PLAT_UNKNOWN, PLAT_UNKNOWN};
}

void tvmi_set_mapping(vmi_instance_t vmi, enum tvmi_via tables, enum tvmi_via data)
{
    (void)vmi;
    state.tables = tables;
    state.data = data;
}

int tvmi_window_open(vmi_instance_t vmi, size_t live, size_t uses)
{
    (void)vmi;
    (void)live;
    (void)uses;
    return 0;
}

void tvmi_window_close(vmi_instance_t vmi)
{
    if (state.data == TVMI_VIA_WINDOW)
        vmi_pagecache_flush(vmi);
}

void tvmi_let_go(vmi_instance_t vmi)
{
    if (state.tables == TVMI_VIA_WINDOW)
        vmi_pagecache_flush(vmi);
}

int tvmi_cache_resize(vmi_instance_t vmi, size_t pages, size_t translations)
{
    (void)pages;
    (void)translations;
    vmi_v2pcache_flush(vmi, ~0ull);
    vmi_pagecache_flush(vmi);
    return 0;
}

bool tvmi_batch_fits(size_t pages)
{
    return pages + TABLES <= KEPT_PAGES;
}

void tvmi_stats(vmi_instance_t vmi, struct tvmi_stats *out)
{
    (void)vmi;
    *out = (struct tvmi_stats){PLAT_UNKNOWN, PLAT_UNKNOWN, PLAT_UNKNOWN, PLAT_UNKNOWN};
}

static unsigned int depth_of(page_size_t size)
{
    return size == VMI_PS_1GB ? 2 : size == VMI_PS_2MB ? 3 : 4;
}

int tvmi_translate_range(vmi_instance_t vmi, addr_t pt, addr_t vaddr, size_t pages,
                         unsigned int depth, uint64_t *frames)
{
    for (size_t i = 0; i < pages; i++) {
        addr_t va = vaddr + i * PLAT_PAGE_SIZE;
        page_info_t info;

        if (vmi_pagetable_lookup_extended(vmi, pt, va, &info) != VMI_SUCCESS)
            return fail(-XEN_EFAULT, "LibVMI cannot translate it", va);
        if (depth && depth_of(info.size) != depth)
            return fail(-XEN_ERANGE, "its page is of another size", va);
        frames[i] = info.paddr >> PLAT_PAGE_SHIFT;
    }
    return 0;
}

/* LibVMI gives one pointer a page: those of one call are consecutive, which is looked at here. */
int tvmi_map_frames(vmi_instance_t vmi, const uint64_t *frames, size_t n, void **va)
{
    void **pages = plat_alloc(n * sizeof(*pages));
    int rc = 0;

    if (!pages)
        return fail(-XEN_ENOMEM, "no memory for pointers", 0);
    if (vmi_mmap_guest_pfns(vmi, (unsigned long *)frames, n, PROT_READ, pages) != VMI_SUCCESS)
        rc = fail(-XEN_EIO, "LibVMI cannot map the frames", frames[0] << PLAT_PAGE_SHIFT);
    for (size_t i = 0; !rc && i < n; i++)
        if (pages[i] != (char *)pages[0] + i * PLAT_PAGE_SIZE)
            rc = fail(-XEN_EIO, "LibVMI maps the frames apart", frames[i] << PLAT_PAGE_SHIFT);
    *va = pages[0];
    plat_free(pages);
    return rc;
}

int tvmi_unmap_frames(vmi_instance_t vmi, void *va, size_t n)
{
    (void)vmi;
    return munmap(va, n * PLAT_PAGE_SIZE) ? fail(-XEN_EINVAL, "munmap() failed", 0) : 0;
}

void tvmi_note_mapped(vmi_instance_t vmi, uint64_t *clock)
{
    (void)vmi;
    (void)clock;
}

const struct tvmi_fault *tvmi_last_fault(vmi_instance_t vmi)
{
    static const struct tvmi_fault untold = {.error = -XEN_EIO, .reason = "LibVMI failed"};

    (void)vmi;
    return state.fault.error ? &state.fault : &untold;
}
