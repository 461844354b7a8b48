/*
 * events.h - the part of LibVMI's events interface that this library offers.
 *
 * Names, fields and meaning are LibVMI's (https://libvmi.com, 0.15, events
 * version 9). Behind it is Xen's vm_event interface (xen/vm_event.h). What LibVMI
 * does not have stands in tvmi_events.h.
 *
 * Differences a user of LibVMI meets:
 *   - vmi_init() needs no flag: the first vmi_register_event() makes the ring, and
 *     the last vmi_clear_event() outside of a callback, or vmi_destroy(), takes it
 *     away. A target that has a listener already is refused.
 *   - event->x86_regs is valid in the callback only. It has the registers that Xen
 *     reports; control and segment registers cannot be set.
 *   - A callback does not listen, take the ring away or close the instance: these
 *     calls fail in it (-XEN_EBUSY).
 *   - A kind that Xen does not offer for this target fails, and tvmi_last_fault()
 *     says so; see tvmi_events_capabilities() to ask before.
 *   - Not here: altp2m views, emulation data, domain watches, VMEXIT and I/O
 *     events, and VMI_EVENT_RESPONSE_DENY: a response that asks for one of them
 *     makes listening fail, after the vcpu was resumed without it.
 *   - A CPUID event that no callback moves on would repeat for ever: as with
 *     LibVMI the callback adds insn_length to rip and returns SET_REGISTERS. A
 *     descriptor event wants EMULATE likewise.
 */
#ifndef LIBVMI_EVENTS_H
#define LIBVMI_EVENTS_H

#include <libvmi/libvmi.h>

#define VMI_EVENTS_VERSION 0x00000009

typedef uint16_t vmi_event_type_t;
#define VMI_EVENT_INVALID           0
#define VMI_EVENT_MEMORY            1
#define VMI_EVENT_REGISTER          2
#define VMI_EVENT_SINGLESTEP        3
#define VMI_EVENT_INTERRUPT         4 /* INT3 */
#define VMI_EVENT_GUEST_REQUEST     5
#define VMI_EVENT_CPUID             6
#define VMI_EVENT_DEBUG_EXCEPTION   7
#define VMI_EVENT_PRIVILEGED_CALL   8
#define VMI_EVENT_DESCRIPTOR_ACCESS 9

typedef uint8_t vmi_reg_access_t;
#define VMI_REGACCESS_INVALID 0
#define VMI_REGACCESS_N       (1 << 0)
#define VMI_REGACCESS_R       (1 << 1)
#define VMI_REGACCESS_W       (1 << 2)
#define VMI_REGACCESS_RW      (VMI_REGACCESS_R | VMI_REGACCESS_W)

typedef uint8_t vmi_mem_access_t;
#define VMI_MEMACCESS_INVALID 0
#define VMI_MEMACCESS_N       (1 << 0)
#define VMI_MEMACCESS_R       (1 << 1)
#define VMI_MEMACCESS_W       (1 << 2)
#define VMI_MEMACCESS_X       (1 << 3)
#define VMI_MEMACCESS_RW      (VMI_MEMACCESS_R | VMI_MEMACCESS_W)
#define VMI_MEMACCESS_RX      (VMI_MEMACCESS_R | VMI_MEMACCESS_X)
#define VMI_MEMACCESS_WX      (VMI_MEMACCESS_W | VMI_MEMACCESS_X)
#define VMI_MEMACCESS_RWX     (VMI_MEMACCESS_R | VMI_MEMACCESS_W | VMI_MEMACCESS_X)

/* More registers, by LibVMI's numbers: those whose writes can be events. */
#define XCR0               22
#define MSR_LSTAR          71
#define MSR_CSTAR          72
#define MSR_SYSCALL_MASK   73
#define MSR_STAR           119
#define MSR_SHADOW_GS_BASE 120
#define MSR_IA32_SYSENTER_CS  148
#define MSR_IA32_SYSENTER_ESP 149
#define MSR_IA32_SYSENTER_EIP 150
#define MSR_ANY            153 /* the one whose number reg_event.msr has */
#define MSR_UNDEFINED      MSR_ANY

/* A write to CR0, CR3, CR4, XCR0 or an MSR. */
typedef struct reg_event {
    reg_t reg;                   /* which */
    reg_t equal;                 /* not 0: only writes of this value come to the callback */
    uint8_t async;               /* the vcpu does not wait (control registers) */
    uint8_t onchange;            /* only writes that change the value */
    vmi_reg_access_t in_access;  /* VMI_REGACCESS_W */
    vmi_reg_access_t out_access;
    uint32_t _pad1;
    reg_t value, previous;       /* out */
    uint32_t msr;                /* number of the MSR; in for MSR_ANY, out always */
    uint32_t _pad2;
} reg_event_t;

/* An access that the permissions set at registration do not allow. */
typedef struct mem_access_event {
    addr_t gfn;                  /* in: ~0ull for generic; out */
    uint8_t generic;             /* all pages without an event of their own */
    vmi_mem_access_t in_access;  /* accesses that are events */
    vmi_mem_access_t out_access;
    uint8_t gptw;                /* while walking the guest's page tables */
    uint8_t gla_valid;
    uint8_t _pad[3];
    addr_t gla, offset;
} mem_access_event_t;

typedef uint8_t interrupts_t;
#define INT_INVALID 0
#define INT3        1

typedef struct interrupt_event {
    interrupts_t intr;           /* INT3 */
    uint8_t _pad1[7];
    uint32_t insn_length;
    int8_t reinject;             /* response: 1 give it to the guest, 0 swallow it */
    uint8_t _pad2[3];
    addr_t gla, gfn, offset;
} interrupt_event_t;

typedef struct privcall_event {
    addr_t gla, gfn, offset;
} privcall_event_t;

typedef struct single_step_event {
    uint32_t vcpus;              /* a bit a vcpu, 0..31 */
    /*
     * 1: they step from registration until the event is cleared, for which the listener
     * needs the right to debug the target. 0: whoever answers events toggles it.
     */
    uint8_t enable;
    uint8_t _pad[3];
    addr_t gla, gfn, offset;
} single_step_event_t;

typedef struct debug_event {
    addr_t gla, gfn, offset;
    uint32_t insn_length;
    uint8_t type;                /* XEN_DMOP_EVENT_* (xen/hvm/dm_op.h) */
    int8_t reinject;             /* response: 1 give it to the guest, 0 swallow it */
    uint16_t _pad;
} debug_event_t;

typedef struct cpuid_event {
    uint32_t insn_length;
    uint32_t leaf, subleaf;
    uint32_t _pad;
} cpuid_event_t;

#define VMI_DESCRIPTOR_IDTR 1
#define VMI_DESCRIPTOR_GDTR 2
#define VMI_DESCRIPTOR_LDTR 3
#define VMI_DESCRIPTOR_TR   4

typedef struct desriptor_event {
    uint64_t exit_info;
    uint8_t descriptor;          /* VMI_DESCRIPTOR_* */
    uint8_t is_write;
    uint8_t _pad2[6];
} descriptor_event_t;

/* Registers of the vcpu as Xen reported them; layout: struct vm_event_regs_x86. */
typedef struct x86_regs {
    uint64_t rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi;
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t rflags, dr6, dr7, rip;
    uint64_t cr0, cr2, cr3, cr4;
    uint64_t sysenter_cs, sysenter_esp, sysenter_eip;
    uint64_t msr_efer, msr_star, msr_lstar;
    uint64_t gdtr_base, npt_base, vmtrace_pos;
    uint32_t cs_base, ss_base, ds_base, es_base;
    uint64_t fs_base, gs_base;
    uint32_t cs_limit : 20, cs_arbytes : 12;
    uint32_t ss_limit : 20, ss_arbytes : 12;
    uint32_t ds_limit : 20, ds_arbytes : 12;
    uint32_t es_limit : 20, es_arbytes : 12;
    uint32_t fs_limit : 20, fs_arbytes : 12;
    uint32_t gs_limit : 20, gs_arbytes : 12;
    uint64_t shadow_gs;
    uint16_t gdtr_limit;
    uint16_t cs_sel, ss_sel, ds_sel, es_sel, fs_sel, gs_sel;
    uint16_t _pad;
} x86_registers_t;

struct vmi_event;
typedef struct vmi_event vmi_event_t;

/* What a callback returns: a set of these. */
typedef uint32_t event_response_t;
typedef uint32_t event_response_flags_t;
#define VMI_EVENT_RESPONSE_NONE               0
#define VMI_EVENT_RESPONSE_EMULATE            (1u << 1)
#define VMI_EVENT_RESPONSE_EMULATE_NOWRITE    (1u << 2)
#define VMI_EVENT_RESPONSE_SET_EMUL_READ_DATA (1u << 3)
#define VMI_EVENT_RESPONSE_DENY               (1u << 4)
#define VMI_EVENT_RESPONSE_TOGGLE_SINGLESTEP  (1u << 5)
#define VMI_EVENT_RESPONSE_SLAT_ID            (1u << 6)
#define VMI_EVENT_RESPONSE_SET_REGISTERS      (1u << 7)
#define VMI_EVENT_RESPONSE_SET_EMUL_INSN      (1u << 8)
#define VMI_EVENT_RESPONSE_GET_NEXT_INTERRUPT (1u << 9)
#define VMI_EVENT_RESPONSE_NEXT_SLAT_ID       (1u << 10)
#define VMI_EVENT_RESPONSE_RESET_VMTRACE      (1u << 11)
#define VMI_EVENT_RESPONSE_RESET_FORK_STATE   (1u << 12)
#define VMI_EVENT_RESPONSE_RESET_FORK_MEM     (1u << 13)

typedef event_response_t (*event_callback_t)(vmi_instance_t vmi, vmi_event_t *event);
typedef void (*vmi_event_free_t)(vmi_event_t *event, status_t rc);

struct vmi_event {
    uint32_t version;            /* VMI_EVENTS_VERSION */
    vmi_event_type_t type;
    uint16_t slat_id;            /* of memory events: 0, another is refused; out */
    uint16_t next_slat_id;
    uint16_t _reserved[3];
    void *data;                  /* the user's own */
    event_callback_t callback;
    uint32_t vcpu_id;            /* out */
    page_mode_t page_mode;       /* out: of the vcpu, by its registers */
    union {
        reg_event_t reg_event;
        mem_access_event_t mem_event;
        single_step_event_t ss_event;
        interrupt_event_t interrupt_event;
        privcall_event_t privcall_event;
        cpuid_event_t cpuid_event;
        debug_event_t debug_event;
        descriptor_event_t descriptor_event;
    };
    x86_registers_t *x86_regs;   /* out; response with SET_REGISTERS */
};

#define SET_VCPU_SINGLESTEP(ss_event, x)   do { (ss_event).vcpus |= 1u << (x); } while (0)
#define UNSET_VCPU_SINGLESTEP(ss_event, x) do { (ss_event).vcpus &= ~(1u << (x)); } while (0)
#define CHECK_VCPU_SINGLESTEP(ss_event, x) ((ss_event).vcpus & 1u << (x))

/*
 * An event is filled in by the macro of its kind, which leaves all fields alone that it has
 * no argument for: let them be 0 before. Each argument is evaluated once.
 */
static inline void tvmi_setup(vmi_event_t *event, vmi_event_type_t type, event_callback_t callback)
{
    event->version = VMI_EVENTS_VERSION;
    event->type = type;
    event->callback = callback;
}

static inline void tvmi_setup_register(vmi_event_t *event, reg_t reg, vmi_reg_access_t access,
                                       reg_t equal, event_callback_t callback)
{
    tvmi_setup(event, VMI_EVENT_REGISTER, callback);
    event->reg_event.reg = reg;
    event->reg_event.equal = equal;
    event->reg_event.in_access = access;
}

static inline void tvmi_setup_memory(vmi_event_t *event, addr_t gfn, vmi_mem_access_t access,
                                     event_callback_t callback, bool generic)
{
    tvmi_setup(event, VMI_EVENT_MEMORY, callback);
    event->mem_event.generic = generic;
    event->mem_event.gfn = generic ? ~0ull : gfn;
    event->mem_event.in_access = access;
}

static inline void tvmi_setup_single_step(vmi_event_t *event, uint32_t vcpus,
                                          event_callback_t callback, bool enable)
{
    tvmi_setup(event, VMI_EVENT_SINGLESTEP, callback);
    event->ss_event.enable = enable;
    event->ss_event.vcpus = vcpus;
}

static inline void tvmi_setup_int3(vmi_event_t *event, event_callback_t callback)
{
    tvmi_setup(event, VMI_EVENT_INTERRUPT, callback);
    event->interrupt_event.reinject = -1; /* to be said by the callback */
    event->interrupt_event.intr = INT3;
}

/* Writes of one value (or with 0 of any) to a register. */
#define SETUP_REG_EVENT(event, reg, access, equal, callback) \
    tvmi_setup_register((event), (reg), (access), (equal), (callback))

/* Accesses to a page, or with @generic to every page without an event of its own. */
#define SETUP_MEM_EVENT(event, gfn, access, callback, generic) \
    tvmi_setup_memory((event), (gfn), (access), (callback), (generic))

/* Steps of a set of vcpus; with @enable they begin to step when this is registered. */
#define SETUP_SINGLESTEP_EVENT(event, vcpus, callback, enable) \
    tvmi_setup_single_step((event), (vcpus), (callback), (enable))

/* Breakpoint instructions. */
#define SETUP_INTERRUPT_EVENT(event, callback) tvmi_setup_int3((event), (callback))

/* Calls to a more privileged level. */
#define SETUP_PRIVCALL_EVENT(event, callback) \
    tvmi_setup((event), VMI_EVENT_PRIVILEGED_CALL, (callback))

/* VMI_EVENTS_VERSION of the library. */
uint32_t vmi_events_version(void);

/*
 * One event a register, a page, or a kind without either. The structure stays the
 * user's and must live until the event is cleared. Fails when the kind is taken,
 * not offered, or the target has another listener.
 */
status_t vmi_register_event(vmi_instance_t vmi, vmi_event_t *event);

/*
 * Takes an event back. Requests of it that are on the ring already are answered as if nobody
 * listened: the guest goes on. @free_routine, when not NULL, is called with the event, which
 * is not used any more, and whether it was taken back.
 *
 * From inside a callback this only asks for it (VMI_FAILURE: the event is not registered).
 * The event stays registered, and must live, until the ring is empty: its requests go on
 * coming to its callback until then, also those that come until the target is paused. Then
 * it is cleared, @free_routine called and the target unpaused, before vmi_events_listen()
 * returns or waits again. A listener that may not pause the target does without: what came
 * in between is answered as if nobody listened.
 */
status_t vmi_clear_event(vmi_instance_t vmi, vmi_event_t *event, vmi_event_free_t free_routine);

/* The registered event, or NULL. */
vmi_event_t *vmi_get_reg_event(vmi_instance_t vmi, reg_t reg);
vmi_event_t *vmi_get_mem_event(vmi_instance_t vmi, addr_t gfn, vmi_mem_access_t access);
vmi_event_t *vmi_get_singlestep_event(vmi_instance_t vmi, uint32_t vcpu);

/* Accesses of one page that are events; for pages that a generic event covers. */
status_t vmi_set_mem_event(vmi_instance_t vmi, addr_t gfn, vmi_mem_access_t access,
                           uint16_t slat_id);

/*
 * Waits until there is a request or @timeout ms have passed, runs the callbacks of
 * all requests on the ring and answers them. A timeout of 0 does not wait. The
 * time passing without an event is VMI_SUCCESS, as is a signal to this process, which
 * ends the wait at once; that the target is gone or shut
 * down, or that a request was bad, is VMI_FAILURE (tvmi_last_fault() tells).
 */
status_t vmi_events_listen(vmi_instance_t vmi, uint32_t timeout);

/* Requests on the ring, or -1 when there is no ring. */
int vmi_are_events_pending(vmi_instance_t vmi);

#endif
