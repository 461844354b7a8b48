/*
 * events.c - from the ring to the callbacks and back.
 *
 * Requests and answers: xen/vm_event.h. A vcpu whose request has VCPU_PAUSED
 * waits until the answer has it as well; an answer with the flag for a vcpu that
 * does not wait is ignored by Xen. So the flag is handed back as it came, and the
 * counts of pauses stay right.
 */
#include "events_inside.h"

#include <xen/errno.h>

_Static_assert(sizeof(x86_registers_t) == sizeof(struct vm_event_regs_x86) &&
               offsetof(x86_registers_t, rip) == offsetof(struct vm_event_regs_x86, rip) &&
               offsetof(x86_registers_t, cr3) == offsetof(struct vm_event_regs_x86, cr3) &&
               offsetof(x86_registers_t, fs_base) == offsetof(struct vm_event_regs_x86, fs_base) &&
               offsetof(x86_registers_t, shadow_gs) == offsetof(struct vm_event_regs_x86, shadow_gs),
               "registers are Xen's");

#define TRAP_DEBUG      1
#define TRAP_BREAKPOINT 3

/* Flags of a request that belong in its answer. */
#define KEPT_FLAGS (VM_EVENT_FLAG_VCPU_PAUSED | VM_EVENT_FLAG_ALTERNATE_P2M)

/* Flags of an answer that Xen applies when the vcpu goes on. */
#define LATE_FLAGS (VM_EVENT_FLAG_SET_REGISTERS | VM_EVENT_FLAG_EMULATE)

/* A write that is an event: Xen makes it when the vcpu goes on, whatever the answer says. */
static bool is_late_write(const vm_event_request_t *req)
{
    return (req->flags & VM_EVENT_FLAG_VCPU_PAUSED) &&
           (req->reason == VM_EVENT_REASON_WRITE_CTRLREG ||
            req->reason == VM_EVENT_REASON_MOV_TO_MSR);
}

/* --- answers --------------------------------------------------------------- */

static const struct {
    event_response_t response;
    uint32_t flags;
} response_flags[] = {
    {VMI_EVENT_RESPONSE_SET_REGISTERS, VM_EVENT_FLAG_SET_REGISTERS},
    {VMI_EVENT_RESPONSE_EMULATE, VM_EVENT_FLAG_EMULATE},
    {VMI_EVENT_RESPONSE_EMULATE_NOWRITE, VM_EVENT_FLAG_EMULATE | VM_EVENT_FLAG_EMULATE_NOWRITE},
    {VMI_EVENT_RESPONSE_TOGGLE_SINGLESTEP, VM_EVENT_FLAG_TOGGLE_SINGLESTEP},
};

static void note_bad(struct vmi_instance *vmi, const char *reason, uint64_t value)
{
    struct vmi_events *e = vmi->events;

    e->stats.bad++;
    if (!e->error)
        e->error = vmi_fault(vmi, -XEN_EBADMSG, reason, 0, 0, value);
}

static uint32_t flags_of(struct vmi_instance *vmi, event_response_t response)
{
    uint32_t flags = 0;

    if (response == VMI_EVENT_RESPONSE_SET_REGISTERS) /* or none: nearly every answer */
        return VM_EVENT_FLAG_SET_REGISTERS;
    for (size_t i = 0; response && i < sizeof(response_flags) / sizeof(response_flags[0]); i++) {
        if (response & response_flags[i].response)
            flags |= response_flags[i].flags;
        response &= ~response_flags[i].response;
    }
    if (response)
        note_bad(vmi, "a callback's response is not supported", response);
    return flags;
}

/*
 * Runs a callback; its answer is in the request's place. The event is registered, and so
 * not the user's to free, until the ring is empty: events_clear_late().
 */
static void deliver(struct vmi_instance *vmi, vmi_event_t *event, vm_event_request_t *req)
{
    struct vmi_events *e = vmi->events;
    const struct vm_event_regs_x86 *regs = &req->data.regs.x86;

    event->vcpu_id = req->vcpu_id;
    event->slat_id = req->altp2m_idx;
    event->page_mode = vmi_mode_of(regs->cr0, regs->cr4, regs->msr_efer);
    event->x86_regs = (x86_registers_t *)&req->data.regs.x86;
    e->in_callback = true;
    req->flags |= flags_of(vmi, event->callback(vmi, event));
    e->in_callback = false;
}

static void reinject(struct vmi_instance *vmi, const vm_event_request_t *req, uint8_t vector,
                     const struct vm_event_debug *d)
{
    struct plat_exception exception = {
        .vcpu = req->vcpu_id,
        .vector = vector,
        .type = d->type,
        .insn_length = (uint8_t)d->insn_length,
    };
    int error = plat_inject(vmi->platform, &exception);

    if (error && !vmi->events->error)
        vmi->events->error = vmi_fault(vmi, error, "exception cannot be given back to the vcpu",
                                       0, 0, vector);
}

/* --- kinds ------------------------------------------------------------------ */

static void on_cpuid(struct vmi_instance *vmi, vm_event_request_t *req)
{
    vmi_event_t *event = vmi->events->cpuid;

    if (!event) {
        /* The results are in the registers. */
        vmi->events->stats.unclaimed++;
        req->data.regs.x86.rip += req->u.cpuid.insn_length;
        req->flags |= VM_EVENT_FLAG_SET_REGISTERS;
        return;
    }
    event->cpuid_event.insn_length = req->u.cpuid.insn_length;
    event->cpuid_event.leaf = req->u.cpuid.leaf;
    event->cpuid_event.subleaf = req->u.cpuid.subleaf;
    deliver(vmi, event, req);
}

static void on_register(struct vmi_instance *vmi, vmi_event_t *event, vm_event_request_t *req,
                        uint64_t value, uint64_t previous)
{
    if (!event) {
        vmi->events->stats.unclaimed++;
        return;
    }
    if (event->reg_event.equal && event->reg_event.equal != value)
        return;
    event->reg_event.out_access = VMI_REGACCESS_W;
    event->reg_event.value = value;
    event->reg_event.previous = previous;
    deliver(vmi, event, req);
}

static void on_ctrlreg(struct vmi_instance *vmi, vm_event_request_t *req)
{
    const struct vm_event_write_ctrlreg *w = &req->u.write_ctrlreg;

    if (w->index > VM_EVENT_X86_XCR0) {
        note_bad(vmi, "request names no control register", w->index);
        return;
    }
    on_register(vmi, vmi->events->ctrlreg[w->index], req, w->new_value, w->old_value);
}

int events_find_msr(const struct vmi_events *e, uint32_t msr)
{
    for (int i = 0; i < EVENT_MSRS; i++) {
        if (e->msrs[i] && e->msr_numbers[i] == msr)
            return i;
    }
    return -1;
}

static void on_msr(struct vmi_instance *vmi, vm_event_request_t *req)
{
    const struct vm_event_mov_to_msr *w = &req->u.mov_to_msr;
    int i = events_find_msr(vmi->events, (uint32_t)w->msr);
    vmi_event_t *event = i < 0 ? NULL : vmi->events->msrs[i];

    if (event)
        event->reg_event.msr = (uint32_t)w->msr;
    on_register(vmi, event, req, w->new_value, w->old_value);
}

static void on_debug(struct vmi_instance *vmi, vm_event_request_t *req)
{
    const struct vm_event_debug *d = &req->u.debug_exception;
    vmi_event_t *event = vmi->events->debug;
    uint64_t rip = req->data.regs.x86.rip;

    if (!event) {
        vmi->events->stats.unclaimed++;
        reinject(vmi, req, TRAP_DEBUG, d);
        return;
    }
    event->debug_event = (debug_event_t){
        .gla = rip, .gfn = d->gfn, .offset = rip & 0xfff,
        .insn_length = d->insn_length, .type = d->type, .reinject = -1,
    };
    deliver(vmi, event, req);
    if (event->debug_event.reinject < 0)
        note_bad(vmi, "a callback did not say whether to reinject", req->reason);
    if (event->debug_event.reinject)
        reinject(vmi, req, TRAP_DEBUG, d);
}

static void on_breakpoint(struct vmi_instance *vmi, vm_event_request_t *req)
{
    const struct vm_event_debug *d = &req->u.software_breakpoint;
    vmi_event_t *event = vmi->events->interrupt;
    uint64_t rip = req->data.regs.x86.rip;

    if (!event) {
        vmi->events->stats.unclaimed++;
        reinject(vmi, req, TRAP_BREAKPOINT, d);
        return;
    }
    event->interrupt_event.insn_length = d->insn_length;
    event->interrupt_event.reinject = -1;
    event->interrupt_event.gla = rip;
    event->interrupt_event.gfn = d->gfn;
    event->interrupt_event.offset = rip & 0xfff;
    deliver(vmi, event, req);
    if (event->interrupt_event.reinject < 0)
        note_bad(vmi, "a callback did not say whether to reinject", req->reason);
    if (event->interrupt_event.reinject)
        reinject(vmi, req, TRAP_BREAKPOINT, d);
}

static void on_single_step(struct vmi_instance *vmi, vm_event_request_t *req)
{
    vmi_event_t *event = vmi->events->single_step;
    uint64_t rip = req->data.regs.x86.rip;

    if (!event || !events_steps(event, req->vcpu_id)) {
        vmi->events->stats.unclaimed++;
        if (req->vcpu_id >= 32 || !(vmi->events->stopped & 1u << req->vcpu_id))
            req->flags |= VM_EVENT_FLAG_TOGGLE_SINGLESTEP;
        return;
    }
    event->ss_event.gla = rip;
    event->ss_event.gfn = req->u.singlestep.gfn;
    event->ss_event.offset = rip & 0xfff;
    deliver(vmi, event, req);
}

static void on_descriptor(struct vmi_instance *vmi, vm_event_request_t *req)
{
    vmi_event_t *event = vmi->events->descriptor;

    if (!event) {
        vmi->events->stats.unclaimed++;
        req->flags |= VM_EVENT_FLAG_EMULATE;
        return;
    }
    event->descriptor_event.exit_info = req->u.desc_access.arch.vmx.instr_info;
    event->descriptor_event.descriptor = req->u.desc_access.descriptor;
    event->descriptor_event.is_write = req->u.desc_access.is_write;
    deliver(vmi, event, req);
}

static void on_plain(struct vmi_instance *vmi, vmi_event_t *event, vm_event_request_t *req)
{
    if (event)
        deliver(vmi, event, req);
    else
        vmi->events->stats.unclaimed++;
}

static vmi_event_t *page_listener(const struct vmi_events *e, uint64_t gfn, vmi_mem_access_t access)
{
    for (int i = 0; i < EVENT_PAGES; i++) {
        if (e->pages[i] && e->pages[i]->mem_event.gfn == gfn)
            return e->pages[i];
    }
    return e->generic_page && (e->generic_page->mem_event.in_access & access) ? e->generic_page
                                                                             : NULL;
}

static void on_memory(struct vmi_instance *vmi, vm_event_request_t *req)
{
    const struct vm_event_mem_access *a = &req->u.mem_access;
    vmi_mem_access_t access = (a->flags & MEM_ACCESS_R ? VMI_MEMACCESS_R : 0) |
                              (a->flags & MEM_ACCESS_W ? VMI_MEMACCESS_W : 0) |
                              (a->flags & MEM_ACCESS_X ? VMI_MEMACCESS_X : 0);
    vmi_event_t *event = page_listener(vmi->events, a->gfn, access);

    if (!event) {
        vmi->events->stats.unclaimed++;
        req->flags |= VM_EVENT_FLAG_EMULATE;
        return;
    }
    event->mem_event.gfn = a->gfn;
    event->mem_event.out_access = access;
    event->mem_event.gptw = !!(a->flags & MEM_ACCESS_FAULT_IN_GPT);
    event->mem_event.gla_valid = !!(a->flags & MEM_ACCESS_GLA_VALID);
    event->mem_event.gla = a->gla;
    event->mem_event.offset = a->offset;
    deliver(vmi, event, req);
    if (event->mem_event.generic)
        event->mem_event.gfn = ~0ull;
}

static void on_guest_request(struct vmi_instance *vmi, vm_event_request_t *req)
{
    on_plain(vmi, vmi->events->guest_request, req);
}

static void on_privcall(struct vmi_instance *vmi, vm_event_request_t *req)
{
    vmi_event_t *event = vmi->events->privcall;

    if (event) {
        event->privcall_event.gla = req->data.regs.x86.rip;
        event->privcall_event.offset = req->data.regs.x86.rip & 0xfff;
    }
    on_plain(vmi, event, req);
}

static void (*const kinds[])(struct vmi_instance *, vm_event_request_t *) = {
    [VM_EVENT_REASON_MEM_ACCESS] = on_memory,
    [VM_EVENT_REASON_WRITE_CTRLREG] = on_ctrlreg,
    [VM_EVENT_REASON_MOV_TO_MSR] = on_msr,
    [VM_EVENT_REASON_SOFTWARE_BREAKPOINT] = on_breakpoint,
    [VM_EVENT_REASON_SINGLESTEP] = on_single_step,
    [VM_EVENT_REASON_GUEST_REQUEST] = on_guest_request,
    [VM_EVENT_REASON_DEBUG_EXCEPTION] = on_debug,
    [VM_EVENT_REASON_CPUID] = on_cpuid,
    [VM_EVENT_REASON_PRIVILEGED_CALL] = on_privcall,
    [VM_EVENT_REASON_DESCRIPTOR_ACCESS] = on_descriptor,
};

/* --- the ring ---------------------------------------------------------------- */

/* Turns a request, which is a copy, into its answer. */
static void answer(struct vmi_instance *vmi, vm_event_request_t *req)
{
    struct vmi_events *e = vmi->events;
    uint32_t vcpu = req->vcpu_id;

    if (req->version != VM_EVENT_INTERFACE_VERSION) {
        /* Where anything stands in it is not known, so no vcpu is resumed. */
        note_bad(vmi, "request has another version of the interface", req->version);
        req->version = VM_EVENT_INTERFACE_VERSION;
        req->flags = 0;
        return;
    }
    req->flags &= KEPT_FLAGS;
    if (vcpu >= e->vcpus) {
        note_bad(vmi, "request names a vcpu that the target does not have", vcpu);
        req->flags = 0;
        return;
    }
    if (req->reason >= sizeof(kinds) / sizeof(kinds[0]) || !kinds[req->reason]) {
        note_bad(vmi, "request has a reason that is not known", req->reason);
        return;
    }
    kinds[req->reason](vmi, req);
    e->unsettled[vcpu].waiting = (req->flags & LATE_FLAGS) || is_late_write(req);
}

unsigned int events_drain(struct vmi_instance *vmi, bool notify_each)
{
    struct vmi_events *e = vmi->events;
    union vm_event_sring_entry *slot;
    unsigned int done = 0;
    uint32_t pending;

    while ((pending = event_ring_pending(&e->ring))) {
        if (pending > EVENT_RING_SLOTS) {
            note_bad(vmi, "ring is broken: more requests than slots", pending);
            break;
        }
        slot = event_ring_slot(&e->ring);
        event_ring_request(slot, &e->request);
        answer(vmi, &e->request);
        event_ring_answer(&e->ring, slot, &e->request);
        e->unannounced++;
        done++;
        if (notify_each && event_ring_pending(&e->ring)) {
            int error = events_announce(vmi);

            if (error && !e->error)
                e->error = error;
        }
    }
    e->stats.requests += done;
    e->stats.responses += done;
    return done;
}

int events_announce(struct vmi_instance *vmi)
{
    struct vmi_events *e = vmi->events;
    int error;

    if (!e->unannounced)
        return 0;
    e->unannounced = 0;
    e->stats.notifications++;
    error = plat_events_notify(e->below);
    return error ? vmi_fault(vmi, error, "Xen cannot be notified", 0, 0, 0) : 0;
}

int events_target_alive(struct vmi_instance *vmi)
{
    struct plat_domain_state state;
    int error = plat_domain_state(vmi->platform, &state);

    if (error)
        return vmi_fault(vmi, -XEN_ESRCH, "target is gone", 0, 0, vmi->domid);
    if (state.dying)
        return vmi_fault(vmi, -XEN_ESRCH, "target is being destroyed", 0, 0, vmi->domid);
    if (state.shut_down)
        return vmi_fault(vmi, -XEN_ESRCH, "target is shut down", 0, 0, vmi->domid);
    vmi->events->target_paused = state.paused;
    return 0;
}

/* --- listening ------------------------------------------------------------------ */

/* Waits for requests, with the answers so far going to Xen first. */
static int wait_for_requests(struct vmi_instance *vmi, enum plat_wait how, uint32_t timeout_ms)
{
    struct vmi_events *e = vmi->events;
    bool notify = e->unannounced;
    int error;

    e->unannounced = 0;
    e->stats.notifications += notify;
    e->stats.waits++;
    error = plat_events_wait(e->below, how, notify, event_ring_word(&e->ring), e->ring.taken,
                             timeout_ms);
    if (error == -XEN_ETIME) {
        int gone = events_target_alive(vmi);

        return gone ? gone
                    : vmi_fault(vmi, error, e->target_paused ? "no event in time: target is paused"
                                                             : "no event in time",
                                0, 0, timeout_ms);
    }
    if (error == -XEN_EAGAIN)
        return vmi_fault(vmi, error, "a signal ended the wait for events", 0, 0, 0);
    return error ? vmi_fault(vmi, error, "Xen cannot be waited for", 0, 0, 0) : 0;
}

/* Ends a drain: clears what its callbacks asked for, and gives its first error. */
static int end_drain(struct vmi_instance *vmi)
{
    struct vmi_events *e = vmi->events;
    int late = e->late ? events_clear_late(vmi) : 0;
    int error = e->error ? e->error : late;

    e->error = 0;
    return error;
}

/* A callback stands in the middle of a drain, which cannot begin or end below it. */
static int refuse_in_callback(struct vmi_instance *vmi)
{
    return vmi_fault(vmi, -XEN_EBUSY, "a callback cannot listen", 0, 0, 0);
}

int tvmi_events_run(vmi_instance_t vmi, const struct tvmi_listen *how)
{
    struct vmi_events *e = vmi->events;
    int error = 0;

    if (!e || !how->timeout_ms)
        return vmi_fault(vmi, -XEN_EINVAL, "nothing is listened for", 0, 0, 0);
    if (e->in_callback)
        return refuse_in_callback(vmi);
    e->stop = false;
    while (!error && !e->stop) {
        uint64_t seen;
        unsigned int n;

        error = wait_for_requests(vmi, how->wait, how->timeout_ms);
        if (error)
            break;
        seen = how->answered ? plat_clock() : 0;
        n = events_drain(vmi, how->notify_each);
        if (how->answered)
            how->answered(how->context, seen, n);
        error = end_drain(vmi);
    }
    if (e->unannounced) {
        int late = events_announce(vmi);

        error = error ? error : late;
    }
    return error;
}

void tvmi_events_stop(vmi_instance_t vmi)
{
    if (vmi->events)
        vmi->events->stop = true;
}

status_t vmi_events_listen(vmi_instance_t vmi, uint32_t timeout)
{
    struct vmi_events *e = vmi->events;
    int error = 0, late;

    if (!e) {
        vmi_fault(vmi, -XEN_EINVAL, "nothing is listened for", 0, 0, 0);
        return VMI_FAILURE;
    }
    if (e->in_callback) {
        refuse_in_callback(vmi);
        return VMI_FAILURE;
    }
    if (timeout)
        error = wait_for_requests(vmi, PLAT_WAIT_ADAPTIVE, timeout);
    if (error == -XEN_ETIME || error == -XEN_EAGAIN)
        return VMI_SUCCESS;
    if (!error) {
        (void)events_drain(vmi, false);
        error = end_drain(vmi);
    }
    late = events_announce(vmi);
    return error || late ? VMI_FAILURE : VMI_SUCCESS;
}

int vmi_are_events_pending(vmi_instance_t vmi)
{
    return vmi->events ? (int)event_ring_pending(&vmi->events->ring) : -1;
}

void tvmi_events_stats(vmi_instance_t vmi, struct tvmi_event_stats *out)
{
    *out = vmi->events ? vmi->events->stats : (struct tvmi_event_stats){0};
}
