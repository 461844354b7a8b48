/*
 * test_vcpus_down.c - guests with vcpus that are down: never brought up, or switched off.
 * Xen says ENODATA of their registers; they have no event, and hinder no other's.
 */
#include <tvmi_events.h>

#include <string.h>
#include <xen/errno.h>

#include "instance.h"
#include "memory.h"
#include "test.h"
#include "xen_end.h"

#define START 0x400123ull

static vmi_instance_t vmi;
static vmi_event_t event;

static void open_target(unsigned int vcpus, uint64_t down)
{
    vmi = instance_open();
    xen_end.state.vcpus = vcpus;
    memory.down = down;
    memory.vcpu.rip = START;
    event = (vmi_event_t){.version = VMI_EVENTS_VERSION, .type = VMI_EVENT_CPUID};
}

static void map_code(void)
{
    uint64_t root = memory_frame(), code = memory_frame();

    memory_map(root, 4, START, 1, code);
    memory.vcpu.cr3 = PA(root);
    memcpy((char *)memory.words[code] + (START & 0xfff), "\x0f\xa2", 2);
    CHECK_EQ(tvmi_set_paging(vmi, 4, 46), 0);
}

static event_response_t go_on(vmi_instance_t from, vmi_event_t *e)
{
    (void)from;
    e->x86_regs->rip += 2;
    return VMI_EVENT_RESPONSE_SET_REGISTERS;
}

static void put_cpuid(uint32_t vcpu)
{
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_CPUID);

    request.vcpu_id = vcpu;
    request.u.cpuid.insn_length = 2;
    xen_end_put(&request);
}

static void events_are_switched_off(void)
{
    open_target(4, 0xe);
    event.callback = go_on;
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    put_cpuid(0);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(tvmi_events_close(vmi), 0);
    CHECK(!xen_end.open);
    CHECK(!xen_end.left);
    CHECK_EQ(memory.vcpu.rip, START + 2);
    vmi_destroy(vmi);
}

static void a_vcpu_that_comes_up_later(void)
{
    open_target(2, 2);
    event.callback = go_on;
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    memory.down = 0;
    put_cpuid(1);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(xen_end.answers[0].vcpu_id, 1);
    memory.down = 2; /* and goes again */
    CHECK_EQ(tvmi_events_close(vmi), 0);
    vmi_destroy(vmi);
}

static void recovery(void)
{
    open_target(2, 2);
    map_code();
    xen_end.abandoned = true;
    CHECK_EQ(tvmi_events_recover(vmi, TVMI_WAITS_AT_CPUID), 0);
    CHECK(!xen_end.abandoned);
    CHECK_EQ(memory.vcpu.rip, START + 2);
    CHECK_EQ(xen_end.answers[0].vcpu_id, 0);
    CHECK_EQ(xen_end.answers[0].flags, VM_EVENT_FLAG_VCPU_PAUSED | VM_EVENT_FLAG_SET_REGISTERS);
    /* Switched off by another vcpu it may wait still: answered, and nothing more. */
    CHECK_EQ(xen_end.answered, 2);
    CHECK_EQ(xen_end.answers[1].flags, VM_EVENT_FLAG_VCPU_PAUSED);
    vmi_destroy(vmi);
}

/* Of whom nothing can be learned, it goes on where it stands; and it is told. */
static void recovery_without_registers(void)
{
    open_target(1, 0);
    map_code();
    xen_end.abandoned = true;
    memory.vcpu_error = -XEN_EACCES;
    CHECK_EQ(tvmi_events_recover(vmi, TVMI_WAITS_AT_CPUID), (uint64_t)-XEN_EACCES);
    CHECK_EQ(xen_end.answered, 1);
    CHECK_EQ(xen_end.answers[0].flags, VM_EVENT_FLAG_VCPU_PAUSED);
    CHECK(!xen_end.abandoned);
    CHECK_EQ(memory.paused, 0);
    vmi_destroy(vmi);
}

/* A ring with an answer that Xen does not have must not go, or nobody would find it again. */
static void recovery_that_xen_refuses(void)
{
    open_target(2, 2);
    map_code();
    xen_end.abandoned = true;
    xen_end.resume_error = -XEN_EPERM;
    CHECK_EQ(tvmi_events_recover(vmi, TVMI_WAITS_AT_CPUID), (uint64_t)-XEN_EPERM);
    CHECK(xen_end.abandoned);
    CHECK_EQ(memory.paused, 0);
    xen_end.resume_error = 0;
    CHECK_EQ(tvmi_events_recover(vmi, TVMI_WAITS_AT_CPUID), 0);
    CHECK_EQ(memory.vcpu.rip, START + 2);
    vmi_destroy(vmi);
}

/* What a walk needs is vcpu 0's; a vcpu that is down has none. */
static void registers(void)
{
    uint64_t value;

    open_target(2, 2);
    CHECK_EQ(vmi_init_paging(vmi, 0), VMI_PM_IA32E);
    CHECK_EQ(vmi_get_vcpureg(vmi, &value, CR3, 0), VMI_SUCCESS);
    CHECK_EQ(vmi_get_vcpureg(vmi, &value, CR3, 1), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_ENODATA);
    CHECK_EQ(vmi_get_vcpureg(vmi, &value, CR3, 2), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_ESRCH);
    vmi_destroy(vmi);
}

const struct test vcpus_down_tests[] = {
    {"vcpus down: events are switched off", events_are_switched_off},
    {"vcpus down: one that comes up later", a_vcpu_that_comes_up_later},
    {"vcpus down: recovery", recovery},
    {"vcpus down: recovery of a vcpu that cannot be read", recovery_without_registers},
    {"vcpus down: recovery whose answers Xen refuses", recovery_that_xen_refuses},
    {"vcpus down: registers", registers},
    {0},
};
