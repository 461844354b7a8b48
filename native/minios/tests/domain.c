/*
 * domain.c - tests of the Mini-OS platform, beside those of every platform, and of the whole
 * domain from its start to its end, over the double of xen.h.
 */
#include "domain.h"

#include "../../tests/platform/contract.h"
#include "../boot.h"
#include "host.h"
#include "xen.h"

#include "../../introspector/introspector.h"
#include "../../introspector/stamps.h"

#include <mini-os/events.h>
#include <mini-os/kernel.h>
#include <mini-os/lib.h>
#include <mini-os/time.h>
#include <mini-os/xmalloc.h>
#include <xen/errno.h>

#define PAGES 4096

void domain_reset(void)
{
    host_answer_cpuid(false, 2000000, 2500000);
    pv_start(PAGES);
}

size_t platform_mapped(void)
{
    return pv_mapped();
}

/* --- events -------------------------------------------------------------------------- */

static struct plat_events *events;
static volatile uint32_t *word;

static struct platform *listen(void)
{
    struct platform *p = platform_open(true);
    void *page = NULL;

    CHECK_EQ(plat_events_open(p, &events, &page), 0);
    word = page;
    /* Nobody is interrupted by it, and what came before it was there counts for nothing. */
    CHECK(HYPERVISOR_shared_info->evtchn_mask[0] & 1 << LISTEN_PORT);
    CHECK(!(HYPERVISOR_shared_info->evtchn_pending[0] & 1 << LISTEN_PORT));
    return p;
}

static unsigned int left; /* waits until a request comes */

static void put_request_in_time(void)
{
    pv_pass(1000);
    if (!left--) {
        ++*word;
        pv_signal(LISTEN_PORT);
    }
}

static uint64_t hypercalls(const struct platform *p)
{
    struct plat_counters counters;

    plat_counters(p, &counters);
    return counters.hypercalls;
}

static void requests_end_waits(void)
{
    static const struct {
        enum plat_wait how;
        unsigned int left, polls, yields;
    } cases[] = {
        {PLAT_WAIT_BLOCK, 0, 1, 0},    {PLAT_WAIT_BLOCK, 2, 3, 0},    {PLAT_WAIT_POLL, 0, 0, 1},
        {PLAT_WAIT_POLL, 5, 0, 6},     {PLAT_WAIT_ADAPTIVE, 0, 0, 1}, {PLAT_WAIT_ADAPTIVE, 1, 1, 1},
    };

    struct platform *p = listen();

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (int notify = 0; notify < 2; notify++) {
            uint64_t before = hypercalls(p);

            left = cases[i].left;
            pv.polls = pv.yields = guest->notified = 0;
            pv.waits = put_request_in_time;
            CHECK_EQ(plat_events_wait(events, cases[i].how, notify, word, *word, 1000), 0);
            CHECK_EQ(pv.polls, cases[i].polls);
            CHECK_EQ(pv.yields, cases[i].yields);
            CHECK_EQ(guest->notified, (uint64_t)notify);
            CHECK_EQ(hypercalls(p) - before, cases[i].polls + cases[i].yields + (unsigned int)notify);
            /* And one that is there already costs nothing. */
            CHECK_EQ(plat_events_wait(events, cases[i].how, false, word, *word - 1, 1000), 0);
            CHECK_EQ(pv.polls + pv.yields, cases[i].polls + cases[i].yields);
        }
    }
    plat_close(p);
    CHECK_EQ(pv.closed[LISTEN_PORT], 1);
}

/* A wait in vain takes as long as was asked, and on a busy machine more: the best of some is not much more. */
static void expect_wait(enum plat_wait how, uint32_t ms)
{
    s_time_t best = SECONDS(60);

    for (int i = 0; i < 50 && best > MILLISECS(ms + 20); i++) {
        s_time_t start = NOW(), took;

        CHECK_EQ(plat_events_wait(events, how, false, word, *word, ms), (uint64_t)-XEN_ETIME);
        took = NOW() - start;
        CHECK(took >= MILLISECS(ms));
        best = took < best ? took : best;
    }
    CHECK(best <= MILLISECS(ms + 20));
}

static void times_of_waits(void)
{
    static const enum plat_wait ways[] = {PLAT_WAIT_BLOCK, PLAT_WAIT_POLL, PLAT_WAIT_ADAPTIVE};
    struct platform *p = listen();

    for (int i = 0; i < 6; i++)
        expect_wait(ways[i % 3], i < 3 ? 3 : 20);
    /* An event of what was seen already does not end a wait. */
    left = 3;
    pv.waits = put_request_in_time;
    pv_signal(LISTEN_PORT);
    CHECK_EQ(plat_events_wait(events, PLAT_WAIT_BLOCK, false, word, *word, 1000), 0);

    guest->fail_at = guest->calls + 1;
    guest->fail_with = -XEN_EINVAL;
    CHECK_EQ(plat_events_wait(events, PLAT_WAIT_BLOCK, true, word, *word, 10), (uint64_t)-XEN_EINVAL);
    guest->fail_at = guest->calls + 1;
    CHECK_EQ(plat_events_wait(events, PLAT_WAIT_POLL, false, word, *word, 10), (uint64_t)-XEN_EINVAL);
    plat_close(p);
}

/* --- memory -------------------------------------------------------------------------- */

static void as_many_platforms_as_there_is_room_for(void)
{
    const struct plat_target target = {.domid = GUEST_DOMID, .translated = true};
    struct platform *p[9];
    uint64_t frame = 3;
    void *va[9];

    for (int i = 0; i < 8; i++) {
        p[i] = platform_open(true);
        CHECK_EQ(plat_map(p[i], &frame, 1, PLAT_READ, &va[i], NULL), 0);
        for (int k = 0; k < i; k++)
            CHECK(va[k] != va[i]);
    }
    CHECK_EQ(plat_open(&p[8], &target), (uint64_t)-XEN_ENOMEM);
    plat_close(p[3]);
    p[3] = platform_open(true);
    for (int i = 0; i < 8; i++)
        plat_close(p[i]);
    CHECK_EQ(pv_mapped(), 0);
}

static void addresses_come_to_an_end(void)
{
    static uint64_t frames[80];
    struct platform *p = platform_open(true);
    int errs[80];
    struct plat_window *w;
    void *va[65];
    size_t n = 0;

    while (n < 65 && !plat_map(p, frames, 80, PLAT_READ, &va[n], NULL))
        n++;
    CHECK_EQ(n, 64);
    errs[0] = errs[79] = 0;
    CHECK_EQ(plat_map(p, frames, 80, PLAT_READ, &va[0], errs), (uint64_t)-XEN_ENOMEM);
    CHECK(errs[0] == -XEN_ENOMEM && errs[79] == -XEN_ENOMEM);
    CHECK_EQ(plat_map(p, frames, 1, PLAT_READ, &va[0], NULL), (uint64_t)-XEN_ENOMEM);
    CHECK_EQ(plat_window_open(p, 1, 1, &w), (uint64_t)-XEN_ENOMEM);
    CHECK_EQ(plat_unmap(p, va[10], 80), 0);
    CHECK_EQ(plat_window_open(p, 1, 1, &w), 0);
    plat_close(p);
    CHECK_EQ(pv_mapped(), 0);
}

/* More of them than there are tables: a refusal takes none for good. */
static void refusals_take_no_addresses(void)
{
    uint64_t frames[80] = {[79] = GUEST_HOLE};
    struct platform *p = platform_open(true);
    void *va;

    for (int i = 0; i < 70; i++)
        CHECK_EQ(plat_map(p, frames, 80, PLAT_READ, &va, NULL), (uint64_t)-XEN_EINVAL);
    frames[79] = 0;
    CHECK_EQ(plat_map(p, frames, 80, PLAT_READ, &va, NULL), 0);
    plat_close(p);
}

static void memory_comes_to_an_end(void)
{
    const struct plat_target target = {.domid = GUEST_DOMID, .translated = true};
    struct platform *p = platform_open(true), *other;
    struct plat_events *e;
    struct plat_window *w;
    uint64_t frames[600] = {0};
    void *va;

    CHECK(!plat_alloc(~(size_t)0) && !plat_alloc(~(size_t)0 - 8) && !plat_alloc(PAGES * PAGE_SIZE));
    CHECK(!plat_alloc_pages(0) && !plat_alloc_pages(PAGES) && !plat_alloc_pages((1UL << 28) + 1));
    while (alloc_page())
        ;
    while (malloc(16))
        ;
    CHECK(!plat_alloc(16) && !plat_alloc_pages(1));
    CHECK_EQ(plat_open(&other, &target), (uint64_t)-XEN_ENOMEM);
    CHECK_EQ(plat_window_open(p, 1, 1, &w), (uint64_t)-XEN_ENOMEM);
    CHECK_EQ(plat_events_open(p, &e, &va), (uint64_t)-XEN_ENOMEM);
    CHECK_EQ(plat_map(p, frames, 600, PLAT_READ, &va, NULL), (uint64_t)-XEN_ENOMEM);
    /* The first table is there. */
    CHECK_EQ(plat_map(p, frames, 79, PLAT_READ, &va, NULL), 0);
}

static void pages_of_an_odd_number_cost_no_more(void)
{
    unsigned long before = nr_free_pages;
    void *pages = plat_alloc_pages(5);

    CHECK_EQ(before - nr_free_pages, 5);
    plat_free_pages(pages, 5);
    CHECK_EQ(nr_free_pages, before);
}

/* --- surroundings -------------------------------------------------------------------- */

static void the_clock_by_xens_leaves(void)
{
    static const struct {
        bool emulated;
        uint32_t domain, host;
        uint64_t want;
    } cases[] = {
        {false, 2000000, 2500000, 2000000000}, {false, 0, 2500000, 2500000000},
        {true, 2000000, 2500000, 2000000000},  {true, 0, 2500000, 0},
    };
    struct plat_clock_info info;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        host_answer_cpuid(cases[i].emulated, cases[i].domain, cases[i].host);
        plat_clock_info(&info);
        CHECK_EQ(info.frequency, cases[i].want);
        CHECK_EQ(info.emulated, cases[i].emulated);
    }
    CHECK(!strcmp(plat_name(), "minios"));
    CHECK(!strcmp(plat_kernel(), minios_kernel_name));
}

static void output_reaches_the_console(void)
{
    static char text[3000];

    memset(text, 'x', sizeof(text));
    text[0] = 'a';
    text[1024] = 'b';
    text[2999] = 'z';
    CHECK_EQ(plat_write(text, sizeof(text)), 0);
    CHECK_EQ(pv.console_length, sizeof(text));
    CHECK(!memcmp(pv.console, text, sizeof(text)));
}

/* --- the whole domain ---------------------------------------------------------------- */

static char jobs[4][64];
static unsigned int ran;
static enum introspector_next then;

enum introspector_next introspector_run_job(const char *line)
{
    CHECK(ran < 4 && strlen(line) < sizeof(jobs[0]));
    memcpy(jobs[ran++], line, strlen(line) + 1);
    return then;
}

void start_kernel(const start_info_t *from_xen) __attribute__((noreturn));

static char page_of_xen[512]; /* the start of the page that is start_info's */

static void start(void)
{
    start_kernel((const start_info_t *)(void *)page_of_xen);
}

/* A domain that its builder has only just left. */
static int boot(void)
{
    pv_build(1024, 128);
    memcpy(page_of_xen, &start_info_union, sizeof(page_of_xen));
    memset(&start_info_union, 0, sizeof(start_info_union));
    phys_to_machine_mapping = NULL;
    pv.at_end = NULL;
    return 0;
}

/* What the toolstack does while the domain sleeps. */
static void give_jobs(void)
{
    static unsigned int step;

    switch (step++) {
    case 0:
        CHECK_EQ(ran, 0); /* the watch that fired at once found no job */
        store_set("tinyvmi/job", "seq=1 workload=page-walk");
        break;
    case 1:
        CHECK_EQ(ran, 1);
        store_set("tinyvmi/job", "seq=1 workload=page-walk"); /* the same one again */
        break;
    case 2:
        CHECK_EQ(ran, 1);
        then = INTROSPECTOR_EXIT;
        store_set("tinyvmi/job", "seq=2 workload=exit");
        break;
    default:
        pv_pass(200000000); /* the farewell */
    }
}

static bool said(const char *text)
{
    for (const char *at = pv.console; *at; at++)
        if (!strncmp(at, text, strlen(text)))
            return true;
    return false;
}

static void a_domain_from_its_start_to_its_end(void)
{
    boot();
    pv.waits = give_jobs;
    CHECK_EQ(pv_end_of(start), SHUTDOWN_poweroff);
    CHECK_EQ(ran, 2);
    CHECK(!strcmp(jobs[0], "seq=1 workload=page-walk") && !strcmp(jobs[1], "seq=2 workload=exit"));
    CHECK(said("tinyvmi-bench Mini-OS ") && said(" on xen-3.0-x86_64, 1024 pages, "));
    CHECK_EQ(pv.stopped_ticks, 1);
    CHECK(pv.traps[14].address || pv.traps[8].address);
    CHECK(stamp_of(STAMP_ENTERED) && stamp_of(STAMP_READY) >= stamp_of(STAMP_ENTERED));
    CHECK_EQ(stamp_of(STAMP_FIRST), stamp_of(STAMP_ENTERED));
}

static void give_one_job(void)
{
    if (ran)
        return pv_pass(200000000);
    store_set("tinyvmi/job", "seq=7");
}

static void a_domain_whose_output_is_lost(void)
{
    boot();
    then = INTROSPECTOR_BROKEN;
    pv.waits = give_one_job;
    CHECK_EQ(pv_end_of(start), SHUTDOWN_crash);
    CHECK_EQ(ran, 1);
}

static void refuse(void)
{
    static unsigned int waits;

    if (waits++ < 3) {
        store.made_up = true;
        store.type = XS_ERROR;
        store.length = store.told = 5;
        notify_remote_via_evtchn(STORE_PORT);
    }
    pv_pass(200000000);
    if (waits > 20)
        HYPERVISOR_shutdown(SHUTDOWN_suspend);
}

static void refuse_the_watch(uint32_t port)
{
    /* At the first request's first bytes. */
    if (port == STORE_PORT && !store.requests && !store.made_up)
        refuse();
}

static void a_domain_that_cannot_watch(void)
{
    boot();
    pv.notified = refuse_the_watch;
    pv.waits = refuse;
    CHECK_EQ(pv_end_of(start), SHUTDOWN_crash);
    CHECK(said("tinyvmi: cannot watch tinyvmi/job: abcde"));
}

static void refuse_to_read(uint32_t port)
{
    if (port == STORE_PORT && store.requests == 1 && !store.made_up) {
        store.made_up = true;
        store.type = XS_ERROR;
        store.length = store.told = 6;
    }
}

static void give_up_waiting(void)
{
    HYPERVISOR_shutdown(SHUTDOWN_suspend);
}

static void a_job_that_cannot_be_read(void)
{
    boot();
    pv.notified = refuse_to_read;
    pv.waits = give_up_waiting;
    CHECK_EQ(pv_end_of(start), SHUTDOWN_suspend);
    CHECK(said("tinyvmi: cannot read tinyvmi/job: abcdef"));
    CHECK_EQ(ran, 0);
}

/* Whichever of Xen's refusals before its console is there, it is the end of the domain. */
static void a_start_that_xen_refuses(void)
{
    for (unsigned int at = 1; at <= 3; at++) {
        boot();
        guest->fail_at = at;
        guest->fail_with = -XEN_EPERM;
        CHECK_EQ(pv_end_of(start), SHUTDOWN_crash);
        CHECK_EQ(guest->calls, at);
    }
}

const struct test domain_tests[] = {
    {"minios: requests end waits", requests_end_waits},
    {"minios: times of waits", times_of_waits},
    {"minios: as many platforms as there is room for", as_many_platforms_as_there_is_room_for},
    {"minios: addresses come to an end", addresses_come_to_an_end},
    {"minios: refusals take no addresses", refusals_take_no_addresses},
    {"minios: memory comes to an end", memory_comes_to_an_end},
    {"minios: pages of an odd number cost no more", pages_of_an_odd_number_cost_no_more},
    {"minios: the clock by Xen's leaves", the_clock_by_xens_leaves},
    {"minios: output reaches the console", output_reaches_the_console},
    {"minios: a domain from its start to its end", a_domain_from_its_start_to_its_end},
    {"minios: a domain whose output is lost", a_domain_whose_output_is_lost},
    {"minios: a domain that cannot watch", a_domain_that_cannot_watch},
    {"minios: a job that cannot be read", a_job_that_cannot_be_read},
    {"minios: a start that Xen refuses", a_start_that_xen_refuses},
    {0},
};
