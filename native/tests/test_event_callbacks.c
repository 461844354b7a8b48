/*
 * test_event_callbacks.c - what callbacks may do and what they are told: they take their
 * event back and it is freed, they call what they must not, they see the request as it was
 * however the ring changes below them; and who single-steps.
 */
#include <tvmi_events.h>

#include <stdlib.h>
#include <string.h>
#include <xen/errno.h>

#include "instance.h"
#include "memory.h"
#include "test.h"
#include "xen_end.h"

static vmi_instance_t vmi;
static vmi_event_t *event;
static unsigned int calls, freed, paused_when_freed;
static status_t free_status;

static void open_target(void)
{
    vmi = instance_open();
    calls = freed = 0;
    event = calloc(1, sizeof(*event));
    event->version = VMI_EVENTS_VERSION;
}

static void close_target(void)
{
    CHECK_EQ(vmi_destroy(vmi), VMI_SUCCESS);
    CHECK(!xen_end.open);
    CHECK_EQ(xen_end.enabled, 0);
    CHECK_EQ(memory.paused, 0);
}

/* An event is gone for good: what uses it later, ASan tells. */
static void free_event(vmi_event_t *e, status_t status)
{
    freed++;
    free_status = status;
    paused_when_freed = memory.paused;
    free(e);
}

static event_response_t clear_itself(vmi_instance_t from, vmi_event_t *e)
{
    calls++;
    CHECK_EQ(vmi_clear_event(from, e, free_event), VMI_SUCCESS);
    CHECK_EQ(freed, 0); /* the library uses it still */
    if (e->type == VMI_EVENT_DEBUG_EXCEPTION)
        e->debug_event.reinject = 1;
    if (e->type == VMI_EVENT_INTERRUPT)
        e->interrupt_event.reinject = 1;
    return VMI_EVENT_RESPONSE_NONE;
}

static void put(uint32_t reason)
{
    vm_event_request_t request = xen_end_request(reason);

    if (reason == VM_EVENT_REASON_MEM_ACCESS) {
        request.u.mem_access.gfn = 0x77;
        request.u.mem_access.flags = MEM_ACCESS_W;
    }
    xen_end_put(&request);
}

/* An event of every kind whose handling goes on after the callback, and of one where it does not. */
static void expect_cleared(uint32_t reason)
{
    event->callback = clear_itself;
    CHECK_EQ(vmi_register_event(vmi, event), VMI_SUCCESS);
    put(reason);
    put(reason);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(calls, 2); /* what was on the ring came to the callback */
    CHECK_EQ(freed, 1);
    CHECK_EQ(free_status, VMI_SUCCESS);
    CHECK_EQ(paused_when_freed, 1);
    CHECK_EQ(memory.paused, 0);
    CHECK_EQ(xen_end.answered, 2);
    CHECK_EQ(xen_end.enabled, 0);
    CHECK(xen_end.open); /* the ring stays: this was inside of a callback */

    put(reason); /* from before Xen switched it off: nobody's */
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(calls, 2);
    CHECK_EQ(xen_end.answered, 3);
    close_target();
    memory_reset();
}

static void cleared_in_a_callback(void)
{
    open_target();
    event->type = VMI_EVENT_DEBUG_EXCEPTION;
    expect_cleared(VM_EVENT_REASON_DEBUG_EXCEPTION);
    open_target();
    SETUP_INTERRUPT_EVENT(event, clear_itself);
    expect_cleared(VM_EVENT_REASON_SOFTWARE_BREAKPOINT);
    open_target();
    SETUP_MEM_EVENT(event, 0, VMI_MEMACCESS_W, clear_itself, 1);
    expect_cleared(VM_EVENT_REASON_MEM_ACCESS);
    open_target();
    event->type = VMI_EVENT_GUEST_REQUEST;
    expect_cleared(VM_EVENT_REASON_GUEST_REQUEST);
}

static void stop_and_put(void)
{
    put(VM_EVENT_REASON_GUEST_REQUEST);
}

static event_response_t clear_and_stop(vmi_instance_t from, vmi_event_t *e)
{
    tvmi_events_stop(from);
    return clear_itself(from, e);
}

static void cleared_in_a_callback_of_a_run(void)
{
    struct tvmi_listen how = {.timeout_ms = 10};

    open_target();
    event->type = VMI_EVENT_GUEST_REQUEST;
    event->callback = clear_and_stop;
    CHECK_EQ(vmi_register_event(vmi, event), VMI_SUCCESS);
    xen_end.waited_for = stop_and_put;
    CHECK_EQ(tvmi_events_run(vmi, &how), 0);
    CHECK_EQ(freed, 1);
    close_target();
}

/* Who has no right to pause clears all the same; what else fails is told. */
static void cleared_without_a_pause(void)
{
    static const int errors[] = {-XEN_EACCES, -XEN_EPERM, -XEN_EINVAL};

    for (int i = 0; i < 3; i++) {
        open_target();
        event->type = VMI_EVENT_GUEST_REQUEST;
        event->callback = clear_itself;
        CHECK_EQ(vmi_register_event(vmi, event), VMI_SUCCESS);
        put(VM_EVENT_REASON_GUEST_REQUEST);
        memory.pause_error = errors[i];
        CHECK_EQ(vmi_events_listen(vmi, 0), i < 2 ? VMI_SUCCESS : VMI_FAILURE);
        CHECK_EQ(freed, 1);
        CHECK_EQ(xen_end.enabled, 0);
        close_target();
        memory_reset();
    }
}

static vmi_event_t *other;

static void free_and_clear_other(vmi_event_t *e, status_t status)
{
    free_event(e, status);
    CHECK_EQ(vmi_clear_event(vmi, other, free_event), VMI_SUCCESS);
}

static event_response_t clear_with_other(vmi_instance_t from, vmi_event_t *e)
{
    CHECK_EQ(vmi_clear_event(from, e, free_and_clear_other), VMI_SUCCESS);
    return VMI_EVENT_RESPONSE_NONE;
}

static void a_free_routine_clears_another(void)
{
    open_target();
    event->type = VMI_EVENT_GUEST_REQUEST;
    event->callback = clear_with_other;
    other = malloc(sizeof(*other));
    *other = *event;
    other->type = VMI_EVENT_CPUID;
    CHECK_EQ(vmi_register_event(vmi, event), VMI_SUCCESS);
    CHECK_EQ(vmi_register_event(vmi, other), VMI_SUCCESS);
    put(VM_EVENT_REASON_GUEST_REQUEST);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(freed, 2);
    CHECK_EQ(xen_end.enabled, 0);
    close_target();
}

static event_response_t misbehave(vmi_instance_t from, vmi_event_t *e)
{
    struct tvmi_listen how = {.timeout_ms = 10};
    vmi_event_t unknown = *e;

    calls++;
    unknown.type = VMI_EVENT_CPUID;
    CHECK_EQ(vmi_clear_event(from, &unknown, NULL), VMI_FAILURE); /* not registered */
    CHECK_EQ(vmi_events_listen(from, 0), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(from)->error, (uint64_t)-XEN_EBUSY);
    CHECK_EQ(tvmi_events_run(from, &how), (uint64_t)-XEN_EBUSY);
    CHECK_EQ(tvmi_events_close(from), (uint64_t)-XEN_EBUSY);
    CHECK_EQ(vmi_destroy(from), VMI_FAILURE);
    return VMI_EVENT_RESPONSE_NONE;
}

static void what_a_callback_must_not_do(void)
{
    open_target();
    event->type = VMI_EVENT_GUEST_REQUEST;
    event->callback = misbehave;
    CHECK_EQ(vmi_register_event(vmi, event), VMI_SUCCESS);
    put(VM_EVENT_REASON_GUEST_REQUEST);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(calls, 1);
    CHECK_EQ(xen_end.answered, 1);
    close_target();
    free(event);
}

/* Somebody writes over the request while its callback runs. */
static event_response_t scribble(vmi_instance_t from, vmi_event_t *e)
{
    (void)from;
    calls++;
    memset(xen_end_place(0), 0xff, sizeof(vm_event_request_t));
    CHECK_EQ(e->cpuid_event.leaf, 0x1234);
    CHECK_EQ(e->x86_regs->rax, 7);
    e->x86_regs->rip = 0x5000;
    return VMI_EVENT_RESPONSE_SET_REGISTERS;
}

static void requests_are_copied_first(void)
{
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_CPUID);

    open_target();
    event->type = VMI_EVENT_CPUID;
    event->callback = scribble;
    CHECK_EQ(vmi_register_event(vmi, event), VMI_SUCCESS);
    request.u.cpuid.leaf = 0x1234;
    request.data.regs.x86.rax = 7;
    xen_end_put(&request);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(calls, 1);
    CHECK_EQ(xen_end.answers[0].version, VM_EVENT_INTERFACE_VERSION);
    CHECK_EQ(xen_end.answers[0].vcpu_id, 0);
    CHECK_EQ(xen_end.answers[0].reason, VM_EVENT_REASON_CPUID);
    CHECK_EQ(xen_end.answers[0].flags, VM_EVENT_FLAG_VCPU_PAUSED | VM_EVENT_FLAG_SET_REGISTERS);
    CHECK_EQ(xen_end.answers[0].data.regs.x86.rax, 7);
    CHECK_EQ(xen_end.answers[0].data.regs.x86.rip, 0x5000);
    CHECK_EQ(memory.vcpu.rip, 0x5000);
    close_target();
    free(event);
}

static page_mode_t told;

static event_response_t note_mode(vmi_instance_t from, vmi_event_t *e)
{
    (void)from;
    told = e->page_mode;
    return VMI_EVENT_RESPONSE_NONE;
}

static void page_modes(void)
{
    static const struct {
        uint64_t cr0, cr4, efer;
        page_mode_t mode;
    } of[] = {
        {0, 1 << 5, 1 << 10, VMI_PM_NONE},
        {1u << 31, 0, 0, VMI_PM_LEGACY},
        {1u << 31, 1 << 5, 1 << 8, VMI_PM_PAE}, /* long mode enabled, not active */
        {1u << 31, 1 << 5, 0, VMI_PM_PAE},
        {1u << 31, 1 << 5, 1 << 10, VMI_PM_IA32E},
        {1u << 31, 1 << 5 | 1 << 12, 1 << 10, VMI_PM_IA32E},
    };
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_GUEST_REQUEST);

    open_target();
    event->type = VMI_EVENT_GUEST_REQUEST;
    event->callback = note_mode;
    CHECK_EQ(vmi_register_event(vmi, event), VMI_SUCCESS);
    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        request.data.regs.x86.cr0 = of[i].cr0;
        request.data.regs.x86.cr4 = of[i].cr4;
        request.data.regs.x86.msr_efer = of[i].efer;
        xen_end_put(&request);
        CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
        CHECK_EQ(told, of[i].mode);
    }
    close_target();
    free(event);
}

static void vcpus_that_single_step(void)
{
    open_target();
    xen_end.state.vcpus = 3;
    SETUP_SINGLESTEP_EVENT(event, 1 << 0 | 1 << 2 | 1 << 5, note_mode, 1);
    CHECK_EQ(vmi_register_event(vmi, event), VMI_SUCCESS);
    CHECK_EQ(xen_end.stepping, 1 << 0 | 1 << 2); /* those that the target has */
    put(VM_EVENT_REASON_SINGLESTEP);
    CHECK_EQ(tvmi_events_open(vmi), 0);
    CHECK_EQ(vmi_clear_event(vmi, event, NULL), VMI_SUCCESS);
    CHECK_EQ(xen_end.stepping, 0);
    /* Its last step, on the ring still: to toggle would start it again. */
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(xen_end.answers[0].flags, VM_EVENT_FLAG_VCPU_PAUSED);

    event->ss_event.enable = 0; /* whoever toggles it himself */
    CHECK_EQ(vmi_register_event(vmi, event), VMI_SUCCESS);
    CHECK_EQ(xen_end.stepping, 0);
    CHECK_EQ(vmi_clear_event(vmi, event, NULL), VMI_SUCCESS);
    put(VM_EVENT_REASON_SINGLESTEP);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(xen_end.answers[1].flags,
             VM_EVENT_FLAG_VCPU_PAUSED | VM_EVENT_FLAG_TOGGLE_SINGLESTEP);

    event->ss_event.enable = 1; /* a processor that cannot */
    xen_end.step_error = -XEN_EOPNOTSUPP;
    CHECK_EQ(vmi_register_event(vmi, event), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_EOPNOTSUPP);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "single-step");
    CHECK_EQ(xen_end.enabled, 0);
    close_target();
    free(event);
}

/* Another view than the one there is would be changed in its place. */
static void views_of_memory(void)
{
    open_target();
    xen_end.access = 0xee;
    SETUP_MEM_EVENT(event, 0x77, VMI_MEMACCESS_W, note_mode, 0);
    event->slat_id = 1;
    CHECK_EQ(vmi_register_event(vmi, event), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_EOPNOTSUPP);
    CHECK_EQ(xen_end.access, 0xee);
    close_target();
    free(event);
}

const struct test event_callbacks_tests[] = {
    {"callbacks: clear their event, which is freed", cleared_in_a_callback},
    {"callbacks: clear their event in a run", cleared_in_a_callback_of_a_run},
    {"callbacks: clear their event where pausing is refused", cleared_without_a_pause},
    {"callbacks: a free routine clears another event", a_free_routine_clears_another},
    {"callbacks: what they must not do", what_a_callback_must_not_do},
    {"callbacks: a request is copied before it is looked at", requests_are_copied_first},
    {"callbacks: the vcpu's page mode", page_modes},
    {"callbacks: vcpus that single-step", vcpus_that_single_step},
    {"callbacks: views of memory are refused", views_of_memory},
    {0},
};
