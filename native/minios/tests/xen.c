/*
 * xen.c - see xen.h.
 */
#include "xen.h"

#include "../../tests/test.h"
#include "../boot.h"
#include "host.h"

#include <mini-os/lib.h>
#include <mini-os/time.h>
#include <xen/errno.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/version.h>

#include <stddef.h>

extern int printf(const char *format, ...);
extern void exit(int status) __attribute__((noreturn));
extern void longjmp(jmp_buf at, int value) __attribute__((noreturn));

char domain_memory[BACKED * PAGE_SIZE] __attribute__((aligned(4096)));
unsigned long test_m2p[LARGEST];

struct pv pv;
struct store store;

static unsigned long domain_pages;

/* What a test cannot go on after. */
static void broken(const char *what) __attribute__((noreturn));
static void broken(const char *what)
{
    printf("# xen: %s\n", what);
    exit(1);
}

/* --- page tables ---------------------------------------------------------------------- */

/* Of each page that is a table: its level, and the first address that it maps. */
static unsigned char levels[BACKED];
static unsigned long starts[BACKED];

static const unsigned int shifts[] = { 0, 12, 21, 30, 39 };

/* Addresses are signed at bit 47. */
static unsigned long canonical(unsigned long va)
{
    return (unsigned long)((long)(va << 16) >> 16);
}

pgentry_t *pv_entry(unsigned long va)
{
    pgentry_t *table = pt_base;

    for (int level = 4; level > 1; level--) {
        pgentry_t entry = table[va >> shifts[level] & 511];

        if (!(entry & _PAGE_PRESENT))
            return NULL;
        table = pfn_to_virt(pte_to_mfn(entry));
    }
    return &table[va >> 12 & 511];
}

static bool is_own(unsigned long va)
{
    return va >= (unsigned long)domain_memory && va < (unsigned long)domain_memory + LARGEST * PAGE_SIZE;
}

/* The TLB, outside of the domain's own memory: what can be looked at there. */
#define TLB 16384
static struct {
    unsigned long va;
    pgentry_t entry; /* 0: nothing */
    domid_t owner;
} tlb[TLB];
static domid_t owners[BACKED][L1_PAGETABLE_ENTRIES]; /* of what the L1 tables map */

static unsigned int tlb_place(unsigned long va)
{
    unsigned int at = (va >> PAGE_SHIFT) % TLB;

    while (tlb[at].va && tlb[at].va != va)
        at = (at + 1) % TLB;
    tlb[at].va = va;
    return at;
}

static domid_t owner_of(const pgentry_t *entry)
{
    unsigned long at = (unsigned long)entry - (unsigned long)domain_memory;

    return owners[at >> PAGE_SHIFT][(at & ~PAGE_MASK) / sizeof(*entry)];
}

static bool tlb_is_right(unsigned int at)
{
    const pgentry_t *now = pv_entry(tlb[at].va);
    pgentry_t entry = now && *now & _PAGE_PRESENT ? *now : 0;

    return tlb[at].entry == entry && (!entry || tlb[at].owner == owner_of(now));
}

/* The processor looks at the tables again. */
static void tlb_load(unsigned int at)
{
    const pgentry_t *now = pv_entry(tlb[at].va);

    if (tlb_is_right(at))
        return;
    if (tlb[at].entry)
        host_unmap(tlb[at].va);
    tlb[at].entry = now && *now & _PAGE_PRESENT ? *now : 0;
    if (!tlb[at].entry)
        return;
    tlb[at].owner = owner_of(now);
    host_map(tlb[at].va, tlb[at].owner == GUEST_DOMID ? HOST_GUEST : HOST_DOMAIN,
             tlb[at].owner == GUEST_DOMID ? guest_place(pte_to_mfn(*now)) : pte_to_mfn(*now),
             *now & _PAGE_RW);
}

static void tlb_flush(void)
{
    pv.flushes++;
    for (unsigned int at = 0; at < TLB; at++)
        if (tlb[at].va)
            tlb_load(at);
}

unsigned long pv_mapped(void)
{
    unsigned long mapped = 0;

    for (unsigned int at = 0; at < TLB; at++) {
        if (!tlb[at].va)
            continue;
        if (!tlb_is_right(at))
            CHECK(!"the TLB has what the page tables have not");
        mapped += !!tlb[at].entry;
    }
    return mapped;
}

static int write_l1(pgentry_t *entry, pgentry_t value, domid_t owner)
{
    unsigned long table = virt_to_pfn(entry), frame = pte_to_mfn(value);
    unsigned long va = starts[table] + ((unsigned long)entry & ~PAGE_MASK) / sizeof(*entry) * PAGE_SIZE;

    if (value & _PAGE_PRESENT) {
        int error = 0;

        if (owner == GUEST_DOMID)
            error = guest_frame_error(frame);
        else if (frame >= domain_pages)
            error = -XEN_EPERM;
        else if (value & _PAGE_RW && frame < BACKED && levels[frame])
            error = -XEN_EBUSY;
        if (error)
            return error;
    }
    *entry = value;
    owners[table][((unsigned long)entry & ~PAGE_MASK) / sizeof(*entry)] = owner;
    /* Nothing is remembered of an entry that was empty. */
    if (!is_own(va) && value && !tlb[tlb_place(va)].entry)
        tlb_load(tlb_place(va));
    return 0;
}

/* A page becomes a table of this level. */
static int make_table(unsigned long pfn, int level, unsigned long start)
{
    const pgentry_t *mapping = pv_entry((unsigned long)pfn_to_virt(pfn));

    if (levels[pfn] && levels[pfn] != level)
        return -XEN_EINVAL;
    if (!levels[pfn] && mapping && *mapping & _PAGE_RW)
        return -XEN_EINVAL;
    levels[pfn] = level;
    starts[pfn] = start;
    return 0;
}

static int write_upper(pgentry_t *entry, pgentry_t value)
{
    unsigned long table = virt_to_pfn(entry);
    int level = levels[table], error = 0;
    unsigned long index = ((unsigned long)entry & ~PAGE_MASK) / sizeof(*entry);

    if (value & _PAGE_PRESENT)
        error = make_table(pte_to_mfn(value), level - 1,
                           canonical(starts[table] + (index << shifts[level])));
    if (error)
        return error;
    if (*entry & _PAGE_PRESENT && pte_to_mfn(*entry) != pte_to_mfn(value))
        levels[pte_to_mfn(*entry)] = 0;
    *entry = value;
    return 0;
}

static int write_entry(pgentry_t *entry, pgentry_t value, domid_t owner)
{
    unsigned long pfn = virt_to_pfn(entry);

    /* L1TF: an entry that is not present has no address (xen/arch/x86/mm.c, l1tf). */
    if (!(value & _PAGE_PRESENT) && value)
        broken("an entry that is not present has an address in it");
    if (pfn >= BACKED || !levels[pfn])
        return -XEN_EINVAL;
    return levels[pfn] == 1 ? write_l1(entry, value, owner) : write_upper(entry, value);
}

static int mmu_update(const mmu_update_t *u, unsigned long count, unsigned int *done, domid_t owner)
{
    int error = guest_call();
    unsigned long i = 0;

    for (; i < count && !error; i++) {
        if (u[i].ptr & 7)
            error = -XEN_ENOSYS;
        else
            error = write_entry((pgentry_t *)(domain_memory + u[i].ptr), u[i].val, owner);
        if (error)
            break;
    }
    if (done)
        *done = i;
    return error;
}

static int update_va_mapping(unsigned long va, pgentry_t value, unsigned long flags, domid_t owner)
{
    pgentry_t *entry = pv_entry(va);
    int error = guest_call();

    if (error)
        return error;
    if (pte_to_mfn(value) == SHARED) { /* which may be mapped anywhere, the kernel's image included */
        host_map(va, HOST_DOMAIN, SHARED, true);
        return 0;
    }
    error = entry ? write_entry(entry, value, owner) : -XEN_EINVAL;
    if (!error && !is_own(va) && (flags & UVMF_FLUSHTYPE_MASK) == UVMF_INVLPG)
        tlb_load(tlb_place(va));
    return error;
}

static int mmuext_op(const struct mmuext_op *op, unsigned long count)
{
    int error = guest_call();

    for (unsigned long i = 0; i < count && !error; i++) {
        switch (op[i].cmd) {
        case MMUEXT_TLB_FLUSH_LOCAL:
            tlb_flush();
            break;
        case MMUEXT_CLEAR_PAGE:
            if (op[i].arg1.mfn >= BACKED || levels[op[i].arg1.mfn])
                error = -XEN_EINVAL;
            else
                memset(pfn_to_virt(op[i].arg1.mfn), 0, PAGE_SIZE);
            break;
        default:
            error = -XEN_ENOSYS;
        }
    }
    return error;
}

/* --- time and events ------------------------------------------------------------------ */

static shared_info_t *shared(void)
{
    return pfn_to_virt(SHARED);
}

void pv_pass(uint64_t ns)
{
    struct vcpu_time_info *time = &shared()->vcpu_info[0].time;

    time->version += 2;
    time->system_time += ns;
}

void pv_signal(uint32_t port)
{
    shared()->evtchn_pending[0] |= 1UL << port;
}

static bool is_pending(uint32_t port)
{
    return shared()->evtchn_pending[0] >> port & 1;
}

static int poll(const struct sched_poll *poll)
{
    int error = guest_call();

    if (error)
        return error;
    if (poll->nr_ports > 128)
        return -XEN_EINVAL;
    pv.polls++;
    for (unsigned int i = 0; i < poll->nr_ports; i++)
        if (is_pending(poll->ports.p[i]))
            return 0;
    if (pv.waits)
        pv.waits();
    else if (poll->timeout > (uint64_t)NOW())
        pv_pass(poll->timeout - (uint64_t)NOW());
    else if (!poll->timeout)
        broken("the domain sleeps for ever");
    if (pv.polls > 100000)
        broken("the domain waits without end");
    return 0;
}

static void console_daemon(void)
{
    struct xencons_interface *ring = pfn_to_virt(CONSOLE);

    if (ring->out_prod - ring->out_cons > sizeof(ring->out))
        broken("the console's ring is overrun");
    while (!pv.console_stuck && ring->out_cons != ring->out_prod) {
        pv.console[pv.console_length++] = ring->out[MASK_XENCONS_IDX(ring->out_cons++, ring->out)];
        if (pv.console_length == sizeof(pv.console))
            pv.console_length = 0;
    }
    pv_signal(CONSOLE_PORT);
}

static void store_daemon(void);

static int event_channel_op(unsigned long command, void *argument)
{
    evtchn_bind_interdomain_t *bind = argument;
    uint32_t port = *(const uint32_t *)argument; /* of EVTCHNOP_send and _close */
    int error = guest_call();

    if (error)
        return error;
    switch (command) {
    case EVTCHNOP_send:
        CHECK(port < 16);
        pv.sent[port]++;
        if (port == STORE_PORT)
            store_daemon();
        if (port == CONSOLE_PORT)
            console_daemon();
        if (port == LISTEN_PORT)
            guest->notified++;
        if (pv.notified)
            pv.notified(port);
        return 0;
    case EVTCHNOP_close:
        CHECK(port < 16);
        pv.closed[port]++;
        return 0;
    case EVTCHNOP_bind_interdomain:
        if (bind->remote_dom != GUEST_DOMID || bind->remote_port != GUEST_PORT)
            return -XEN_EINVAL;
        bind->local_port = LISTEN_PORT;
        pv_signal(LISTEN_PORT); /* as Xen does, in case something came before */
        return 0;
    default:
        return -XEN_ENOSYS;
    }
}

static int sched_op(unsigned long command, void *argument)
{
    switch (command) {
    case SCHEDOP_poll:
        return poll(argument);
    case SCHEDOP_yield:
        pv.yields++;
        if (pv.waits)
            pv.waits();
        else
            pv_pass(1000);
        return guest_call();
    case SCHEDOP_shutdown:
        pv.reason = ((struct sched_shutdown *)argument)->reason;
        if (!pv.at_end) {
            pv.console[pv.console_length] = 0;
            printf("# %s\n", pv.console);
            broken("the domain ended");
        }
        longjmp(*pv.at_end, 1);
    default:
        return -XEN_ENOSYS;
    }
}

int pv_end_of(void (*act)(void))
{
    static jmp_buf end;

    pv.at_end = &end;
    if (!setjmp(end)) {
        act();
        pv.at_end = NULL;
        return -1;
    }
    pv.at_end = NULL;
    return (int)pv.reason;
}

/* --- the page of hypercalls --------------------------------------------------------------- */

static int set_trap_table(const trap_info_t *t)
{
    int error = guest_call();

    for (; !error && t->address; t++)
        pv.traps[t->vector] = *t;
    return error;
}

static int vcpu_op(unsigned long command, unsigned long vcpu)
{
    int error = guest_call();

    if (error)
        return error;
    if (command != VCPUOP_stop_periodic_timer || vcpu)
        return -XEN_ENOSYS;
    pv.stopped_ticks++;
    return 0;
}

long fake_hypercall(unsigned int number, unsigned long a, unsigned long b, unsigned long c,
                    unsigned long d, unsigned long e);

static int multicall(multicall_entry_t *calls, unsigned long n)
{
    int error = guest_call();

    for (unsigned long i = 0; i < n && !error; i++)
        calls[i].result = fake_hypercall(calls[i].op, calls[i].args[0], calls[i].args[1],
                                         calls[i].args[2], calls[i].args[3], 0);
    return error;
}

long fake_hypercall(unsigned int number, unsigned long a, unsigned long b, unsigned long c,
                    unsigned long d, unsigned long e)
{
    (void)e;
    switch (number) {
    case __HYPERVISOR_mmu_update:
        return mmu_update((const mmu_update_t *)a, b, (unsigned int *)c, (domid_t)d);
    case __HYPERVISOR_update_va_mapping:
        return update_va_mapping(a, b, c, DOMID_SELF);
    case __HYPERVISOR_update_va_mapping_otherdomain:
        return update_va_mapping(a, b, c, (domid_t)d);
    case __HYPERVISOR_mmuext_op:
        return mmuext_op((const struct mmuext_op *)a, b);
    case __HYPERVISOR_multicall:
        return multicall((multicall_entry_t *)a, b);
    case __HYPERVISOR_set_trap_table:
        return set_trap_table((const trap_info_t *)a);
    case __HYPERVISOR_vcpu_op:
        return vcpu_op(a, b);
    case __HYPERVISOR_sched_op:
        return sched_op(a, (void *)b);
    case __HYPERVISOR_event_channel_op:
        return event_channel_op(a, (void *)b);
    case __HYPERVISOR_xen_version:
        return a == XENVER_version ? guest->release : -XEN_ENOSYS;
    case __HYPERVISOR_domctl:
        return guest_domctl((struct xen_domctl *)a);
    case __HYPERVISOR_memory_op:
        return guest_memory_op((unsigned int)a, (void *)b);
    case __HYPERVISOR_hvm_op:
        return guest_hvm_op((unsigned int)a, (void *)b);
    case __HYPERVISOR_dm_op:
        return guest_dm_op((domid_t)a, (unsigned int)b, (const struct xen_dm_op_buf *)c);
    default:
        printf("# hypercall %u is not expected\n", number);
        broken("an unexpected hypercall");
    }
}

/* --- xenstored ------------------------------------------------------------------------ */

/* What the daemon has to say and has not yet: several messages. */
static char waiting[3 * (sizeof(struct xsd_sockmsg) + XENSTORE_PAYLOAD_MAX)];
static uint32_t waiting_length, waiting_sent;

struct xenstore_domain_interface *store_ring(void)
{
    return pfn_to_virt(STORE);
}

static void say(const void *bytes, uint32_t length)
{
    if (waiting_length + length > sizeof(waiting))
        broken("too much to say for the double of xenstored");
    memcpy(waiting + waiting_length, bytes, length);
    waiting_length += length;
}

static void say_message(uint32_t type, uint32_t request, const char *text, uint32_t length)
{
    const struct xsd_sockmsg header = { .type = type, .req_id = request, .len = length };

    say(&header, sizeof(header));
    say(text, length);
}

static void fire(void)
{
    char text[sizeof(store.watch) + sizeof(store.token)];
    uint32_t path = strlen(store.watch) + 1, token = strlen(store.token) + 1;

    memcpy(text, store.watch, path);
    memcpy(text + path, store.token, token);
    say_message(XS_WATCH_EVENT, 0, text, path + token);
}

static void copy(char *to, size_t size, const char *from, size_t length)
{
    if (length >= size)
        broken("a text is too long for the double of xenstored");
    memcpy(to, from, length);
    to[length] = 0;
}

/* A reply of any type and length: letters. */
static void say_made_up(uint32_t request)
{
    const struct xsd_sockmsg header = { .type = store.type, .req_id = request, .len = store.told };
    char text[XENSTORE_PAYLOAD_MAX];

    store.made_up = false;
    for (uint32_t i = 0; i < store.length; i++)
        text[i] = 'a' + i % 26;
    say(&header, sizeof(header));
    say(text, store.length);
}

static void obey(const struct xsd_sockmsg *request, const char *text)
{
    const char *second = text + strlen(text) + 1;
    bool same = !strcmp(text, store.path) && store.there;
    uint32_t type = request->type;

    store.requests++;
    store.last_type = type;
    memcpy(store.last, text, request->len + 1);
    store.last_length = request->len;
    if (store.made_up)
        return say_made_up(request->req_id);
    switch (type) {
    case XS_READ:
        if (same)
            return say_message(type, request->req_id, store.value, strlen(store.value));
        return say_message(XS_ERROR, request->req_id, "ENOENT", 7);
    case XS_WRITE:
        copy(store.path, sizeof(store.path), text, strlen(text));
        copy(store.value, sizeof(store.value), second, request->len - (second - text));
        store.there = true;
        break;
    case XS_WATCH:
        copy(store.watch, sizeof(store.watch), text, strlen(text));
        copy(store.token, sizeof(store.token), second, strlen(second));
        store.watched = true;
        say_message(type, request->req_id, "OK", 3);
        fire();
        return;
    default:
        return say_message(XS_ERROR, request->req_id, "ENOSYS", 7);
    }
    say_message(type, request->req_id, "OK", 3);
}

/* Takes a request when it is whole. */
static void take_request(void)
{
    static char bytes[sizeof(struct xsd_sockmsg) + XENSTORE_PAYLOAD_MAX + 1];
    static uint32_t length;
    struct xenstore_domain_interface *s = store_ring();
    uint32_t used = s->req_prod - s->req_cons;
    struct xsd_sockmsg header;

    if (used > XENSTORE_RING_SIZE)
        broken("the ring of xenstore is overrun");
    if (used > store.most_used)
        store.most_used = used;
    while (s->req_cons != s->req_prod) {
        if (length == sizeof(bytes) - 1)
            broken("a request of xenstore is too long");
        bytes[length++] = s->req[MASK_XENSTORE_IDX(s->req_cons++)];
    }
    if (length < sizeof(header))
        return;
    memcpy(&header, bytes, sizeof(header));
    if (length < sizeof(header) + header.len)
        return;
    if (length > sizeof(header) + header.len)
        broken("bytes come after a request of xenstore");
    bytes[length] = 0;
    length = 0;
    obey(&header, bytes + sizeof(header));
}

static void store_daemon(void)
{
    struct xenstore_domain_interface *s = store_ring();

    if (s->rsp_prod - s->rsp_cons > XENSTORE_RING_SIZE)
        broken("more of xenstore was read than is there");
    take_request();
    while (waiting_sent < waiting_length && s->rsp_prod - s->rsp_cons < XENSTORE_RING_SIZE)
        s->rsp[MASK_XENSTORE_IDX(s->rsp_prod++)] = waiting[waiting_sent++];
    if (waiting_sent == waiting_length)
        waiting_sent = waiting_length = 0;
    pv_signal(STORE_PORT);
}

void store_set(const char *path, const char *value)
{
    copy(store.path, sizeof(store.path), path, strlen(path));
    copy(store.value, sizeof(store.value), value, strlen(value));
    store.there = true;
    if (store.watched)
        fire();
    store_daemon();
}

/* --- the domain ----------------------------------------------------------------------- */

static void add_table(pgentry_t *entry, unsigned long pfn, int level, unsigned long va)
{
    if (entry)
        *entry = pfn << PAGE_SHIFT | L2_PROT;
    levels[pfn] = level;
    starts[pfn] = level == 4 ? 0 : va >> shifts[level + 1] << shifts[level + 1];
}

void pv_build(unsigned long pages, unsigned long spare)
{
    unsigned long *p2m = pfn_to_virt(FRAMES);
    unsigned long first = FRAMES + (pages * sizeof(*p2m) + PAGE_SIZE - 1) / PAGE_SIZE;
    unsigned long next = first, mapped;
    pgentry_t *l3, *l2;

    host_reset(domain_memory, sizeof(domain_memory));
    domain_pages = pages;
    memset(&pv, 0, sizeof(pv));
    memset(&store, 0, sizeof(store));
    memset(levels, 0, sizeof(levels));
    memset(&start_info_union, 0, sizeof(start_info_union));
    for (unsigned long i = 0; i < pages; i++)
        test_m2p[i] = p2m[i] = i;
    pt_base = pfn_to_virt(next);
    add_table(NULL, next++, 4, 0);
    l3 = pfn_to_virt(next);
    add_table(&pt_base[VIRT_START >> 39 & 511], next++, 3, VIRT_START);
    l2 = pfn_to_virt(next);
    add_table(&l3[VIRT_START >> 30 & 511], next++, 2, VIRT_START);
    mapped = next + 1 + (next + spare) / 500 + spare;
    if (mapped > pages)
        mapped = pages;
    for (unsigned long pfn = 0; pfn < mapped; pfn++) {
        unsigned long va = (unsigned long)pfn_to_virt(pfn);
        pgentry_t *entry = &l2[va >> 21 & 511], *l1;

        CHECK((VIRT_START >> 30) == va >> 30); /* or the test needs more tables */
        if (!*entry)
            add_table(entry, next++, 1, va);
        l1 = pfn_to_virt(*entry >> PAGE_SHIFT);
        l1[va >> 12 & 511] = pfn << PAGE_SHIFT | L1_PROT;
    }
    for (unsigned long pfn = first; pfn < next; pfn++)
        *pv_entry((unsigned long)pfn_to_virt(pfn)) = pfn << PAGE_SHIFT | L1_PROT_RO;
    start_info.nr_pages = pages;
    start_info.pt_base = (unsigned long)pt_base;
    start_info.nr_pt_frames = next - first;
    start_info.mfn_list = (unsigned long)p2m;
    start_info.shared_info = SHARED << PAGE_SHIFT;
    start_info.store_mfn = STORE;
    start_info.store_evtchn = STORE_PORT;
    start_info.console.domU.mfn = CONSOLE;
    start_info.console.domU.evtchn = CONSOLE_PORT;
    memcpy(start_info.magic, "xen-3.0-x86_64", 15);
    phys_to_machine_mapping = p2m;
    nr_free_pages = 0;
    HYPERVISOR_shared_info = shared();
    shared()->vcpu_info[0].time.tsc_to_system_mul = 1u << 31; /* 2 GHz */
}

void pv_start(unsigned long pages)
{
    pv_build(pages, 128);
    console_init();
    mm_init();
    xenbus_init();
}
