/*
 * events_register.c - who listens to what, and the life of the ring.
 *
 * MSR numbers: AMD64 Architecture Programmer's Manual, volume 2, appendix A.
 */
#include "events_inside.h"

#include <xen/errno.h>
#include <xen/memory.h>

/* How often a vcpu is looked at until it went on: once a millisecond. */
#define SETTLE_LOOKS 2000

static const struct {
    reg_t reg;
    uint32_t msr;
} msr_numbers[] = {
    {MSR_EFER, 0xc0000080},           {MSR_STAR, 0xc0000081},
    {MSR_LSTAR, 0xc0000082},          {MSR_CSTAR, 0xc0000083},
    {MSR_SYSCALL_MASK, 0xc0000084},   {FS_BASE, 0xc0000100},
    {GS_BASE, 0xc0000101},            {MSR_SHADOW_GS_BASE, 0xc0000102},
    {MSR_IA32_SYSENTER_CS, 0x174},    {MSR_IA32_SYSENTER_ESP, 0x175},
    {MSR_IA32_SYSENTER_EIP, 0x176},
};

static bool msr_of(const reg_event_t *event, uint32_t *msr)
{
    if (event->reg == MSR_ANY) {
        *msr = event->msr;
        return true;
    }
    for (size_t i = 0; i < sizeof(msr_numbers) / sizeof(msr_numbers[0]); i++) {
        if (msr_numbers[i].reg == event->reg) {
            *msr = msr_numbers[i].msr;
            return true;
        }
    }
    return false;
}

/* --- the ring's life ---------------------------------------------------------- */

int events_open(struct vmi_instance *vmi)
{
    struct plat_domain_state state;
    struct vmi_events *e;
    void *page;
    int error;

    if (vmi->events)
        return 0;
    e = plat_alloc(sizeof(*e));
    if (!e)
        return vmi_fault(vmi, -XEN_ENOMEM, "no memory for a listener", 0, 0, 0);
    error = plat_domain_state(vmi->platform, &state);
    if (error) {
        vmi_fault(vmi, error, "state of the target cannot be asked for", 0, 0, vmi->domid);
    } else {
        error = plat_events_open(vmi->platform, &e->below, &page);
        if (error == -XEN_EBUSY)
            vmi_fault(vmi, error, "target has a listener already", 0, 0, vmi->domid);
        else if (error)
            vmi_fault(vmi, error, "ring of events cannot be made", 0, 0, vmi->domid);
    }
    if (!error) {
        error = plat_monitor_capabilities(vmi->platform, &e->capabilities);
        if (error) {
            (void)plat_events_close(e->below);
            vmi_fault(vmi, error, "kinds of event cannot be asked for", 0, 0, vmi->domid);
        }
    }
    if (error) {
        plat_free(e);
        return error;
    }
    e->vcpus = state.vcpus < EVENT_VCPUS ? state.vcpus : EVENT_VCPUS;
    event_ring_init(&e->ring, page);
    vmi->events = e;
    return 0;
}

int events_note_time(struct vmi_instance *vmi, struct event_unsettled *of, unsigned int vcpus)
{
    for (unsigned int v = 0; v < vcpus; v++) {
        struct plat_vcpu regs;
        struct plat_vcpu_time time;
        int error = plat_vcpu_get(vmi->platform, v, &regs);

        if (!error || events_vcpu_is_down(error))
            error = plat_vcpu_time(vmi->platform, v, &time);
        if (!error)
            of[v].ran_ns = time.ran_ns;
        else if (error != -XEN_ESRCH) /* a number between those of the target's vcpus */
            return vmi_fault(vmi, error, "time of the vcpu cannot be read", 0, 0, v);
    }
    return 0;
}

int events_settle(struct vmi_instance *vmi, struct event_unsettled *of, unsigned int vcpus)
{
    for (unsigned int v = 0; v < vcpus; v++) {
        for (unsigned int looks = 0; of[v].waiting; looks++) {
            struct plat_vcpu_time time;
            int error = plat_vcpu_time(vmi->platform, v, &time);

            if (error)
                return vmi_fault(vmi, error, "time of the vcpu cannot be read", 0, 0, v);
            if (time.idle || time.ran_ns != of[v].ran_ns)
                of[v].waiting = false;
            else if (looks == SETTLE_LOOKS)
                return vmi_fault(vmi, -XEN_EBUSY,
                                 "vcpu does not go on, and the ring stays: is the target paused?",
                                 0, 0, v);
            else
                plat_sleep(1);
        }
    }
    return 0;
}

static int switch_kind(struct vmi_instance *vmi, enum plat_monitor_kind kind, uint32_t index,
                       const vmi_event_t *event, bool enable)
{
    struct plat_monitor m = {.kind = kind, .enable = enable, .sync = true, .index = index};
    int error;

    if (event->type == VMI_EVENT_REGISTER) {
        m.sync = !event->reg_event.async;
        m.onchange = event->reg_event.onchange;
    }
    if (!(vmi->events->capabilities & 1u << kind))
        return vmi_fault(vmi, -XEN_EOPNOTSUPP, "Xen does not offer this kind of event here", 0, 0,
                         kind);
    error = plat_monitor(vmi->platform, &m);
    return error ? vmi_fault(vmi, error, enable ? "kind of event cannot be switched on"
                                                : "kind of event cannot be switched off", 0, 0,
                             kind)
                 : 0;
}

/* --- places of listeners -------------------------------------------------------- */

/* Where a listener stands and what has to be switched for it. */
struct place {
    vmi_event_t **slot;
    enum plat_monitor_kind kind;
    uint32_t index;   /* control register or MSR */
    uint32_t *number; /* of an MSR's place */
};

static bool register_place(struct vmi_events *e, const vmi_event_t *event, struct place *p)
{
    uint32_t msr;
    int i;

    switch (event->reg_event.reg) {
    case CR0:
        p->index = VM_EVENT_X86_CR0;
        break;
    case CR3:
        p->index = VM_EVENT_X86_CR3;
        break;
    case CR4:
        p->index = VM_EVENT_X86_CR4;
        break;
    case XCR0:
        p->index = VM_EVENT_X86_XCR0;
        break;
    default:
        if (!msr_of(&event->reg_event, &msr))
            return false;
        i = events_find_msr(e, msr);
        for (int free = 0; i < 0 && free < EVENT_MSRS; free++) {
            if (!e->msrs[free])
                i = free;
        }
        if (i < 0)
            return false;
        *p = (struct place){&e->msrs[i], PLAT_MONITOR_MSR, msr, &e->msr_numbers[i]};
        return true;
    }
    p->kind = PLAT_MONITOR_CTRLREG;
    p->slot = &e->ctrlreg[p->index];
    return true;
}

static bool find_place(struct vmi_events *e, const vmi_event_t *event, struct place *p)
{
    *p = (struct place){0};
    switch (event->type) {
    case VMI_EVENT_REGISTER:
        return event->reg_event.in_access == VMI_REGACCESS_W && register_place(e, event, p);
    case VMI_EVENT_SINGLESTEP:
        *p = (struct place){.slot = &e->single_step, .kind = PLAT_MONITOR_SINGLESTEP};
        return true;
    case VMI_EVENT_INTERRUPT:
        *p = (struct place){.slot = &e->interrupt, .kind = PLAT_MONITOR_BREAKPOINT};
        return event->interrupt_event.intr == INT3;
    case VMI_EVENT_GUEST_REQUEST:
        *p = (struct place){.slot = &e->guest_request, .kind = PLAT_MONITOR_GUEST_REQUEST};
        return true;
    case VMI_EVENT_CPUID:
        *p = (struct place){.slot = &e->cpuid, .kind = PLAT_MONITOR_CPUID};
        return true;
    case VMI_EVENT_DEBUG_EXCEPTION:
        *p = (struct place){.slot = &e->debug, .kind = PLAT_MONITOR_DEBUG};
        return true;
    case VMI_EVENT_PRIVILEGED_CALL:
        *p = (struct place){.slot = &e->privcall, .kind = PLAT_MONITOR_PRIVCALL};
        return true;
    case VMI_EVENT_DESCRIPTOR_ACCESS:
        *p = (struct place){.slot = &e->descriptor, .kind = PLAT_MONITOR_DESCRIPTOR};
        return true;
    default:
        return false;
    }
}

/* --- memory ------------------------------------------------------------------------ */

/* Accesses that stay allowed when those of @events are events: xen/memory.h. */
static uint8_t allowed_besides(vmi_mem_access_t events)
{
    static const uint8_t allowed[] = {
        [0] = XENMEM_access_rwx,
        [VMI_MEMACCESS_R] = XENMEM_access_wx,
        [VMI_MEMACCESS_W] = XENMEM_access_rx,
        [VMI_MEMACCESS_X] = XENMEM_access_rw,
        [VMI_MEMACCESS_RW] = XENMEM_access_x,
        [VMI_MEMACCESS_RX] = XENMEM_access_w,
        [VMI_MEMACCESS_WX] = XENMEM_access_r,
        [VMI_MEMACCESS_RWX] = XENMEM_access_n,
    };

    return allowed[events & VMI_MEMACCESS_RWX];
}

static int set_access(struct vmi_instance *vmi, addr_t gfn, vmi_mem_access_t access)
{
    int error = plat_mem_access(vmi->platform, gfn, 1, allowed_besides(access));

    return error ? vmi_fault(vmi, error, "access to the page cannot be set", 0, 0, gfn) : 0;
}

static vmi_event_t **page_slot(struct vmi_events *e, const vmi_event_t *event)
{
    if (event->mem_event.generic)
        return &e->generic_page;
    for (int i = 0; i < EVENT_PAGES; i++) {
        if (e->pages[i] && e->pages[i]->mem_event.gfn == event->mem_event.gfn)
            return &e->pages[i];
    }
    for (int i = 0; i < EVENT_PAGES; i++) {
        if (!e->pages[i])
            return &e->pages[i];
    }
    return NULL;
}

/* --- registering ----------------------------------------------------------------------- */

static int unknown(struct vmi_instance *vmi, const vmi_event_t *event)
{
    return vmi_fault(vmi, -XEN_EINVAL, "event of this kind cannot be listened for", 0, 0,
                     event->type);
}

static int register_page(struct vmi_instance *vmi, vmi_event_t *event)
{
    vmi_event_t **slot = page_slot(vmi->events, event);
    int error = 0;

    if (event->slat_id)
        return vmi_fault(vmi, -XEN_EOPNOTSUPP, "there is no view of memory but 0", 0, 0,
                         event->slat_id);
    if (!(event->mem_event.in_access & VMI_MEMACCESS_RWX) || !slot)
        return unknown(vmi, event);
    if (*slot)
        return vmi_fault(vmi, -XEN_EEXIST, "page has a listener already", 0, 0,
                         event->mem_event.gfn);
    if (!event->mem_event.generic)
        error = set_access(vmi, event->mem_event.gfn, event->mem_event.in_access);
    if (!error)
        *slot = event;
    return error;
}

/* Stops the vcpus that single-step because they were asked to at registration. */
static int stop_stepping(struct vmi_instance *vmi)
{
    struct vmi_events *e = vmi->events;
    int error = 0;

    for (unsigned int v = 0; e->stepping; v++) {
        if (!(e->stepping & 1u << v))
            continue;
        int late = plat_single_step(vmi->platform, v, false);

        e->stepping &= ~(1u << v);
        e->stopped |= 1u << v;
        if (late && !error)
            error = vmi_fault(vmi, late, "vcpu cannot be stopped from single-stepping", 0, 0, v);
    }
    return error;
}

/* Has the vcpus of an event single-step from now on. */
static int start_stepping(struct vmi_instance *vmi, const vmi_event_t *event)
{
    struct vmi_events *e = vmi->events;

    e->stopped = 0;
    for (unsigned int v = 0; event->ss_event.enable && v < e->vcpus; v++) {
        int error;

        if (!events_steps(event, v))
            continue;
        error = plat_single_step(vmi->platform, v, true);
        if (error) {
            (void)stop_stepping(vmi);
            return vmi_fault(vmi, error, "vcpu cannot be made to single-step", 0, 0, v);
        }
        e->stepping |= 1u << v;
    }
    return 0;
}

static int register_kind(struct vmi_instance *vmi, vmi_event_t *event)
{
    struct place p;
    int error;

    if (!find_place(vmi->events, event, &p))
        return unknown(vmi, event);
    if (*p.slot)
        return vmi_fault(vmi, -XEN_EEXIST, "kind of event has a listener already", 0, 0, p.kind);
    error = switch_kind(vmi, p.kind, p.index, event, true);
    if (error)
        return error;
    if (p.kind == PLAT_MONITOR_SINGLESTEP)
        error = start_stepping(vmi, event);
    if (error) {
        struct tvmi_fault first = vmi->fault;

        (void)switch_kind(vmi, p.kind, p.index, event, false);
        vmi->fault = first;
        return error;
    }
    if (p.number)
        *p.number = p.index;
    *p.slot = event;
    return 0;
}

status_t vmi_register_event(vmi_instance_t vmi, vmi_event_t *event)
{
    int error;

    if (!event || event->version != VMI_EVENTS_VERSION || !event->callback) {
        vmi_fault(vmi, -XEN_EINVAL, "event has no version or no callback", 0, 0, 0);
        return VMI_FAILURE;
    }
    if (events_open(vmi))
        return VMI_FAILURE;
    error = event->type == VMI_EVENT_MEMORY ? register_page(vmi, event)
                                            : register_kind(vmi, event);
    if (!error) {
        vmi->events->registered++;
        return VMI_SUCCESS;
    }
    if (!vmi->events->registered && !vmi->events->held && !vmi->events->in_callback) {
        struct tvmi_fault first = vmi->fault;

        (void)events_close(vmi);
        vmi->fault = first;
    }
    return VMI_FAILURE;
}

/* --- clearing ----------------------------------------------------------------------------- */

static int clear_page(struct vmi_instance *vmi, vmi_event_t *event)
{
    vmi_event_t **slot = page_slot(vmi->events, event);

    if (!slot || *slot != event)
        return vmi_fault(vmi, -XEN_ENOENT, "event is not registered", 0, 0, event->type);
    *slot = NULL;
    return event->mem_event.generic ? 0 : set_access(vmi, event->mem_event.gfn, 0);
}

static int clear_kind(struct vmi_instance *vmi, vmi_event_t *event)
{
    struct place p;
    int error, late = 0;

    if (!find_place(vmi->events, event, &p) || *p.slot != event)
        return vmi_fault(vmi, -XEN_ENOENT, "event is not registered", 0, 0, event->type);
    *p.slot = NULL;
    error = switch_kind(vmi, p.kind, p.index, event, false);
    if (p.kind == PLAT_MONITOR_SINGLESTEP)
        late = stop_stepping(vmi);
    return error ? error : late;
}

static int clear(struct vmi_instance *vmi, vmi_event_t *event)
{
    int error = event->type == VMI_EVENT_MEMORY ? clear_page(vmi, event) : clear_kind(vmi, event);

    if (error != -XEN_ENOENT)
        vmi->events->registered--;
    return error;
}

static bool is_registered(struct vmi_events *e, const vmi_event_t *event)
{
    struct place p;

    if (event->type == VMI_EVENT_MEMORY)
        p.slot = page_slot(e, event);
    else if (!find_place(e, event, &p))
        return false;
    return p.slot && *p.slot == event;
}

static bool is_late(const struct vmi_events *e, const vmi_event_t *event)
{
    for (unsigned int i = 0; i < e->late; i++) {
        if (e->late_of[i].event == event)
            return true;
    }
    return false;
}

/* Notes what a callback wants; a second time changes nothing. */
static status_t clear_later(struct vmi_instance *vmi, vmi_event_t *event,
                            vmi_event_free_t free_routine)
{
    struct vmi_events *e = vmi->events;

    if (is_late(e, event))
        return VMI_SUCCESS;
    if (!is_registered(e, event)) {
        vmi_fault(vmi, -XEN_ENOENT, "event is not registered", 0, 0, event->type);
        return VMI_FAILURE;
    }
    e->late_of[e->late++] = (struct event_late){event, free_routine};
    return VMI_SUCCESS;
}

int events_clear_late(struct vmi_instance *vmi)
{
    struct vmi_events *e = vmi->events;
    int pause = plat_pause(vmi->platform), error = 0;

    if (!pause)
        (void)events_drain(vmi, false);
    else if (pause != -XEN_EPERM && pause != -XEN_EACCES) /* those who may not, do without */
        error = vmi_fault(vmi, pause, "target cannot be paused", 0, 0, vmi->domid);

    /* What a free routine wants cleared comes after it. */
    e->in_callback = true;
    while (e->late) {
        struct event_late one = e->late_of[--e->late];
        int late = clear(vmi, one.event);

        if (one.free_routine)
            one.free_routine(one.event, late ? VMI_FAILURE : VMI_SUCCESS);
        error = error ? error : late;
    }
    e->in_callback = false;
    if (!pause)
        pause = plat_unpause(vmi->platform);
    else
        pause = 0;
    if (pause && !error)
        error = vmi_fault(vmi, pause, "target cannot be unpaused", 0, 0, vmi->domid);
    return error;
}

status_t vmi_clear_event(vmi_instance_t vmi, vmi_event_t *event, vmi_event_free_t free_routine)
{
    struct vmi_events *e = vmi->events;
    int error;

    if (!e || !event) {
        vmi_fault(vmi, -XEN_ENOENT, "event is not registered", 0, 0, 0);
        return VMI_FAILURE;
    }
    if (e->in_callback)
        return clear_later(vmi, event, free_routine);
    error = clear(vmi, event);
    if (error == -XEN_ENOENT)
        return VMI_FAILURE;
    if (!e->registered && !e->held) {
        int late = events_close(vmi);

        error = error ? error : late;
    }
    if (free_routine)
        free_routine(event, error ? VMI_FAILURE : VMI_SUCCESS);
    return error ? VMI_FAILURE : VMI_SUCCESS;
}

static void clear_all(struct vmi_instance *vmi)
{
    struct vmi_events *e = vmi->events;
    vmi_event_t **const single[] = {
        &e->ctrlreg[0], &e->ctrlreg[1], &e->ctrlreg[2], &e->ctrlreg[3], &e->single_step,
        &e->interrupt, &e->guest_request, &e->cpuid, &e->debug, &e->privcall, &e->descriptor,
    };

    for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++) {
        if (*single[i])
            (void)clear_kind(vmi, *single[i]);
    }
    for (int i = 0; i < EVENT_MSRS; i++) {
        if (e->msrs[i])
            (void)clear_kind(vmi, e->msrs[i]);
    }
    for (int i = 0; i < EVENT_PAGES; i++) {
        if (e->pages[i])
            (void)clear_page(vmi, e->pages[i]);
    }
    e->generic_page = NULL;
    e->registered = 0;
}

int events_close(struct vmi_instance *vmi)
{
    struct vmi_events *e = vmi->events;
    int error = 0, late;
    bool alive;

    if (!e)
        return 0;
    clear_all(vmi);
    alive = !events_target_alive(vmi);
    if (alive)
        error = events_note_time(vmi, e->unsettled, e->vcpus);
    (void)events_drain(vmi, false);
    late = events_announce(vmi);
    error = error ? error : late;
    if (!error && alive)
        error = events_settle(vmi, e->unsettled, e->vcpus);
    if (error == -XEN_EBUSY) {
        plat_events_leave(e->below);
        late = 0;
    } else {
        late = plat_events_close(e->below);
        if (late && !error)
            vmi_fault(vmi, late, "ring cannot be taken away", 0, 0, vmi->domid);
    }
    plat_free(e);
    vmi->events = NULL;
    return error ? error : late;
}

int tvmi_events_open(vmi_instance_t vmi)
{
    int error = events_open(vmi);

    if (!error)
        vmi->events->held = true;
    return error;
}

int tvmi_events_close(vmi_instance_t vmi)
{
    if (vmi->events && vmi->events->in_callback)
        return vmi_fault(vmi, -XEN_EBUSY, "a callback cannot take the ring away", 0, 0,
                         vmi->domid);
    return events_close(vmi);
}

/* --- questions ------------------------------------------------------------------------------ */

uint32_t vmi_events_version(void)
{
    return VMI_EVENTS_VERSION;
}

int tvmi_events_capabilities(vmi_instance_t vmi, uint32_t *kinds)
{
    int error = plat_monitor_capabilities(vmi->platform, kinds);

    return error ? vmi_fault(vmi, error, "kinds of event cannot be asked for", 0, 0, vmi->domid)
                 : 0;
}

int tvmi_events_memory_offered(vmi_instance_t vmi)
{
    return plat_mem_access_offered(vmi->platform);
}

vmi_event_t *vmi_get_reg_event(vmi_instance_t vmi, reg_t reg)
{
    vmi_event_t wanted = {
        .type = VMI_EVENT_REGISTER,
        .reg_event = {.reg = reg, .in_access = VMI_REGACCESS_W},
    };
    struct place p;

    return vmi->events && find_place(vmi->events, &wanted, &p) ? *p.slot : NULL;
}

vmi_event_t *vmi_get_mem_event(vmi_instance_t vmi, addr_t gfn, vmi_mem_access_t access)
{
    vmi_event_t wanted = {
        .type = VMI_EVENT_MEMORY,
        .mem_event = {.gfn = gfn, .generic = gfn == ~0ull},
    };
    vmi_event_t **slot = vmi->events ? page_slot(vmi->events, &wanted) : NULL;

    return slot && *slot && ((*slot)->mem_event.in_access & access) ? *slot : NULL;
}

vmi_event_t *vmi_get_singlestep_event(vmi_instance_t vmi, uint32_t vcpu)
{
    vmi_event_t *event = vmi->events ? vmi->events->single_step : NULL;

    return event && vcpu < 32 && CHECK_VCPU_SINGLESTEP(event->ss_event, vcpu) ? event : NULL;
}

status_t vmi_set_mem_event(vmi_instance_t vmi, addr_t gfn, vmi_mem_access_t access,
                           uint16_t slat_id)
{
    if (!vmi->events || !vmi->events->generic_page || slat_id) {
        vmi_fault(vmi, -XEN_EINVAL, "no generic event covers the page", 0, 0, gfn);
        return VMI_FAILURE;
    }
    return set_access(vmi, gfn, access) ? VMI_FAILURE : VMI_SUCCESS;
}
