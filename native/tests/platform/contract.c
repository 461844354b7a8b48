/*
 * contract.c - see contract.h.
 */
#include "contract.h"

#include <string.h>

#include <xen/errno.h>
#include <xen/hvm/params.h>

#define WORDS 512 /* of a page */

#define FAILED(error) ((uint64_t)-(error))

struct platform *platform_open(bool translated)
{
    const struct plat_target target = {.domid = GUEST_DOMID, .translated = translated};
    struct platform *p = NULL;

    guest->translated = translated;
    CHECK_EQ(plat_open(&p, &target), 0);
    return p;
}

static void close_clean(struct platform *p)
{
    plat_close(p);
    CHECK_EQ(platform_mapped(), 0);
}

/* --- frames -------------------------------------------------------------------------- */

static void expect_frame(const void *va, uint64_t frame)
{
    const volatile uint64_t *words = va;

    CHECK_EQ(words[0], guest_memory[frame][0]);
    CHECK_EQ(words[WORDS - 1], guest_memory[frame][WORDS - 1]);
}

static void expect_frames(const void *va, const uint64_t *frames, size_t n)
{
    for (size_t i = 0; i < n; i++)
        expect_frame((const char *)va + i * PLAT_PAGE_SIZE, frames[i]);
}

/* Frames that a batch of @n has in a round: another order each time, without GUEST_HOLE. */
static const uint64_t *frames_of(size_t n, size_t round)
{
    static uint64_t frames[GUEST_FRAMES];

    for (size_t i = 0; i < n; i++)
        frames[i] = (i * 7 + round * 100) % GUEST_HOLE;
    return frames;
}

static void frames_are_mapped(void)
{
    static const size_t sizes[] = {1, 2, 79, 80, 512, 513, 1200};
    struct platform *p = platform_open(true);
    struct plat_counters counters;
    uint64_t all = 0;

    for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
        size_t n = sizes[s];

        for (size_t round = 0; round < 3; round++) {
            int errs[1200];
            void *va = NULL;

            memset(errs, 1, sizeof(errs));
            CHECK_EQ(plat_map(p, frames_of(n, round), n, PLAT_READ, &va, round ? errs : NULL), 0);
            CHECK_EQ(platform_mapped(), n);
            expect_frames(va, frames_of(n, round), n);
            for (size_t i = 0; round && i < n; i++)
                CHECK_EQ(errs[i], 0);
            CHECK_EQ(plat_unmap(p, va, n), 0);
            CHECK_EQ(platform_mapped(), 0);
            all += n;
        }
    }
    plat_counters(p, &counters);
    CHECK_EQ(counters.maps, all);
    CHECK_EQ(counters.unmaps, all);
    close_clean(p);
}

static void mappings_stand_beside_each_other(void)
{
    static const size_t sizes[] = {1, 90, 3, 600, 1, 79, 1, 513};
    enum { MAPPINGS = sizeof(sizes) / sizeof(sizes[0]) };
    struct platform *p = platform_open(true);
    void *va[MAPPINGS];

    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < MAPPINGS; i++)
            CHECK_EQ(plat_map(p, frames_of(sizes[i], i), sizes[i], PLAT_READ, &va[i], NULL), 0);
        for (size_t i = 0; i < MAPPINGS; i++)
            expect_frames(va[i], frames_of(sizes[i], i), sizes[i]);
        /* Every other one goes, and comes with other frames; the rest are as they were. */
        for (size_t i = 0; i < MAPPINGS; i += 2) {
            CHECK_EQ(plat_unmap(p, va[i], sizes[i]), 0);
            CHECK_EQ(plat_map(p, frames_of(sizes[i], i + 9), sizes[i], PLAT_READ, &va[i], NULL), 0);
        }
        for (size_t i = 0; i < MAPPINGS; i++)
            expect_frames(va[i], frames_of(sizes[i], i % 2 ? i : i + 9), sizes[i]);
        for (size_t i = 0; round == 0 && i < MAPPINGS; i++)
            CHECK_EQ(plat_unmap(p, va[i], sizes[i]), 0);
    }
    close_clean(p); /* with all of them forgotten */
}

static void writing_reaches_the_guest(void)
{
    struct platform *p = platform_open(true);
    const uint64_t frame = 12;
    void *va = NULL;

    CHECK_EQ(plat_map(p, &frame, 1, PLAT_READ | PLAT_WRITE, &va, NULL), 0);
    ((volatile uint64_t *)va)[3] = 0x1234;
    CHECK_EQ(guest_memory[frame][3], 0x1234);
    close_clean(p);
}

/* Frames that are refused: which, where, and that nothing stays. */
static void frames_that_are_refused(void)
{
    static const struct {
        size_t n, holes[3];
        uint64_t frame; /* in place of those */
    } cases[] = {
        {1, {0, 0, 0}, GUEST_HOLE},    {5, {2, 2, 2}, GUEST_HOLE},   {5, {0, 2, 4}, GUEST_HOLE},
        {600, {0, 300, 599}, 1u << 30}, {90, {89, 89, 89}, GUEST_FRAMES}, {80, {0, 1, 2}, GUEST_HOLE},
        {600, {511, 512, 513}, GUEST_HOLE},
    };

    for (size_t c = 0; c < 2 * sizeof(cases) / sizeof(cases[0]); c++) {
        struct platform *p = platform_open(c % 2);
        int want = guest->translated ? -XEN_EINVAL : -XEN_EPERM, errs[600];
        size_t n = cases[c / 2].n;
        uint64_t frames[600];
        void *va = &va;

        memcpy(frames, frames_of(n, 0), n * sizeof(*frames));
        for (int i = 0; i < 3; i++)
            frames[cases[c / 2].holes[i]] = cases[c / 2].frame;
        memset(errs, 1, sizeof(errs));
        CHECK_EQ(plat_map(p, frames, n, PLAT_READ, &va, errs), (uint64_t)want);
        for (size_t i = 0; i < n; i++)
            CHECK_EQ(errs[i], (uint64_t)(frames[i] == cases[c / 2].frame ? want : 0));
        CHECK_EQ(platform_mapped(), 0);
        CHECK_EQ(plat_map(p, frames, n, PLAT_READ, &va, NULL), (uint64_t)want);
        CHECK_EQ(platform_mapped(), 0);
        CHECK(va == &va);
        /* What was in the way is not any more. */
        CHECK_EQ(plat_map(p, frames_of(n, 1), n, PLAT_READ, &va, NULL), 0);
        expect_frames(va, frames_of(n, 1), n);
        close_clean(p);
    }
}

static void a_guest_that_may_not_be_read(void)
{
    struct platform *p = platform_open(true);
    struct plat_window *w;
    int errs[3] = {1, 1, 1};
    void *va;

    guest->refuses = true;
    CHECK_EQ(plat_map(p, frames_of(3, 0), 3, PLAT_READ, &va, errs), FAILED(XEN_EACCES));
    CHECK(errs[0] == -XEN_EACCES && errs[1] == -XEN_EACCES && errs[2] == -XEN_EACCES);
    CHECK_EQ(plat_map(p, frames_of(1, 0), 1, PLAT_READ, &va, NULL), FAILED(XEN_EACCES));
    CHECK_EQ(plat_map(p, frames_of(1, 0), 0, PLAT_READ, &va, NULL), FAILED(XEN_EINVAL));
    CHECK_EQ(plat_window_open(p, 2, 4, &w), 0);
    CHECK_EQ(plat_window_map(w, 5, &va), FAILED(XEN_EACCES));
    guest->refuses = false;
    CHECK_EQ(plat_window_map(w, 5, &va), 0);
    expect_frame(va, 5);
    close_clean(p);
}

/* --- windows ------------------------------------------------------------------------- */

static void expect_window(struct platform *p, size_t live, size_t uses)
{
    struct plat_counters before, after;
    struct plat_window *w;
    void *va[GUEST_FRAMES];

    plat_counters(p, &before);
    CHECK_EQ(plat_window_open(p, live, uses, &w), 0);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < uses; i++) {
            uint64_t frame = frames_of(uses, (size_t)round)[i];

            CHECK_EQ(plat_window_map(w, frame, &va[i]), 0);
            for (size_t k = i < live ? 0 : i + 1 - live; k <= i; k++)
                expect_frame(va[k], frames_of(uses, (size_t)round)[k]);
            CHECK(platform_mapped() >= (i < live ? i + 1 : live));
        }
        CHECK_EQ(plat_window_map(w, 1, &va[0]), FAILED(XEN_ENOSPC));
        CHECK_EQ(plat_window_reset(w), 0);
        CHECK_EQ(platform_mapped(), 0);
    }
    /* One that is closed half full. */
    CHECK_EQ(plat_window_map(w, GUEST_HOLE, &va[0]), FAILED(XEN_EINVAL));
    CHECK_EQ(plat_window_map(w, 9, &va[0]), 0);
    expect_frame(va[0], 9);
    plat_window_close(w);
    CHECK_EQ(platform_mapped(), 0);
    plat_counters(p, &after);
    CHECK_EQ(after.maps - before.maps, 3 * uses + 1);
    CHECK_EQ(after.unmaps - before.unmaps, 3 * uses + 1);
}

static void windows(void)
{
    struct platform *p = platform_open(true);
    struct plat_window *w, *other;
    void *va, *vb;

    expect_window(p, 1, 1);
    expect_window(p, 1, 5);
    expect_window(p, 3, 7);
    expect_window(p, 79, 90);
    expect_window(p, 90, 100);
    CHECK_EQ(plat_window_open(p, 0, 4, &w), FAILED(XEN_EINVAL));
    CHECK_EQ(plat_window_open(p, 5, 4, &w), FAILED(XEN_EINVAL));

    /* Two at once, and the first one closed first. */
    CHECK_EQ(plat_window_open(p, 2, 4, &w), 0);
    CHECK_EQ(plat_window_open(p, 2, 4, &other), 0);
    CHECK_EQ(plat_window_map(w, 20, &va), 0);
    CHECK_EQ(plat_window_map(other, 21, &vb), 0);
    expect_frame(va, 20);
    expect_frame(vb, 21);
    plat_window_close(w);
    expect_frame(vb, 21);
    CHECK_EQ(plat_window_map(other, 22, &va), 0);
    expect_frame(va, 22);
    close_clean(p);
}

/* --- vcpus --------------------------------------------------------------------------- */

static void registers_of_a_translated_guest(void)
{
    struct platform *p = platform_open(true);
    struct plat_vcpu vcpu;
    const struct plat_vcpu want = {
        .cr0 = 0x80000011, .cr2 = 0x2a02, .cr3 = 0x6000, .cr4 = 0x2a24, .efer = 1 << 10,
        .rip = 0x2000, .rsp = 0x2801, .rflags = 0x2802, .rax = 0x2803, .rbx = 0x2804,
        .rcx = 0x2805, .rdx = 0x2806, .rsi = 0x2807, .rdi = 0x2808, .rbp = 0x2809, .r8 = 0x2908,
        .r9 = 0x2909, .r10 = 0x290a, .r11 = 0x290b, .r12 = 0x290c, .r13 = 0x290d, .r14 = 0x290e,
        .r15 = 0x290f, .fs_base = 0x2b01, .gs_base = 0x2b02, .gs_shadow = 0x2b03,
        .lstar = 0x2b04, .kernel_mode = true,
    };

    memset(&vcpu, 0, sizeof(vcpu));
    CHECK_EQ(plat_vcpu_get(p, 0, &vcpu), 0);
    CHECK(!memcmp(&vcpu, &want, offsetof(struct plat_vcpu, kernel_mode)) && vcpu.kernel_mode);
    close_clean(p);
}

static void registers_of_a_pv_guest(void)
{
    struct platform *p = platform_open(false);
    struct plat_vcpu vcpu;
    const struct plat_vcpu want = {
        .cr0 = 0x80000001, .cr2 = 0x1a02, .cr3 = 0x5000, .cr4 = 0x1a04, .rip = 0x1000,
        .rsp = 0x1801, .rflags = 0x1802, .rax = 0x1803, .rbx = 0x1804, .rcx = 0x1805,
        .rdx = 0x1806, .rsi = 0x1807, .rdi = 0x1808, .rbp = 0x1809, .r8 = 0x1908, .r9 = 0x1909,
        .r10 = 0x190a, .r11 = 0x190b, .r12 = 0x190c, .r13 = 0x190d, .r14 = 0x190e, .r15 = 0x190f,
        .fs_base = 0x1b01, .gs_base = 0x1b02, .gs_shadow = 0x1b03, .lstar = 0x1b04,
        .kernel_mode = true,
    };

    memset(&vcpu, 0, sizeof(vcpu));
    CHECK_EQ(plat_vcpu_get(p, 0, &vcpu), 0);
    CHECK(!memcmp(&vcpu, &want, offsetof(struct plat_vcpu, kernel_mode)) && vcpu.kernel_mode);
    close_clean(p);
}

static void vcpus_that_are_down_or_not_there(void)
{
    for (int translated = 0; translated < 2; translated++) {
        struct platform *p = platform_open(translated);
        struct plat_vcpu_time time;
        struct plat_vcpu vcpu;

        guest->gone = false;
        guest->vcpus = 3;
        guest->down = 2;
        guest->unmade = 4;
        CHECK_EQ(plat_vcpu_get(p, 1, &vcpu), translated ? FAILED(XEN_ENODATA) : 0);
        CHECK_EQ(plat_vcpu_get(p, 2, &vcpu), FAILED(XEN_ENODATA));
        CHECK_EQ(plat_vcpu_get(p, 3, &vcpu), FAILED(XEN_ESRCH));
        CHECK_EQ(plat_vcpu_time(p, 0, &time), 0);
        CHECK(time.ran_ns == 1000 && !time.idle);
        CHECK_EQ(plat_vcpu_time(p, 1, &time), 0);
        CHECK(time.ran_ns == 1001 && time.idle);
        CHECK_EQ(plat_vcpu_time(p, 2, &time), 0);
        CHECK(time.idle);
        CHECK_EQ(plat_vcpu_time(p, 3, &time), FAILED(XEN_ESRCH));
        guest->gone = true;
        CHECK_EQ(plat_vcpu_get(p, 0, &vcpu), FAILED(XEN_ESRCH));
        CHECK_EQ(plat_vcpu_time(p, 0, &time), FAILED(XEN_ESRCH));
        close_clean(p);
    }
}

static void the_guests_life(void)
{
    static const struct {
        uint32_t flags;
        struct plat_domain_state want;
    } states[] = {
        {0, {.vcpus = 2}},
        {XEN_DOMINF_dying, {.dying = true, .vcpus = 2}},
        {XEN_DOMINF_shutdown, {.shut_down = true, .vcpus = 2}},
        {XEN_DOMINF_paused, {.paused = true, .vcpus = 2}},
    };
    struct platform *p = platform_open(true);
    struct plat_domain_state state;

    guest->vcpus = 2;
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        guest->flags = states[i].flags;
        CHECK_EQ(plat_domain_state(p, &state), 0);
        CHECK_EQ(state.dying, states[i].want.dying);
        CHECK_EQ(state.shut_down, states[i].want.shut_down);
        CHECK_EQ(state.paused, states[i].want.paused);
        CHECK_EQ(state.vcpus, 2);
    }
    CHECK_EQ(plat_pause(p), 0);
    CHECK_EQ(plat_pause(p), 0);
    CHECK_EQ(guest->paused, 2);
    CHECK_EQ(plat_unpause(p), 0);
    CHECK_EQ(plat_unpause(p), 0);
    CHECK_EQ(plat_unpause(p), FAILED(XEN_EINVAL));
    guest->gone = true;
    CHECK_EQ(plat_domain_state(p, &state), FAILED(XEN_ESRCH));
    CHECK_EQ(plat_pause(p), FAILED(XEN_ESRCH));
    guest->release = 4 << 16 | 3; /* read at the first request or at the opening: not later */
    CHECK_EQ(plat_pause(p), FAILED(XEN_ESRCH));
    close_clean(p);
}

/* --- events -------------------------------------------------------------------------- */

static void kinds_are_asked_for(void)
{
    struct platform *p = platform_open(true);
    uint32_t kinds = 0;

    guest->offers = 0x3ff & ~(1u << PLAT_MONITOR_PRIVCALL);
    CHECK_EQ(plat_monitor_capabilities(p, &kinds), 0);
    CHECK_EQ(kinds, guest->offers);
    for (unsigned int kind = 0; kind < PLAT_MONITOR_KINDS; kind++) {
        struct plat_monitor m = {.kind = kind, .enable = true, .sync = true, .onchange = true, .index = 3};
        const struct xen_domctl_monitor_op *seen = &guest->monitor;

        if (kind == PLAT_MONITOR_PRIVCALL) {
            CHECK_EQ(plat_monitor(p, &m), FAILED(XEN_EOPNOTSUPP));
            continue;
        }
        CHECK_EQ(plat_monitor(p, &m), 0);
        CHECK_EQ(plat_monitor(p, &m), FAILED(XEN_EEXIST));
        CHECK(seen->op == XEN_DOMCTL_MONITOR_OP_ENABLE && seen->event == kind);
        if (kind == PLAT_MONITOR_CTRLREG)
            CHECK(seen->u.mov_to_cr.index == 3 && seen->u.mov_to_cr.sync &&
                  seen->u.mov_to_cr.onchangeonly && !seen->u.mov_to_cr.bitmask);
        else if (kind == PLAT_MONITOR_MSR)
            CHECK(seen->u.mov_to_msr.msr == 3 && seen->u.mov_to_msr.onchangeonly);
        else if (kind == PLAT_MONITOR_GUEST_REQUEST)
            CHECK(seen->u.guest_request.sync && seen->u.guest_request.allow_userspace);
        else if (kind == PLAT_MONITOR_DEBUG)
            CHECK(seen->u.debug_exception.sync);
        m.enable = false;
        CHECK_EQ(plat_monitor(p, &m), 0);
        CHECK_EQ(seen->op, XEN_DOMCTL_MONITOR_OP_DISABLE);
        CHECK_EQ(guest->monitored, 0);
        if (kind == PLAT_MONITOR_GUEST_REQUEST)
            CHECK(!seen->u.guest_request.allow_userspace);
        CHECK_EQ(plat_monitor(p, &m), FAILED(XEN_EEXIST));
    }
    close_clean(p);
}

static void what_a_listener_asks_for_besides(void)
{
    const struct plat_exception e = {.vcpu = 0, .vector = 3, .type = 6, .insn_length = 1};
    const struct plat_exception nowhere = {.vcpu = 2, .vector = 3, .type = 6, .insn_length = 1};
    struct platform *p = platform_open(true);

    CHECK_EQ(plat_mem_access_offered(p), FAILED(XEN_ENODEV));
    guest->ring = true;
    CHECK_EQ(plat_mem_access_offered(p), 0);
    CHECK_EQ(plat_mem_access(p, 17, 4, XENMEM_access_rx), 0);
    CHECK(guest->access.op == XENMEM_access_op_set_access && guest->access.pfn == 17 &&
          guest->access.nr == 4 && guest->access.access == XENMEM_access_rx);
    CHECK_EQ(plat_mem_access(p, GUEST_FRAMES, 1, XENMEM_access_rx), FAILED(XEN_EINVAL));
    guest->ring = false;

    CHECK_EQ(plat_inject(p, &e), 0);
    CHECK(guest->injected.vector == 3 && guest->injected.type == 6 &&
          guest->injected.insn_len == 1 && guest->injected.error_code == ~0u);
    CHECK_EQ(plat_inject(p, &nowhere), FAILED(XEN_EINVAL));
    guest->vcpus = 2;
    CHECK_EQ(plat_single_step(p, 1, true), 0);
    CHECK_EQ(guest->stepping, 2);
    CHECK_EQ(plat_single_step(p, 1, false), 0);
    CHECK_EQ(guest->stepping, 0);
    CHECK_EQ(plat_single_step(p, 2, true), FAILED(XEN_EINVAL));
    guest->steps = false;
    CHECK_EQ(plat_single_step(p, 1, true), FAILED(XEN_EOPNOTSUPP));
    close_clean(p);
}

static void expect_zero(const void *page)
{
    for (size_t i = 0; i < WORDS; i++)
        CHECK_EQ(((const volatile uint64_t *)page)[i], 0);
}

/* As the guest may have left its page: full of what looks like requests. */
static void fill_ring_page(void)
{
    memset(guest_memory[guest_place(GUEST_RING)], 0x5a, PLAT_PAGE_SIZE);
}

static void expect_at_rest(void)
{
    CHECK(!guest->ring);
    CHECK(guest->page_in_guest);
    CHECK_EQ(platform_mapped(), 0);
}

static void a_ring_comes_and_goes(void)
{
    struct platform *p = platform_open(true);
    struct plat_events *e, *other;
    void *page;

    for (int absent = 0; absent < 2; absent++) {
        fill_ring_page();
        guest->page_in_guest = !absent; /* a dead listener's, whose ring is gone */
        CHECK_EQ(plat_events_open(p, &e, &page), 0);
        CHECK(guest->ring && !guest->page_in_guest);
        expect_zero(page);
        CHECK_EQ(plat_events_open(p, &other, &page), FAILED(XEN_EBUSY));
        guest->notified = 0;
        CHECK_EQ(plat_events_notify(e), 0);
        CHECK_EQ(guest->notified, 1);
        CHECK_EQ(plat_events_close(e), 0);
        expect_at_rest();
    }
    /* plat_close() closes what is open. */
    CHECK_EQ(plat_events_open(p, &e, &page), 0);
    close_clean(p);
    expect_at_rest();
}

static void a_page_for_the_ring_that_there_is_not(void)
{
    struct platform *p = platform_open(true);
    struct plat_events *e;
    void *page;

    CHECK_EQ(plat_events_open(p, &e, &page), 0);
    guest->full = true;
    CHECK_EQ(plat_events_close(e), FAILED(XEN_ENOMEM)); /* the guest lacks its page, and we say so */
    CHECK(!guest->ring && !guest->page_in_guest);
    CHECK_EQ(plat_events_open(p, &e, &page), FAILED(XEN_ENOMEM));
    CHECK(!guest->ring && !guest->page_in_guest);

    guest->full = false;
    guest->no_listener = true;
    CHECK_EQ(plat_events_open(p, &e, &page), FAILED(XEN_ENOMEM));
    CHECK(!guest->page_in_guest); /* the page that was made for it is gone again */
    guest->no_listener = false;
    CHECK_EQ(plat_events_open(p, &e, &page), 0);
    CHECK_EQ(plat_events_close(e), 0);
    expect_at_rest();
    close_clean(p);
}

static void guests_without_a_ring(void)
{
    struct platform *p = platform_open(false);
    struct plat_events *e;
    void *page;

    CHECK_EQ(plat_events_open(p, &e, &page), FAILED(XEN_EOPNOTSUPP));
    guest->translated = true;
    guest->no_ring_page = true;
    CHECK_EQ(plat_events_open(p, &e, &page), FAILED(XEN_EOPNOTSUPP));
    guest->no_ring_page = false;
    guest->ring = true; /* another's */
    CHECK_EQ(plat_events_open(p, &e, &page), FAILED(XEN_EBUSY));
    CHECK(guest->ring && guest->page_in_guest);
    guest->page_in_guest = false;
    CHECK_EQ(plat_events_open(p, &e, &page), FAILED(XEN_EBUSY));
    CHECK(guest->ring && !guest->page_in_guest);
    close_clean(p);
}

static void a_ring_is_left_and_recovered(void)
{
    struct platform *p = platform_open(true);
    struct plat_events *e;
    void *page;

    CHECK_EQ(plat_events_resume(p), FAILED(XEN_ENOENT));
    CHECK_EQ(plat_events_open(p, &e, &page), 0);
    plat_events_leave(e);
    CHECK(guest->ring && !guest->page_in_guest);
    CHECK_EQ(platform_mapped(), 0);
    CHECK_EQ(plat_events_resume(p), 0);
    CHECK_EQ(guest->resumed, 1);
    fill_ring_page();
    CHECK_EQ(plat_pause(p), 0);
    CHECK_EQ(plat_events_replace(p, &page), 0);
    CHECK(guest->ring && guest->page_in_guest);
    expect_zero(page);
    CHECK_EQ(plat_unpause(p), 0);
    CHECK_EQ(plat_events_remove(p, page), 0);
    expect_at_rest();
    CHECK_EQ(plat_events_replace(p, &page), FAILED(XEN_EINVAL));
    close_clean(p);
}

/* --- errors -------------------------------------------------------------------------- */

static int map(struct platform *p, size_t n, int *errs)
{
    void *va;
    int rc = plat_map(p, frames_of(n, 0), n, PLAT_READ, &va, errs);

    if (!rc) {
        guest->fail_at = 0;
        CHECK_EQ(plat_unmap(p, va, n), 0);
    }
    return rc;
}

static int map_one(struct platform *p)
{
    return map(p, 1, NULL);
}

static int map_some(struct platform *p)
{
    return map(p, 20, NULL);
}

static int map_many(struct platform *p)
{
    int errs[600], told = 0, rc;

    memset(errs, 0, sizeof(errs));
    rc = map(p, 600, errs);
    for (size_t i = 0; i < 600; i++)
        told = told ? told : errs[i];
    CHECK_EQ(told, rc);
    return rc;
}

static int use_window(struct platform *p)
{
    struct plat_window *w;
    void *va;
    int rc = plat_window_open(p, 2, 4, &w);

    if (rc)
        return rc;
    for (uint64_t i = 0; i < 4 && !rc; i++)
        rc = plat_window_map(w, i, &va);
    if (!rc)
        rc = plat_window_reset(w);
    plat_window_close(w);
    return rc;
}

static int listen(struct platform *p)
{
    struct plat_events *e;
    void *page;
    int rc = plat_events_open(p, &e, &page);

    if (!rc) {
        guest->fail_at = 0;
        CHECK_EQ(plat_events_close(e), 0);
    }
    return rc;
}

static int listen_after_a_dead_one(struct platform *p)
{
    int rc;

    guest->page_in_guest = false;
    rc = listen(p);
    guest->page_in_guest = true; /* or not, when it failed: either is a guest at rest */
    return rc;
}

static int pause_and_go_on(struct platform *p)
{
    int rc = plat_pause(p);

    if (!rc) {
        guest->fail_at = 0;
        CHECK_EQ(plat_unpause(p), 0);
    }
    return rc;
}

static int look(struct platform *p)
{
    struct plat_domain_state state;
    struct plat_vcpu_time time;
    struct plat_vcpu vcpu;
    uint32_t kinds;
    int rc = plat_domain_state(p, &state);

    rc = rc ? rc : plat_vcpu_time(p, 0, &time);
    rc = rc ? rc : plat_monitor_capabilities(p, &kinds);
    return rc ? rc : plat_vcpu_get(p, 0, &vcpu);
}

/* Whichever request Xen or the kernel refuses: it is told, and nothing stays behind. */
static void every_refusal_is_told_and_leaves_nothing(void)
{
    static const struct {
        int (*act)(struct platform *p);
        unsigned int least; /* requests that it makes */
    } acts[] = {
        {map_one, 1}, {map_some, 1}, {map_many, 1}, {use_window, 4}, {listen, 4}, {listen_after_a_dead_one, 6},
        {pause_and_go_on, 1}, {look, 4},
    };

    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
        bool failed = true;
        unsigned int at = 0;

        while (failed && ++at < 100) {
            struct platform *p = platform_open(true);
            int rc;

            guest->calls = 0;
            guest->fail_at = at;
            guest->fail_with = -XEN_EPERM;
            rc = acts[i].act(p);
            failed = guest->fail_at ? guest->calls >= at : false;
            guest->fail_at = 0;
            CHECK(failed ? rc == -XEN_EPERM || rc == -XEN_ENOMEM : !rc);
            expect_at_rest();
            CHECK_EQ(guest->paused, 0);
            close_clean(p);
        }
        CHECK(at > acts[i].least);
    }
}

/* --- surroundings -------------------------------------------------------------------- */

static void memory_is_zero_and_aligned(void)
{
    void *bytes[20];

    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 20; i++) {
            unsigned char *b = bytes[i] = plat_alloc(3 * i + 1);

            CHECK(b && !((uintptr_t)b & 15));
            for (size_t k = 0; b && k < 3 * i + 1; k++) {
                CHECK_EQ(b[k], 0);
                b[k] = 0xa5;
            }
        }
        for (size_t i = 0; i < 20; i++)
            plat_free(bytes[i]);
        for (size_t n = 1; n < 6; n++) {
            uint64_t *pages = plat_alloc_pages(n);

            CHECK(pages && !((uintptr_t)pages & (PLAT_PAGE_SIZE - 1)));
            for (size_t k = 0; pages && k < n * WORDS; k++) {
                CHECK_EQ(pages[k], 0);
                pages[k] = ~0ull;
            }
            plat_free_pages(pages, n);
        }
    }
    plat_free(NULL);
}

static void the_clock_is_told(void)
{
    uint64_t before = plat_microseconds();
    struct plat_clock_info info;

    plat_clock_info(&info);
    CHECK(!strcmp(info.source, "tsc"));
    CHECK_EQ(info.monotonic, 1);
    CHECK(info.read_cost > 0);
    plat_sleep(2);
    CHECK(plat_microseconds() - before >= 2000);
    CHECK(!plat_ending());
}

const struct test contract_tests[] = {
    {"platform: frames are mapped and unmapped", frames_are_mapped},
    {"platform: mappings stand beside each other", mappings_stand_beside_each_other},
    {"platform: writing reaches the guest", writing_reaches_the_guest},
    {"platform: frames that are refused", frames_that_are_refused},
    {"platform: a guest that may not be read", a_guest_that_may_not_be_read},
    {"platform: windows", windows},
    {"platform: registers of a translated guest", registers_of_a_translated_guest},
    {"platform: registers of a PV guest", registers_of_a_pv_guest},
    {"platform: vcpus that are down or not there", vcpus_that_are_down_or_not_there},
    {"platform: the guest's life", the_guests_life},
    {"platform: kinds of event are asked for", kinds_are_asked_for},
    {"platform: what a listener asks for besides", what_a_listener_asks_for_besides},
    {"platform: a ring comes and goes", a_ring_comes_and_goes},
    {"platform: a page for the ring that there is not", a_page_for_the_ring_that_there_is_not},
    {"platform: guests without a ring", guests_without_a_ring},
    {"platform: a ring is left and recovered", a_ring_is_left_and_recovered},
    {"platform: every refusal is told and leaves nothing", every_refusal_is_told_and_leaves_nothing},
    {"platform: memory is zero and aligned", memory_is_zero_and_aligned},
    {"platform: the clock is told", the_clock_is_told},
    {0},
};
