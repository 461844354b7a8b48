/*
 * read.c - reads by physical address, by virtual address and by access context.
 */
#include "instance.h"

#include <string.h>
#include <xen/errno.h>

/* The address space that an access context means. */
struct space {
    bool virtual;
    addr_t pt;
};

static int space_of(struct vmi_instance *vmi, const access_context_t *ctx,
                    struct space *space)
{
    if (ctx->version != ACCESS_CONTEXT_VERSION)
        return vmi_fault(vmi, -XEN_EINVAL, "access context is of another version",
                         ctx->addr, 0, ctx->version);
    if (ctx->npm || ctx->npt || (ctx->pm && ctx->pm != VMI_PM_IA32E))
        return vmi_fault(vmi, -XEN_EOPNOTSUPP, "paging mode is not supported",
                         ctx->addr, 0, ctx->pm);

    switch (ctx->tm) {
    case VMI_TM_NONE:
        *space = (struct space){.virtual = false};
        return 0;
    case VMI_TM_PROCESS_DTB:
        *space = (struct space){.virtual = true, .pt = ctx->dtb};
        return 0;
    case VMI_TM_PROCESS_PID:
        if (ctx->pid == 0) {
            space->virtual = true;
            return vmi_kernel_table(vmi, ctx->addr, &space->pt);
        }
        return vmi_fault(vmi, -XEN_ESRCH, "processes are not known", ctx->addr, 0,
                         (addr_t)ctx->pid);
    default:
        return vmi_fault(vmi, -XEN_EOPNOTSUPP, "translation mechanism is not supported",
                         ctx->addr, 0, ctx->tm);
    }
}

/* Reads what lies in one page: [addr, addr + n). */
static inline int read_in_page(struct vmi_instance *vmi, const struct space *space,
                               addr_t addr, size_t n, void *to)
{
    const void *page;
    addr_t paddr = addr;
    int error;

    if (space->virtual && vmi_pagetable_lookup(vmi, space->pt, addr, &paddr) != VMI_SUCCESS)
        return vmi->fault.error;
    if (paddr >> vmi->paging.physical_bits)
        return vmi_fault(vmi, -XEN_EINVAL, "physical address is too large", paddr, 0, 0);
    error = vmi_map_frame(vmi, vmi->data, paddr >> PLAT_PAGE_SHIFT, &page);
    if (error)
        return error;
    if (vmi->mapped_clock)
        *vmi->mapped_clock = plat_clock();

    if (n == PLAT_PAGE_SIZE)
        tvmi_copy_page(to, page);
    else
        memcpy(to, (const char *)page + (paddr & (PLAT_PAGE_SIZE - 1)), n);
    return 0;
}

static status_t read_range(struct vmi_instance *vmi, const struct space *space,
                           addr_t addr, size_t count, void *buf, size_t *bytes_read)
{
    size_t done = 0;
    int error = 0;

    if (count && addr + (count - 1) < addr)
        error = vmi_fault(vmi, -XEN_EINVAL, "range runs past the last address", addr, 0, count);

    while (!error && done < count) {
        size_t room = PLAT_PAGE_SIZE - ((addr + done) & (PLAT_PAGE_SIZE - 1));
        size_t n = count - done < room ? count - done : room;

        error = read_in_page(vmi, space, addr + done, n, (char *)buf + done);
        if (!error)
            done += n;
    }
    if (bytes_read)
        *bytes_read = done;
    return error ? VMI_FAILURE : VMI_SUCCESS;
}

status_t vmi_read(vmi_instance_t vmi, const access_context_t *ctx, size_t count,
                  void *buf, size_t *bytes_read)
{
    struct space space;

    if (bytes_read)
        *bytes_read = 0;
    if (space_of(vmi, ctx, &space))
        return VMI_FAILURE;
    return read_range(vmi, &space, ctx->addr, count, buf, bytes_read);
}

status_t vmi_read_pa(vmi_instance_t vmi, addr_t paddr, size_t count, void *buf,
                     size_t *bytes_read)
{
    struct space physical = {.virtual = false};

    return read_range(vmi, &physical, paddr, count, buf, bytes_read);
}

status_t vmi_read_va(vmi_instance_t vmi, addr_t vaddr, vmi_pid_t pid,
                     size_t count, void *buf, size_t *bytes_read)
{
    ACCESS_CONTEXT(ctx, .tm = VMI_TM_PROCESS_PID, .addr = vaddr, .pid = pid);

    return vmi_read(vmi, &ctx, count, buf, bytes_read);
}

/* The three ways to read one value of each width. */
#define READ_VALUE(suffix, type)                                                      \
    status_t vmi_read_##suffix(vmi_instance_t vmi, const access_context_t *ctx,       \
                               type *value)                                           \
    {                                                                                 \
        return vmi_read(vmi, ctx, sizeof(*value), value, NULL);                       \
    }                                                                                 \
    status_t vmi_read_##suffix##_pa(vmi_instance_t vmi, addr_t paddr, type *value)    \
    {                                                                                 \
        return vmi_read_pa(vmi, paddr, sizeof(*value), value, NULL);                  \
    }                                                                                 \
    status_t vmi_read_##suffix##_va(vmi_instance_t vmi, addr_t vaddr, vmi_pid_t pid,  \
                                    type *value)                                      \
    {                                                                                 \
        return vmi_read_va(vmi, vaddr, pid, sizeof(*value), value, NULL);             \
    }

READ_VALUE(8, uint8_t)
READ_VALUE(16, uint16_t)
READ_VALUE(32, uint32_t)
READ_VALUE(64, uint64_t)
READ_VALUE(addr, addr_t)

void tvmi_note_mapped(vmi_instance_t vmi, uint64_t *clock)
{
    vmi->mapped_clock = clock;
}
