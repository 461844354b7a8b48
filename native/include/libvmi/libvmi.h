/*
 * libvmi.h - the part of LibVMI's public interface that this library offers.
 *
 * Names, types and meaning are LibVMI's (https://libvmi.com, 0.15), so that a
 * workload written against this header also compiles with upstream LibVMI. The
 * code behind it is our own. What LibVMI does not have stands in tvmi.h.
 *
 * Differences a user of LibVMI meets:
 *   - vmi_init() wants a TVMI_INIT_DATA_TARGET entry (tvmi.h): there is no
 *     toolstack to ask for the kind of the domain.
 *   - No operating system is detected, so there is no vmi_init_complete(), no
 *     symbol and no process list. Process 0 is the address space that
 *     tvmi_set_kernel_dtb() names; other processes fail.
 *   - Reading only: nothing here asks for a writable mapping.
 *   - vmi_v2pcache_flush(vmi, pt) does flush the entries of pt; ~0ull flushes all.
 *   - Only long mode (VMI_PM_IA32E) is translated, with 4 or 5 levels.
 *
 * One thread for one instance.
 */
#ifndef LIBVMI_H
#define LIBVMI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* vmi_init(): how the domain is named. Only the number is supported. */
#define VMI_INIT_DOMAINNAME (1u << 0)
#define VMI_INIT_DOMAINID   (1u << 1)

typedef enum vmi_mode {
    VMI_XEN,
    VMI_KVM,
    VMI_FILE,
    VMI_BAREFLANK
} vmi_mode_t;

typedef enum status {
    VMI_SUCCESS,
    VMI_FAILURE
} status_t;

typedef enum vmi_init_error {
    VMI_INIT_ERROR_NONE,
    VMI_INIT_ERROR_DRIVER_NOT_DETECTED,
    VMI_INIT_ERROR_DRIVER,
    VMI_INIT_ERROR_VM_NOT_FOUND,
    VMI_INIT_ERROR_PAGING,
    VMI_INIT_ERROR_OS,
    VMI_INIT_ERROR_EVENTS,
    VMI_INIT_ERROR_NO_CONFIG,
    VMI_INIT_ERROR_NO_CONFIG_ENTRY
} vmi_init_error_t;

typedef uint32_t page_mode_t;
#define VMI_PM_NONE    0 /* paging is off: addresses are physical */
#define VMI_PM_UNKNOWN 1
#define VMI_PM_LEGACY  2
#define VMI_PM_PAE     3
#define VMI_PM_IA32E   4 /* long mode, with 4 or 5 levels */

typedef enum page_size {
    VMI_PS_UNKNOWN = 0,
    VMI_PS_4KB = 0x1000,
    VMI_PS_2MB = 0x200000,
    VMI_PS_1GB = 0x40000000
} page_size_t;

/* One item of what vmi_init() is told beyond the domain. */
typedef struct {
    uint64_t type;
    void *data;
} vmi_init_data_entry_t;

typedef struct {
    uint64_t count;
    vmi_init_data_entry_t entry[];
} vmi_init_data_t;

typedef uint64_t addr_t;
typedef int32_t vmi_pid_t;

/* Registers, by LibVMI's numbers. */
typedef uint64_t reg_t;
#define RAX       0
#define RBX       1
#define RCX       2
#define RDX       3
#define RBP       4
#define RSI       5
#define RDI       6
#define RSP       7
#define RIP       8
#define RFLAGS    9
#define R8        10
#define R9        11
#define R10       12
#define R11       13
#define R12       14
#define R13       15
#define R14       16
#define R15       17
#define CR0       18
#define CR2       19
#define CR3       20
#define CR4       21
#define FS_BASE   50
#define GS_BASE   51
#define SHADOW_GS 68
#define MSR_EFER  74

/*
 * What a page-table lookup found. Every level that was read has the physical
 * address of its entry (location) and the entry itself (value); levels that
 * were not read, for want of their table or since the walk ended before, are 0 in
 * both. A failed lookup gives what it read, a paddr of 0 and no size: an entry that is
 * not present tells none. pml5e_* is ours: LibVMI knows no 5-level paging.
 */
typedef struct page_info {
    addr_t vaddr;
    addr_t paddr;
    addr_t naddr; /* nested paging is not supported: 0 */

    page_size_t size; /* VMI_PS_UNKNOWN: there is no page */
    page_size_t nsize;

    addr_t pt; /* as given by the caller */
    page_mode_t pm;

    addr_t npt;
    page_mode_t npm;

    union {
        struct {
            addr_t pte_value_prev;
            addr_t pte_location;
            addr_t pte_value;
            addr_t pgd_location;
            addr_t pgd_value;
            addr_t pdpte_location;
            addr_t pdpte_value;
            addr_t pml4e_location;
            addr_t pml4e_value;
            addr_t pml5e_location;
            addr_t pml5e_value;
        } x86_ia32e;
    };
} page_info_t;

typedef uint32_t translation_mechanism_t;
#define VMI_TM_NONE        0 /* addr is physical */
#define VMI_TM_PROCESS_DTB 1 /* addr is virtual, in the address space of dtb */
#define VMI_TM_PROCESS_PT  1
#define VMI_TM_PROCESS_PID 2 /* addr is virtual, in that of a process: only 0 */

#define ACCESS_CONTEXT_VERSION 0x1u
#define ACCESS_CONTEXT(C, ...) \
    access_context_t C = {.version = ACCESS_CONTEXT_VERSION, __VA_ARGS__}

/* How a read finds its memory. Nested fields must be 0. */
typedef struct {
    uint32_t version;
    uint32_t _pad;
    union {
        page_mode_t pm;
        page_mode_t page_mode;
    };
    union {
        page_mode_t npm;
        page_mode_t nested_page_mode;
    };
    union {
        addr_t npt;
        addr_t nested_page_table;
    };
    union {
        translation_mechanism_t tm;
        translation_mechanism_t translate_mechanism;
    };
    uint32_t _pad2;
    addr_t addr;
    union {
        addr_t pt;
        addr_t page_table;
        addr_t dtb;
        vmi_pid_t pid;
    };
} access_context_t;

#define VMI_BIT_MASK(a, b) \
    (((unsigned long long)-1 >> (63 - (b))) & ~((1ULL << (a)) - 1))

typedef struct vmi_instance *vmi_instance_t;

/* --- life of an instance -------------------------------------------------- */

/*
 * Opens a domain. @domain points to its number, a uint64_t; @init_flags is
 * VMI_INIT_DOMAINID; @init_data holds a TVMI_INIT_DATA_TARGET entry. Maps
 * nothing and needs no right over the domain. @error, when given, tells the
 * stage that failed. Each success is matched by one vmi_destroy().
 */
status_t vmi_init(vmi_instance_t *vmi, vmi_mode_t mode, const void *domain,
                  uint64_t init_flags, vmi_init_data_t *init_data,
                  vmi_init_error_t *error);

/*
 * Finds the paging mode from vcpu 0's control registers. Whoever may not read
 * registers calls tvmi_set_paging() instead. Returns VMI_PM_IA32E, or
 * VMI_PM_UNKNOWN when the registers cannot be read or say something else.
 */
page_mode_t vmi_init_paging(vmi_instance_t vmi, uint64_t flags);

/* Releases every mapping, the caches and the instance. */
status_t vmi_destroy(vmi_instance_t vmi);

/*
 * The paging mode, read anew from the vcpu's registers: CR0.PG, CR4.PAE and EFER.LMA
 * decide. VMI_PM_UNKNOWN when they cannot be read.
 */
page_mode_t vmi_get_page_mode(vmi_instance_t vmi, unsigned long vcpu);

/* The domain's number. */
uint64_t vmi_get_vmid(vmi_instance_t vmi);

/* Pauses and resumes nest. */
status_t vmi_pause_vm(vmi_instance_t vmi);
status_t vmi_resume_vm(vmi_instance_t vmi);

/* One register. Each call reads the vcpu's whole state; numbers not listed above fail. */
status_t vmi_get_vcpureg(vmi_instance_t vmi, uint64_t *value, reg_t reg,
                         unsigned long vcpu);

/* --- translation ---------------------------------------------------------- */

/* Translates through the translation cache; a miss walks and is remembered. */
status_t vmi_pagetable_lookup(vmi_instance_t vmi, addr_t pt, addr_t vaddr,
                              addr_t *paddr);

/* Walks the page table; neither reads nor fills the translation cache. */
status_t vmi_pagetable_lookup_extended(vmi_instance_t vmi, addr_t pt,
                                       addr_t vaddr, page_info_t *info);

/* Process 0 only: see tvmi_set_kernel_dtb(). */
status_t vmi_translate_kv2p(vmi_instance_t vmi, addr_t vaddr, addr_t *paddr);

/* --- reading -------------------------------------------------------------- */

/*
 * Reads @count bytes. On failure @bytes_read, when given, tells how many bytes
 * of @buf are good: everything before the first page that could not be read.
 * A range that runs past the end of the address space fails before any read.
 */
status_t vmi_read(vmi_instance_t vmi, const access_context_t *ctx, size_t count,
                  void *buf, size_t *bytes_read);
status_t vmi_read_8(vmi_instance_t vmi, const access_context_t *ctx, uint8_t *value);
status_t vmi_read_16(vmi_instance_t vmi, const access_context_t *ctx, uint16_t *value);
status_t vmi_read_32(vmi_instance_t vmi, const access_context_t *ctx, uint32_t *value);
status_t vmi_read_64(vmi_instance_t vmi, const access_context_t *ctx, uint64_t *value);
status_t vmi_read_addr(vmi_instance_t vmi, const access_context_t *ctx, addr_t *value);

/* By physical address. */
status_t vmi_read_pa(vmi_instance_t vmi, addr_t paddr, size_t count, void *buf,
                     size_t *bytes_read);
status_t vmi_read_8_pa(vmi_instance_t vmi, addr_t paddr, uint8_t *value);
status_t vmi_read_16_pa(vmi_instance_t vmi, addr_t paddr, uint16_t *value);
status_t vmi_read_32_pa(vmi_instance_t vmi, addr_t paddr, uint32_t *value);
status_t vmi_read_64_pa(vmi_instance_t vmi, addr_t paddr, uint64_t *value);
status_t vmi_read_addr_pa(vmi_instance_t vmi, addr_t paddr, addr_t *value);

/* By virtual address of process 0. */
status_t vmi_read_va(vmi_instance_t vmi, addr_t vaddr, vmi_pid_t pid,
                     size_t count, void *buf, size_t *bytes_read);
status_t vmi_read_8_va(vmi_instance_t vmi, addr_t vaddr, vmi_pid_t pid, uint8_t *value);
status_t vmi_read_16_va(vmi_instance_t vmi, addr_t vaddr, vmi_pid_t pid, uint16_t *value);
status_t vmi_read_32_va(vmi_instance_t vmi, addr_t vaddr, vmi_pid_t pid, uint32_t *value);
status_t vmi_read_64_va(vmi_instance_t vmi, addr_t vaddr, vmi_pid_t pid, uint64_t *value);
status_t vmi_read_addr_va(vmi_instance_t vmi, addr_t vaddr, vmi_pid_t pid, addr_t *value);

/* --- caches --------------------------------------------------------------- */

/* Forgets the translations of @pt, or all of them for ~0ull. */
void vmi_v2pcache_flush(vmi_instance_t vmi, addr_t pt);

/* Remembers that @va in @pt is at @pa. */
void vmi_v2pcache_add(vmi_instance_t vmi, addr_t va, addr_t pt, addr_t pa);

/* Unmaps every page that the page cache keeps mapped. */
void vmi_pagecache_flush(vmi_instance_t vmi);

#endif
