/*
 * kernel.c - unit tests, on the host, of the kernel's parts that talk to Xen: the start of
 * its memory, its traps, its client of xenstore. Xen is a double: page tables are written
 * when it is asked to, by the rules of a PV domain, and xenstore's replies are made up.
 */
#include "../boot.h"
#include "../pages.h"
#include "../traps.h"
#include "../wait.h"

#include <mini-os/console.h>
#include <mini-os/events.h>
#include <mini-os/hypervisor.h>
#include <mini-os/kernel.h>
#include <mini-os/lib.h>
#include <mini-os/mm.h>
#include <mini-os/xenbus.h>
#include <mini-os/xmalloc.h>
#include <xen/event_channel.h>
#include <xen/io/xs_wire.h>

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>

#include "check.h"

/* --- the domain: machine frame n is its page n ------------------------------------- */

/* Memory that a test uses; a domain may have far more, of which nothing is touched. */
#define BACKED 24576UL
#define LARGEST (5UL << 20) /* pages: 20 GiB */
char domain_memory[BACKED * PAGE_SIZE] __attribute__((aligned(4096)));

unsigned long test_m2p[LARGEST];
union start_info_union start_info_union;
shared_info_t *HYPERVISOR_shared_info;
const uint64_t boot_stack[1], boot_stack_end[1];

static jmp_buf given_up;
static bool may_give_up;
static char last_words[200];

void printk(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(last_words, sizeof(last_words), fmt, args);
    va_end(args);
}

void do_exit(void)
{
    if (may_give_up)
        longjmp(given_up, 1);
    printf("the kernel gave up: %s\n", last_words);
    exit(1);
}

/* --- Xen ------------------------------------------------------------------------------ */

static trap_info_t traps[256];
static void (*on_event)(void); /* what the other end does when it is notified */

static pgentry_t *entry_of(unsigned long va)
{
    static const int shifts[] = { 12, 21, 30, 39 };
    pgentry_t *table = pt_base;

    for (int level = 4; level > 1; level--) {
        pgentry_t entry = table[va >> shifts[level - 1] & 511];

        CHECK(entry & _PAGE_PRESENT);
        table = pfn_to_virt(pte_to_mfn(entry));
    }
    return &table[va >> 12 & 511];
}

static long mmu_update(const mmu_update_t *u, unsigned long count)
{
    for (unsigned long i = 0; i < count; i++) {
        unsigned long machine = u[i].ptr & ~7UL;

        CHECK(machine < BACKED * PAGE_SIZE);
        *(pgentry_t *)(domain_memory + machine) = u[i].val;
    }
    return 0;
}

static long set_trap_table(const trap_info_t *t)
{
    for (; t->address; t++)
        traps[t->vector] = *t;
    return 0;
}

long fake_hypercall(unsigned int number, unsigned long a, unsigned long b, unsigned long c,
                    unsigned long d, unsigned long e);
long fake_hypercall(unsigned int number, unsigned long a, unsigned long b, unsigned long c,
                    unsigned long d, unsigned long e)
{
    (void)c;
    (void)d;
    (void)e;
    switch (number) {
    case __HYPERVISOR_mmu_update:
        return mmu_update((const mmu_update_t *)a, b);
    case __HYPERVISOR_update_va_mapping:
        *entry_of(a) = b;
        return 0;
    case __HYPERVISOR_set_trap_table:
        return set_trap_table((const trap_info_t *)a);
    case __HYPERVISOR_event_channel_op:
        CHECK(a == EVTCHNOP_send);
        if (on_event)
            on_event();
        return 0;
    default:
        printf("hypercall %u is not expected\n", number);
        exit(1);
    }
}

/* --- memory ---------------------------------------------------------------------------- */

/* Pages that the domain builder uses, from 0 on: the image, then these, the p2m list, tables. */
#define STORE   9
#define CONSOLE 10
#define P2M     11

/* A domain as the builder leaves it, with @spare pages mapped beyond what it used. */
static void build_domain(unsigned long pages, unsigned long spare)
{
    unsigned long *p2m = pfn_to_virt(P2M);
    unsigned long first = P2M + (pages * sizeof(*p2m) + PAGE_SIZE - 1) / PAGE_SIZE;
    unsigned long next = first, mapped;
    pgentry_t *l3, *l2;

    memset(domain_memory, 0, sizeof(domain_memory));
    memset(&start_info_union, 0, sizeof(start_info_union));
    for (unsigned long i = 0; i < pages; i++)
        test_m2p[i] = p2m[i] = i;
    pt_base = pfn_to_virt(next++);
    pt_base[VIRT_START >> 39 & 511] = next << PAGE_SHIFT | L2_PROT;
    l3 = pfn_to_virt(next++);
    l3[VIRT_START >> 30 & 511] = next << PAGE_SHIFT | L2_PROT;
    l2 = pfn_to_virt(next++);
    mapped = next + 1 + (next + spare) / 500 + spare;
    if (mapped > pages)
        mapped = pages;
    for (unsigned long pfn = 0; pfn < mapped; pfn++) {
        unsigned long va = (unsigned long)pfn_to_virt(pfn);
        pgentry_t *entry = &l2[va >> 21 & 511], *l1;

        CHECK((VIRT_START >> 30) == va >> 30); /* or the test needs more tables */
        if (!*entry)
            *entry = next++ << PAGE_SHIFT | L2_PROT;
        l1 = pfn_to_virt(*entry >> PAGE_SHIFT);
        l1[va >> 12 & 511] = pfn << PAGE_SHIFT | L1_PROT;
    }
    start_info.nr_pages = pages;
    start_info.pt_base = (unsigned long)pt_base;
    start_info.nr_pt_frames = next - first;
    start_info.store_mfn = STORE;
    start_info.console.domU.mfn = CONSOLE;
    phys_to_machine_mapping = p2m;
    nr_free_pages = 0;
}

static void expect_memory(unsigned long pages, unsigned long spare)
{
    unsigned long used, taken, least;
    char *page;

    build_domain(pages, spare);
    least = P2M + pages * sizeof(long) / PAGE_SIZE + start_info.nr_pt_frames;
    mm_init();
    /* Image, list, tables and a bitmap are used; the rest is free, whatever the domain's size. */
    used = pages - nr_free_pages;
    CHECK(used > least && used < least + 16 + pages / 512 + pages / 8 / PAGE_SIZE);
    CHECK(!(*entry_of((unsigned long)domain_memory + 0x1000) & _PAGE_RW)); /* code */
    CHECK(!(*entry_of((unsigned long)domain_memory + 0x3000) & _PAGE_RW)); /* constants */
    CHECK(*entry_of((unsigned long)domain_memory) & _PAGE_RW);             /* the stack */
    CHECK(*entry_of((unsigned long)domain_memory + 0x4000) & _PAGE_RW);
    CHECK(*entry_of((unsigned long)pfn_to_virt(pages - 1)) >> PAGE_SHIFT == pages - 1);
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

/* --- traps ------------------------------------------------------------------------------ */

static void test_traps(void)
{
    trap_init();
    CHECK(traps[2].address == 0x1002 && traps[8].address == 0x1008);
    CHECK(traps[20].address == 0x1014 && traps[21].address == 0x1015);
    CHECK((traps[3].flags & 3) == 3 && !(traps[2].flags & 3)); /* who may raise it */
    CHECK(traps[2].cs == FLAT_KERNEL_CS);
}

/* --- xenstore ---------------------------------------------------------------------------- */

static struct xsd_sockmsg reply;
static char reply_text[XENSTORE_PAYLOAD_MAX];
static uint32_t reply_sent, reply_length; /* bytes put on the ring; of text that really come */
static bool answered;
static unsigned int waits;

static struct xenstore_domain_interface *store(void)
{
    return (struct xenstore_domain_interface *)pfn_to_virt(STORE);
}

evtchn_port_t bind_evtchn(evtchn_port_t port, evtchn_handler_t handler, void *data)
{
    (void)handler;
    (void)data;
    return port;
}

/* The daemon takes what was written, and writes of its reply what there is room for. */
static void serve(void)
{
    struct xenstore_domain_interface *s = store();
    uint32_t all = sizeof(reply) + reply_length;

    if (!answered && s->req_prod - s->req_cons >= sizeof(struct xsd_sockmsg)) {
        struct xsd_sockmsg header;

        for (size_t i = 0; i < sizeof(header); i++)
            ((char *)&header)[i] = s->req[MASK_XENSTORE_IDX(s->req_cons + i)];
        if (s->req_prod - s->req_cons >= sizeof(header) + header.len) {
            reply.req_id = header.req_id;
            answered = true;
            reply_sent = 0;
        }
    }
    if (!answered)
        return;
    s->req_cons = s->req_prod;
    while (reply_sent < all && s->rsp_prod - s->rsp_cons < XENSTORE_RING_SIZE) {
        const char *from = reply_sent < sizeof(reply)
                               ? (char *)&reply + reply_sent
                               : reply_text + (reply_sent - sizeof(reply));

        s->rsp[MASK_XENSTORE_IDX(s->rsp_prod)] = *from;
        s->rsp_prod++;
        reply_sent++;
    }
}

void wait_for_event(s_time_t until)
{
    (void)until;
    CHECK(waits++ < 1000);
    serve();
}

static void answer_with(uint32_t type, uint32_t length, uint32_t told)
{
    reply = (struct xsd_sockmsg){ .type = type, .len = told };
    for (uint32_t i = 0; i < length; i++)
        reply_text[i] = 'a' + i % 26;
    reply_length = length;
    answered = false;
    waits = 0;
    on_event = serve;
}

static void test_xenstore(void)
{
    char *value, *error;

    build_domain(1024, 128);
    mm_init();
    xenbus_init();
    for (uint32_t length = 0; length <= XENSTORE_PAYLOAD_MAX; length += 512) {
        answer_with(XS_READ, length, length);
        error = xenbus_read(XBT_NIL, "tinyvmi/job", &value);
        CHECK(!error && strlen(value) == length);
        CHECK(!length || value[length - 1] == (char)('a' + (length - 1) % 26));
        free(value);
    }
    answer_with(XS_ERROR, 7, 7);
    error = xenbus_read(XBT_NIL, "none", &value);
    CHECK(error && !value && !strncmp(error, "abcdefg", 7));
    free(error);

    /* A length that no message has: not to be believed, whether it is much or all there is. */
    for (int i = 0; i < 2; i++) {
        answer_with(XS_READ, 100, i ? ~0u : XENSTORE_PAYLOAD_MAX + 1);
        may_give_up = true;
        if (!setjmp(given_up)) {
            xenbus_read(XBT_NIL, "tinyvmi/job", &value);
            CHECK(!"it was believed");
        }
        may_give_up = false;
        CHECK(strnlen(last_words, 200) > 0 && strchr(last_words, 'x'));
        store()->rsp_cons = store()->rsp_prod = 0;
        store()->req_cons = store()->req_prod = 0;
    }
}

int main(void)
{
    test_traps();
    test_memory();
    test_xenstore();
    puts("minios: memory of domains up to 20 GiB, traps and xenstore are right");
    return 0;
}
