/*
 * foreign.c - mapping frames of other domains, and of one's own a second time.
 *
 * HYPERVISOR_mmu_update (xen/xen.h) takes the domain whose frames are meant as
 * its last argument: machine frames of a PV domain, guest frames of a translated
 * one. It stops at the first entry that it refuses and says how many it did.
 *
 * Xen does not flush the TLB when an entry of an L1 table changes. What was
 * mapped is therefore flushed when it is unmapped, so that an unmapped page of
 * the area is never in the TLB, and mapping needs no flush.
 */
#include <mini-os/hypervisor.h>
#include <mini-os/mm.h>
#include <xen/errno.h>

#include <stddef.h>

/* The area for mappings: 8 GiB of addresses that memory is never mapped at. */
#define AREA_START 0x100000000000UL
#define AREA_PAGES (1UL << 21)

#define BATCH 256

static const pgentry_t *entry_if_any(unsigned long va)
{
    const pgentry_t *table = pt_base;
    const unsigned long offsets[] = { l4_table_offset(va), l3_table_offset(va),
                                      l2_table_offset(va) };

    for (int i = 0; i < 3; i++) {
        if (!(table[offsets[i]] & _PAGE_PRESENT))
            return NULL;
        table = mfn_to_virt(pte_to_mfn(table[offsets[i]]));
    }
    return &table[l1_table_offset(va)];
}

unsigned long allocate_ondemand(unsigned long n, unsigned long alignment)
{
    unsigned long start = 0;
    unsigned long run = 0;

    while (start + n <= AREA_PAGES) {
        unsigned long va = AREA_START + ((start + run) << PAGE_SHIFT);
        const pgentry_t *entry;

        if (run == n)
            return AREA_START + (start << PAGE_SHIFT);
        entry = entry_if_any(va);
        run++;
        if (entry && *entry & _PAGE_PRESENT) {
            start = (start + run + alignment - 1) & ~(alignment - 1);
            run = 0;
        }
    }
    return 0;
}

int do_map_frames(unsigned long va, const unsigned long *f, unsigned long n,
                  unsigned long stride, unsigned long increment, domid_t id,
                  int *err, unsigned long prot)
{
    unsigned long i = 0;

    while (i < n) {
        mmu_update_t updates[BATCH];
        pgentry_t *entry = NULL;
        int todo = 0;
        int done = 0;
        int rc;

        for (; todo < BATCH && i + todo < n; todo++, va += PAGE_SIZE) {
            unsigned long frame =
                f[(i + todo) * stride] + (i + todo) * increment;

            entry = entry && va & L1_MASK ? entry + 1 : need_pgt(va);
            if (!entry)
                return -XEN_ENOMEM;
            updates[todo].ptr = virt_to_mach(entry) | MMU_NORMAL_PT_UPDATE;
            updates[todo].val = frame << PAGE_SHIFT | prot;
        }
        rc = HYPERVISOR_mmu_update(updates, todo, &done, id);
        if (rc && !err)
            return rc;
        for (int k = 0; err && k < done; k++)
            err[i + k] = 0;
        i += done;
        va -= (unsigned long)(todo - done) << PAGE_SHIFT;
        if (rc) {
            err[i++] = rc;
            va += PAGE_SIZE;
        }
    }
    return 0;
}

void *map_frames_ex(const unsigned long *f, unsigned long n,
                    unsigned long stride, unsigned long increment,
                    unsigned long alignment, domid_t id, int *err,
                    unsigned long prot)
{
    unsigned long va = allocate_ondemand(n, alignment);

    if (!va || do_map_frames(va, f, n, stride, increment, id, err, prot))
        return NULL;
    return (void *)va;
}

int unmap_frames(unsigned long va, unsigned long num_frames)
{
    struct mmuext_op flush = { .cmd = MMUEXT_TLB_FLUSH_LOCAL };

    while (num_frames) {
        mmu_update_t updates[BATCH];
        int n = 0;
        int rc;

        for (; n < BATCH && num_frames; num_frames--, va += PAGE_SIZE) {
            pgentry_t *entry = need_pgt(va);

            if (!entry)
                return -XEN_ENOMEM;
            updates[n].ptr = virt_to_mach(entry) | MMU_NORMAL_PT_UPDATE;
            updates[n++].val = 0;
        }
        rc = HYPERVISOR_mmu_update(updates, n, NULL, DOMID_SELF);
        if (rc)
            return rc;
    }
    return HYPERVISOR_mmuext_op(&flush, 1, NULL, DOMID_SELF);
}
