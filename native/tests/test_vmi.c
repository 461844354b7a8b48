/*
 * test_vmi.c - LibVMI's interface over made-up memory: reads, caches, windows.
 */
#include <tvmi.h>

#include <string.h>
#include <xen/errno.h>

#include "memory.h"
#include "test.h"

#define VA    0x5a0000000000ull
#define PAGES 20

struct target {
    vmi_instance_t vmi;
    uint64_t root, pages[PAGES];
};

static status_t open_domain(vmi_instance_t *vmi, uint64_t domid, vmi_init_error_t *error)
{
    struct tvmi_target target = {.translated = true};
    union {
        vmi_init_data_t data;
        char room[sizeof(vmi_init_data_t) + sizeof(vmi_init_data_entry_t)];
    } init = {.data.count = 1};

    init.data.entry[0] = (vmi_init_data_entry_t){TVMI_INIT_DATA_TARGET, &target};
    return vmi_init(vmi, VMI_XEN, &domid, VMI_INIT_DOMAINID, &init.data, error);
}

/* An open domain with PAGES pages of a pattern at VA. */
static struct target open_target(void)
{
    struct target t = {.root = memory_frame()};

    for (int i = 0; i < PAGES; i++) {
        t.pages[PAGES - 1 - i] = memory_frame(); /* not in the order of addresses */
        memory_pattern(t.pages[PAGES - 1 - i]);
    }
    for (int i = 0; i < PAGES; i++)
        memory_map(t.root, 4, VA + (uint64_t)i * 4096, 1, t.pages[i]);
    CHECK_EQ(open_domain(&t.vmi, 7, NULL), VMI_SUCCESS);
    CHECK_EQ(tvmi_set_paging(t.vmi, 4, 46), 0);
    tvmi_set_kernel_dtb(t.vmi, PA(t.root));
    return t;
}

static void opening(void)
{
    uint64_t domid = 7;
    vmi_init_error_t error;
    vmi_instance_t vmi;

    CHECK_EQ(vmi_init(&vmi, VMI_XEN, &domid, VMI_INIT_DOMAINID, NULL, &error), VMI_FAILURE);
    CHECK_EQ(error, VMI_INIT_ERROR_DRIVER);
    CHECK_EQ(open_domain(&vmi, 0x10000, &error), VMI_FAILURE);
    CHECK_EQ(error, VMI_INIT_ERROR_VM_NOT_FOUND);
    memory.open_error = -XEN_EACCES;
    CHECK_EQ(open_domain(&vmi, 7, &error), VMI_FAILURE);
    memory.open_error = 0;
    CHECK_EQ(open_domain(&vmi, 7, &error), VMI_SUCCESS);
    CHECK_EQ(error, VMI_INIT_ERROR_NONE);
    CHECK_EQ(vmi_get_vmid(vmi), 7);
    CHECK_EQ(memory.counters.maps, 0);
    CHECK_EQ(vmi_destroy(vmi), VMI_SUCCESS);
    CHECK_EQ(vmi_destroy(NULL), VMI_FAILURE);
}

static void paging_from_registers(void)
{
    vmi_instance_t vmi;
    addr_t paddr;

    CHECK_EQ(open_domain(&vmi, 7, NULL), VMI_SUCCESS);
    CHECK_EQ(vmi_pagetable_lookup(vmi, 0, 0, &paddr), VMI_FAILURE); /* not known yet */
    CHECK_EQ(vmi_init_paging(vmi, 0), VMI_PM_IA32E);
    CHECK_EQ(tvmi_levels(vmi), 4);
    memory.vcpu.cr4 |= 1 << 12;
    CHECK_EQ(vmi_init_paging(vmi, 0), VMI_PM_IA32E);
    CHECK_EQ(tvmi_levels(vmi), 5);
    memory.vcpu.efer = 1; /* SYSCALL enabled, long mode not active */
    CHECK_EQ(vmi_get_page_mode(vmi, 0), VMI_PM_PAE);
    CHECK_EQ(vmi_init_paging(vmi, 0), VMI_PM_UNKNOWN);
    memory.vcpu.efer = 0; /* a 32-bit system that never touched it */
    CHECK_EQ(vmi_get_page_mode(vmi, 0), VMI_PM_PAE);
    CHECK_EQ(vmi_init_paging(vmi, 0), VMI_PM_UNKNOWN);
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_EOPNOTSUPP);
    memory.vcpu.cr4 = 0;
    CHECK_EQ(vmi_get_page_mode(vmi, 0), VMI_PM_LEGACY);
    CHECK_EQ(vmi_init_paging(vmi, 0), VMI_PM_UNKNOWN);
    memory.vcpu.cr0 = 0;
    CHECK_EQ(vmi_get_page_mode(vmi, 0), VMI_PM_NONE);
    CHECK_EQ(vmi_init_paging(vmi, 0), VMI_PM_UNKNOWN);
    CHECK_EQ(vmi_get_page_mode(vmi, 1), VMI_PM_UNKNOWN);
    CHECK_EQ(tvmi_set_paging(vmi, 3, 46), -XEN_EINVAL);
    CHECK_EQ(tvmi_set_paging(vmi, 4, 53), -XEN_EINVAL);
    vmi_destroy(vmi);
}

/* Frame 0 is no page table because nobody named another. */
static void no_kernel_table(void)
{
    access_context_t ctx = {.version = ACCESS_CONTEXT_VERSION, .tm = VMI_TM_PROCESS_PID};
    vmi_instance_t vmi;
    uint64_t value;
    addr_t paddr;

    memory_map(0, 4, VA, 1, memory_frame());
    CHECK_EQ(open_domain(&vmi, 7, NULL), VMI_SUCCESS);
    CHECK_EQ(tvmi_set_paging(vmi, 4, 46), 0);
    CHECK_EQ(vmi_translate_kv2p(vmi, VA, &paddr), VMI_FAILURE);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "is not set");
    CHECK_EQ(vmi_read_64_va(vmi, VA, 0, &value), VMI_FAILURE);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "is not set");
    ctx.addr = VA;
    CHECK_EQ(vmi_read_64(vmi, &ctx, &value), VMI_FAILURE);
    tvmi_set_kernel_dtb(vmi, 0); /* now somebody did */
    CHECK_EQ(vmi_read_64_va(vmi, VA, 0, &value), VMI_SUCCESS);
    vmi_destroy(vmi);
}

static void registers(void)
{
    vmi_instance_t vmi;
    uint64_t value;

    memory.vcpu.cr3 = 0x1234000;
    memory.vcpu.r15 = 15;
    memory.vcpu.gs_shadow = 99;
    CHECK_EQ(open_domain(&vmi, 7, NULL), VMI_SUCCESS);
    CHECK_EQ(vmi_get_vcpureg(vmi, &value, CR3, 0), VMI_SUCCESS);
    CHECK_EQ(value, 0x1234000);
    CHECK_EQ(vmi_get_vcpureg(vmi, &value, R15, 0), VMI_SUCCESS);
    CHECK_EQ(value, 15);
    CHECK_EQ(vmi_get_vcpureg(vmi, &value, SHADOW_GS, 0), VMI_SUCCESS);
    CHECK_EQ(value, 99);
    CHECK_EQ(vmi_get_vcpureg(vmi, &value, 12345, 0), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(vmi)->error, -XEN_EINVAL);
    CHECK_EQ(vmi_get_vcpureg(vmi, &value, CR3, 1), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(vmi)->error, -XEN_ESRCH);
    CHECK_EQ(vmi_get_vcpureg(vmi, &value, CR3, 1ull << 32), VMI_FAILURE);
    memory.vcpu_error = -XEN_EACCES;
    CHECK_EQ(vmi_get_vcpureg(vmi, &value, CR3, 0), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(vmi)->error, -XEN_EACCES);
    vmi_destroy(vmi);
}

static void pausing_nests(void)
{
    vmi_instance_t vmi;

    CHECK_EQ(open_domain(&vmi, 7, NULL), VMI_SUCCESS);
    CHECK_EQ(vmi_pause_vm(vmi), VMI_SUCCESS);
    CHECK_EQ(vmi_pause_vm(vmi), VMI_SUCCESS);
    CHECK_EQ(vmi_resume_vm(vmi), VMI_SUCCESS);
    CHECK_EQ(memory.paused, 1);
    CHECK_EQ(vmi_resume_vm(vmi), VMI_SUCCESS);
    CHECK_EQ(vmi_resume_vm(vmi), VMI_FAILURE);
    vmi_destroy(vmi);
}

/* A read of any length at any offset gives what byte-wise reading would. */
static void reads_cross_pages(void)
{
    static const size_t offsets[] = {0, 1, 7, 4088, 4095}, counts[] = {0, 1, 8, 4095, 4096, 4097, 12288};
    struct target t = open_target();
    static uint8_t got[12289], want[PAGES * 4096];

    for (int i = 0; i < PAGES; i++)
        memcpy(want + i * 4096, memory.words[t.pages[i]], 4096);
    for (size_t o = 0; o < sizeof(offsets) / sizeof(offsets[0]); o++) {
        for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
            size_t n = counts[c], bytes;

            memset(got, 0xa5, sizeof(got));
            CHECK_EQ(vmi_read_va(t.vmi, VA + offsets[o], 0, n, got, &bytes), VMI_SUCCESS);
            CHECK_EQ(bytes, n);
            CHECK_EQ(memcmp(got, want + offsets[o], n), 0);
            CHECK_EQ(got[n], 0xa5);
        }
    }
    vmi_destroy(t.vmi);
}

static void reads_of_values(void)
{
    struct target t = open_target();
    uint64_t *page = memory.words[t.pages[3]];
    ACCESS_CONTEXT(ctx, .tm = VMI_TM_PROCESS_DTB, .addr = VA + 3 * 4096, .dtb = PA(t.root));
    ACCESS_CONTEXT(physical, .addr = PA(t.pages[3]));
    uint64_t u64;
    uint32_t u32;
    uint16_t u16;
    uint8_t u8;

    page[0] = 0x8877665544332211;
    CHECK_EQ(vmi_read_64(t.vmi, &ctx, &u64), VMI_SUCCESS);
    CHECK_EQ(u64, 0x8877665544332211);
    CHECK_EQ(vmi_read_32(t.vmi, &physical, &u32), VMI_SUCCESS);
    CHECK_EQ(u32, 0x44332211);
    CHECK_EQ(vmi_read_16_va(t.vmi, VA + 3 * 4096 + 1, 0, &u16), VMI_SUCCESS);
    CHECK_EQ(u16, 0x3322);
    CHECK_EQ(vmi_read_8_pa(t.vmi, PA(t.pages[3]) + 7, &u8), VMI_SUCCESS);
    CHECK_EQ(u8, 0x88);
    CHECK_EQ(vmi_read_addr_pa(t.vmi, PA(t.pages[3]), &u64), VMI_SUCCESS);
    CHECK_EQ(u64, 0x8877665544332211);
    vmi_destroy(t.vmi);
}

static void reads_stop_at_a_hole(void)
{
    struct target t = open_target();
    static uint8_t buf[5 * 4096];
    size_t bytes;

    *memory_entry(t.root, 4, VA + 3 * 4096, 1) = 0;
    CHECK_EQ(vmi_read_va(t.vmi, VA + 100, 0, sizeof(buf), buf, &bytes), VMI_FAILURE);
    CHECK_EQ(bytes, 3 * 4096 - 100);
    CHECK_EQ(tvmi_last_fault(t.vmi)->address, VA + 3 * 4096);
    CHECK_EQ(tvmi_last_fault(t.vmi)->level, 1);
    CHECK_EQ(tvmi_last_fault(t.vmi)->error, -XEN_EFAULT);

    vmi_pagecache_flush(t.vmi);
    memory.bad_frame = t.pages[1];
    CHECK_EQ(vmi_read_va(t.vmi, VA, 0, 8192, buf, &bytes), VMI_FAILURE);
    CHECK_EQ(bytes, 4096);
    CHECK_EQ(tvmi_last_fault(t.vmi)->value, t.pages[1]);
    vmi_destroy(t.vmi);
}

static void reads_out_of_bounds(void)
{
    struct target t = open_target();
    uint8_t buf[8];
    size_t bytes = 1;

    CHECK_EQ(vmi_read_pa(t.vmi, ~0ull - 3, 8, buf, &bytes), VMI_FAILURE); /* wraps */
    CHECK_EQ(bytes, 0);
    CHECK_EQ(vmi_read_va(t.vmi, VA, 0, SIZE_MAX, NULL, &bytes), VMI_FAILURE);
    CHECK_EQ(bytes, 0);
    CHECK_EQ(vmi_read_pa(t.vmi, 1ull << 46, 8, buf, &bytes), VMI_FAILURE); /* wider than the machine */
    CHECK_HAS(tvmi_last_fault(t.vmi)->reason, "too large");
    CHECK_EQ(vmi_read_pa(t.vmi, PA(MEMORY_FRAMES), 8, buf, &bytes), VMI_FAILURE);
    CHECK_EQ(vmi_read_va(t.vmi, 0x00007ffffffffffc, 0, 8, buf, &bytes), VMI_FAILURE);
    CHECK_EQ(vmi_read_va(t.vmi, ~0ull - 7, 0, 8, buf, &bytes), VMI_FAILURE); /* a hole, but no overflow */
    CHECK_EQ(tvmi_last_fault(t.vmi)->level, 4);
    vmi_destroy(t.vmi);
}

static void contexts_that_are_refused(void)
{
    struct target t = open_target();
    uint64_t value;

    access_context_t bad[] = {
        {.version = 0, .tm = VMI_TM_NONE},
        {.version = ACCESS_CONTEXT_VERSION, .tm = 3},
        {.version = ACCESS_CONTEXT_VERSION, .tm = VMI_TM_PROCESS_PID, .pid = 1},
        {.version = ACCESS_CONTEXT_VERSION, .tm = VMI_TM_PROCESS_DTB, .pm = VMI_PM_PAE},
        {.version = ACCESS_CONTEXT_VERSION, .tm = VMI_TM_PROCESS_DTB, .npt = 4096},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK_EQ(vmi_read_64(t.vmi, &bad[i], &value), VMI_FAILURE);
    CHECK_EQ(memory.counters.maps, 0);
    vmi_destroy(t.vmi);
}

/* The extended lookup tells every entry and never takes a remembered answer. */
static void extended_lookup(void)
{
    struct target t = open_target();
    page_info_t info;
    addr_t paddr;

    vmi_v2pcache_add(t.vmi, VA, PA(t.root), 0xdead000);
    CHECK_EQ(vmi_pagetable_lookup(t.vmi, PA(t.root), VA + 5, &paddr), VMI_SUCCESS);
    CHECK_EQ(paddr, 0xdead005);
    CHECK_EQ(vmi_pagetable_lookup_extended(t.vmi, PA(t.root), VA + 5, &info), VMI_SUCCESS);
    CHECK_EQ(info.paddr, PA(t.pages[0]) + 5);
    CHECK_EQ(info.size, VMI_PS_4KB);
    CHECK_EQ(info.pt, PA(t.root));
    CHECK_EQ(info.x86_ia32e.pte_value, *memory_entry(t.root, 4, VA, 1));
    CHECK_EQ(info.x86_ia32e.pgd_value, *memory_entry(t.root, 4, VA, 2));
    CHECK_EQ(info.x86_ia32e.pdpte_value, *memory_entry(t.root, 4, VA, 3));
    CHECK_EQ(info.x86_ia32e.pml4e_value, *memory_entry(t.root, 4, VA, 4));
    CHECK_EQ(info.x86_ia32e.pml4e_location, PA(t.root) + (VA >> 39) * 8);
    CHECK_EQ(info.x86_ia32e.pml5e_location, 0);

    *memory_entry(t.root, 4, VA, 2) = 0;
    vmi_pagecache_flush(t.vmi);
    CHECK_EQ(vmi_pagetable_lookup_extended(t.vmi, PA(t.root), VA, &info), VMI_FAILURE);
    CHECK_EQ(info.paddr, 0);
    CHECK_EQ(info.size, VMI_PS_UNKNOWN);
    CHECK_EQ(info.x86_ia32e.pte_location, 0);
    CHECK(info.x86_ia32e.pgd_location != 0);

    /* A table that cannot be mapped: nothing of it was read, and the fault names its frame. */
    memory.bad_frame = *memory_entry(t.root, 4, VA, 3) >> 12 & 0xffffffff;
    vmi_pagecache_flush(t.vmi);
    CHECK_EQ(vmi_pagetable_lookup_extended(t.vmi, PA(t.root), VA, &info), VMI_FAILURE);
    CHECK_EQ(info.size, VMI_PS_UNKNOWN);
    CHECK_EQ(info.x86_ia32e.pgd_location, 0);
    CHECK_EQ(info.x86_ia32e.pgd_value, 0);
    CHECK(info.x86_ia32e.pdpte_location != 0);
    CHECK_EQ(tvmi_last_fault(t.vmi)->level, 2);
    CHECK_EQ(tvmi_last_fault(t.vmi)->value, memory.bad_frame);
    vmi_destroy(t.vmi);
}

static void translations_are_remembered_and_flushed(void)
{
    struct target t = open_target();
    struct tvmi_stats stats;
    addr_t paddr;

    CHECK_EQ(vmi_translate_kv2p(t.vmi, VA, &paddr), VMI_SUCCESS);
    *memory_entry(t.root, 4, VA, 1) = 0;
    vmi_pagecache_flush(t.vmi);
    CHECK_EQ(vmi_translate_kv2p(t.vmi, VA + 9, &paddr), VMI_SUCCESS); /* remembered */
    CHECK_EQ(paddr, PA(t.pages[0]) + 9);
    tvmi_stats(t.vmi, &stats);
    CHECK_EQ(stats.translation_hits, 1);
    CHECK_EQ(stats.translation_misses, 1);

    vmi_v2pcache_flush(t.vmi, PA(t.root) + 0x1000); /* somebody else's */
    CHECK_EQ(vmi_translate_kv2p(t.vmi, VA, &paddr), VMI_SUCCESS);
    vmi_v2pcache_flush(t.vmi, PA(t.root));
    CHECK_EQ(vmi_translate_kv2p(t.vmi, VA, &paddr), VMI_FAILURE);

    vmi_v2pcache_add(t.vmi, VA, PA(t.root), 0x5000);
    vmi_v2pcache_flush(t.vmi, ~0ull);
    CHECK_EQ(vmi_translate_kv2p(t.vmi, VA, &paddr), VMI_FAILURE);
    CHECK_EQ(vmi_translate_kv2p(t.vmi, VA, &paddr), VMI_FAILURE); /* failures are not remembered */
    vmi_destroy(t.vmi);
}

static void pages_stay_mapped_up_to_the_capacity(void)
{
    struct target t = open_target();
    struct tvmi_stats stats;
    uint64_t value;

    CHECK_EQ(tvmi_cache_resize(t.vmi, 8, 4), 0);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 8; i++)
            CHECK_EQ(vmi_read_64_pa(t.vmi, PA(t.pages[i]), &value), VMI_SUCCESS);
    tvmi_stats(t.vmi, &stats);
    CHECK_EQ(stats.page_misses, 8);
    CHECK_EQ(stats.page_hits, 8);
    CHECK_EQ(memory.mapped, 8);
    for (int i = 8; i < PAGES; i++)
        CHECK_EQ(vmi_read_64_pa(t.vmi, PA(t.pages[i]), &value), VMI_SUCCESS);
    CHECK_EQ(memory.mapped, 8);
    vmi_pagecache_flush(t.vmi);
    CHECK_EQ(memory.mapped, 0);
    CHECK_EQ(vmi_read_64_pa(t.vmi, PA(t.pages[0]), &value), VMI_SUCCESS);
    CHECK_EQ(tvmi_cache_resize(t.vmi, 0, 4), -XEN_EINVAL);
    memory.alloc_limit = 4096;
    CHECK_EQ(tvmi_cache_resize(t.vmi, 8, 4000), -XEN_ENOMEM);
    memory.alloc_limit = SIZE_MAX;
    CHECK_EQ(memory.mapped, 0); /* emptied all the same */
    CHECK_EQ(vmi_read_64_pa(t.vmi, PA(t.pages[0]), &value), VMI_SUCCESS);
    vmi_destroy(t.vmi);
}

static void windows_map_anew(void)
{
    struct target t = open_target();
    uint64_t value;

    tvmi_set_mapping(t.vmi, TVMI_VIA_WINDOW, TVMI_VIA_WINDOW);
    CHECK_EQ(vmi_read_64_va(t.vmi, VA, 0, &value), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(t.vmi)->error, -XEN_ENODEV);
    CHECK_EQ(tvmi_window_open(t.vmi, 5, 12), 0);
    CHECK_EQ(tvmi_window_open(t.vmi, 5, 12), -XEN_EBUSY);
    CHECK_EQ(vmi_read_64_va(t.vmi, VA, 0, &value), VMI_SUCCESS);
    CHECK_EQ(memory.counters.maps, 5); /* four tables and the page */
    CHECK_EQ(vmi_read_64_va(t.vmi, VA, 0, &value), VMI_SUCCESS);
    CHECK_EQ(memory.counters.maps, 6); /* the translation was remembered */
    CHECK_EQ(memory.live_max, 5);
    for (int i = 1; i < 7; i++)
        CHECK_EQ(vmi_read_64_pa(t.vmi, PA(t.pages[i]), &value), VMI_SUCCESS);
    CHECK_EQ(vmi_read_64_pa(t.vmi, PA(t.pages[7]), &value), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(t.vmi)->error, -XEN_ENOSPC);
    tvmi_window_close(t.vmi);
    tvmi_window_close(t.vmi);
    CHECK_EQ(memory.mapped, 0);
    CHECK_EQ(tvmi_window_open(t.vmi, 2, 1), -XEN_EINVAL);
    vmi_destroy(t.vmi);
}

static void batches(void)
{
    struct target t = open_target();
    uint64_t frames[PAGES];
    void *va;

    CHECK_EQ(tvmi_translate_range(t.vmi, PA(t.root), VA, PAGES, 4, frames), 0);
    CHECK_EQ(memcmp(frames, t.pages, sizeof(frames)), 0);
    vmi_pagecache_flush(t.vmi);
    CHECK_EQ(tvmi_map_frames(t.vmi, frames, PAGES, &va), 0);
    CHECK_EQ(memory.mapped, PAGES);
    for (int i = 0; i < PAGES; i++)
        CHECK_EQ(memcmp((char *)va + i * 4096, memory.words[t.pages[i]], 4096), 0);
    CHECK_EQ(tvmi_unmap_frames(t.vmi, va, PAGES - 1), -XEN_EINVAL);
    CHECK_EQ(tvmi_unmap_frames(t.vmi, va, PAGES), 0);

    CHECK_EQ(tvmi_translate_range(t.vmi, PA(t.root), VA + 1, 1, 4, frames), -XEN_EINVAL);
    CHECK_EQ(tvmi_translate_range(t.vmi, PA(t.root), VA, PAGES, 3, frames), -XEN_ERANGE);
    CHECK_EQ(tvmi_translate_range(t.vmi, PA(t.root), VA, PAGES + 1, 4, frames), -XEN_EFAULT);
    CHECK_EQ(tvmi_last_fault(t.vmi)->address, VA + PAGES * 4096);
    memory.bad_frame = t.pages[4];
    CHECK_EQ(tvmi_map_frames(t.vmi, t.pages, PAGES, &va), -XEN_EFAULT);
    vmi_destroy(t.vmi);
}

static void notes_when_a_page_is_mapped(void)
{
    struct target t = open_target();
    uint64_t before = plat_clock(), at = 0, value;

    tvmi_note_mapped(t.vmi, &at);
    CHECK_EQ(vmi_read_64_pa(t.vmi, PA(t.pages[0]), &value), VMI_SUCCESS);
    CHECK(at > before && at < plat_clock());
    vmi_destroy(t.vmi);
}

static void destroying_releases_everything(void)
{
    struct target t = open_target();
    uint64_t value;
    void *va;

    CHECK_EQ(vmi_read_64_va(t.vmi, VA, 0, &value), VMI_SUCCESS);
    CHECK_EQ(tvmi_window_open(t.vmi, 1, 1), 0);
    tvmi_set_mapping(t.vmi, TVMI_VIA_CACHE, TVMI_VIA_WINDOW);
    CHECK_EQ(vmi_read_64_va(t.vmi, VA, 0, &value), VMI_SUCCESS);
    CHECK_EQ(tvmi_map_frames(t.vmi, t.pages, 3, &va), 0);
    vmi_destroy(t.vmi);
    CHECK_EQ(memory.mapped, 0);
    CHECK_EQ(memory.platforms, 0);
}

static void names_of_errors(void)
{
    CHECK_EQ(strcmp(tvmi_errno_name(-XEN_EACCES), "EACCES"), 0);
    CHECK_EQ(strcmp(tvmi_errno_name(XEN_EAGAIN), "EAGAIN"), 0);
    CHECK_EQ(strcmp(tvmi_errno_name(0), "?"), 0);
    CHECK_EQ(strcmp(tvmi_errno_name(-9999), "?"), 0);
}

const struct test vmi_tests[] = {
    {"vmi: opening a domain", opening},
    {"vmi: paging from registers", paging_from_registers},
    {"vmi: no page table of process 0", no_kernel_table},
    {"vmi: registers", registers},
    {"vmi: pausing nests", pausing_nests},
    {"vmi: reads cross pages", reads_cross_pages},
    {"vmi: reads of single values", reads_of_values},
    {"vmi: reads stop at a hole", reads_stop_at_a_hole},
    {"vmi: reads out of bounds fail", reads_out_of_bounds},
    {"vmi: access contexts that are refused", contexts_that_are_refused},
    {"vmi: extended lookup", extended_lookup},
    {"vmi: translations are remembered and flushed", translations_are_remembered_and_flushed},
    {"vmi: pages stay mapped up to the capacity", pages_stay_mapped_up_to_the_capacity},
    {"vmi: windows map anew", windows_map_anew},
    {"vmi: batches", batches},
    {"vmi: notes when a page is mapped", notes_when_a_page_is_mapped},
    {"vmi: destroying releases everything", destroying_releases_everything},
    {"vmi: names of errors", names_of_errors},
    {0},
};
