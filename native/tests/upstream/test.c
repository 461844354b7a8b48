/*
 * test.c - tests of native/upstream over a double of LibVMI: tvmi.h's calls, and page-walks in
 * every state. The double knows frames from 0 on, which BASE and what follows it lead to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <tvmi.h>
#include <xen/errno.h>

#include "../../introspector/introspector.h"
#include "../../workloads/table.h"
#include "../programs/program.h"
#include "../runner.h"

#define BASE   0x5a0000000000ull
#define FRAMES 600
#define TABLE  0x6000

struct vmi_instance {
    unsigned int page_flushes, translation_flushes, mapped;
};

static struct {
    struct vmi_instance instance;
    bool unreadable;    /* no page can be translated or mapped */
    bool apart;         /* frames are mapped, but not one after the other */
    bool no_long_mode;
    page_size_t size;
} libvmi;

status_t vmi_init(vmi_instance_t *vmi, vmi_mode_t mode, const void *domain, uint64_t flags,
                  vmi_init_data_t *data, vmi_init_error_t *error)
{
    (void)error;
    *vmi = &libvmi.instance;
    return mode == VMI_XEN && flags == VMI_INIT_DOMAINID && *(const uint64_t *)domain == 7 &&
                   data->count == 1
               ? VMI_SUCCESS
               : VMI_FAILURE;
}

status_t vmi_destroy(vmi_instance_t vmi)
{
    return vmi == &libvmi.instance ? VMI_SUCCESS : VMI_FAILURE;
}

page_mode_t vmi_init_paging(vmi_instance_t vmi, uint64_t flags)
{
    (void)flags;
    return vmi_get_page_mode(vmi, 0);
}

page_mode_t vmi_get_page_mode(vmi_instance_t vmi, unsigned long vcpu)
{
    (void)vmi;
    (void)vcpu;
    return libvmi.no_long_mode ? VMI_PM_UNKNOWN : VMI_PM_IA32E;
}

status_t vmi_get_vcpureg(vmi_instance_t vmi, uint64_t *value, reg_t reg, unsigned long vcpu)
{
    (void)vmi;
    *value = TABLE;
    return reg == CR3 && vcpu == 0 ? VMI_SUCCESS : VMI_FAILURE;
}

status_t vmi_pagetable_lookup_extended(vmi_instance_t vmi, addr_t pt, addr_t va, page_info_t *info)
{
    (void)vmi;
    *info = (page_info_t){.vaddr = va, .pt = pt, .paddr = va - BASE, .size = libvmi.size};
    return !libvmi.unreadable && pt == TABLE && va - BASE < FRAMES * PLAT_PAGE_SIZE ? VMI_SUCCESS
                                                                                    : VMI_FAILURE;
}

status_t vmi_pagetable_lookup(vmi_instance_t vmi, addr_t pt, addr_t va, addr_t *paddr)
{
    page_info_t info;
    status_t status = vmi_pagetable_lookup_extended(vmi, pt, va, &info);

    *paddr = info.paddr;
    return status;
}

status_t vmi_read_pa(vmi_instance_t vmi, addr_t paddr, size_t count, void *buf, size_t *done)
{
    (void)vmi;
    (void)done;
    memset(buf, (int)(paddr >> PLAT_PAGE_SHIFT), count);
    return libvmi.unreadable ? VMI_FAILURE : VMI_SUCCESS;
}

status_t vmi_read(vmi_instance_t vmi, const access_context_t *ctx, size_t count, void *buf, size_t *done)
{
    return vmi_read_pa(vmi, ctx->addr - BASE, count, buf, done);
}

status_t vmi_mmap_guest_pfns(vmi_instance_t vmi, unsigned long *pfns, size_t n, int prot, void **ptrs)
{
    char *va;

    if (libvmi.unreadable || prot != PROT_READ)
        return VMI_FAILURE;
    va = mmap(NULL, n * PLAT_PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (va == MAP_FAILED)
        abort();
    for (size_t i = 0; i < n; i++) {
        ptrs[i] = va + i * PLAT_PAGE_SIZE;
        memset(ptrs[i], (int)pfns[i], PLAT_PAGE_SIZE);
    }
    if (libvmi.apart)
        ptrs[n - 1] = va;
    vmi->mapped++;
    return VMI_SUCCESS;
}

void vmi_v2pcache_flush(vmi_instance_t vmi, addr_t pt)
{
    vmi->translation_flushes += pt == ~0ull;
}

void vmi_pagecache_flush(vmi_instance_t vmi)
{
    vmi->page_flushes++;
}

/* --- tvmi.h -------------------------------------------------------------------------- */

static vmi_instance_t vmi = &libvmi.instance;

static void expect_fault(int error, const char *reason)
{
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)error);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, reason);
}

static void paging(void)
{
    CHECK_EQ(tvmi_set_paging(vmi, 4, 52), 0);
    CHECK_EQ(tvmi_levels(vmi), 4);
    CHECK_EQ(tvmi_set_paging(vmi, 5, 52), (uint64_t)-XEN_EINVAL);
    expect_fault(-XEN_EINVAL, "LibVMI knows four levels of paging");
    libvmi.no_long_mode = true;
    CHECK_EQ(tvmi_set_paging(vmi, 4, 52), (uint64_t)-XEN_EOPNOTSUPP);
    CHECK_EQ(tvmi_levels(vmi), 0);
    tvmi_set_kernel_dtb(vmi, TABLE);
    CHECK(!tvmi_platform(vmi));
}

/* Where LibVMI's page cache is emptied: after each page, after the batch, or not. */
static void states_of_its_cache(void)
{
    static const struct {
        enum tvmi_via tables, data;
        unsigned int after_page, after_batch;
    } cases[] = {
        {TVMI_VIA_WINDOW, TVMI_VIA_WINDOW, 1, 1},
        {TVMI_VIA_CACHE, TVMI_VIA_WINDOW, 0, 1},
        {TVMI_VIA_CACHE, TVMI_VIA_CACHE, 0, 0},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        vmi->page_flushes = 0;
        tvmi_set_mapping(vmi, cases[i].tables, cases[i].data);
        CHECK_EQ(tvmi_window_open(vmi, 5, 10), 0);
        tvmi_let_go(vmi);
        CHECK_EQ(vmi->page_flushes, cases[i].after_page);
        tvmi_window_close(vmi);
        CHECK_EQ(vmi->page_flushes, cases[i].after_page + cases[i].after_batch);
    }
    vmi->page_flushes = vmi->translation_flushes = 0;
    CHECK_EQ(tvmi_cache_resize(vmi, 9, 9), 0);
    CHECK(vmi->page_flushes == 1 && vmi->translation_flushes == 1);
    CHECK(tvmi_batch_fits(507) && !tvmi_batch_fits(508));
}

static void nothing_is_counted(void)
{
    struct tvmi_stats stats = {0};
    struct plat_counters counters = {0};

    tvmi_stats(vmi, &stats);
    CHECK_EQ(*(const uint64_t *)&stats, PLAT_UNKNOWN);
    plat_counters(NULL, &counters);
    CHECK(counters.maps == PLAT_UNKNOWN && counters.syscalls == PLAT_UNKNOWN);
}

static void ranges(void)
{
    uint64_t frames[3] = {0};

    CHECK_EQ(tvmi_translate_range(vmi, TABLE, BASE + 0x5000, 3, 4, frames), 0);
    CHECK(frames[0] == 5 && frames[1] == 6 && frames[2] == 7);
    CHECK_EQ(tvmi_translate_range(vmi, TABLE, BASE, 1, 3, frames), (uint64_t)-XEN_ERANGE);
    expect_fault(-XEN_ERANGE, "its page is of another size");
    libvmi.size = VMI_PS_2MB;
    CHECK_EQ(tvmi_translate_range(vmi, TABLE, BASE, 1, 3, frames), 0);
    libvmi.size = VMI_PS_1GB;
    CHECK_EQ(tvmi_translate_range(vmi, TABLE, BASE, 1, 2, frames), 0);
    CHECK_EQ(tvmi_translate_range(vmi, TABLE, BASE + FRAMES * 4096 - 4096, 2, 0, frames), (uint64_t)-XEN_EFAULT);
    CHECK_EQ(tvmi_last_fault(vmi)->address, BASE + FRAMES * 4096);
}

static void frames(void)
{
    const uint64_t three[] = {9, 8, 7};
    void *va;

    CHECK_EQ(tvmi_map_frames(vmi, three, 3, &va), 0);
    CHECK(((char *)va)[0] == 9 && ((char *)va)[4096] == 8 && ((char *)va)[3 * 4096 - 1] == 7);
    CHECK_EQ(tvmi_unmap_frames(vmi, va, 3), 0);
    CHECK_EQ(tvmi_unmap_frames(vmi, (char *)8, 3), (uint64_t)-XEN_EINVAL);
    expect_fault(-XEN_EINVAL, "munmap() failed");
    libvmi.apart = true;
    CHECK_EQ(tvmi_map_frames(vmi, three, 3, &va), (uint64_t)-XEN_EIO);
    expect_fault(-XEN_EIO, "LibVMI maps the frames apart");
    libvmi.unreadable = true;
    CHECK_EQ(tvmi_map_frames(vmi, three, 3, &va), (uint64_t)-XEN_EIO);
    CHECK_EQ(tvmi_last_fault(vmi)->address, 9 << 12);
}

/* --- the workloads -------------------------------------------------------------------- */

/* The program: each word is a job. */
int program_main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (introspector_run_job(argv[i]) == INTROSPECTOR_BROKEN)
            return 2;
    return 0;
}

/* The start of an end record in base64: "status=ok". */
#define STATUS_OK "c3RhdHVzPW9r"

static bool walks(const char *state)
{
    char job[200];

    snprintf(job, sizeof(job), "seq=1 workload=page-walk domid=7 type=pvh state=%s base=%#llx pages=20 depth=4",
             state, BASE);
    return strstr(RUN(NULL, job).output, STATUS_OK);
}

static void walks_of_every_state(void)
{
    CHECK(walks("cold") && walks("tables") && walks("warm") && walks("batch") && walks("seed-2018"));
    libvmi.unreadable = true;
    CHECK(!walks("cold") && !walks("tables") && !walks("warm") && !walks("batch"));
}

static void workloads_that_it_has(void)
{
    static const char *const names[] = {"page-walk", "clock", "stamps", "exit"};

    CHECK_EQ(workload_count, 4);
    for (size_t i = 0; i < workload_count && i < 4; i++)
        CHECK(!strcmp(workload_table[i].name, names[i]));
    CHECK(!strstr(RUN(NULL, "seq=1 workload=refusal domid=7 type=pvh attempt=vm-event").output, STATUS_OK));
}

static const struct test tests[] = {
    {"upstream: paging", paging},
    {"upstream: states of its cache", states_of_its_cache},
    {"upstream: nothing is counted", nothing_is_counted},
    {"upstream: ranges", ranges},
    {"upstream: frames", frames},
    {"upstream: walks of every state", walks_of_every_state},
    {"upstream: workloads that it has", workloads_that_it_has},
    {0},
};

static void reset(void)
{
    memset(&libvmi, 0, sizeof(libvmi));
    libvmi.size = VMI_PS_4KB;
}

int main(void)
{
    static const struct test *const tables[] = {tests};

    return run_tests(tables, 1, reset, true);
}
