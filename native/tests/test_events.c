/*
 * test_events.c - LibVMI's events over a made-up ring: what comes to the callbacks,
 * what goes back to Xen, and what happens when either is wrong.
 */
#define __XEN_TOOLS__ 1 /* XENMEM_access_* */
#include <tvmi_events.h>

#include <string.h>
#include <xen/errno.h>
#include <xen/memory.h>

#include "instance.h"
#include "memory.h"
#include "test.h"
#include "xen_end.h"

#define START 0x400123ull

static vmi_instance_t vmi;
static vmi_event_t event;
static unsigned int calls;
static event_response_t response;

static void open_target(void)
{
    vmi = instance_open();
    memory.vcpu.rip = START;
    calls = 0;
    response = VMI_EVENT_RESPONSE_NONE;
    event = (vmi_event_t){0};
}

static void close_target(void)
{
    CHECK_EQ(vmi_destroy(vmi), VMI_SUCCESS);
    CHECK(!xen_end.open);
    CHECK_EQ(xen_end.enabled, 0);
}

static event_response_t count(vmi_instance_t from, vmi_event_t *e)
{
    CHECK(from == vmi);
    CHECK(e == &event);
    calls++;
    return response;
}

static event_response_t answer_cpuid(vmi_instance_t from, vmi_event_t *e)
{
    (void)from;
    calls++;
    CHECK_EQ(e->vcpu_id, 0);
    CHECK_EQ(e->cpuid_event.leaf, 0x1234);
    e->x86_regs->rax = 42;
    e->x86_regs->rip += e->cpuid_event.insn_length;
    return VMI_EVENT_RESPONSE_SET_REGISTERS;
}

static status_t listen_for(vmi_event_type_t type, event_callback_t callback)
{
    event.version = VMI_EVENTS_VERSION;
    event.type = type;
    event.callback = callback;
    return vmi_register_event(vmi, &event);
}

static vm_event_request_t cpuid_request(void)
{
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_CPUID);

    request.u.cpuid.insn_length = 2;
    request.u.cpuid.leaf = 0x1234;
    return request;
}

static void put_cpuid(void)
{
    vm_event_request_t request = cpuid_request();

    xen_end_put(&request);
}

static void put_three(void)
{
    for (int i = 0; i < 3; i++)
        put_cpuid();
}

static void round_trip(void)
{
    open_target();
    CHECK_EQ(listen_for(VMI_EVENT_CPUID, answer_cpuid), VMI_SUCCESS);
    CHECK_EQ(xen_end.enabled, 1u << PLAT_MONITOR_CPUID);
    put_cpuid();
    CHECK_EQ(vmi_are_events_pending(vmi), 1);
    CHECK_EQ(vmi_events_listen(vmi, 100), VMI_SUCCESS);
    CHECK_EQ(calls, 1);
    CHECK_EQ(xen_end.answered, 1);
    CHECK_EQ(xen_end.answers[0].flags, VM_EVENT_FLAG_VCPU_PAUSED | VM_EVENT_FLAG_SET_REGISTERS);
    CHECK_EQ(xen_end.answers[0].version, VM_EVENT_INTERFACE_VERSION);
    CHECK_EQ(xen_end.answers[0].data.regs.x86.rax, 42);
    CHECK_EQ(memory.vcpu.rip, START + 2);
    CHECK_EQ(vmi_clear_event(vmi, &event, NULL), VMI_SUCCESS);
    CHECK(!xen_end.open);
    close_target();
}

static void several_a_notification(void)
{
    struct tvmi_event_stats stats;

    open_target();
    CHECK_EQ(listen_for(VMI_EVENT_CPUID, answer_cpuid), VMI_SUCCESS);
    for (int round = 0; round < 5; round++) { /* around the end of the ring */
        put_three();
        CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    }
    CHECK_EQ(calls, 15);
    CHECK_EQ(xen_end.answered, 15);
    CHECK_EQ(xen_end.notifications, 5);
    tvmi_events_stats(vmi, &stats);
    CHECK_EQ(stats.requests, 15);
    CHECK_EQ(stats.responses, 15);
    CHECK_EQ(stats.notifications, 5);
    CHECK_EQ(stats.bad, 0);
    close_target();
}

static event_response_t third_stops(vmi_instance_t from, vmi_event_t *e)
{
    if (calls == 2)
        tvmi_events_stop(from);
    return answer_cpuid(from, e);
}

static void notification_each(void)
{
    struct tvmi_listen how = {.notify_each = true, .timeout_ms = 10};

    open_target();
    CHECK_EQ(listen_for(VMI_EVENT_CPUID, third_stops), VMI_SUCCESS);
    xen_end.waited_for = put_three;
    CHECK_EQ(tvmi_events_run(vmi, &how), 0);
    CHECK_EQ(calls, 3);
    CHECK_EQ(xen_end.notifications, 3);
    CHECK_EQ(xen_end.answered, 3);
    close_target();
}

static void asynchronous_requests_stay_so(void)
{
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_GUEST_REQUEST);

    open_target();
    CHECK_EQ(listen_for(VMI_EVENT_GUEST_REQUEST, count), VMI_SUCCESS);
    request.flags = 0; /* its vcpu does not wait */
    xen_end_put(&request);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(calls, 1);
    CHECK_EQ(xen_end.answers[0].flags, 0);
    close_target();
}

static void register_writes(void)
{
    vm_event_request_t cr3 = xen_end_request(VM_EVENT_REASON_WRITE_CTRLREG);
    vm_event_request_t msr = xen_end_request(VM_EVENT_REASON_MOV_TO_MSR);

    open_target();
    SETUP_REG_EVENT(&event, CR3, VMI_REGACCESS_W, 0x5000, count);
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    CHECK(vmi_get_reg_event(vmi, CR3) == &event);
    cr3.u.write_ctrlreg.index = VM_EVENT_X86_CR3;
    cr3.u.write_ctrlreg.new_value = 0x4000;
    xen_end_put(&cr3);
    cr3.u.write_ctrlreg.new_value = 0x5000;
    cr3.u.write_ctrlreg.old_value = 0x4000;
    xen_end_put(&cr3);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(calls, 1); /* only the value that was asked for */
    CHECK_EQ(event.reg_event.value, 0x5000);
    CHECK_EQ(event.reg_event.previous, 0x4000);
    CHECK_EQ(xen_end.answered, 2);
    CHECK_EQ(vmi_clear_event(vmi, &event, NULL), VMI_SUCCESS);

    SETUP_REG_EVENT(&event, MSR_LSTAR, VMI_REGACCESS_W, 0, count);
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    msr.u.mov_to_msr.msr = 0xc0000082;
    msr.u.mov_to_msr.new_value = 0xffffffff81000000;
    xen_end_put(&msr);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(calls, 2);
    CHECK_EQ(event.reg_event.msr, 0xc0000082);
    close_target();
}

static event_response_t give_back(vmi_instance_t from, vmi_event_t *e)
{
    (void)from;
    calls++;
    e->debug_event.reinject = 1;
    return VMI_EVENT_RESPONSE_NONE;
}

static void debug_exceptions_are_given_back(void)
{
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_DEBUG_EXCEPTION);

    open_target();
    CHECK_EQ(listen_for(VMI_EVENT_DEBUG_EXCEPTION, give_back), VMI_SUCCESS);
    request.u.debug_exception.type = 3;
    request.u.debug_exception.insn_length = 1;
    xen_end_put(&request);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(calls, 1);
    CHECK_EQ(xen_end.injections, 1);
    CHECK_EQ(xen_end.injected.vector, 1);
    CHECK_EQ(xen_end.injected.type, 3);

    event.callback = count; /* says nothing of it */
    xen_end_put(&request);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_EBADMSG);
    CHECK_EQ(xen_end.injections, 2);
    close_target();
}

static void memory_accesses(void)
{
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_MEM_ACCESS);

    open_target();
    SETUP_MEM_EVENT(&event, 0x77, VMI_MEMACCESS_W, count, 0);
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    CHECK_EQ(xen_end.access_gfn, 0x77);
    CHECK_EQ(xen_end.access, XENMEM_access_rx);
    response = VMI_EVENT_RESPONSE_EMULATE;
    request.u.mem_access.gfn = 0x77;
    request.u.mem_access.flags = MEM_ACCESS_W;
    xen_end_put(&request);
    request.u.mem_access.gfn = 0x78; /* of a page that nobody watches any more */
    xen_end_put(&request);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(calls, 1);
    CHECK_EQ(event.mem_event.out_access, VMI_MEMACCESS_W);
    CHECK_EQ(xen_end.answers[0].flags, VM_EVENT_FLAG_VCPU_PAUSED | VM_EVENT_FLAG_EMULATE);
    CHECK_EQ(xen_end.answers[1].flags, VM_EVENT_FLAG_VCPU_PAUSED | VM_EVENT_FLAG_EMULATE);
    close_target();
    CHECK_EQ(xen_end.access, XENMEM_access_rwx);
}

static void nobody_listens_any_more(void)
{
    struct tvmi_event_stats stats;

    open_target();
    CHECK_EQ(tvmi_events_open(vmi), 0);
    CHECK_EQ(listen_for(VMI_EVENT_CPUID, count), VMI_SUCCESS);
    put_cpuid();
    CHECK_EQ(vmi_clear_event(vmi, &event, NULL), VMI_SUCCESS);
    CHECK(xen_end.open);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(calls, 0);
    CHECK_EQ(xen_end.answers[0].flags, VM_EVENT_FLAG_VCPU_PAUSED | VM_EVENT_FLAG_SET_REGISTERS);
    CHECK_EQ(memory.vcpu.rip, START + 2); /* the guest goes on behind its CPUID */
    tvmi_events_stats(vmi, &stats);
    CHECK_EQ(stats.unclaimed, 1);
    close_target();
}

/* A request that cannot be: it is answered, told of, and those after it are served. */
static void expect_bad(vm_event_request_t request, const char *reason)
{
    struct tvmi_event_stats stats;

    open_target();
    CHECK_EQ(listen_for(VMI_EVENT_CPUID, answer_cpuid), VMI_SUCCESS);
    xen_end_put(&request);
    put_cpuid();
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_EBADMSG);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, reason);
    CHECK_EQ(calls, 1);
    CHECK_EQ(xen_end.answered, 2);
    CHECK_EQ(xen_end.answers[0].flags & ~VM_EVENT_FLAG_VCPU_PAUSED, 0);
    tvmi_events_stats(vmi, &stats);
    CHECK_EQ(stats.bad, 1);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    close_target();
    memory_reset();
}

static void bad_requests(void)
{
    vm_event_request_t request = cpuid_request();

    request.version = VM_EVENT_INTERFACE_VERSION + 1;
    expect_bad(request, "another version");
    request = cpuid_request();
    request.vcpu_id = 1;
    expect_bad(request, "vcpu that the target does not have");
    request.vcpu_id = ~0u;
    expect_bad(request, "vcpu that the target does not have");
    request = cpuid_request();
    request.reason = 0;
    expect_bad(request, "reason that is not known");
    request.reason = ~0u;
    expect_bad(request, "reason that is not known");
}

static void broken_ring(void)
{
    static const uint32_t jumps[] = {EVENT_RING_SLOTS + 1, 1000, 0x80000000, 0xffffffff};

    for (size_t i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++) {
        open_target();
        CHECK_EQ(listen_for(VMI_EVENT_CPUID, answer_cpuid), VMI_SUCCESS);
        xen_end_break(jumps[i]);
        CHECK_EQ(vmi_events_listen(vmi, 0), VMI_FAILURE);
        CHECK_HAS(tvmi_last_fault(vmi)->reason, "ring is broken");
        CHECK_EQ(calls, 0);
        close_target();
        memory_reset();
    }
}

static void bad_responses(void)
{
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_GUEST_REQUEST);

    open_target();
    CHECK_EQ(listen_for(VMI_EVENT_GUEST_REQUEST, count), VMI_SUCCESS);
    response = VMI_EVENT_RESPONSE_SET_EMUL_INSN;
    xen_end_put(&request);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_FAILURE);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "response is not supported");
    CHECK_EQ(xen_end.answers[0].flags, VM_EVENT_FLAG_VCPU_PAUSED); /* the guest goes on */
    close_target();
}

static void kind_that_is_not_offered(void)
{
    open_target();
    xen_end.offers = 1u << PLAT_MONITOR_CPUID;
    SETUP_SINGLESTEP_EVENT(&event, 1, count, 1);
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_EOPNOTSUPP);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "does not offer");
    CHECK(!xen_end.open); /* and the ring is not left behind */
    close_target();
}

static void what_is_offered(void)
{
    uint32_t offered;

    open_target();
    xen_end.offers = 1u << PLAT_MONITOR_CPUID | 1u << PLAT_MONITOR_SINGLESTEP;
    CHECK_EQ(tvmi_events_capabilities(vmi, &offered), 0);
    CHECK_EQ(offered, 1u << PLAT_MONITOR_CPUID | 1u << PLAT_MONITOR_SINGLESTEP);
    CHECK_EQ(tvmi_events_memory_offered(vmi), 0);
    xen_end.memory_error = -XEN_EINVAL;
    CHECK_EQ(tvmi_events_memory_offered(vmi), (uint64_t)-XEN_EINVAL);
    close_target();
}

static void second_listener(void)
{
    vmi_event_t other;

    open_target();
    xen_end.open_error = -XEN_EBUSY;
    CHECK_EQ(listen_for(VMI_EVENT_CPUID, count), VMI_FAILURE);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "has a listener already");
    xen_end.open_error = 0;
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    other = event;
    CHECK_EQ(vmi_register_event(vmi, &other), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_EEXIST);
    CHECK_EQ(vmi_clear_event(vmi, &other, NULL), VMI_FAILURE);
    close_target();
}

static void target_that_stops(void)
{
    struct tvmi_listen how = {.timeout_ms = 10};

    open_target();
    CHECK_EQ(listen_for(VMI_EVENT_CPUID, count), VMI_SUCCESS);
    CHECK_EQ(tvmi_events_run(vmi, &how), (uint64_t)-XEN_ETIME);
    xen_end.state.paused = true;
    CHECK_EQ(tvmi_events_run(vmi, &how), (uint64_t)-XEN_ETIME);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "paused");
    xen_end.state.shut_down = true;
    CHECK_EQ(tvmi_events_run(vmi, &how), (uint64_t)-XEN_ESRCH);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "shut down");
    xen_end.state.dying = true;
    CHECK_EQ(tvmi_events_run(vmi, &how), (uint64_t)-XEN_ESRCH);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "being destroyed");
    xen_end.state_error = -XEN_ESRCH;
    CHECK_EQ(tvmi_events_run(vmi, &how), (uint64_t)-XEN_ESRCH);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "gone");
    close_target();
}

/* Xen forgets an answer whose vcpu has not gone on when the ring goes. */
static void ring_stays_until_vcpus_went_on(void)
{
    open_target();
    CHECK_EQ(listen_for(VMI_EVENT_CPUID, answer_cpuid), VMI_SUCCESS);
    put_cpuid();
    xen_end.stuck = true;
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(tvmi_events_close(vmi), (uint64_t)-XEN_EBUSY);
    CHECK(xen_end.left);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "does not go on");
    close_target();
}

/* So does it with a write that was the event, and that the answer does not mention. */
static void ring_stays_until_writes_are_made(void)
{
    vm_event_request_t cr3 = xen_end_request(VM_EVENT_REASON_WRITE_CTRLREG);
    vm_event_request_t msr = xen_end_request(VM_EVENT_REASON_MOV_TO_MSR);
    const vm_event_request_t *const writes[] = {&cr3, &msr};

    cr3.u.write_ctrlreg.index = VM_EVENT_X86_CR3;
    for (int i = 0; i < 4; i++) {
        bool stuck = i < 2;

        open_target();
        SETUP_REG_EVENT(&event, CR3, VMI_REGACCESS_W, 0, count);
        CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
        xen_end_put(writes[i % 2]);
        xen_end.stuck = stuck;
        xen_end.idle = !stuck;
        CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
        CHECK_EQ(tvmi_events_close(vmi), stuck ? (uint64_t)-XEN_EBUSY : 0);
        CHECK_EQ(xen_end.left, stuck);
        close_target();
        memory_reset();
        xen_end_reset();
    }
}

/* One that has no such write before it is not waited for. */
static void ring_goes_with_nothing_to_do(void)
{
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_WRITE_CTRLREG);

    open_target();
    SETUP_REG_EVENT(&event, CR3, VMI_REGACCESS_W, 0, count);
    event.reg_event.async = 1;
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    request.flags = 0; /* its vcpu did not wait */
    request.u.write_ctrlreg.index = VM_EVENT_X86_CR3;
    xen_end_put(&request);
    xen_end.stuck = true;
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(tvmi_events_close(vmi), 0);
    close_target();
}

static void recovery(void)
{
    uint64_t root, code;

    open_target();
    root = memory_frame();
    code = memory_frame();
    memory_map(root, 4, START, 1, code);
    memory.vcpu.cr3 = PA(root);
    memcpy((char *)memory.words[code] + (START & 0xfff), "\x0f\xa2", 2);
    CHECK_EQ(tvmi_set_paging(vmi, 4, 46), 0);
    CHECK_EQ(tvmi_events_recover(vmi, TVMI_WAITS_AT_CPUID), (uint64_t)-XEN_ENOENT);

    xen_end.abandoned = true;
    CHECK_EQ(tvmi_events_recover(vmi, TVMI_WAITS_AT_CPUID), 0);
    CHECK_EQ(xen_end.answered, 1);
    CHECK_EQ(xen_end.answers[0].flags, VM_EVENT_FLAG_VCPU_PAUSED | VM_EVENT_FLAG_SET_REGISTERS);
    CHECK_EQ(memory.vcpu.rip, START + 2);
    CHECK_EQ(xen_end.notifications, 0);
    CHECK(!xen_end.abandoned);
    CHECK_EQ(memory.paused, 0);

    xen_end.abandoned = true; /* not at a CPUID: it only goes on */
    CHECK_EQ(tvmi_events_recover(vmi, TVMI_WAITS_AT_CPUID), 0);
    CHECK_EQ(xen_end.answers[1].flags, VM_EVENT_FLAG_VCPU_PAUSED);
    CHECK_EQ(memory.vcpu.rip, START + 2);

    xen_end.abandoned = true; /* paused by another in between */
    xen_end.stuck = true;
    memory.vcpu.rip = START;
    CHECK_EQ(tvmi_events_recover(vmi, TVMI_WAITS_AT_CPUID), (uint64_t)-XEN_EBUSY);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "come out wrong");
    CHECK(!xen_end.abandoned);
    CHECK_EQ(memory.paused, 0);

    xen_end.abandoned = true;
    xen_end.state.paused = true;
    CHECK_EQ(tvmi_events_recover(vmi, TVMI_WAITS_AT_CPUID), (uint64_t)-XEN_EBUSY);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "it must run");
    CHECK(xen_end.abandoned);
    close_target();
}

/* With these bytes before rip, the vcpu goes on this far before it. */
static void expect_back(enum tvmi_waits waits, const char *code, uint64_t back)
{
    uint64_t root, frame;

    open_target();
    root = memory_frame();
    frame = memory_frame();
    memory_map(root, 4, START, 1, frame);
    memory.vcpu.cr3 = PA(root);
    memcpy((char *)memory.words[frame] + (START & 0xfff) - 4, code, 4);
    CHECK_EQ(tvmi_set_paging(vmi, 4, 46), 0);
    xen_end.abandoned = true;
    CHECK_EQ(tvmi_events_recover(vmi, waits), 0);
    CHECK_EQ(memory.vcpu.rip, START - back);
    CHECK_EQ(xen_end.answers[0].flags & VM_EVENT_FLAG_SET_REGISTERS,
             back ? VM_EVENT_FLAG_SET_REGISTERS : 0);
    close_target();
    memory_reset();
    xen_end_reset();
}

static void writes_are_made_again(void)
{
    expect_back(TVMI_WAITS_AFTER_CR3, "\x90\x0f\x22\xd8", 3); /* mov %rax, %cr3 */
    expect_back(TVMI_WAITS_AFTER_CR3, "\xfa\x0f\x22\xdf", 3); /* mov %rdi, %cr3 */
    expect_back(TVMI_WAITS_AFTER_CR3, "\x41\x0f\x22\xd8", 0); /* of %r8, or not */
    expect_back(TVMI_WAITS_AFTER_CR3, "\x90\x0f\x22\xe0", 0); /* CR4 */
    expect_back(TVMI_WAITS_AFTER_CR3, "\x90\x90\x0f\x30", 0);
    expect_back(TVMI_WAITS_AFTER_MSR, "\x90\x90\x0f\x30", 2);
    expect_back(TVMI_WAITS_AFTER_MSR, "\x90\x0f\x22\xd8", 0);
    expect_back(TVMI_WAITS_ANYWHERE, "\x90\x0f\x22\xd8", 0);
}

const struct test event_tests[] = {
    {"events: a round trip", round_trip},
    {"events: several requests a notification", several_a_notification},
    {"events: a notification each", notification_each},
    {"events: a vcpu that does not wait is not resumed", asynchronous_requests_stay_so},
    {"events: writes of registers", register_writes},
    {"events: debug exceptions are given back", debug_exceptions_are_given_back},
    {"events: accesses to memory", memory_accesses},
    {"events: what comes when nobody listens any more", nobody_listens_any_more},
    {"events: bad requests", bad_requests},
    {"events: a broken ring", broken_ring},
    {"events: bad responses", bad_responses},
    {"events: a kind that is not offered", kind_that_is_not_offered},
    {"events: what Xen offers", what_is_offered},
    {"events: a second listener", second_listener},
    {"events: a target that stops", target_that_stops},
    {"events: the ring stays until vcpus went on", ring_stays_until_vcpus_went_on},
    {"events: the ring stays until writes are made", ring_stays_until_writes_are_made},
    {"events: the ring goes with nothing left to do", ring_goes_with_nothing_to_do},
    {"events: recovery from a listener that died", recovery},
    {"events: writes that it was told of are made again", writes_are_made_again},
    {0},
};
