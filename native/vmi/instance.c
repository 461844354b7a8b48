/*
 * instance.c - opening and closing a domain, its life, its registers.
 */
#include "events_inside.h"

#include <xen/errno.h>

int vmi_fault(struct vmi_instance *vmi, int error, const char *reason,
              addr_t address, unsigned int level, addr_t value)
{
    vmi->fault = (struct tvmi_fault){
        .error = error,
        .reason = reason,
        .address = address,
        .level = level,
        .value = value,
    };
    return error;
}

static const struct tvmi_target *find_target(const vmi_init_data_t *data)
{
    if (!data)
        return NULL;
    for (uint64_t i = 0; i < data->count; i++) {
        if (data->entry[i].type == TVMI_INIT_DATA_TARGET)
            return data->entry[i].data;
    }
    return NULL;
}

static status_t init_failed(vmi_init_error_t *error, vmi_init_error_t stage)
{
    if (error)
        *error = stage;
    return VMI_FAILURE;
}

status_t vmi_init(vmi_instance_t *out, vmi_mode_t mode, const void *domain,
                  uint64_t init_flags, vmi_init_data_t *init_data,
                  vmi_init_error_t *error)
{
    const struct tvmi_target *target = find_target(init_data);
    struct plat_target below;
    struct vmi_instance *vmi;
    uint64_t domid;

    if (!out || mode != VMI_XEN || !target)
        return init_failed(error, VMI_INIT_ERROR_DRIVER);
    if (!domain || init_flags != VMI_INIT_DOMAINID)
        return init_failed(error, VMI_INIT_ERROR_VM_NOT_FOUND);
    domid = *(const uint64_t *)domain;
    if (domid > UINT16_MAX)
        return init_failed(error, VMI_INIT_ERROR_VM_NOT_FOUND);

    vmi = plat_alloc(sizeof(*vmi));
    if (!vmi)
        return init_failed(error, VMI_INIT_ERROR_DRIVER);
    vmi->domid = domid;
    vmi->translated = target->translated;
    vmi->paging.physical_bits = 52;
    vmi->kernel_dtb = NO_TABLE;
    if (tvmi_cache_resize(vmi, TVMI_PAGES_DEFAULT, TVMI_TRANSLATIONS_DEFAULT))
        goto fail;

    below.domid = (uint16_t)domid;
    below.translated = target->translated;
    if (plat_open(&vmi->platform, &below))
        goto fail;

    *out = vmi;
    if (error)
        *error = VMI_INIT_ERROR_NONE;
    return VMI_SUCCESS;

fail:
    vmi_free_caches(vmi);
    plat_free(vmi);
    return init_failed(error, VMI_INIT_ERROR_DRIVER);
}

status_t vmi_destroy(vmi_instance_t vmi)
{
    if (!vmi)
        return VMI_FAILURE;
    if (vmi->events && vmi->events->in_callback) {
        vmi_fault(vmi, -XEN_EBUSY, "a callback cannot close the instance", 0, 0, vmi->domid);
        return VMI_FAILURE;
    }
    (void)events_close(vmi);
    tvmi_window_close(vmi);
    vmi_free_caches(vmi);
    plat_close(vmi->platform);
    plat_free(vmi);
    return VMI_SUCCESS;
}

uint64_t vmi_get_vmid(vmi_instance_t vmi)
{
    return vmi->domid;
}

struct platform *tvmi_platform(vmi_instance_t vmi)
{
    return vmi->platform;
}

static int get_vcpu(vmi_instance_t vmi, unsigned long vcpu, struct plat_vcpu *out)
{
    int error = vcpu > UINT32_MAX
                    ? -XEN_ESRCH
                    : plat_vcpu_get(vmi->platform, (unsigned int)vcpu, out);

    return error ? vmi_fault(vmi, error, "registers of the vcpu cannot be read", 0, 0, vcpu) : 0;
}

/* Levels of the paging that the registers describe, 0 when it is not long mode. */
static unsigned int levels_of(const struct vmi_instance *vmi,
                              const struct plat_vcpu *vcpu)
{
    if (!vmi->translated)
        return 4; /* an amd64 PV domain has no other */
    if (vmi_mode_of(vcpu->cr0, vcpu->cr4, vcpu->efer) != VMI_PM_IA32E)
        return 0;
    return vcpu->cr4 & CR4_LA57 ? 5 : 4;
}

page_mode_t vmi_get_page_mode(vmi_instance_t vmi, unsigned long vcpu)
{
    struct plat_vcpu regs;

    if (get_vcpu(vmi, vcpu, &regs))
        return VMI_PM_UNKNOWN;
    return vmi->translated ? vmi_mode_of(regs.cr0, regs.cr4, regs.efer) : VMI_PM_IA32E;
}

page_mode_t vmi_init_paging(vmi_instance_t vmi, uint64_t flags)
{
    struct plat_vcpu regs;
    unsigned int levels;

    if (flags || get_vcpu(vmi, 0, &regs))
        return VMI_PM_UNKNOWN;
    levels = levels_of(vmi, &regs);
    if (!levels) {
        vmi_fault(vmi, -XEN_EOPNOTSUPP, "vcpu 0 is not in long mode", 0, 0, regs.cr4);
        return VMI_PM_UNKNOWN;
    }
    vmi->paging.levels = levels;
    return VMI_PM_IA32E;
}

int tvmi_set_paging(vmi_instance_t vmi, unsigned int levels,
                    unsigned int physical_bits)
{
    if ((levels != 4 && levels != 5) || physical_bits < 32 || physical_bits > 52)
        return -XEN_EINVAL;
    vmi->paging.levels = levels;
    vmi->paging.physical_bits = physical_bits;
    return 0;
}

unsigned int tvmi_levels(vmi_instance_t vmi)
{
    return vmi->paging.levels;
}

void tvmi_set_kernel_dtb(vmi_instance_t vmi, addr_t dtb)
{
    vmi->kernel_dtb = dtb;
}

static status_t life(vmi_instance_t vmi, int error, const char *reason)
{
    if (!error)
        return VMI_SUCCESS;
    vmi_fault(vmi, error, reason, 0, 0, vmi->domid);
    return VMI_FAILURE;
}

status_t vmi_pause_vm(vmi_instance_t vmi)
{
    return life(vmi, plat_pause(vmi->platform), "domain cannot be paused");
}

status_t vmi_resume_vm(vmi_instance_t vmi)
{
    return life(vmi, plat_unpause(vmi->platform), "domain cannot be resumed");
}

/* Where a register stands in struct plat_vcpu. */
static const struct {
    reg_t reg;
    size_t offset;
} registers[] = {
#define REGISTER(name, field) {name, offsetof(struct plat_vcpu, field)}
    REGISTER(RAX, rax), REGISTER(RBX, rbx), REGISTER(RCX, rcx), REGISTER(RDX, rdx),
    REGISTER(RBP, rbp), REGISTER(RSI, rsi), REGISTER(RDI, rdi), REGISTER(RSP, rsp),
    REGISTER(RIP, rip), REGISTER(RFLAGS, rflags),
    REGISTER(R8, r8), REGISTER(R9, r9), REGISTER(R10, r10), REGISTER(R11, r11),
    REGISTER(R12, r12), REGISTER(R13, r13), REGISTER(R14, r14), REGISTER(R15, r15),
    REGISTER(CR0, cr0), REGISTER(CR2, cr2), REGISTER(CR3, cr3), REGISTER(CR4, cr4),
    REGISTER(FS_BASE, fs_base), REGISTER(GS_BASE, gs_base),
    REGISTER(SHADOW_GS, gs_shadow), REGISTER(MSR_EFER, efer),
#undef REGISTER
};

status_t vmi_get_vcpureg(vmi_instance_t vmi, uint64_t *value, reg_t reg,
                         unsigned long vcpu)
{
    struct plat_vcpu regs;

    for (size_t i = 0; i < sizeof(registers) / sizeof(registers[0]); i++) {
        if (registers[i].reg != reg)
            continue;
        if (get_vcpu(vmi, vcpu, &regs))
            return VMI_FAILURE;
        *value = *(const uint64_t *)((const char *)&regs + registers[i].offset);
        return VMI_SUCCESS;
    }
    vmi_fault(vmi, -XEN_EINVAL, "register is not known", 0, 0, reg);
    return VMI_FAILURE;
}

const struct tvmi_fault *tvmi_last_fault(vmi_instance_t vmi)
{
    return &vmi->fault;
}
