/*
 * area.c - addresses for foreign frames, and emptying whole page tables.
 *
 * Emptying. Writing zero to an entry costs Xen about 420 instructions, even in
 * one mmu_update for all. For a large run the L1 table is taken out of its L2 table
 * instead: Xen then drops the 512 references in one tight loop, because a page that is no page table any
 * more must hold none. The page is cleared (MMUEXT_CLEAR_PAGE) and put back,
 * and Xen checks 512 zeroes. Three steps, one multicall, 29,000 instructions and
 * 87 for each entry that was in use (Xen 4.17, counted by QEMU).
 *
 * TLB. Taking away an L2 entry leaves behind what the processor cached of the
 * table: translations, and the L2 entry itself in its page-walk caches. The
 * same multicall therefore flushes the whole TLB of this vcpu after the table is
 * out and before it comes back (MMUEXT_TLB_FLUSH_LOCAL; the domain has one
 * vcpu, and Xen flushes when it moves a vcpu to another processor).
 *
 * Xen's interface: MMU_NORMAL_PT_UPDATE, MMUEXT_* and multicall_entry in
 * xen/xen.h. Paging-structure caches: AMD64 Architecture Programmer's Manual,
 * volume 2, 5.5 (translation-lookaside buffer).
 */
#include "area.h"

#include <mini-os/hypervisor.h>
#include <mini-os/mm.h>
#include <xen/errno.h>

#include <stdbool.h>

/*
 * Mini-OS maps memory from 0, foreign frames of its own from 0x100000000000 for
 * 512 GiB, and a C library's heap from 0x200000000000. All areas lie in 1 GiB
 * between, and so under one L2 table.
 */
#define AREAS_START  0x180000000000UL
#define AREAS        8
#define TABLE_BYTES  (AREA_TABLE_SLOTS * PAGE_SIZE)
#define AREA_BYTES   (AREA_TABLES * TABLE_BYTES)

_Static_assert(AREAS * AREA_BYTES <= 1UL << L3_PAGETABLE_SHIFT,
               "the areas share one L2 table");

static bool opened[AREAS];

/*
 * Machine addresses of the L1 tables, 0 before the first use. They are kept for
 * the domain's life: Mini-OS has no call that gives a page table back.
 */
static uint64_t l1_tables[AREAS][AREA_TABLES];

static unsigned long start_of(const struct area *a)
{
    return AREAS_START + a->number * AREA_BYTES;
}

static unsigned int table_of(const struct area *a, unsigned long va)
{
    return (va - start_of(a)) / TABLE_BYTES;
}

static unsigned int slot_of(const struct area *a, unsigned long va)
{
    return (va - start_of(a)) / PAGE_SIZE;
}

static size_t tables_for(size_t n)
{
    return (n + AREA_TABLE_SLOTS - 1) / AREA_TABLE_SLOTS;
}

static void set_used(struct area *a, unsigned int slot, size_t n, bool used)
{
    for (; n; slot++, n--) {
        uint64_t bit = 1UL << slot % 64;

        if (used)
            a->used[slot / 64] |= bit;
        else
            a->used[slot / 64] &= ~bit;
    }
}

static bool table_is_unused(const struct area *a, unsigned int table)
{
    uint64_t any = 0;

    for (unsigned int i = 0; i < AREA_WORDS_PER_TABLE; i++)
        any |= a->used[table * AREA_WORDS_PER_TABLE + i];
    return !any;
}

/* Lowest run of @n free slots, or -1. */
static int find_slots(const struct area *a, size_t n)
{
    size_t run = 0;

    for (int slot = 0; slot < AREA_TABLES * AREA_TABLE_SLOTS; slot++) {
        if (!run && a->used[slot / 64] == ~0UL) {
            slot |= 63;
            continue;
        }
        run = a->used[slot / 64] >> slot % 64 & 1 ? 0 : run + 1;
        if (run == n)
            return slot - n + 1;
    }
    return -1;
}

/* Highest run of @n unused tables, or -1: away from the small runs. */
static int find_tables(const struct area *a, size_t n)
{
    size_t run = 0;

    for (int table = AREA_TABLES - 1; table >= 0; table--) {
        run = table_is_unused(a, table) ? run + 1 : 0;
        if (run == n)
            return table;
    }
    return -1;
}

static int need_table(struct area *a, unsigned int table)
{
    pgentry_t *entry;

    if (l1_tables[a->number][table])
        return 0;
    entry = need_pgt(start_of(a) + table * TABLE_BYTES);
    if (!entry)
        return -XEN_ENOMEM;
    l1_tables[a->number][table] = virt_to_mach(entry);
    return 0;
}

int area_open(struct area *a)
{
    int rc;

    *a = (struct area){ 0 };
    while (opened[a->number])
        if (++a->number == AREAS)
            return -XEN_ENOMEM;
    rc = need_table(a, 0);
    if (!rc)
        opened[a->number] = true;
    return rc;
}

/* Slots that a run of @n occupies: whole tables for a large one. */
static size_t slots_for(size_t n)
{
    return n < AREA_WHOLE_TABLES ? n : tables_for(n) * AREA_TABLE_SLOTS;
}

unsigned long area_take(struct area *a, size_t n)
{
    int slot;
    unsigned long va;

    if (n < AREA_WHOLE_TABLES) {
        slot = find_slots(a, n);
    } else {
        slot = find_tables(a, tables_for(n));
        if (slot >= 0)
            slot *= AREA_TABLE_SLOTS;
    }
    if (slot < 0)
        return 0;
    va = start_of(a) + slot * PAGE_SIZE;
    for (unsigned int t = table_of(a, va);
         t <= table_of(a, va + (n - 1) * PAGE_SIZE); t++)
        if (need_table(a, t))
            return 0;
    set_used(a, slot, slots_for(n), true);
    return va;
}

void area_release(struct area *a, unsigned long va, size_t n)
{
    set_used(a, slot_of(a, va), slots_for(n), false);
}

uint64_t area_entry(const struct area *a, unsigned long va)
{
    return l1_tables[a->number][table_of(a, va)] +
           l1_table_offset(va) * sizeof(pgentry_t);
}

/* Machine address of the L2 entry that holds the table of @va. */
static uint64_t l2_entry(unsigned long va)
{
    pgentry_t *table = pt_base;

    table = mfn_to_virt(pte_to_mfn(table[l4_table_offset(va)]));
    table = mfn_to_virt(pte_to_mfn(table[l3_table_offset(va)]));
    return virt_to_mach(&table[l2_table_offset(va)]);
}

static multicall_entry_t call(unsigned long op, const void *list,
                              unsigned long count)
{
    return (multicall_entry_t){
        .op = op,
        .args = { (unsigned long)list, count, 0, DOMID_SELF },
    };
}

static int empty_table(uint64_t l1, unsigned long va, uint64_t *hypercalls)
{
    uint64_t entry = l2_entry(va);
    mmu_update_t take_out = { .ptr = entry | MMU_NORMAL_PT_UPDATE, .val = 0 };
    mmu_update_t put_back = { .ptr = entry | MMU_NORMAL_PT_UPDATE,
                              .val = l1 | L2_PROT };
    struct mmuext_op clean[] = {
        { .cmd = MMUEXT_TLB_FLUSH_LOCAL },
        { .cmd = MMUEXT_CLEAR_PAGE, .arg1.mfn = l1 >> PAGE_SHIFT },
    };
    multicall_entry_t calls[] = {
        call(__HYPERVISOR_mmu_update, &take_out, 1),
        call(__HYPERVISOR_mmuext_op, clean, 2),
        call(__HYPERVISOR_mmu_update, &put_back, 1),
    };
    int rc = HYPERVISOR_multicall(calls, 3);

    ++*hypercalls;
    for (int i = 0; !rc && i < 3; i++)
        rc = (long)calls[i].result;
    return rc;
}

int area_empty_tables(struct area *a, unsigned long va, size_t n,
                      uint64_t *hypercalls)
{
    for (size_t t = 0; t < tables_for(n); t++, va += TABLE_BYTES) {
        int rc = empty_table(l1_tables[a->number][table_of(a, va)], va,
                             hypercalls);

        if (rc)
            return rc;
    }
    return 0;
}

void area_close(struct area *a)
{
    uint64_t hypercalls = 0;

    for (unsigned int t = 0; t < AREA_TABLES; t++)
        if (!table_is_unused(a, t))
            area_empty_tables(a, start_of(a) + t * TABLE_BYTES, 1, &hypercalls);
    opened[a->number] = false;
}
