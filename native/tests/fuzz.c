/*
 * fuzz.c - random page tables, addresses, reads, jobs and requests of a ring for a bounded time,
 * under AddressSanitizer and UBSan. What holds is checked against a second,
 * naive walk, and that nothing stays mapped.
 *
 *   fuzz <seconds> [<seed>]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <tvmi_events.h>

#include "../introspector/introspector.h"
#include "memory.h"
#include "xen_end.h"

#define FRAMES 64

static uint64_t state;

/* xorshift64* (Vigna, 2016). */
static uint64_t any(void)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545f4914f6cdd1dull;
}

static uint64_t below(uint64_t n)
{
    return any() % n;
}

static void expect(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "fuzz: %s\n", what);
    abort();
}

/* Frames full of entries, most of which lead to other such frames. */
static void make_memory(void)
{
    memory_reset();
    for (int f = 0; f < FRAMES; f++) {
        for (int i = 0; i < 512; i++) {
            uint64_t e = PA(below(FRAMES)) | (below(8) ? P : 0) | (below(6) ? 0 : PS) |
                         (below(4) ? US : 0);

            if (!below(10))
                e = any();
            if (!below(10))
                e = PA(below(1 << 20) << 9) | P | PS;
            memory.words[f][i] = e;
        }
    }
    if (!below(4))
        memory.bad_frame = below(FRAMES);
    memory.vcpu.cr3 = PA(below(FRAMES));
    if (!below(3))
        memory.vcpu.cr4 |= 1 << 12;
    if (!below(10))
        memory.alloc_limit = below(100000);
}

/* Mostly canonical, and often near an edge. */
static uint64_t any_address(void)
{
    uint64_t va = any() >> below(64);

    if (below(2))
        va |= ~0ull << (47 + below(17));
    if (below(2))
        va = (va & ~0xfffull) - below(16);
    return va;
}

/* The walk once more, from the manual's text, without any of the library. */
static bool naive_walk(unsigned int levels, uint64_t root, uint64_t va, uint64_t *pa)
{
    int64_t top = (int64_t)va >> (levels == 5 ? 56 : 47);
    uint64_t table = root >> 12 & 0xffffffffff;

    if (top != 0 && top != -1)
        return false;
    for (unsigned int level = levels; level; level--) {
        uint64_t size = 1ull << (12 + 9 * (level - 1)), e;
        bool leaf;

        if (table >= MEMORY_FRAMES || table == memory.bad_frame)
            return false;
        e = memory.words[table][va / size % 512];
        leaf = level == 1 || (e & PS);
        if (!(e & P) || (leaf && level > 3))
            return false;
        if (leaf) {
            uint64_t address = e & 0x000ffffffffff000ull;

            if (level > 1)
                address &= ~0x1000ull; /* PAT */
            if (address % size)
                return false;
            *pa = address + va % size;
            return true;
        }
        table = e >> 12 & 0xffffffffff;
    }
    return false;
}

static bool open_domain(vmi_instance_t *vmi)
{
    struct tvmi_target target = {.translated = true};
    union {
        vmi_init_data_t data;
        char room[sizeof(vmi_init_data_t) + sizeof(vmi_init_data_entry_t)];
    } init = {.data.count = 1};
    uint64_t domid = 1;

    init.data.entry[0] = (vmi_init_data_entry_t){TVMI_INIT_DATA_TARGET, &target};
    return vmi_init(vmi, VMI_XEN, &domid, VMI_INIT_DOMAINID, &init.data, NULL) == VMI_SUCCESS;
}

static void fuzz_library(void)
{
    vmi_instance_t vmi;

    if (!open_domain(&vmi))
        return;
    expect(vmi_init_paging(vmi, 0) == VMI_PM_IA32E, "paging is known");
    (void)tvmi_cache_resize(vmi, 1 + below(12), 1 + below(12));

    for (int i = 0; i < 200; i++) {
        uint64_t root = memory.vcpu.cr3, va = any_address(), want = 0, frames[64];
        bool good = naive_walk(tvmi_levels(vmi), root, va, &want);
        static uint8_t buf[3 * 4096];
        size_t n = below(sizeof(buf)), bytes, pages = 1 + below(64);
        page_info_t info;
        addr_t pa;

        expect((vmi_pagetable_lookup_extended(vmi, root, va, &info) == VMI_SUCCESS) == good,
               "extended lookup agrees on whether it is mapped");
        expect(!good || info.paddr == want, "extended lookup agrees on where");
        expect((vmi_pagetable_lookup(vmi, root, va, &pa) == VMI_SUCCESS) == good,
               "lookup agrees on whether it is mapped");
        expect(!good || pa == want, "lookup agrees on where");

        tvmi_set_kernel_dtb(vmi, root);
        if (vmi_read_va(vmi, va, 0, n, buf, &bytes) == VMI_SUCCESS)
            expect(bytes == n, "a good read is whole");
        else
            expect(bytes < n, "a bad read is not");
        (void)vmi_read_pa(vmi, any_address(), n, buf, &bytes);
        expect(bytes <= n, "no read is too long");

        va &= ~0xfffull;
        if (!tvmi_translate_range(vmi, root, va, pages, 0, frames)) {
            for (size_t k = 0; k < pages; k++)
                expect(naive_walk(tvmi_levels(vmi), root, va + k * 4096, &want) &&
                           frames[k] == want >> 12,
                       "a range agrees on every page");
        }
    }
    vmi_destroy(vmi);
    expect(memory.mapped == 0 && memory.platforms == 0, "nothing stays mapped");
}

static event_response_t any_response(vmi_instance_t vmi, vmi_event_t *event)
{
    (void)vmi;
    event->x86_regs->rip = any();
    return below(2) ? (event_response_t)any() : VMI_EVENT_RESPONSE_SET_REGISTERS;
}

static vm_event_request_t any_request(void)
{
    vm_event_request_t request;

    for (size_t i = 0; i < sizeof(request) / 4; i++)
        ((uint32_t *)&request)[i] = (uint32_t)any();
    if (below(8))
        request.version = VM_EVENT_INTERFACE_VERSION;
    if (below(8))
        request.vcpu_id = 0;
    if (below(8))
        request.reason = below(VM_EVENT_REASON_VMEXIT + 1);
    return request;
}

/* Requests of any content, with listeners and without: each gets its one answer. */
static void fuzz_events(void)
{
    vmi_event_t events[VMI_EVENT_DESCRIPTOR_ACCESS + 1] = {0};
    struct tvmi_event_stats stats;
    vmi_instance_t vmi;

    if (!open_domain(&vmi))
        return;
    xen_end_reset();
    if (tvmi_events_open(vmi) == 0) {
        for (vmi_event_type_t type = VMI_EVENT_REGISTER; type <= VMI_EVENT_DESCRIPTOR_ACCESS; type++) {
            events[type].version = VMI_EVENTS_VERSION;
            events[type].type = type;
            events[type].callback = any_response;
            if (type == VMI_EVENT_REGISTER)
                SETUP_REG_EVENT(&events[type], CR3, VMI_REGACCESS_W, 0, any_response);
            else if (type == VMI_EVENT_INTERRUPT)
                SETUP_INTERRUPT_EVENT(&events[type], any_response);
            if (below(2))
                (void)vmi_register_event(vmi, &events[type]);
        }
        for (int round = 0; round < 20; round++) {
            for (uint64_t n = 1 + below(EVENT_RING_SLOTS); n; n--) {
                vm_event_request_t request = any_request();

                xen_end_put(&request);
            }
            (void)vmi_events_listen(vmi, (uint32_t)below(2));
        }
        tvmi_events_stats(vmi, &stats);
        expect(stats.requests == xen_end.requests && stats.responses == xen_end.requests,
               "each request gets one answer");
        (void)tvmi_events_close(vmi);
    }
    vmi_destroy(vmi);
    expect(!xen_end.open && xen_end.enabled == 0, "nothing is listened for after");
}

/* Jobs made of right and wrong pieces. */
static void fuzz_jobs(void)
{
    static const char *const pieces[] = {
        "seq=1", "workload=page-walk", "workload=clock", "workload=refusal", "domid=1", "type=pvh",
        "type=pv", "state=cold", "state=tables", "state=warm", "state=batch", "base=0x0",
        "base=0x5a0000000000", "base=0xfffffffffffff000", "pages=1", "pages=700", "batch=3",
        "depth=4", "depth=3", "repeat=2", "warmup=1", "cr3=auto", "cr3=0x3000", "levels=5",
        "attempt=write-map", "attempt=vm-event", "frame=0x10", "workload=events",
        "workload=events-off", "workload=guest-events", "attempt=listener", "workload=locate",
        "region=process", "kind=cpuid", "kind=debug", "count=3", "walk=2", "frame=0xffffffffff",
        "=", "seq=", " ", "\xff\n~TV1",
    };
    char job[JOB_MAX + 50] = "";

    for (uint64_t n = 6 + below(8); n; n--) {
        if (*job)
            strcat(job, " ");
        strcat(job, pieces[below(sizeof(pieces) / sizeof(pieces[0]))]);
    }
    for (uint64_t n = below(3); n && *job; n--)
        job[below(strlen(job))] = (char)(1 + below(255));
    memory.written = 0;
    (void)introspector_run_job(job);
    /* And one that gets as far as the tables do. */
    memory.written = 0;
    snprintf(job, sizeof(job),
             "seq=1 workload=page-walk domid=1 type=pvh state=%s base=0x%llx pages=%llu depth=%llu",
             (const char *[]){"cold", "tables", "warm", "batch"}[below(4)],
             (unsigned long long)(any_address() & ~0xfffull), (unsigned long long)(1 + below(20)),
             (unsigned long long)(2 + below(4)));
    (void)introspector_run_job(job);
    /* Seldom: in tables that lead to one another a search goes on to its bound. */
    if (!below(20)) {
        memory.written = 0;
        snprintf(job, sizeof(job), "seq=1 workload=locate domid=1 type=pvh region=process pages=%llu",
                 (unsigned long long)(1 + below(600)));
        (void)introspector_run_job(job);
    }
    expect(memory.mapped == 0 && memory.platforms == 0, "nothing stays mapped after a job");
}

int main(int argc, char **argv)
{
    long seconds = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (uint64_t)time(NULL), rounds = 0;
    time_t end = time(NULL) + seconds;

    if (seconds <= 0) {
        fprintf(stderr, "usage: fuzz <seconds> [<seed>]\n");
        return 2;
    }
    printf("fuzz: seed %llu\n", (unsigned long long)seed);
    state = seed | 1;
    do {
        make_memory();
        fuzz_library();
        fuzz_events();
        fuzz_jobs();
        rounds++;
    } while (time(NULL) < end);
    printf("fuzz: %llu rounds, nothing found\n", (unsigned long long)rounds);
    return 0;
}
