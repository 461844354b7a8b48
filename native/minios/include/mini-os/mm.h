/*
 * mm.h - memory of the domain: pages, page tables, foreign frames.
 *
 * Words: a *pfn* counts the domain's own pages from 0; an *mfn* is the machine
 * frame that Xen backs it with; a page-table entry of a PV domain holds mfns.
 * All memory is mapped, in order of its pfns, from `_text` upwards.
 * Page tables are readable by the domain and written by Xen on request only.
 */
#ifndef MINIOS_MM_H
#define MINIOS_MM_H

#include <stdint.h>
#include <xen/xen.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE  (1UL << PAGE_SHIFT)
#define PAGE_MASK  (~(PAGE_SIZE - 1))

#define L1_PAGETABLE_ENTRIES 512
#define L1_PAGETABLE_SHIFT   12
#define L2_PAGETABLE_SHIFT   21
#define L3_PAGETABLE_SHIFT   30
#define L4_PAGETABLE_SHIFT   39
#define L1_MASK              ((1UL << L2_PAGETABLE_SHIFT) - 1)
#define PADDR_MASK           ((1UL << 52) - 1)

#define l1_table_offset(va) (((va) >> L1_PAGETABLE_SHIFT) & 511)
#define l2_table_offset(va) (((va) >> L2_PAGETABLE_SHIFT) & 511)
#define l3_table_offset(va) (((va) >> L3_PAGETABLE_SHIFT) & 511)
#define l4_table_offset(va) (((va) >> L4_PAGETABLE_SHIFT) & 511)

#define _PAGE_PRESENT  0x001UL
#define _PAGE_RW       0x002UL
#define _PAGE_USER     0x004UL
#define _PAGE_ACCESSED 0x020UL
#define _PAGE_DIRTY    0x040UL

/* Xen runs a 64-bit PV kernel in ring 3, hence the user bit everywhere. */
#define L1_PROT    (_PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_USER)
#define L1_PROT_RO (_PAGE_PRESENT | _PAGE_ACCESSED | _PAGE_USER)
#define L2_PROT    (L1_PROT | _PAGE_DIRTY)
#define L3_PROT    L2_PROT
#define L4_PROT    L2_PROT

typedef unsigned long pgentry_t;

extern char _text[], _etext[], _end[];
extern pgentry_t *pt_base;
extern unsigned long *phys_to_machine_mapping;
extern unsigned long nr_free_pages;

#define VIRT_START ((unsigned long)_text)

static inline unsigned long virt_to_pfn(const void *va)
{
    return ((unsigned long)va - VIRT_START) >> PAGE_SHIFT;
}

static inline void *pfn_to_virt(unsigned long pfn)
{
    return (void *)(VIRT_START + (pfn << PAGE_SHIFT));
}

static inline unsigned long pfn_to_mfn(unsigned long pfn)
{
    return phys_to_machine_mapping[pfn];
}

/* From Xen's table of all machine frames; of the domain's own frames only. */
static inline unsigned long mfn_to_pfn(unsigned long mfn)
{
    return machine_to_phys_mapping[mfn];
}

static inline unsigned long virt_to_mfn(const void *va)
{
    return pfn_to_mfn(virt_to_pfn(va));
}

static inline void *mfn_to_virt(unsigned long mfn)
{
    return pfn_to_virt(mfn_to_pfn(mfn));
}

/* Machine address of a byte of the domain's memory. */
static inline unsigned long virt_to_mach(const void *va)
{
    return (virt_to_mfn(va) << PAGE_SHIFT) | ((unsigned long)va & ~PAGE_MASK);
}

static inline unsigned long pte_to_mfn(pgentry_t pte)
{
    return (pte & PADDR_MASK & PAGE_MASK) >> PAGE_SHIFT;
}

/*
 * alloc_pages(): 2^@order contiguous pages, page aligned, of arbitrary content;
 * 0 when there are none. free_pages() takes any part of what was allocated.
 */
unsigned long alloc_pages(int order);
#define alloc_page() alloc_pages(0)
void free_pages(void *pointer, int order);
#define free_page(p) free_pages(p, 0)

/* get_order(): the least order whose 2^order pages hold @size bytes (> 0). */
static inline int get_order(unsigned long size)
{
    int order = 0;

    while ((PAGE_SIZE << order) < size)
        order++;
    return order;
}

/*
 * need_pgt(): the L1 entry that maps @va, readable; the tables above it are made
 * when they do not exist. NULL when there is no memory for them.
 */
pgentry_t *need_pgt(unsigned long va);

/*
 * allocate_ondemand(): the lowest @n unmapped pages of the area for mappings,
 * aligned to @alignment pages (a power of two); 0 when there are none. Nothing
 * is reserved: the pages are taken when something is mapped there.
 */
unsigned long allocate_ondemand(unsigned long n, unsigned long alignment);

/*
 * do_map_frames(): map f[i * stride] + i * increment, i in 0..n-1, of domain
 * @id at @va with protection @prot. With @err, err[i] receives 0 or a negative
 * errno a frame, and the return value is 0; without it the first failure is
 * returned, and what was mapped before it stays.
 */
int do_map_frames(unsigned long va, const unsigned long *f, unsigned long n,
                  unsigned long stride, unsigned long increment, domid_t id,
                  int *err, unsigned long prot);

/* map_frames_ex(): do_map_frames() at an address of its own; NULL on failure. */
void *map_frames_ex(const unsigned long *f, unsigned long n,
                    unsigned long stride, unsigned long increment,
                    unsigned long alignment, domid_t id, int *err,
                    unsigned long prot);

/* unmap_frames(): 0, or a negative errno. */
int unmap_frames(unsigned long va, unsigned long num_frames);

#endif
