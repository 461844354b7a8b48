/*
 * pagetable.c - page tables of a PV domain.
 *
 * The domain reads its page tables and asks Xen to write them: a page that is in
 * use as a table must have no writable mapping, and Xen checks every entry (see
 * HYPERVISOR_mmu_update and HYPERVISOR_update_va_mapping in xen/xen.h). An entry
 * that is taken away is written as zero, never as a non-present entry with an
 * address in it, which Xen would have to treat as an attempt at L1TF.
 */
#include "boot.h"
#include "pages.h"

#include <mini-os/console.h>
#include <mini-os/hypervisor.h>
#include <mini-os/kernel.h>
#include <mini-os/lib.h>
#include <mini-os/mm.h>

extern char _code[], _erodata[];

pgentry_t *pt_base;
unsigned long *phys_to_machine_mapping;

#define PAGES_PER_L1 L1_PAGETABLE_ENTRIES
#define MAX_PAGES    (512UL << (L3_PAGETABLE_SHIFT - PAGE_SHIFT))

static pgentry_t *table_of(pgentry_t entry)
{
    return mfn_to_virt(pte_to_mfn(entry));
}

/* The entry for @va in the table of @level, or NULL if a table is missing. */
static pgentry_t *find_entry(unsigned long va, int level)
{
    static const int shifts[] = { L1_PAGETABLE_SHIFT, L2_PAGETABLE_SHIFT,
                                  L3_PAGETABLE_SHIFT, L4_PAGETABLE_SHIFT };
    pgentry_t *table = pt_base;

    for (int l = 4;; l--) {
        pgentry_t *entry = &table[va >> shifts[l - 1] & 511];

        if (l == level)
            return entry;
        if (!(*entry & _PAGE_PRESENT))
            return NULL;
        table = table_of(*entry);
    }
}

static int write_entry(pgentry_t *entry, pgentry_t value)
{
    mmu_update_t update = {
        .ptr = virt_to_mach(entry) | MMU_NORMAL_PT_UPDATE,
        .val = value,
    };

    return HYPERVISOR_mmu_update(&update, 1, NULL, DOMID_SELF);
}

static int write_mapping(void *va, pgentry_t value)
{
    return HYPERVISOR_update_va_mapping((unsigned long)va, (pte_t){ value },
                                        UVMF_INVLPG);
}

/* Make @entry point to a new, empty table. */
static int add_table(pgentry_t *entry)
{
    void *table = (void *)alloc_page();
    pgentry_t frame;

    if (!table)
        return -1;
    memset(table, 0, PAGE_SIZE);
    frame = virt_to_mfn(table) << PAGE_SHIFT;
    if (!write_mapping(table, frame | L1_PROT_RO)) {
        if (!write_entry(entry, frame | L2_PROT))
            return 0;
        write_mapping(table, frame | L1_PROT);
    }
    free_page(table);
    return -1;
}

pgentry_t *need_pgt(unsigned long va)
{
    for (int level = 4; level > 1; level--) {
        pgentry_t *entry = find_entry(va, level);

        if (!(*entry & _PAGE_PRESENT) && add_table(entry))
            return NULL;
    }
    return find_entry(va, 1);
}

static int is_mapped(unsigned long pfn)
{
    pgentry_t *entry = find_entry((unsigned long)pfn_to_virt(pfn), 1);

    return entry && *entry & _PAGE_PRESENT;
}

static void fail(const char *what)
{
    printk("MINIOS cannot %s\n", what);
    do_exit();
}

/* First page that holds nothing that the domain builder put there. */
static unsigned long first_unused_pfn(void)
{
    const void *page_tables_end =
        (char *)start_info.pt_base + start_info.nr_pt_frames * PAGE_SIZE;
    const unsigned long ends[] = {
        virt_to_pfn(_end + PAGE_SIZE - 1),
        virt_to_pfn(page_tables_end),
        virt_to_pfn((char *)(phys_to_machine_mapping + start_info.nr_pages) +
                    PAGE_SIZE - 1),
        mfn_to_pfn(start_info.store_mfn) + 1,
        mfn_to_pfn(start_info.console.domU.mfn) + 1,
    };
    unsigned long first = 0;

    for (unsigned int i = 0; i < sizeof(ends) / sizeof(*ends); i++)
        if (ends[i] > first)
            first = ends[i];
    return first;
}

/* Map pages @pfn.. to the end of their L1 table, or to @end. */
static unsigned long map_one_table(unsigned long pfn, unsigned long end)
{
    static mmu_update_t updates[PAGES_PER_L1];
    pgentry_t *entry = need_pgt((unsigned long)pfn_to_virt(pfn));
    unsigned int n = 0;

    if (!entry)
        fail("make page tables for its memory");
    do {
        updates[n].ptr = virt_to_mach(entry + n) | MMU_NORMAL_PT_UPDATE;
        updates[n].val = pfn_to_mfn(pfn + n) << PAGE_SHIFT | L1_PROT;
        n++;
    } while (pfn + n < end &&
             (unsigned long)pfn_to_virt(pfn + n) & L1_MASK);
    if (HYPERVISOR_mmu_update(updates, n, NULL, DOMID_SELF))
        fail("map its memory");
    return n;
}

static void protect_image(void)
{
    for (char *page = _code; page < _erodata; page += PAGE_SIZE)
        if (write_mapping(page, virt_to_mfn(page) << PAGE_SHIFT | L1_PROT_RO))
            fail("write-protect its code");
}

static unsigned long bitmap_pages(unsigned long nr_pages)
{
    return (pages_bitmap_size(nr_pages) + PAGE_SIZE - 1) >> PAGE_SHIFT;
}

/* Starts the page allocator for @nr_pages with what is free from @first to @mapped. */
static void start_allocator(unsigned long first, unsigned long mapped, unsigned long nr_pages)
{
    unsigned long n = bitmap_pages(nr_pages);

    if (first + n >= mapped)
        fail("find room for its page allocator");
    memset(pfn_to_virt(first), 0, n << PAGE_SHIFT);
    pages_init(pfn_to_virt(first), nr_pages);
    pages_add(first + n, mapped - first - n);
}

/*
 * The bitmap of a large domain has no room in what the domain builder mapped: one for
 * that alone serves until there is more. Returns the end of what is mapped then.
 */
static unsigned long start_in_two_steps(unsigned long first, unsigned long mapped,
                                        unsigned long nr_pages)
{
    unsigned long n = bitmap_pages(nr_pages), start = mapped;

    start_allocator(first, mapped, mapped);
    while (mapped < start + n)
        mapped += map_one_table(mapped, nr_pages);
    memset(pfn_to_virt(start), 0, n << PAGE_SHIFT);
    pages_move(pfn_to_virt(start), nr_pages);
    pages_add(start + n, mapped - start - n);
    pages_add(first, bitmap_pages(start));
    return mapped;
}

void mm_init(void)
{
    unsigned long nr_pages = start_info.nr_pages;
    unsigned long first, mapped;

    if (nr_pages > MAX_PAGES)
        nr_pages = MAX_PAGES;
    first = first_unused_pfn();
    for (mapped = first; mapped < nr_pages && is_mapped(mapped); mapped++)
        ;

    if (first + bitmap_pages(nr_pages) < mapped || mapped == nr_pages)
        start_allocator(first, mapped, nr_pages);
    else
        mapped = start_in_two_steps(first, mapped, nr_pages);

    while (mapped < nr_pages) {
        unsigned long n = map_one_table(mapped, nr_pages);

        pages_add(mapped, n);
        mapped += n;
    }
    protect_image();
}
