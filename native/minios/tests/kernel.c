/*
 * kernel.c - unit tests of the kernel's parts that talk to Xen, over the double of xen.h.
 */
#include "../boot.h"
#include "../pages.h"
#include "../traps.h"
#include "../wait.h"
#include "../../tests/test.h"
#include "xen.h"

#include <mini-os/console.h>
#include <mini-os/events.h>
#include <mini-os/kernel.h>
#include <mini-os/lib.h>
#include <mini-os/sched.h>
#include <mini-os/time.h>
#include <mini-os/xenbus.h>
#include <mini-os/xmalloc.h>
#include <xen/errno.h>

#include <stddef.h>

/* Whether the console has said it. */
static bool said(const char *text)
{
    size_t length = strlen(text);

    for (unsigned int at = 0; at + length <= pv.console_length; at++)
        if (!memcmp(pv.console + at, text, length))
            return true;
    return false;
}

static void forget_console(void)
{
    pv.console_length = 0;
}

/* --- memory ---------------------------------------------------------------------------- */

/* By tests.mk: the stack's page, two of code, one of constants, and data to the ninth. */
static bool is_write_protected(unsigned long pfn)
{
    return pfn >= 1 && pfn < 4;
}

static void expect_memory(unsigned long pages, unsigned long spare)
{
    unsigned long used, taken, least, tables = 0;
    char *page;

    pv_build(pages, spare);
    least = FRAMES + pages * sizeof(long) / PAGE_SIZE + start_info.nr_pt_frames;
    mm_init();
    /* Image, list, tables and a bitmap are used; the rest is free, whatever the domain's size. */
    used = pages - nr_free_pages;
    CHECK(used > least && used < least + 16 + pages / 512 + pages / 8 / PAGE_SIZE);
    for (unsigned long pfn = 0; pfn < pages; pfn += pfn < BACKED ? 1 : 509) {
        const pgentry_t *entry = pv_entry((unsigned long)pfn_to_virt(pfn));
        bool writable = entry && *entry & _PAGE_RW;

        CHECK(entry && *entry & _PAGE_PRESENT && pte_to_mfn(*entry) == pfn);
        CHECK(pfn >= IMAGE_PAGES || writable != is_write_protected(pfn));
        tables += !writable;
    }
    CHECK(tables >= 3 + start_info.nr_pt_frames);
    taken = nr_free_pages;
    page = (char *)alloc_page();
    CHECK(virt_to_pfn(page) >= least && nr_free_pages == taken - 1);
    free_page(page);
    CHECK(nr_free_pages == taken);
}

static void test_memory(void)
{
    expect_memory(256, 256);     /* 1 MB, all of it mapped */
    expect_memory(1024, 128);    /* 4 MB: what is least mapped beyond its own */
    expect_memory(1 << 18, 128); /* 1 GiB: the bitmap has room in it */
    expect_memory(1 << 22, 128); /* 16 GiB: it has not */
    expect_memory(LARGEST, 128);
    expect_memory(LARGEST, 400);
}

static void test_memory_that_cannot_be_had(void)
{
    unsigned int at = 0;
    int ended;

    do {
        pv_build(4096, 128);
        console_init();
        guest->fail_at = ++at;
        guest->fail_with = -XEN_EPERM;
        ended = pv_end_of(mm_init);
        CHECK_EQ(ended, guest->calls >= at ? SHUTDOWN_crash : -1);
        CHECK(ended < 0 || said("MINIOS cannot m") || said("MINIOS cannot write-protect its code"));
    } while (ended == SHUTDOWN_crash && at < 100);
    CHECK(at > 20);

    /* All that is mapped is used. */
    pv_build(22, 0);
    start_info.nr_pt_frames = 22 - FRAMES - 1;
    console_init();
    CHECK_EQ(pv_end_of(mm_init), SHUTDOWN_crash);
    CHECK(said("MINIOS cannot find room for its page allocator"));
}

static void test_page_tables(void)
{
    const unsigned long va = 0x200000000000UL;
    unsigned long before = nr_free_pages;
    pgentry_t *entry;

    entry = need_pgt(va);
    CHECK(entry && !*entry && entry == pv_entry(va));
    CHECK_EQ(before - nr_free_pages, 3); /* tables of three levels */
    CHECK(need_pgt(va) == entry && need_pgt(va + PAGE_SIZE) == entry + 1);
    CHECK(need_pgt((unsigned long)pfn_to_virt(5)) == pv_entry((unsigned long)pfn_to_virt(5)));
    CHECK_EQ(before - nr_free_pages, 3);

    /* Xen's refusals: the page is given back, and can be written. */
    before = nr_free_pages;
    for (unsigned int at = 1; at <= 2; at++) {
        char *page;

        guest->calls = 0;
        guest->fail_at = at;
        guest->fail_with = -XEN_EINVAL;
        CHECK(!need_pgt(va + (1UL << 30)));
        CHECK_EQ(nr_free_pages, before);
        page = (char *)alloc_page();
        CHECK(*pv_entry((unsigned long)page) & _PAGE_RW);
        free_page(page);
    }
    guest->fail_at = 0;
    while (alloc_page())
        ;
    CHECK(!need_pgt(va + (1UL << 30)));
}

/* --- foreign frames ---------------------------------------------------------------------- */

/* An address that nothing else is mapped at. */
#define PLACE 0x300000000000UL

static void test_foreign_frames(void)
{
    volatile uint64_t *place = (volatile uint64_t *)PLACE;
    const unsigned long one = 40, hole = GUEST_HOLE - 1, own = 6;
    static unsigned long frames[700];
    int errs[700];

    for (unsigned long i = 0; i < 700; i++)
        frames[i] = (i * 3 + 5) % 1400;
    CHECK_EQ(do_map_frames(PLACE, frames, 700, 1, 0, GUEST_DOMID, errs, L1_PROT_RO), 0);
    for (unsigned long i = 0; i < 700; i++)
        CHECK(!errs[i] && place[i * 512] == guest_memory[frames[i]][0]);
    CHECK_EQ(do_map_frames(PLACE + 700 * PAGE_SIZE, &one, 8, 0, 1, GUEST_DOMID, NULL, L1_PROT), 0);
    for (unsigned long i = 0; i < 8; i++)
        CHECK(place[(700 + i) * 512] == guest_memory[40 + i][0]);
    place[700 * 512 + 1] = 77;
    CHECK_EQ(guest_memory[40][1], 77);
    CHECK_EQ(pv_mapped(), 708);
    CHECK_EQ(unmap_frames(PLACE, 700), 0);
    CHECK_EQ(pv_mapped(), 8);
    CHECK_EQ(unmap_frames(PLACE + 700 * PAGE_SIZE, 8), 0);
    CHECK_EQ(pv_mapped(), 0);

    /* The frame in the middle is not there. */
    CHECK_EQ(do_map_frames(PLACE, &hole, 3, 0, 1, GUEST_DOMID, errs, L1_PROT_RO), 0);
    CHECK(!errs[0] && errs[1] == -XEN_EINVAL && !errs[2]);
    CHECK(place[0] == guest_memory[hole][0] && place[1024] == guest_memory[hole + 2][0]);
    CHECK_EQ(unmap_frames(PLACE, 3), 0);
    CHECK_EQ(do_map_frames(PLACE, &hole, 3, 0, 1, GUEST_DOMID, NULL, L1_PROT_RO), (uint64_t)-XEN_EINVAL);
    CHECK_EQ(unmap_frames(PLACE, 3), 0);

    /* One's own, a second time. */
    CHECK_EQ(do_map_frames(PLACE, &own, 1, 1, 0, DOMID_SELF, NULL, L1_PROT), 0);
    place[9] = 0x123;
    CHECK_EQ(((uint64_t *)pfn_to_virt(own))[9], 0x123);
    guest->calls = 0;
    guest->fail_at = 1;
    guest->fail_with = -XEN_EPERM;
    CHECK_EQ(unmap_frames(PLACE, 1), (uint64_t)-XEN_EPERM);
}

static void test_places_of_foreign_frames(void)
{
    const unsigned long one = 40, hole = GUEST_HOLE - 1;
    char *first = map_frames_ex(&one, 5, 0, 1, 1, GUEST_DOMID, NULL, L1_PROT_RO);
    char *aligned = map_frames_ex(&one, 2, 0, 0, 16, GUEST_DOMID, NULL, L1_PROT_RO);
    char *between = map_frames_ex(&one, 11, 0, 1, 1, GUEST_DOMID, NULL, L1_PROT_RO);
    char *after = map_frames_ex(&one, 12, 0, 1, 1, GUEST_DOMID, NULL, L1_PROT_RO);

    CHECK(first && aligned == first + 16 * PAGE_SIZE && between == first + 5 * PAGE_SIZE);
    CHECK(after == aligned + 2 * PAGE_SIZE);
    for (unsigned long i = 0; i < 5; i++)
        CHECK_EQ(pte_to_mfn(*pv_entry((unsigned long)first + i * PAGE_SIZE)), 40 + i);
    CHECK_EQ(pte_to_mfn(*pv_entry((unsigned long)aligned + PAGE_SIZE)), 40);
    CHECK(!map_frames_ex(&hole, 3, 0, 1, 1, GUEST_DOMID, NULL, L1_PROT_RO));
    CHECK(!allocate_ondemand(1UL << 30, 1) && allocate_ondemand(1UL << 20, 1));
    while (alloc_page())
        ;
    CHECK_EQ(do_map_frames(PLACE, &one, 1, 1, 0, GUEST_DOMID, NULL, L1_PROT_RO), (uint64_t)-XEN_ENOMEM);
    CHECK_EQ(unmap_frames(PLACE, 1), (uint64_t)-XEN_ENOMEM);
}

/* --- traps ------------------------------------------------------------------------------ */

void exception_report(const struct pt_regs *regs) __attribute__((noreturn));

static struct pt_regs at_death;

static void die(void)
{
    exception_report(&at_death);
}

static void test_traps(void)
{
    trap_init();
    CHECK(pv.traps[2].address == 0x1002 && pv.traps[8].address == 0x1008);
    CHECK(pv.traps[20].address == 0x1014 && pv.traps[21].address == 0x1015);
    CHECK((pv.traps[3].flags & 3) == 3 && !(pv.traps[2].flags & 3)); /* who may raise it */
    CHECK(pv.traps[2].cs == FLAT_KERNEL_CS);
    CHECK(!pv.traps[9].address);
    guest->fail_at = guest->calls + 1;
    guest->fail_with = -XEN_EFAULT;
    CHECK_EQ(pv_end_of(trap_init), SHUTDOWN_crash);
}

static void expect_report(unsigned long vector, unsigned long error, const char *first, const char *second)
{
    uint64_t *stack = pfn_to_virt(0);

    at_death = (struct pt_regs){
        .vector = vector, .error_code = error, .rip = 0xabcdef, .rax = 0x11, .rbx = 0x12,
        .rcx = 0x13, .rdx = 0x14, .rsi = 0x15, .rdi = 0x16, .rbp = 0x17, .r8 = 0x18, .r15 = 0x19,
        .cs = 0xe033, .ss = 0xe02b, .rflags = 0x246, .rsp = (unsigned long)&stack[100],
    };
    stack[101] = (unsigned long)domain_memory + 0x1234; /* code */
    stack[102] = (unsigned long)domain_memory + 0x4000; /* data */
    stack[103] = (unsigned long)domain_memory + 0x2fff;
    HYPERVISOR_shared_info->vcpu_info[0].arch.cr2 = 0x7777;
    CHECK_EQ(pv_end_of(die), SHUTDOWN_crash);
    CHECK(said(first) && (!second || said(second)));
    CHECK(said("rax=0000000000000011 rbx=0000000000000012 rcx=0000000000000013"));
    CHECK(said("r15=0000000000000019") && said("cs=e033 ss=e02b rflags=246"));
    CHECK_EQ(said("  addresses of code on the stack:"), 1);
    /* At the second death nothing more is said. */
    forget_console();
    CHECK_EQ(pv_end_of(die), SHUTDOWN_crash);
    CHECK_EQ(pv.console_length, 0);
}

static void test_death_of_a_page_fault(void)
{
    expect_report(14, 6, "MINIOS died of a page fault (vector 14, error code 6) at rip=abcdef",
                  "writing address 7777, which is not mapped");
}

static void test_death_of_execution(void)
{
    expect_report(14, 21, "page fault", "executing address 7777, which is protected");
}

static void test_death_of_reading(void)
{
    expect_report(14, 0, "page fault", "reading address 7777, which is not mapped");
}

static void test_death_of_anything(void)
{
    expect_report(9, 0, "MINIOS died of a trap (vector 9, error code 0)", NULL);
    CHECK(!said("address 7777"));
}

static void test_death_of_a_double_fault(void)
{
    expect_report(8, 0, "MINIOS died of a double fault", NULL);
}

static void test_death_without_a_stack(void)
{
    at_death = (struct pt_regs){ .vector = 1, .rsp = 0x5000 };
    CHECK_EQ(pv_end_of(die), SHUTDOWN_crash);
    CHECK(said("MINIOS died of a debug") && !said("addresses of code"));
}

/* --- events ------------------------------------------------------------------------------- */

static unsigned int handled[3];

static void handle(evtchn_port_t port, struct pt_regs *regs, void *data)
{
    CHECK(!regs && port == 8 + (evtchn_port_t)((unsigned int *)data - handled));
    ++*(unsigned int *)data;
}

static void bind_too_many(void)
{
    for (evtchn_port_t port = 100; port < 300; port++)
        bind_evtchn(port, handle, handled);
}

static void wait_in_vain(void)
{
    wait_for_event(1);
}

static void test_events(void)
{
    volatile xen_ulong_t *mask = HYPERVISOR_shared_info->evtchn_mask;

    for (unsigned int i = 0; i < 3; i++)
        CHECK_EQ(bind_evtchn(8 + i, handle, &handled[i]), 8 + i);
    force_evtchn_callback();
    CHECK(!handled[0] && !handled[1] && !handled[2]);
    pv_signal(8);
    pv_signal(10);
    wait_for_event(0); /* at once: the events are there */
    CHECK(handled[0] == 1 && !handled[1] && handled[2] == 1);
    force_evtchn_callback();
    CHECK(handled[0] == 1 && handled[2] == 1);

    bind_evtchn(9, handle, &handled[1]); /* again, in its place */
    pv_signal(8);
    pv_signal(9);
    pv_signal(10);
    clear_evtchn(8);
    CHECK(!(HYPERVISOR_shared_info->evtchn_pending[0] & 1 << 8));
    force_evtchn_callback();
    CHECK(handled[0] == 1 && handled[1] == 1 && handled[2] == 2);

    mask_evtchn(70);
    mask_evtchn(65);
    CHECK_EQ(mask[1], 1 << 6 | 1 << 1);
    CHECK(!mask[0]);

    guest->fail_at = guest->calls + 1;
    guest->fail_with = -XEN_EFAULT;
    CHECK_EQ(pv_end_of(wait_in_vain), SHUTDOWN_crash);
    CHECK(said("MINIOS cannot wait for events: -14"));
    CHECK_EQ(pv_end_of(bind_too_many), SHUTDOWN_crash);
    CHECK(said("cannot bind event port 223: 128 are bound"));
}

/* --- console ------------------------------------------------------------------------------- */

/* The daemon wakes up, and takes a part of it. */
static void take_a_part(void)
{
    struct xencons_interface *ring = pfn_to_virt(CONSOLE);

    for (int i = 0; i < 700 && ring->out_cons != ring->out_prod; i++)
        pv.console[pv.console_length++] = ring->out[MASK_XENCONS_IDX(ring->out_cons++, ring->out)];
    pv_signal(CONSOLE_PORT);
}

static void test_console(void)
{
    struct xencons_interface *ring = pfn_to_virt(CONSOLE);
    static char text[5000];
    s_time_t before;

    for (unsigned int i = 0; i < sizeof(text); i++)
        text[i] = 'A' + i % 53;
    /* A daemon that is slow, and indices that run over. */
    ring->out_cons = ring->out_prod = -1000u;
    pv.console_stuck = true;
    pv.waits = take_a_part;
    CHECK_EQ(xencons_ring_send(NULL, text, sizeof(text)), sizeof(text));
    console_flush();
    CHECK_EQ(pv.console_length, sizeof(text));
    CHECK(!memcmp(pv.console, text, sizeof(text)));

    forget_console();
    ring->in_prod = 5; /* what is typed is thrown away */
    pv.console_stuck = false;
    printk("%s %d\n", "one", 2);
    pv.waits = NULL;
    wait_for_event(1);
    CHECK(said("one 2\n") && ring->in_cons == 5);
    text[2000] = 0;
    forget_console();
    printk("%s", text);
    CHECK_EQ(pv.console_length, 1023);

    /* One that takes nothing is waited for, a second. */
    pv.console_stuck = true;
    printk("lost");
    before = NOW();
    console_flush();
    CHECK(NOW() - before >= SECONDS(1) && NOW() - before < SECONDS(2));
}

/* --- xenstore ---------------------------------------------------------------------------- */

static void serve(void)
{
    notify_remote_via_evtchn(STORE_PORT);
}

static void answer_with(uint32_t type, uint32_t length, uint32_t told)
{
    store.made_up = true;
    store.type = type;
    store.length = length;
    store.told = told;
}

static void read_a_node(void)
{
    char *value;

    free(xenbus_read(XBT_NIL, "tinyvmi/job", &value));
}

static void test_replies_of_xenstore(void)
{
    char *value, *error;

    pv.waits = serve;
    for (uint32_t length = 0; length <= XENSTORE_PAYLOAD_MAX; length += 512) {
        answer_with(XS_READ, length, length);
        error = xenbus_read(XBT_NIL, "tinyvmi/job", &value);
        CHECK(!error && strlen(value) == length);
        for (uint32_t i = 0; i < length; i++)
            CHECK(value[i] == (char)('a' + i % 26));
        free(value);
    }
    answer_with(XS_ERROR, 7, 7);
    error = xenbus_read(XBT_NIL, "none", &value);
    CHECK(error && !value && !strcmp(error, "abcdefg"));
    free(error);

    /* A length that no message has: not to be believed, whether it is much or all there is. */
    for (int i = 0; i < 2; i++) {
        answer_with(XS_READ, 100, i ? ~0u : XENSTORE_PAYLOAD_MAX + 1);
        forget_console();
        CHECK_EQ(pv_end_of(read_a_node), SHUTDOWN_crash);
        CHECK(said("longer than any can be"));
        store_ring()->rsp_cons = store_ring()->rsp_prod = 0;
        store_ring()->req_cons = store_ring()->req_prod = 0;
    }
}

/* Every place of the ring, indices that run over, and a ring that is full to the last byte. */
static void test_ring_of_xenstore(void)
{
    static char path[3001];
    char *error;

    pv.waits = serve;
    memset(path, 'p', sizeof(path) - 1);
    for (uint32_t i = 0; i < 300; i++) {
        uint32_t length = i % 10 ? 100 + i : sizeof(path) - 1 - i;
        struct xenstore_domain_interface *ring = store_ring();

        if (i == 100) {
            ring->req_cons = ring->req_prod = -1500u;
            ring->rsp_cons = ring->rsp_prod = -9u;
        }
        path[length] = 0;
        answer_with(XS_WRITE, i, i);
        error = xenbus_write(XBT_NIL, path, "value");
        CHECK(!error && store.last_type == XS_WRITE);
        CHECK_EQ(store.last_length, length + 1 + 5);
        CHECK(!memcmp(store.last, path, length + 1) && !memcmp(store.last + length + 1, "value", 5));
        path[length] = 'p';
    }
    CHECK_EQ(store.most_used, XENSTORE_RING_SIZE);
    CHECK(!xenbus_write(XBT_NIL, "tinyvmi/ready", "1"));
    CHECK(store.there && !strcmp(store.value, "1") && store.last_length == 15);
}

static void test_nodes_of_xenstore(void)
{
    static char path[XENSTORE_PAYLOAD_MAX + 2];
    char *value, *error;
    unsigned int requests;

    error = xenbus_read(XBT_NIL, "tinyvmi/job", &value);
    CHECK(error && !strcmp(error, "ENOENT") && !value);
    free(error);
    store_set("tinyvmi/job", "seq=1");
    CHECK(!xenbus_read(XBT_NIL, "tinyvmi/job", &value));
    CHECK(!strcmp(value, "seq=1"));
    free(value);

    /* What is too long is not even sent. */
    memset(path, 'p', XENSTORE_PAYLOAD_MAX);
    requests = store.requests;
    error = xenbus_read(XBT_NIL, path, &value);
    CHECK(error && !strcmp(error, "E2BIG") && store.requests == requests);
    path[XENSTORE_PAYLOAD_MAX - 1] = 0;
    pv.waits = serve;
    error = xenbus_read(XBT_NIL, path, &value);
    CHECK(error && !strcmp(error, "ENOENT") && store.requests == requests + 1);
}

static void fire_again(void)
{
    store_set("tinyvmi/job", "seq=9");
}

static void test_watches_of_xenstore(void)
{
    xenbus_event_queue events = NULL, others = NULL;
    char *value, *error;

    CHECK(!xenbus_watch_path_token(XBT_NIL, "tinyvmi/job", "mine", &events));
    CHECK(store.watched && !strcmp(store.watch, "tinyvmi/job") && !strcmp(store.token, "mine"));
    xenbus_wait_for_watch(&events); /* the one that comes when it is set */
    CHECK(!events);
    /* Two that come before a reply are in its way, and are kept in order. */
    store_set("tinyvmi/job", "seq=1");
    store_set("tinyvmi/job", "seq=2");
    CHECK(!xenbus_read(XBT_NIL, "tinyvmi/job", &value) && !strcmp(value, "seq=2"));
    CHECK(events && events->next && !events->next->next);
    CHECK(!strcmp(events->path, "tinyvmi/job") && !strcmp(events->token, "mine"));
    xenbus_wait_for_watch(&events);
    xenbus_wait_for_watch(&events);
    CHECK(!events);
    /* One that comes while it is waited for. */
    pv.waits = fire_again;
    xenbus_wait_for_watch(&events);
    pv.waits = NULL;

    /* A token that nobody has, or that is cut, is nobody's. */
    memcpy(store.token, "no", 3);
    store_set("tinyvmi/job", "seq=3");
    CHECK(!xenbus_read(XBT_NIL, "tinyvmi/job", &value) && !events);

    answer_with(XS_ERROR, 5, 5);
    error = xenbus_watch_path_token(XBT_NIL, "other", "other", &others);
    CHECK(error && !strcmp(error, "abcde"));
    CHECK(!xenbus_watch_path_token(XBT_NIL, "other", "other", &others));
}

static void read_without_memory(void)
{
    while (alloc_page())
        ;
    read_a_node();
}

static void test_xenstore_without_memory(void)
{
    CHECK_EQ(pv_end_of(read_without_memory), SHUTDOWN_crash);
    CHECK(said("has no memory for a message of xenstore"));
}

/* --- time and threads ----------------------------------------------------------------------- */

static void test_time(void)
{
    struct vcpu_time_info *time = &HYPERVISOR_shared_info->vcpu_info[0].time;
    s_time_t first, second;
    unsigned int polls = pv.polls;

    first = NOW();
    pv_pass(1000000);
    second = NOW();
    CHECK(second - first >= 1000000 && second - first < SECONDS(1));

    /* The counter's rate: 2^shift, a fraction of 2^32. */
    time->system_time = 5000;
    time->tsc_timestamp = 0;
    time->tsc_to_system_mul = 1u << 31;
    time->tsc_shift = 1;
    first = NOW();
    time->tsc_shift = -2;
    second = NOW();
    CHECK(first / 8 <= second && second <= first / 8 + first / 1000);
    time->tsc_to_system_mul = 0;
    CHECK_EQ(NOW(), 5000);

    time->tsc_to_system_mul = 1;
    first = NOW();
    msleep(30);
    CHECK(NOW() - first >= MILLISECS(30) && NOW() - first < MILLISECS(40));
    CHECK(pv.polls > polls);
}

static int order[4], ran;

static void second_thread(void *data)
{
    order[ran++] = *(int *)data;
}

static void first_thread(void *data)
{
    static int two = 2;

    order[ran++] = *(int *)data;
    CHECK(create_thread("second", second_thread, &two));
    CHECK(!create_thread("third", second_thread, &two));
    order[ran++] = 10;
}

static void test_threads(void)
{
    int one = 1;

    run_threads();
    CHECK(create_thread("first", first_thread, &one));
    CHECK(!ran);
    run_threads();
    CHECK(ran == 3 && order[0] == 1 && order[1] == 10 && order[2] == 2);
}

const struct test kernel_tests[] = {
    {"minios: memory of domains up to 20 GiB", test_memory},
    {"minios: memory that cannot be had", test_memory_that_cannot_be_had},
    {"minios: page tables", test_page_tables},
    {"minios: foreign frames", test_foreign_frames},
    {"minios: places of foreign frames", test_places_of_foreign_frames},
    {"minios: traps", test_traps},
    {"minios: death of a page fault", test_death_of_a_page_fault},
    {"minios: death of execution", test_death_of_execution},
    {"minios: death of reading", test_death_of_reading},
    {"minios: death of anything", test_death_of_anything},
    {"minios: death of a double fault", test_death_of_a_double_fault},
    {"minios: death without a stack", test_death_without_a_stack},
    {"minios: events", test_events},
    {"minios: console", test_console},
    {"minios: replies of xenstore", test_replies_of_xenstore},
    {"minios: the ring of xenstore", test_ring_of_xenstore},
    {"minios: nodes of xenstore", test_nodes_of_xenstore},
    {"minios: watches of xenstore", test_watches_of_xenstore},
    {"minios: xenstore without memory", test_xenstore_without_memory},
    {"minios: time", test_time},
    {"minios: threads", test_threads},
    {0},
};
