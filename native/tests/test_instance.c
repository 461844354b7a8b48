/*
 * test_instance.c - instances by tables: how one is opened and refused, what is left when
 * memory is short, registers by their names, bounds of what can be set, and frames of a
 * batch of which one cannot be mapped.
 */
#include <tvmi.h>

#include <stdlib.h>
#include <string.h>
#include <xen/errno.h>

#include "instance.h"
#include "memory.h"
#include "test.h"
#include "xen_end.h"

static const uint64_t domid = 7;

/* Data of vmi_init() with other entries before and after ours; @ours: how many. */
static vmi_init_data_t *init_data(struct tvmi_target *target, unsigned int ours)
{
    vmi_init_data_t *data = calloc(1, sizeof(*data) + 2 * sizeof(vmi_init_data_entry_t));

    data->count = 1 + ours;
    data->entry[0] = (vmi_init_data_entry_t){TVMI_INIT_DATA_TARGET + 1, NULL};
    data->entry[1] = (vmi_init_data_entry_t){TVMI_INIT_DATA_TARGET, target};
    return data;
}

static void opening_is_refused(void)
{
    static const uint64_t last = 65535, beyond = 65536;
    struct tvmi_target target = {.translated = true};
    vmi_init_data_t *data = init_data(&target, 1), *none = init_data(&target, 0);
    vmi_instance_t vmi;
    const struct {
        vmi_instance_t *out;
        vmi_mode_t mode;
        const void *domain;
        uint64_t flags;
        vmi_init_data_t *data;
        vmi_init_error_t error;
    } of[] = {
        {NULL, VMI_XEN, &domid, VMI_INIT_DOMAINID, data, VMI_INIT_ERROR_DRIVER},
        {&vmi, VMI_XEN + 1, &domid, VMI_INIT_DOMAINID, data, VMI_INIT_ERROR_DRIVER},
        {&vmi, VMI_XEN, &domid, VMI_INIT_DOMAINID, none, VMI_INIT_ERROR_DRIVER},
        {&vmi, VMI_XEN, &domid, VMI_INIT_DOMAINID, NULL, VMI_INIT_ERROR_DRIVER},
        {&vmi, VMI_XEN, NULL, VMI_INIT_DOMAINID, data, VMI_INIT_ERROR_VM_NOT_FOUND},
        {&vmi, VMI_XEN, &domid, VMI_INIT_DOMAINID | 1u << 20, data, VMI_INIT_ERROR_VM_NOT_FOUND},
        {&vmi, VMI_XEN, &domid, 0, data, VMI_INIT_ERROR_VM_NOT_FOUND},
        {&vmi, VMI_XEN, &beyond, VMI_INIT_DOMAINID, data, VMI_INIT_ERROR_VM_NOT_FOUND},
        {&vmi, VMI_XEN, &last, VMI_INIT_DOMAINID, data, VMI_INIT_ERROR_NONE},
    };

    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        bool good = of[i].error == VMI_INIT_ERROR_NONE;
        vmi_init_error_t error = 99;

        CHECK_EQ(vmi_init(of[i].out, of[i].mode, of[i].domain, of[i].flags, of[i].data, &error),
                 good ? VMI_SUCCESS : VMI_FAILURE);
        CHECK_EQ(error, of[i].error);
        CHECK_EQ(vmi_init(of[i].out, of[i].mode, of[i].domain, of[i].flags, good ? NULL : of[i].data,
                          NULL), VMI_FAILURE);
    }
    CHECK_EQ(vmi_get_vmid(vmi), 65535);
    CHECK_EQ(vmi_destroy(vmi), VMI_SUCCESS);
    free(data);
    free(none);
}

/* Whatever cannot be had, nothing is left. */
static void opening_with_too_little(void)
{
    struct tvmi_target target = {.translated = true};
    vmi_init_data_t *data = init_data(&target, 1);
    vmi_instance_t vmi = NULL;
    size_t allocs = 0;

    for (; allocs < 20; allocs++) {
        vmi_init_error_t error = 99;

        memory.allocs = allocs;
        if (vmi_init(&vmi, VMI_XEN, &domid, VMI_INIT_DOMAINID, data, &error) == VMI_SUCCESS)
            break;
        CHECK_EQ(error, VMI_INIT_ERROR_DRIVER);
        CHECK_EQ(memory.platforms, 0);
    }
    CHECK_EQ(allocs, 5); /* the instance, and two caches of two parts */
    CHECK_EQ(vmi_destroy(vmi), VMI_SUCCESS);
    memory.allocs = SIZE_MAX;
    memory.open_error = -XEN_EACCES;
    CHECK_EQ(vmi_init(&vmi, VMI_XEN, &domid, VMI_INIT_DOMAINID, data, NULL), VMI_FAILURE);
    free(data);
}

static void registers_by_name(void)
{
    static const struct {
        reg_t reg;
        size_t offset;
    } of[] = {
#define OF(name, field) {name, offsetof(struct plat_vcpu, field)}
        OF(RAX, rax), OF(RBX, rbx), OF(RCX, rcx), OF(RDX, rdx), OF(RBP, rbp), OF(RSI, rsi),
        OF(RDI, rdi), OF(RSP, rsp), OF(RIP, rip), OF(RFLAGS, rflags), OF(R8, r8), OF(R9, r9),
        OF(R10, r10), OF(R11, r11), OF(R12, r12), OF(R13, r13), OF(R14, r14), OF(R15, r15),
        OF(CR0, cr0), OF(CR2, cr2), OF(CR3, cr3), OF(CR4, cr4), OF(FS_BASE, fs_base),
        OF(GS_BASE, gs_base), OF(SHADOW_GS, gs_shadow), OF(MSR_EFER, efer),
#undef OF
    };
    vmi_instance_t vmi = instance_open();
    uint64_t value = 0;

    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
        *(uint64_t *)((char *)&memory.vcpu + of[i].offset) = 0x1000 + i;
    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        CHECK_EQ(vmi_get_vcpureg(vmi, &value, of[i].reg, 0), VMI_SUCCESS);
        CHECK_EQ(value, 0x1000 + i);
    }
    CHECK_EQ(vmi_get_vcpureg(vmi, &value, 9999, 0), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_EINVAL);
    CHECK_EQ(tvmi_last_fault(vmi)->value, 9999);
    CHECK_EQ(vmi_get_vcpureg(vmi, &value, RAX, 1ul << 32), VMI_FAILURE); /* not vcpu 0 */
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_ESRCH);
    CHECK_EQ(tvmi_last_fault(vmi)->value, 1ul << 32);
    CHECK_EQ(vmi_get_vcpureg(vmi, &value, RAX, UINT32_MAX), VMI_FAILURE);
    CHECK_EQ(vmi_get_page_mode(vmi, 1), VMI_PM_UNKNOWN);
    CHECK_EQ(vmi_init_paging(vmi, 1), VMI_PM_UNKNOWN); /* flags: there are none */
    CHECK_EQ(vmi_destroy(vmi), VMI_SUCCESS);
}

static void bounds_of_paging(void)
{
    static const struct {
        unsigned int levels, bits;
        bool good;
    } of[] = {
        {3, 46, false}, {4, 46, true},  {5, 46, true},  {6, 46, false},
        {4, 31, false}, {4, 32, true},  {4, 52, true},  {4, 53, false},
    };
    vmi_instance_t vmi = instance_open();
    uint64_t value;

    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        unsigned int before = tvmi_levels(vmi);

        CHECK_EQ(tvmi_set_paging(vmi, of[i].levels, of[i].bits),
                 of[i].good ? 0 : (uint64_t)-XEN_EINVAL);
        CHECK_EQ(tvmi_levels(vmi), of[i].good ? of[i].levels : before);
    }
    /* The first address that has too many bits, and the last that has not. */
    CHECK_EQ(tvmi_set_paging(vmi, 4, 40), 0);
    CHECK_EQ(vmi_read_64_pa(vmi, 1ull << 40, &value), VMI_FAILURE);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "physical address is too large");
    CHECK_EQ(tvmi_last_fault(vmi)->address, 1ull << 40);
    CHECK_EQ(vmi_read_64_pa(vmi, (1ull << 40) - 8, &value), VMI_FAILURE);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "frame cannot be mapped");
    CHECK_EQ(tvmi_last_fault(vmi)->address, (1ull << 40) - 4096);
    CHECK_EQ(tvmi_last_fault(vmi)->value, (1ull << 28) - 1);
    CHECK_EQ(vmi_destroy(vmi), VMI_SUCCESS);
}

static void frames_that_cannot_be_mapped(void)
{
    vmi_instance_t vmi = instance_open();
    uint64_t frames[5];
    void *va;

    for (int i = 0; i < 5; i++)
        frames[i] = memory_frame();
    for (int i = 0; i < 5; i++) {
        memory.bad_frame = frames[i];
        CHECK_EQ(tvmi_map_frames(vmi, frames, 5, &va), (uint64_t)-XEN_EFAULT);
        CHECK_HAS(tvmi_last_fault(vmi)->reason, "frame cannot be mapped");
        CHECK_EQ(tvmi_last_fault(vmi)->address, PA(frames[i]));
        CHECK_EQ(tvmi_last_fault(vmi)->value, frames[i]);
        CHECK_EQ(memory.mapped, 0);
    }
    memory.bad_frame = ~0ull;
    memory.many_error = -XEN_ENOMEM; /* each can be mapped alone */
    CHECK_EQ(tvmi_map_frames(vmi, frames, 5, &va), (uint64_t)-XEN_ENOMEM);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "frames cannot be mapped at once");
    CHECK_EQ(tvmi_last_fault(vmi)->value, 5);
    CHECK_EQ(memory.mapped, 0);
    CHECK_EQ(tvmi_unmap_frames(vmi, &va, 5), (uint64_t)-XEN_EINVAL);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "frames cannot be unmapped");
    CHECK_EQ(tvmi_last_fault(vmi)->value, 5);
    CHECK_EQ(vmi_destroy(vmi), VMI_SUCCESS);
}

/* Other sizes: what was kept is let go of, and counts begin where they were. */
static void caches_of_other_sizes(void)
{
    vmi_instance_t vmi = instance_open();
    struct tvmi_stats stats;
    uint64_t value, frame = memory_frame();
    size_t allocs = 0;

    CHECK_EQ(vmi_read_64_pa(vmi, PA(frame), &value), VMI_SUCCESS);
    CHECK_EQ(memory.mapped, 1);
    for (;; allocs++) {
        memory.allocs = allocs;
        if (!tvmi_cache_resize(vmi, 16, 16) || allocs == 20)
            break;
        CHECK_HAS(tvmi_last_fault(vmi)->reason, "cache cannot be made");
        CHECK_EQ(tvmi_last_fault(vmi)->value, 16);
        CHECK_EQ(memory.mapped, 0);
    }
    CHECK_EQ(allocs, 4);
    memory.allocs = SIZE_MAX;
    CHECK_EQ(vmi_read_64_pa(vmi, PA(frame), &value), VMI_SUCCESS);
    CHECK_EQ(tvmi_cache_resize(vmi, 16, 16), 0);
    CHECK_EQ(memory.mapped, 0);
    tvmi_stats(vmi, &stats);
    CHECK_EQ(stats.page_misses, 2);
    CHECK_EQ(vmi_destroy(vmi), VMI_SUCCESS);
}

/* Windows: what the platform refuses is told, and another one can be opened. */
static void windows_that_are_refused(void)
{
    vmi_instance_t vmi = instance_open();

    CHECK_EQ(tvmi_window_open(vmi, 3, 2), (uint64_t)-XEN_EINVAL);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "window cannot be opened");
    CHECK_EQ(tvmi_last_fault(vmi)->value, 2);
    CHECK_EQ(tvmi_window_open(vmi, 2, 2), 0);
    CHECK_EQ(vmi_destroy(vmi), VMI_SUCCESS);
}

/* A table whose last entry is the last page: what stands behind the table is none. */
static void ranges_at_the_end_of_a_table(void)
{
    const uint64_t end = 0x5a0000200000ull; /* a table's last entry is the page before */
    vmi_instance_t vmi = instance_open();
    uint64_t root = memory_frame(), frames[8];

    CHECK_EQ(tvmi_set_paging(vmi, 4, 46), 0);
    for (int i = 0; i < 4; i++)
        memory_map(root, 4, end - 4 * PLAT_PAGE_SIZE + (uint64_t)i * PLAT_PAGE_SIZE, 1, 100 + i);
    CHECK_EQ(tvmi_translate_range(vmi, PA(root), end - 4 * PLAT_PAGE_SIZE, 4, 4, frames), 0);
    CHECK_EQ(frames[3], 103);
    CHECK_EQ(tvmi_translate_range(vmi, PA(root), end - 4 * PLAT_PAGE_SIZE, 5, 4, frames),
             (uint64_t)-XEN_EFAULT);
    CHECK_EQ(tvmi_last_fault(vmi)->address, end);
    for (int i = 0; i < 4; i++)
        memory_map(root, 4, end + (uint64_t)i * PLAT_PAGE_SIZE, 1, 200 + i);
    vmi_pagecache_flush(vmi);
    CHECK_EQ(tvmi_translate_range(vmi, PA(root), end - 4 * PLAT_PAGE_SIZE, 8, 4, frames), 0);
    for (int i = 0; i < 8; i++)
        CHECK_EQ(frames[i], i < 4 ? 100 + i : 200 + i - 4);
    CHECK_EQ(vmi_destroy(vmi), VMI_SUCCESS);
}

const struct test instance_tests[] = {
    {"instance: opening is refused", opening_is_refused},
    {"instance: opening with too little", opening_with_too_little},
    {"instance: registers by their names", registers_by_name},
    {"instance: bounds of paging", bounds_of_paging},
    {"instance: frames that cannot be mapped", frames_that_cannot_be_mapped},
    {"instance: caches of other sizes", caches_of_other_sizes},
    {"instance: windows that are refused", windows_that_are_refused},
    {"instance: ranges at the end of a table", ranges_at_the_end_of_a_table},
    {0},
};
