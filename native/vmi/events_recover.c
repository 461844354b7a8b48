/*
 * events_recover.c - a target whose listener died.
 *
 * Xen goes on counting a vcpu that waits for an answer as paused when the ring
 * goes, and takes answers from a ring only. So a new ring is made, an answer put
 * on it for every vcpu, and the ring taken away again. Xen ignores the answer of a
 * vcpu that does not wait.
 *
 * What the dead listener's request was is lost with its ring, so that what the vcpu
 * does next has to be made good by where it goes on:
 *   CPUID      Xen has put the results in the registers but left rip at the
 *              instruction, which would be executed a second time with its results
 *              as its arguments: the vcpu is moved past it.
 *   CR3, MSRs  The vcpu is past the instruction, and Xen (4.17) has the value to write
 *              in a place that it frees when the ring is disabled
 *              (vm_event_cleanup_domain() in xen/arch/x86/vm_event.c). Its operands
 *              are still in the registers: the vcpu is moved back, and writes again.
 *              To make the same write twice would do no harm.
 * A vcpu is moved by its answer, which Xen applies only if no memory leaves the target in
 * between: hence a ring of its own kind (plat_events_replace()), and a target that is
 * paused while it is written.
 */
#include "events_inside.h"

#include <xen/errno.h>

#define CPUID_LENGTH   2
#define MOV_CR3_LENGTH 3
#define WRMSR_LENGTH   2

#define RECOVER_LOOKS 20
#define RECOVER_MS    10

static bool read_code(struct vmi_instance *vmi, const struct plat_vcpu *regs, uint64_t from,
                      uint8_t *code, size_t n)
{
    access_context_t ctx = {
        .version = ACCESS_CONTEXT_VERSION,
        .tm = VMI_TM_PROCESS_DTB,
        .pt = regs->cr3,
        .addr = from,
    };

    return vmi_read(vmi, &ctx, n, code, NULL) == VMI_SUCCESS;
}

/*
 * Where the vcpu has to go on; false when that is where it stands. Opcodes: AMD64
 * Architecture Programmer's Manual, volume 3. MOV to CR3 is 0f 22 with 3 in the reg field;
 * whether a byte before it that could be a REX prefix is one cannot be known, and such a
 * vcpu is left where it is.
 */
static bool find_way_on(struct vmi_instance *vmi, const struct plat_vcpu *regs,
                        enum tvmi_waits waits, uint64_t *rip)
{
    uint8_t code[1 + MOV_CR3_LENGTH];

    switch (waits) {
    case TVMI_WAITS_AT_CPUID:
        *rip = regs->rip + CPUID_LENGTH;
        return read_code(vmi, regs, regs->rip, code, CPUID_LENGTH) && code[0] == 0x0f &&
               code[1] == 0xa2;
    case TVMI_WAITS_AFTER_CR3:
        *rip = regs->rip - MOV_CR3_LENGTH;
        return read_code(vmi, regs, *rip - 1, code, sizeof(code)) && (code[0] & 0xf0) != 0x40 &&
               code[1] == 0x0f && code[2] == 0x22 && (code[3] & 0x38) == 0x18;
    case TVMI_WAITS_AFTER_MSR:
        *rip = regs->rip - WRMSR_LENGTH;
        return read_code(vmi, regs, *rip, code, WRMSR_LENGTH) && code[0] == 0x0f &&
               code[1] == 0x30;
    default:
        return false;
    }
}

static void set_registers(vm_event_response_t *rsp, const struct plat_vcpu *regs, uint64_t rip)
{
    struct vm_event_regs_x86 *to = &rsp->data.regs.x86;

    rsp->flags |= VM_EVENT_FLAG_SET_REGISTERS;
    to->rax = regs->rax;
    to->rbx = regs->rbx;
    to->rcx = regs->rcx;
    to->rdx = regs->rdx;
    to->rsi = regs->rsi;
    to->rdi = regs->rdi;
    to->rbp = regs->rbp;
    to->rsp = regs->rsp;
    to->r8 = regs->r8;
    to->r9 = regs->r9;
    to->r10 = regs->r10;
    to->r11 = regs->r11;
    to->r12 = regs->r12;
    to->r13 = regs->r13;
    to->r14 = regs->r14;
    to->r15 = regs->r15;
    to->rflags = regs->rflags;
    to->rip = rip;
}

/*
 * Gives one vcpu its answer, whatever can be learned of it: without one it would stand
 * still for good. Notes whether the answer sets registers. *taken: Xen has the answer.
 */
static int release(struct vmi_instance *vmi, struct event_ring *ring, unsigned int vcpu,
                   enum tvmi_waits waits, struct event_unsettled *unsettled, bool *taken)
{
    vm_event_response_t rsp = {
        .version = VM_EVENT_INTERFACE_VERSION,
        .flags = VM_EVENT_FLAG_VCPU_PAUSED,
        .vcpu_id = vcpu,
    };
    struct plat_vcpu regs;
    uint64_t rip;
    int error = plat_vcpu_get(vmi->platform, vcpu, &regs);
    int resumed;

    if (events_vcpu_is_down(error))
        error = 0; /* it waits for nothing, and Xen ignores the answer */
    else if (error)
        vmi_fault(vmi, error, "registers of the vcpu cannot be read", 0, 0, vcpu);
    else if (find_way_on(vmi, &regs, waits, &rip)) {
        set_registers(&rsp, &regs, rip);
        unsettled->waiting = true;
    }
    event_ring_answer(ring, event_ring_slot(ring), &rsp);
    resumed = plat_events_resume(vmi->platform);
    *taken = !resumed;
    return resumed ? vmi_fault(vmi, resumed, "Xen does not take the answer", 0, 0, vcpu) : error;
}

/* Where a vcpu stands, as far as one look can tell it from another. */
static uint64_t place_of(struct vmi_instance *vmi, unsigned int vcpu)
{
    struct plat_vcpu regs;

    if (plat_vcpu_get(vmi->platform, vcpu, &regs))
        return 0;
    return regs.rip ^ regs.rsp << 16 ^ regs.rax << 32 ^ regs.rcx << 8 ^ regs.rdi << 24;
}

/*
 * What the listener answered before it died takes effect when its vcpu goes on,
 * and is lost if the ring goes before. So vcpus have time to come to the next
 * event, and to stand still there; those that have none are not waited for.
 */
static void let_vcpus_go_on(struct vmi_instance *vmi, unsigned int vcpus)
{
    uint64_t before[EVENT_VCPUS] = {0};
    bool moved = true;

    for (int looks = 0; moved && looks < RECOVER_LOOKS; looks++) {
        plat_sleep(RECOVER_MS);
        moved = false;
        for (unsigned int v = 0; v < vcpus; v++) {
            uint64_t now = place_of(vmi, v);

            moved |= now != before[v];
            before[v] = now;
        }
    }
}

/*
 * With the target paused: a new ring, and an answer on it for every vcpu. *answered: Xen has
 * all of them. The first error.
 */
static int release_all(struct vmi_instance *vmi, void **page, enum tvmi_waits waits,
                       struct event_unsettled *unsettled, unsigned int vcpus, bool *answered)
{
    struct event_ring ring;
    int error = plat_events_replace(vmi->platform, page);

    *answered = false;
    if (error)
        return vmi_fault(vmi, error, "ring cannot be replaced", 0, 0, vmi->domid);
    event_ring_init(&ring, *page);
    error = events_note_time(vmi, unsettled, vcpus);
    *answered = true;
    for (unsigned int v = 0; *answered && v < vcpus; v++) {
        int one = release(vmi, &ring, v, waits, &unsettled[v], answered);

        error = error ? error : one;
    }
    return error;
}

/* With the target running: takes the new ring away. */
static int remove_ring(struct vmi_instance *vmi, void *page, struct event_unsettled *unsettled,
                       unsigned int vcpus)
{
    int settled = events_settle(vmi, unsettled, vcpus);
    int error = plat_events_remove(vmi->platform, page);

    if (error)
        return vmi_fault(vmi, error, "ring cannot be taken away", 0, 0, vmi->domid);
    /* The page is the target's: a ring that stays would be the target's to write on. */
    if (settled)
        return vmi_fault(vmi, settled,
                         "vcpu does not go on, and its instruction (CPUID, or a write) will come "
                         "out wrong: is the target paused?", 0, 0, vmi->domid);
    return 0;
}

int tvmi_events_recover(vmi_instance_t vmi, enum tvmi_waits waits)
{
    struct event_unsettled unsettled[EVENT_VCPUS] = {0};
    struct plat_domain_state state;
    unsigned int vcpus;
    void *page = NULL;
    bool answered;
    int error = plat_events_resume(vmi->platform), late;

    if (error)
        return vmi_fault(vmi, error, "there is no ring to take away", 0, 0, vmi->domid);
    error = plat_domain_state(vmi->platform, &state);
    if (error)
        return vmi_fault(vmi, error, "state of the target cannot be asked for", 0, 0, vmi->domid);
    if (state.paused)
        return vmi_fault(vmi, -XEN_EBUSY, "target is paused: it must run to go on", 0, 0,
                         vmi->domid);
    vcpus = state.vcpus < EVENT_VCPUS ? state.vcpus : EVENT_VCPUS;
    let_vcpus_go_on(vmi, vcpus);

    error = plat_pause(vmi->platform);
    if (error)
        return vmi_fault(vmi, error, "target cannot be paused", 0, 0, vmi->domid);
    error = release_all(vmi, &page, waits, unsettled, vcpus, &answered);
    late = plat_unpause(vmi->platform);
    if (late)
        late = vmi_fault(vmi, late, "target cannot be unpaused", 0, 0, vmi->domid);
    error = error ? error : late;
    /* A ring whose vcpus wait stays, and is found the next time. */
    late = page && answered ? remove_ring(vmi, page, unsettled, vcpus) : 0;
    return error ? error : late;
}
