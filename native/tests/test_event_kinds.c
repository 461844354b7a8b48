/*
 * test_event_kinds.c - every kind of event, by tables: what is switched on and off in Xen
 * for it, what its callback is told, what the vcpu is told by each response, and what
 * becomes of an event whose listener is gone; and every request to Xen that fails, told by
 * whoever made it, with nothing left behind.
 */
#define __XEN_TOOLS__ 1 /* XENMEM_access_* */
#include <tvmi_events.h>

#include <string.h>
#include <xen/errno.h>
#include <xen/memory.h>

#include "../vmi/events_inside.h"
#include "instance.h"
#include "memory.h"
#include "test.h"
#include "xen_end.h"

#define START 0x7ffff00123456ull

static vmi_instance_t vmi;
static vmi_event_t told; /* as the last callback had it */
static unsigned int calls;
static event_response_t response;
static int8_t reinject;

static void open_target(void)
{
    vmi = instance_open();
    memory.vcpu.rip = START;
    calls = 0;
    response = VMI_EVENT_RESPONSE_NONE;
    reinject = 0;
    CHECK_EQ(tvmi_events_open(vmi), 0);
}

static void close_target(void)
{
    CHECK_EQ(vmi_destroy(vmi), VMI_SUCCESS);
    CHECK(!xen_end.open);
    CHECK_EQ(xen_end.enabled, 0);
    memory_reset();
}

static event_response_t note(vmi_instance_t from, vmi_event_t *event)
{
    CHECK(from == vmi);
    calls++;
    if (event->type == VMI_EVENT_DEBUG_EXCEPTION)
        event->debug_event.reinject = reinject;
    if (event->type == VMI_EVENT_INTERRUPT)
        event->interrupt_event.reinject = reinject;
    told = *event;
    return response;
}

static vmi_event_t event_of(vmi_event_type_t type)
{
    vmi_event_t event = {.version = VMI_EVENTS_VERSION, .type = type, .callback = note};

    if (type == VMI_EVENT_INTERRUPT)
        event.interrupt_event.intr = INT3;
    return event;
}

static vmi_event_t write_of(reg_t reg)
{
    vmi_event_t event = event_of(VMI_EVENT_REGISTER);

    event.reg_event.reg = reg;
    event.reg_event.in_access = VMI_REGACCESS_W;
    return event;
}

static vmi_event_t page_event(uint64_t gfn, vmi_mem_access_t access)
{
    vmi_event_t event = event_of(VMI_EVENT_MEMORY);

    event.mem_event.gfn = gfn;
    event.mem_event.generic = gfn == ~0ull;
    event.mem_event.in_access = access;
    return event;
}

/* The answer to a request, which the listener has by then. */
static const vm_event_response_t *answer_to(const vm_event_request_t *request)
{
    unsigned int before = xen_end.answered;

    xen_end_put(request);
    (void)vmi_events_listen(vmi, 0);
    CHECK_EQ(xen_end.answered, before + 1);
    return &xen_end.answers[before];
}

/* --- registration ------------------------------------------------------------------ */

static void kinds_are_switched(void)
{
    static const struct {
        vmi_event_type_t type;
        enum plat_monitor_kind kind;
    } of[] = {
        {VMI_EVENT_SINGLESTEP, PLAT_MONITOR_SINGLESTEP},
        {VMI_EVENT_INTERRUPT, PLAT_MONITOR_BREAKPOINT},
        {VMI_EVENT_GUEST_REQUEST, PLAT_MONITOR_GUEST_REQUEST},
        {VMI_EVENT_CPUID, PLAT_MONITOR_CPUID},
        {VMI_EVENT_DEBUG_EXCEPTION, PLAT_MONITOR_DEBUG},
        {VMI_EVENT_PRIVILEGED_CALL, PLAT_MONITOR_PRIVCALL},
        {VMI_EVENT_DESCRIPTOR_ACCESS, PLAT_MONITOR_DESCRIPTOR},
    };
    vmi_event_t events[sizeof(of) / sizeof(of[0])];
    size_t n = sizeof(of) / sizeof(of[0]);

    open_target();
    for (size_t i = 0; i < n; i++) {
        events[i] = event_of(of[i].type);
        CHECK_EQ(vmi_register_event(vmi, &events[i]), VMI_SUCCESS);
        CHECK_EQ(xen_end.monitor.kind, of[i].kind);
        CHECK(xen_end.monitor.enable);
        CHECK(xen_end.monitor.sync);
        CHECK(xen_end.enabled & 1u << of[i].kind);
        CHECK_EQ(vmi_register_event(vmi, &events[i]), VMI_FAILURE);
        CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_EEXIST);
        CHECK_EQ(tvmi_last_fault(vmi)->value, of[i].kind);
    }
    for (size_t i = 0; i < n; i += 2) {
        CHECK_EQ(vmi_clear_event(vmi, &events[i], NULL), VMI_SUCCESS);
        CHECK_EQ(xen_end.monitor.kind, of[i].kind);
        CHECK(!xen_end.monitor.enable);
        CHECK(!(xen_end.enabled & 1u << of[i].kind));
        CHECK_EQ(vmi_clear_event(vmi, &events[i], NULL), VMI_FAILURE);
        CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_ENOENT);
    }
    close_target(); /* takes off the others */
}

/* By LibVMI's names; MSR numbers are the AMD64 manual's, volume 2, appendix A. */
static void registers_are_switched(void)
{
    static const struct {
        reg_t reg;
        enum plat_monitor_kind kind;
        uint32_t index;
    } of[] = {
        {CR0, PLAT_MONITOR_CTRLREG, VM_EVENT_X86_CR0},
        {CR3, PLAT_MONITOR_CTRLREG, VM_EVENT_X86_CR3},
        {CR4, PLAT_MONITOR_CTRLREG, VM_EVENT_X86_CR4},
        {XCR0, PLAT_MONITOR_CTRLREG, VM_EVENT_X86_XCR0},
        {MSR_EFER, PLAT_MONITOR_MSR, 0xc0000080},
        {MSR_STAR, PLAT_MONITOR_MSR, 0xc0000081},
        {MSR_LSTAR, PLAT_MONITOR_MSR, 0xc0000082},
        {MSR_CSTAR, PLAT_MONITOR_MSR, 0xc0000083},
        {MSR_SYSCALL_MASK, PLAT_MONITOR_MSR, 0xc0000084},
        {FS_BASE, PLAT_MONITOR_MSR, 0xc0000100},
        {GS_BASE, PLAT_MONITOR_MSR, 0xc0000101},
        {MSR_SHADOW_GS_BASE, PLAT_MONITOR_MSR, 0xc0000102},
        {MSR_IA32_SYSENTER_CS, PLAT_MONITOR_MSR, 0x174},
        {MSR_IA32_SYSENTER_ESP, PLAT_MONITOR_MSR, 0x175},
        {MSR_IA32_SYSENTER_EIP, PLAT_MONITOR_MSR, 0x176},
        {MSR_ANY, PLAT_MONITOR_MSR, 0x4b564d00},
    };
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_WRITE_CTRLREG);

    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        vmi_event_t event = write_of(of[i].reg);

        open_target();
        event.reg_event.msr = 0x4b564d00;
        event.reg_event.async = i % 2;
        event.reg_event.onchange = i / 2 % 2;
        CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
        CHECK_EQ(xen_end.monitor.kind, of[i].kind);
        CHECK_EQ(xen_end.monitor.index, of[i].index);
        CHECK_EQ(xen_end.monitor.sync, i % 2 == 0);
        CHECK_EQ(xen_end.monitor.onchange, i / 2 % 2);
        CHECK(vmi_get_reg_event(vmi, of[i].reg) == (of[i].reg == MSR_ANY ? NULL : &event));

        if (of[i].kind == PLAT_MONITOR_CTRLREG) {
            request.reason = VM_EVENT_REASON_WRITE_CTRLREG;
            request.u.write_ctrlreg = (struct vm_event_write_ctrlreg){
                .index = of[i].index, .new_value = 0x70, .old_value = 0x80,
            };
        } else {
            request.reason = VM_EVENT_REASON_MOV_TO_MSR;
            request.u.mov_to_msr = (struct vm_event_mov_to_msr){
                .msr = of[i].index, .new_value = 0x70, .old_value = 0x80,
            };
        }
        (void)answer_to(&request);
        CHECK_EQ(calls, 1);
        CHECK_EQ(told.reg_event.value, 0x70);
        CHECK_EQ(told.reg_event.previous, 0x80);
        CHECK_EQ(told.reg_event.out_access, VMI_REGACCESS_W);
        if (of[i].kind == PLAT_MONITOR_MSR)
            CHECK_EQ(told.reg_event.msr, of[i].index);
        /* Another register's write is nobody's. */
        request.u.write_ctrlreg.index = VM_EVENT_X86_XCR0 - of[i].index % 4;
        request.u.mov_to_msr.msr += of[i].kind == PLAT_MONITOR_MSR;
        if (of[i].index % 2 == 0 || of[i].kind == PLAT_MONITOR_MSR)
            (void)answer_to(&request);
        CHECK_EQ(vmi_clear_event(vmi, &event, NULL), VMI_SUCCESS);
        CHECK_EQ(xen_end.monitor.index, of[i].index);
        CHECK(!xen_end.monitor.enable);
        CHECK(!vmi_get_reg_event(vmi, of[i].reg));
        close_target();
    }
}

/* As many MSRs at once as there is room for; each gets its own writes. */
static void several_msrs(void)
{
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_MOV_TO_MSR);
    vmi_event_t events[EVENT_MSRS + 1];

    open_target();
    for (unsigned int i = 0; i <= EVENT_MSRS; i++) {
        events[i] = write_of(MSR_ANY);
        events[i].reg_event.msr = 0x1000 + i;
        CHECK_EQ(vmi_register_event(vmi, &events[i]),
                 i < EVENT_MSRS ? VMI_SUCCESS : VMI_FAILURE);
    }
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_EINVAL);
    events[EVENT_MSRS].reg_event.msr = 0x1003;
    CHECK_EQ(vmi_register_event(vmi, &events[EVENT_MSRS]), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_EEXIST);
    for (unsigned int i = 0; i < EVENT_MSRS; i++) {
        events[i].data = &events[i];
        request.u.mov_to_msr.msr = 0x1000 + i;
        (void)answer_to(&request);
        CHECK_EQ(calls, i + 1);
        CHECK(told.data == &events[i]);
        CHECK_EQ(told.reg_event.msr, 0x1000 + i);
    }
    /* A place that got free is taken again. */
    CHECK_EQ(vmi_clear_event(vmi, &events[5], NULL), VMI_SUCCESS);
    request.u.mov_to_msr.msr = 0x1005;
    (void)answer_to(&request);
    CHECK_EQ(calls, EVENT_MSRS);
    events[5].reg_event.msr = 0x2000;
    CHECK_EQ(vmi_register_event(vmi, &events[5]), VMI_SUCCESS);
    request.u.mov_to_msr.msr = 0x2000;
    (void)answer_to(&request);
    CHECK_EQ(calls, EVENT_MSRS + 1);
    CHECK(told.data == &events[5]);
    close_target();
}

static void what_cannot_be_listened_for(void)
{
    vmi_event_t event = write_of(RAX);

    open_target();
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_EINVAL);
    CHECK_EQ(tvmi_last_fault(vmi)->value, VMI_EVENT_REGISTER);
    event = write_of(CR3);
    event.reg_event.in_access = VMI_REGACCESS_R;
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_FAILURE);
    event = event_of(VMI_EVENT_INTERRUPT);
    event.interrupt_event.intr = INT_INVALID;
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_FAILURE);
    event = event_of(VMI_EVENT_INVALID);
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_FAILURE);
    event = page_event(5, 0);
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_FAILURE);
    event = event_of(VMI_EVENT_CPUID);
    event.version++;
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_FAILURE);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "no version or no callback");
    event = event_of(VMI_EVENT_CPUID);
    event.callback = NULL;
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_FAILURE);
    CHECK_EQ(vmi_register_event(vmi, NULL), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_EINVAL);
    CHECK_EQ(vmi_clear_event(vmi, NULL, NULL), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_ENOENT);
    CHECK_EQ(xen_end.enabled, 0);
    CHECK(xen_end.open); /* it is held */
    CHECK_EQ(vmi_events_version(), VMI_EVENTS_VERSION);
    close_target();
}

/* --- what is told and answered ------------------------------------------------------- */

static void what_callbacks_are_told(void)
{
    vm_event_request_t r = xen_end_request(0);
    vmi_event_t event;

    open_target();
    xen_end.state.vcpus = 4;
    close_target();
    xen_end.state.vcpus = 4;
    open_target();
    r.vcpu_id = 3;
    r.altp2m_idx = 9;
    r.data.regs.x86.rip = START;
    r.data.regs.x86.rbx = 0xb;

    event = event_of(VMI_EVENT_CPUID);
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    r.reason = VM_EVENT_REASON_CPUID;
    r.u.cpuid = (struct vm_event_cpuid){.insn_length = 2, .leaf = 7, .subleaf = 1};
    CHECK_EQ(answer_to(&r)->vcpu_id, 3);
    CHECK_EQ(told.vcpu_id, 3);
    CHECK_EQ(told.slat_id, 9);
    CHECK_EQ(told.cpuid_event.insn_length, 2);
    CHECK_EQ(told.cpuid_event.leaf, 7);
    CHECK_EQ(told.cpuid_event.subleaf, 1);
    CHECK_EQ(vmi_clear_event(vmi, &event, NULL), VMI_SUCCESS);

    event = event_of(VMI_EVENT_DEBUG_EXCEPTION);
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    r.reason = VM_EVENT_REASON_DEBUG_EXCEPTION;
    r.u.debug_exception = (struct vm_event_debug){.gfn = 0x77, .insn_length = 1, .type = 5};
    (void)answer_to(&r);
    CHECK_EQ(told.debug_event.gla, START);
    CHECK_EQ(told.debug_event.gfn, 0x77);
    CHECK_EQ(told.debug_event.offset, START & 0xfff);
    CHECK_EQ(told.debug_event.insn_length, 1);
    CHECK_EQ(told.debug_event.type, 5);
    CHECK_EQ(xen_end.injections, 0); /* swallowed, as the callback said */
    reinject = 1;
    (void)answer_to(&r);
    CHECK_EQ(xen_end.injections, 1);
    CHECK_EQ(xen_end.injected.vcpu, 3);
    CHECK_EQ(xen_end.injected.vector, 1);
    CHECK_EQ(xen_end.injected.type, 5);
    CHECK_EQ(xen_end.injected.insn_length, 1);
    CHECK_EQ(vmi_clear_event(vmi, &event, NULL), VMI_SUCCESS);

    event = event_of(VMI_EVENT_INTERRUPT);
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    r.reason = VM_EVENT_REASON_SOFTWARE_BREAKPOINT;
    r.u.software_breakpoint = (struct vm_event_debug){.gfn = 0x78, .insn_length = 1, .type = 4};
    (void)answer_to(&r);
    CHECK_EQ(told.interrupt_event.gla, START);
    CHECK_EQ(told.interrupt_event.gfn, 0x78);
    CHECK_EQ(told.interrupt_event.offset, START & 0xfff);
    CHECK_EQ(told.interrupt_event.insn_length, 1);
    CHECK_EQ(xen_end.injections, 2);
    CHECK_EQ(xen_end.injected.vector, 3);
    CHECK_EQ(xen_end.injected.type, 4);
    reinject = 0;
    (void)answer_to(&r);
    CHECK_EQ(xen_end.injections, 2);
    reinject = -1; /* says nothing of it: the vcpu goes on as it would have */
    xen_end_put(&r);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_FAILURE);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "whether to reinject");
    CHECK_EQ(tvmi_last_fault(vmi)->value, VM_EVENT_REASON_SOFTWARE_BREAKPOINT);
    CHECK_EQ(xen_end.injections, 3);
    CHECK_EQ(vmi_clear_event(vmi, &event, NULL), VMI_SUCCESS);

    event = event_of(VMI_EVENT_SINGLESTEP);
    event.ss_event.vcpus = 1u << 3;
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    CHECK(vmi_get_singlestep_event(vmi, 3) == &event);
    CHECK(!vmi_get_singlestep_event(vmi, 2));
    CHECK(!vmi_get_singlestep_event(vmi, 32));
    r.reason = VM_EVENT_REASON_SINGLESTEP;
    r.u.singlestep.gfn = 0x79;
    CHECK_EQ(answer_to(&r)->flags, VM_EVENT_FLAG_VCPU_PAUSED);
    CHECK_EQ(told.ss_event.gla, START);
    CHECK_EQ(told.ss_event.gfn, 0x79);
    CHECK_EQ(told.ss_event.offset, START & 0xfff);
    calls = 0;
    r.vcpu_id = 2; /* which is not listened to */
    CHECK_EQ(answer_to(&r)->flags, VM_EVENT_FLAG_VCPU_PAUSED | VM_EVENT_FLAG_TOGGLE_SINGLESTEP);
    CHECK_EQ(calls, 0);
    r.vcpu_id = 3;
    CHECK_EQ(vmi_clear_event(vmi, &event, NULL), VMI_SUCCESS);
    CHECK(!vmi_get_singlestep_event(vmi, 3));

    event = event_of(VMI_EVENT_DESCRIPTOR_ACCESS);
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    r.reason = VM_EVENT_REASON_DESCRIPTOR_ACCESS;
    r.u.desc_access.arch.vmx.instr_info = 0x1234;
    r.u.desc_access.descriptor = VM_EVENT_DESC_GDTR;
    r.u.desc_access.is_write = 1;
    (void)answer_to(&r);
    CHECK_EQ(told.descriptor_event.exit_info, 0x1234);
    CHECK_EQ(told.descriptor_event.descriptor, VMI_DESCRIPTOR_GDTR);
    CHECK_EQ(told.descriptor_event.is_write, 1);
    CHECK_EQ(vmi_clear_event(vmi, &event, NULL), VMI_SUCCESS);

    event = event_of(VMI_EVENT_PRIVILEGED_CALL);
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    r.reason = VM_EVENT_REASON_PRIVILEGED_CALL;
    (void)answer_to(&r);
    CHECK_EQ(told.privcall_event.gla, START);
    CHECK_EQ(told.privcall_event.offset, START & 0xfff);
    CHECK_EQ(vmi_clear_event(vmi, &event, NULL), VMI_SUCCESS);
    close_target();
}

/* What the vcpu would have done by itself happens, and it is counted. */
static void what_nobody_claims(void)
{
    static const struct {
        uint32_t reason, flags;
        uint8_t vector; /* of what is given back; 0: nothing */
    } of[] = {
        {VM_EVENT_REASON_CPUID, VM_EVENT_FLAG_SET_REGISTERS, 0},
        {VM_EVENT_REASON_DEBUG_EXCEPTION, 0, 1},
        {VM_EVENT_REASON_SOFTWARE_BREAKPOINT, 0, 3},
        {VM_EVENT_REASON_SINGLESTEP, VM_EVENT_FLAG_TOGGLE_SINGLESTEP, 0},
        {VM_EVENT_REASON_DESCRIPTOR_ACCESS, VM_EVENT_FLAG_EMULATE, 0},
        {VM_EVENT_REASON_MEM_ACCESS, VM_EVENT_FLAG_EMULATE, 0},
        {VM_EVENT_REASON_PRIVILEGED_CALL, 0, 0},
        {VM_EVENT_REASON_GUEST_REQUEST, 0, 0},
        {VM_EVENT_REASON_WRITE_CTRLREG, 0, 0},
        {VM_EVENT_REASON_MOV_TO_MSR, 0, 0},
    };
    struct tvmi_event_stats stats;

    open_target();
    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        vm_event_request_t request = xen_end_request(of[i].reason);
        unsigned int injections = xen_end.injections;

        if (of[i].reason == VM_EVENT_REASON_DEBUG_EXCEPTION)
            request.u.debug_exception.type = 3;
        CHECK_EQ(answer_to(&request)->flags, of[i].flags | VM_EVENT_FLAG_VCPU_PAUSED);
        CHECK_EQ(xen_end.injections, injections + !!of[i].vector);
        if (of[i].vector)
            CHECK_EQ(xen_end.injected.vector, of[i].vector);
        tvmi_events_stats(vmi, &stats);
        CHECK_EQ(stats.unclaimed, i + 1);
        CHECK_EQ(stats.bad, 0);
    }
    close_target();
}

static void responses(void)
{
    static const struct {
        event_response_t response;
        uint32_t flags;
    } of[] = {
        {VMI_EVENT_RESPONSE_NONE, 0},
        {VMI_EVENT_RESPONSE_SET_REGISTERS, VM_EVENT_FLAG_SET_REGISTERS},
        {VMI_EVENT_RESPONSE_EMULATE, VM_EVENT_FLAG_EMULATE},
        {VMI_EVENT_RESPONSE_EMULATE_NOWRITE,
         VM_EVENT_FLAG_EMULATE | VM_EVENT_FLAG_EMULATE_NOWRITE},
        {VMI_EVENT_RESPONSE_TOGGLE_SINGLESTEP, VM_EVENT_FLAG_TOGGLE_SINGLESTEP},
        {VMI_EVENT_RESPONSE_SET_REGISTERS | VMI_EVENT_RESPONSE_TOGGLE_SINGLESTEP,
         VM_EVENT_FLAG_SET_REGISTERS | VM_EVENT_FLAG_TOGGLE_SINGLESTEP},
    };
    vmi_event_t event = event_of(VMI_EVENT_GUEST_REQUEST);
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_GUEST_REQUEST);

    open_target();
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    request.flags |= VM_EVENT_FLAG_ALTERNATE_P2M | VM_EVENT_FLAG_DENY;
    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        response = of[i].response;
        /* Of the request's flags those of its vcpu and its view come back, and no others. */
        CHECK_EQ(answer_to(&request)->flags,
                 of[i].flags | VM_EVENT_FLAG_VCPU_PAUSED | VM_EVENT_FLAG_ALTERNATE_P2M);
    }
    response = VMI_EVENT_RESPONSE_EMULATE | VMI_EVENT_RESPONSE_DENY;
    xen_end_put(&request);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_FAILURE);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "response is not supported");
    CHECK_EQ(tvmi_last_fault(vmi)->value, VMI_EVENT_RESPONSE_DENY);
    close_target();
}

static void requests_that_cannot_be(void)
{
    static const uint32_t bad[] = {VM_EVENT_X86_XCR0 + 1, ~0u};
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_WRITE_CTRLREG);
    struct tvmi_event_stats stats;

    open_target();
    for (int i = 0; i < 2; i++) {
        request.u.write_ctrlreg.index = bad[i];
        xen_end_put(&request);
        CHECK_EQ(vmi_events_listen(vmi, 0), VMI_FAILURE);
        CHECK_HAS(tvmi_last_fault(vmi)->reason, "names no control register");
        CHECK_EQ(tvmi_last_fault(vmi)->value, bad[i]);
        CHECK_EQ(xen_end.answers[i].flags, VM_EVENT_FLAG_VCPU_PAUSED);
    }
    /* Of several the first one is told. */
    request.u.write_ctrlreg.index = 7;
    xen_end_put(&request);
    request.reason = 0;
    xen_end_put(&request);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_FAILURE);
    CHECK_HAS(tvmi_last_fault(vmi)->reason, "names no control register");
    tvmi_events_stats(vmi, &stats);
    CHECK_EQ(stats.bad, 4);
    CHECK_EQ(stats.requests, 4);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    close_target();
}

/* A full ring is no broken one. */
static void a_full_ring(void)
{
    vmi_event_t event = event_of(VMI_EVENT_GUEST_REQUEST);
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_GUEST_REQUEST);

    open_target();
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    for (unsigned int i = 0; i < EVENT_RING_SLOTS; i++)
        xen_end_put(&request);
    CHECK_EQ(vmi_are_events_pending(vmi), EVENT_RING_SLOTS);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(calls, EVENT_RING_SLOTS);
    CHECK_EQ(vmi_are_events_pending(vmi), 0);
    close_target();
}

/* What nobody has answered when the ring goes is answered then, as an event of nobody's. */
static void the_ring_goes_with_events_on_it(void)
{
    vmi_event_t event = event_of(VMI_EVENT_CPUID);
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_CPUID);

    for (int by_destroy = 0; by_destroy < 2; by_destroy++) {
        open_target();
        CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
        request.data.regs.x86.rip = START;
        request.u.cpuid.insn_length = 2;
        xen_end_put(&request);
        if (!by_destroy)
            CHECK_EQ(tvmi_events_close(vmi), 0);
        CHECK_EQ(vmi_destroy(vmi), VMI_SUCCESS);
        CHECK_EQ(calls, 0);
        CHECK_EQ(xen_end.answered, 1);
        CHECK_EQ(xen_end.notifications, 1);
        CHECK_EQ(xen_end.answers[0].flags, VM_EVENT_FLAG_VCPU_PAUSED | VM_EVENT_FLAG_SET_REGISTERS);
        CHECK_EQ(memory.vcpu.rip, START + 2);
        CHECK(!xen_end.open);
        memory_reset();
    }
}

static unsigned int freed;
static status_t freed_with;

static void note_free(vmi_event_t *event, status_t status)
{
    (void)event;
    freed++;
    freed_with = status;
}

static void the_users_routine_is_called(void)
{
    vmi_event_t event = event_of(VMI_EVENT_CPUID);

    open_target();
    freed = 0;
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    CHECK_EQ(vmi_clear_event(vmi, &event, note_free), VMI_SUCCESS);
    CHECK_EQ(freed, 1);
    CHECK_EQ(freed_with, VMI_SUCCESS);
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    xen_end.fail_at = xen_end.calls + 1;
    CHECK_EQ(vmi_clear_event(vmi, &event, note_free), VMI_FAILURE);
    CHECK_EQ(freed, 2);
    CHECK_EQ(freed_with, VMI_FAILURE);
    CHECK_EQ(vmi_destroy(vmi), VMI_SUCCESS);
    memory_reset();
}

/* Xen is told of answers only, and asked once a wait. */
static void what_is_counted(void)
{
    vmi_event_t event = event_of(VMI_EVENT_GUEST_REQUEST);
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_GUEST_REQUEST);
    struct tvmi_event_stats stats;

    open_target();
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    CHECK_EQ(vmi_events_listen(vmi, 0), VMI_SUCCESS);
    CHECK_EQ(xen_end.notifications, 0);
    CHECK_EQ(vmi_events_listen(vmi, 7), VMI_SUCCESS); /* nothing in time */
    CHECK_EQ(xen_end.timeout_ms, 7);
    (void)answer_to(&request);
    tvmi_events_stats(vmi, &stats);
    CHECK_EQ(stats.waits, 1);
    CHECK_EQ(stats.notifications, 1);
    CHECK_EQ(stats.requests, 1);
    CHECK_EQ(stats.responses, 1);
    CHECK_EQ(xen_end.notifications, 1);
    close_target();
}

/* Of two vcpus the second one does not go on. */
static void the_ring_waits_for_every_vcpu(void)
{
    vmi_event_t event = event_of(VMI_EVENT_GUEST_REQUEST);
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_GUEST_REQUEST);

    xen_end.state.vcpus = 2;
    open_target();
    CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
    response = VMI_EVENT_RESPONSE_EMULATE;
    request.vcpu_id = 1;
    (void)answer_to(&request);
    xen_end.stuck = true;
    CHECK_EQ(tvmi_events_close(vmi), (uint64_t)-XEN_EBUSY);
    CHECK_EQ(tvmi_last_fault(vmi)->value, 1);
    CHECK(xen_end.left);
    CHECK_EQ(vmi_destroy(vmi), VMI_SUCCESS);
    memory_reset();
}

static unsigned int sleeps;

static void move_on(void)
{
    sleeps++;
    memory.vcpu.rip += sleeps <= 50;
}

static void count_sleep(void)
{
    sleeps++;
}

/* A recovery looks until vcpus stand still, and no longer than it has to. */
static void how_long_a_recovery_looks(void)
{
    open_target();
    CHECK_EQ(tvmi_events_close(vmi), 0);
    xen_end.abandoned = true;
    xen_end.slept = count_sleep;
    sleeps = 0;
    CHECK_EQ(tvmi_events_recover(vmi, TVMI_WAITS_ANYWHERE), 0);
    CHECK_EQ(sleeps, 2);
    xen_end.abandoned = true;
    xen_end.slept = move_on;
    sleeps = 0;
    CHECK_EQ(tvmi_events_recover(vmi, TVMI_WAITS_ANYWHERE), 0);
    CHECK_EQ(sleeps, 20);
    close_target();
}

/* The answer that moves a vcpu has all of its registers, since Xen sets them all. */
static void a_moved_vcpu_keeps_its_registers(void)
{
    static const struct {
        size_t from, to;
    } of[] = {
#define OF(name) {offsetof(struct plat_vcpu, name), offsetof(struct vm_event_regs_x86, name)}
        OF(rax), OF(rbx), OF(rcx), OF(rdx), OF(rsi), OF(rdi), OF(rbp), OF(rsp), OF(r8), OF(r9),
        OF(r10), OF(r11), OF(r12), OF(r13), OF(r14), OF(r15), OF(rflags),
#undef OF
    };
    uint64_t root = memory_frame(), code = memory_frame();

    open_target();
    CHECK_EQ(tvmi_events_close(vmi), 0);
    memory_map(root, 4, 0x400000, 1, code);
    memcpy(memory.words[code], "\x0f\xa2", 2);
    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
        *(uint64_t *)((char *)&memory.vcpu + of[i].from) = 0x100 + i;
    memory.vcpu.cr3 = PA(root);
    memory.vcpu.rip = 0x400000;
    CHECK_EQ(tvmi_set_paging(vmi, 4, 46), 0);
    xen_end.abandoned = true;
    CHECK_EQ(tvmi_events_recover(vmi, TVMI_WAITS_AT_CPUID), 0);
    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
        CHECK_EQ(*(uint64_t *)((char *)&xen_end.answers[0].data.regs.x86 + of[i].to), 0x100 + i);
    CHECK_EQ(xen_end.answers[0].data.regs.x86.rip, 0x400002);
    CHECK_EQ(xen_end.answers[0].vcpu_id, 0);
    close_target();
}

/* --- memory -------------------------------------------------------------------------- */

/* Accesses that stay allowed, as Xen names them. */
static void accesses_are_set(void)
{
    static const struct {
        vmi_mem_access_t events;
        uint8_t allowed;
    } of[] = {
        {VMI_MEMACCESS_R, XENMEM_access_wx},  {VMI_MEMACCESS_W, XENMEM_access_rx},
        {VMI_MEMACCESS_X, XENMEM_access_rw},  {VMI_MEMACCESS_RW, XENMEM_access_x},
        {VMI_MEMACCESS_RX, XENMEM_access_w},  {VMI_MEMACCESS_WX, XENMEM_access_r},
        {VMI_MEMACCESS_RWX, XENMEM_access_n},
    };

    open_target();
    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        vmi_event_t event = page_event(0x77, of[i].events);

        CHECK_EQ(vmi_register_event(vmi, &event), VMI_SUCCESS);
        CHECK_EQ(xen_end.access_gfn, 0x77);
        CHECK_EQ(xen_end.access, of[i].allowed);
        CHECK(vmi_get_mem_event(vmi, 0x77, of[i].events) == &event);
        CHECK(!vmi_get_mem_event(vmi, 0x78, of[i].events));
        CHECK(!vmi_get_mem_event(vmi, 0x77, VMI_MEMACCESS_RWX & ~of[i].events));
        CHECK(!vmi_get_mem_event(vmi, ~0ull, of[i].events));
        CHECK_EQ(vmi_set_mem_event(vmi, 0x79, VMI_MEMACCESS_R, 0), VMI_FAILURE);
        CHECK_HAS(tvmi_last_fault(vmi)->reason, "no generic event");
        CHECK_EQ(vmi_clear_event(vmi, &event, NULL), VMI_SUCCESS);
        CHECK_EQ(xen_end.access_gfn, 0x77);
        CHECK_EQ(xen_end.access, XENMEM_access_rwx);
    }
    close_target();
}

static void accesses_are_told(void)
{
    static const struct {
        uint32_t flags;
        vmi_mem_access_t access;
        bool gptw, gla_valid;
    } of[] = {
        {MEM_ACCESS_R, VMI_MEMACCESS_R, false, false},
        {MEM_ACCESS_W | MEM_ACCESS_GLA_VALID, VMI_MEMACCESS_W, false, true},
        {MEM_ACCESS_X, VMI_MEMACCESS_X, false, false},
        {MEM_ACCESS_R | MEM_ACCESS_W | MEM_ACCESS_FAULT_IN_GPT, VMI_MEMACCESS_RW, true, false},
    };
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_MEM_ACCESS);
    vmi_event_t one = page_event(0x77, VMI_MEMACCESS_RWX), all = page_event(~0ull, VMI_MEMACCESS_W);
    vmi_event_t again = page_event(0x77, VMI_MEMACCESS_R);

    open_target();
    CHECK_EQ(vmi_register_event(vmi, &one), VMI_SUCCESS);
    CHECK_EQ(vmi_register_event(vmi, &again), VMI_FAILURE);
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_EEXIST);
    CHECK_EQ(tvmi_last_fault(vmi)->value, 0x77);
    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        request.u.mem_access = (struct vm_event_mem_access){
            .gfn = 0x77, .offset = 0x10 + i, .gla = 0x1000 * i, .flags = of[i].flags,
        };
        CHECK_EQ(answer_to(&request)->flags, VM_EVENT_FLAG_VCPU_PAUSED);
        CHECK_EQ(told.mem_event.gfn, 0x77);
        CHECK_EQ(told.mem_event.out_access, of[i].access);
        CHECK_EQ(told.mem_event.gptw, of[i].gptw);
        CHECK_EQ(told.mem_event.gla_valid, of[i].gla_valid);
        CHECK_EQ(told.mem_event.offset, 0x10 + i);
        CHECK_EQ(told.mem_event.gla, 0x1000 * i);
    }
    calls = 0;
    CHECK_EQ(vmi_register_event(vmi, &all), VMI_SUCCESS);
    CHECK_EQ(xen_end.access_gfn, 0x77); /* of all pages nothing is set yet */
    all.data = &all;
    request.u.mem_access.gfn = 0x99;
    request.u.mem_access.flags = MEM_ACCESS_W;
    CHECK_EQ(answer_to(&request)->flags, VM_EVENT_FLAG_VCPU_PAUSED);
    CHECK(told.data == &all);
    CHECK_EQ(told.mem_event.gfn, 0x99);
    CHECK_EQ(all.mem_event.gfn, ~0ull); /* as it was registered */
    request.u.mem_access.flags = MEM_ACCESS_R; /* which the event does not want */
    CHECK_EQ(answer_to(&request)->flags, VM_EVENT_FLAG_VCPU_PAUSED | VM_EVENT_FLAG_EMULATE);
    CHECK_EQ(calls, 1);
    CHECK_EQ(vmi_set_mem_event(vmi, 0x99, VMI_MEMACCESS_R, 1), VMI_FAILURE);
    CHECK_EQ(vmi_set_mem_event(vmi, 0x99, VMI_MEMACCESS_R, 0), VMI_SUCCESS);
    CHECK_EQ(xen_end.access_gfn, 0x99);
    CHECK_EQ(xen_end.access, XENMEM_access_wx);
    CHECK_EQ(vmi_clear_event(vmi, &again, NULL), VMI_FAILURE);
    CHECK_EQ(vmi_clear_event(vmi, &all, NULL), VMI_SUCCESS);
    CHECK_EQ(xen_end.access_gfn, 0x99);
    close_target();
}

static void as_many_pages_as_there_is_room_for(void)
{
    static vmi_event_t events[EVENT_PAGES + 1];

    open_target();
    for (unsigned int i = 0; i <= EVENT_PAGES; i++) {
        events[i] = page_event(0x100 + i, VMI_MEMACCESS_W);
        CHECK_EQ(vmi_register_event(vmi, &events[i]),
                 i < EVENT_PAGES ? VMI_SUCCESS : VMI_FAILURE);
    }
    CHECK_EQ(tvmi_last_fault(vmi)->error, (uint64_t)-XEN_EINVAL);
    CHECK(vmi_get_mem_event(vmi, 0x100 + EVENT_PAGES - 1, VMI_MEMACCESS_W) ==
          &events[EVENT_PAGES - 1]);
    CHECK_EQ(vmi_clear_event(vmi, &events[EVENT_PAGES], NULL), VMI_FAILURE);
    close_target();
    CHECK_EQ(xen_end.access, 0);
}

/* --- requests that fail ---------------------------------------------------------------- */

static vmi_event_t swept[5];
static struct tvmi_listen how;

static int step_open(void)
{
    return tvmi_events_open(vmi);
}

static int step_capabilities(void)
{
    uint32_t kinds;

    return tvmi_events_capabilities(vmi, &kinds);
}

static int step_memory_offered(void)
{
    return tvmi_events_memory_offered(vmi);
}

/* The library gives LibVMI's status; why is in the fault. */
static int error_of(status_t status)
{
    return status == VMI_SUCCESS ? 0 : tvmi_last_fault(vmi)->error;
}

static int step_register(void)
{
    swept[0] = event_of(VMI_EVENT_DEBUG_EXCEPTION);
    return error_of(vmi_register_event(vmi, &swept[0]));
}

static int step_register_steps(void)
{
    swept[1] = event_of(VMI_EVENT_SINGLESTEP);
    swept[1].ss_event.vcpus = 3;
    swept[1].ss_event.enable = 1;
    return error_of(vmi_register_event(vmi, &swept[1]));
}

static int step_register_page(void)
{
    swept[2] = page_event(0x77, VMI_MEMACCESS_W);
    return error_of(vmi_register_event(vmi, &swept[2]));
}

static void put_two(void)
{
    vm_event_request_t request = xen_end_request(VM_EVENT_REASON_DEBUG_EXCEPTION);

    xen_end_put(&request);
    xen_end_put(&request);
    tvmi_events_stop(vmi);
}

static int step_run(void)
{
    xen_end.waited_for = put_two;
    how = (struct tvmi_listen){.timeout_ms = 1, .notify_each = true};
    return tvmi_events_run(vmi, &how);
}

static int step_listen(void)
{
    xen_end.waited_for = put_two;
    return error_of(vmi_events_listen(vmi, 5));
}

static int step_clear_page(void)
{
    return error_of(vmi_clear_event(vmi, &swept[2], NULL));
}

static int step_clear_steps(void)
{
    return error_of(vmi_clear_event(vmi, &swept[1], NULL));
}

static int step_close(void)
{
    return tvmi_events_close(vmi);
}

static int step_pause(void)
{
    return error_of(vmi_pause_vm(vmi));
}

static int step_resume(void)
{
    return error_of(vmi_resume_vm(vmi));
}

/* A callback that clears its own event: it is cleared once the ring is empty. */
static event_response_t clear_itself(vmi_instance_t from, vmi_event_t *event)
{
    event->debug_event.reinject = 0;
    CHECK_EQ(vmi_clear_event(from, event, NULL), VMI_SUCCESS);
    return VMI_EVENT_RESPONSE_NONE;
}

static int step_clear_in_callback(void)
{
    int error;

    swept[0] = event_of(VMI_EVENT_DEBUG_EXCEPTION);
    swept[0].callback = clear_itself;
    error = error_of(vmi_register_event(vmi, &swept[0]));
    if (error)
        return error;
    put_two();
    return error_of(vmi_events_listen(vmi, 0));
}

static int step_clear(void)
{
    return error_of(vmi_clear_event(vmi, &swept[0], NULL));
}

typedef int (*step_t)(void);

/* With a ring that is held, and with one that is there for as long as somebody listens. */
static const step_t held[] = {
    step_open,          step_capabilities, step_memory_offered, step_register, step_register_steps,
    step_register_page, step_run,          step_listen,         step_clear_page, step_clear_steps,
    step_close,         step_pause,        step_resume,
};
static const step_t listening[] = {step_register, step_listen, step_clear};
static const step_t in_callback[] = {step_clear_in_callback};

#define STEPS_MAX 16

/*
 * Every request to Xen fails once: the call that made it says so, and nothing else goes
 * wrong. Gives how many were passed over.
 */
static unsigned int sweep(const step_t *steps, size_t n)
{
    unsigned int ends[STEPS_MAX] = {0}, all = 0, passed_over = 0;

    for (unsigned int fail_at = 0; fail_at == 0 || fail_at <= all; fail_at++) {
        memory_reset();
        xen_end.state.vcpus = 2;
        vmi = instance_open();
        memory.vcpu.rip = START;
        reinject = 1;
        xen_end.calls = 0;
        xen_end.fail_at = fail_at;
        for (size_t i = 0; i < n; i++) {
            bool here = fail_at && fail_at <= ends[i] && fail_at > (i ? ends[i - 1] : 0);
            int error = steps[i]();

            if (here) {
                passed_over += error == 0;
                if (!error)
                    break;
                CHECK_EQ(error, -XEN_EIO);
                if (steps[i] != step_memory_offered) /* which gives the error alone */
                    CHECK_EQ(tvmi_last_fault(vmi)->error, -XEN_EIO);
                CHECK(tvmi_last_fault(vmi)->reason || steps[i] == step_memory_offered);
                CHECK_EQ(tvmi_last_fault(vmi)->address, 0); /* it is about none */
                CHECK_EQ(tvmi_last_fault(vmi)->level, 0);
                break;
            }
            CHECK_EQ(error, 0);
            if (!fail_at)
                ends[i] = xen_end.calls;
        }
        if (!fail_at)
            all = xen_end.calls;
        CHECK_EQ(vmi_destroy(vmi), VMI_SUCCESS);
        CHECK(!xen_end.open);
        CHECK(memory.paused <= 1); /* paused by the user, if that was the last */
    }
    return passed_over;
}

static void every_request_fails_once(void)
{
    /* As the ring goes: that a kind cannot be switched off, and that the target is gone. */
    CHECK_EQ(sweep(held, sizeof(held) / sizeof(held[0])), 2);
    CHECK_EQ(sweep(listening, sizeof(listening) / sizeof(listening[0])), 1);
    CHECK_EQ(sweep(in_callback, 1), 0);
}

/* So it is in a recovery: what fails is told, and the target goes on; the next one mends the rest. */
static void every_request_of_a_recovery_fails_once(void)
{
    unsigned int all = 0, passed_over = 0, left_paused = 0;

    for (unsigned int fail_at = 0; fail_at == 0 || fail_at <= all; fail_at++) {
        int error;

        memory_reset();
        xen_end.state.vcpus = 2;
        vmi = instance_open();
        memory.vcpu.rip = START;
        xen_end.abandoned = true;
        xen_end.calls = 0;
        xen_end.fail_at = fail_at;
        error = tvmi_events_recover(vmi, TVMI_WAITS_ANYWHERE);
        if (!fail_at) {
            all = xen_end.calls;
            CHECK_EQ(error, 0);
            CHECK_EQ(xen_end.answered, 2);
        } else if (error) {
            CHECK_EQ(error, -XEN_EIO);
            if (!memory.paused) /* else what follows from that is told, too */
                CHECK_EQ(tvmi_last_fault(vmi)->error, -XEN_EIO);
            CHECK(tvmi_last_fault(vmi)->reason);
        } else {
            passed_over++;
        }
        left_paused += memory.paused;
        if (memory.paused)
            CHECK_EQ(vmi_resume_vm(vmi), VMI_SUCCESS);
        CHECK_EQ(memory.paused, 0);
        if (xen_end.abandoned)
            CHECK_EQ(tvmi_events_recover(vmi, TVMI_WAITS_ANYWHERE), 0);
        CHECK(!xen_end.abandoned);
        CHECK_EQ(vmi_destroy(vmi), VMI_SUCCESS);
    }
    CHECK(all >= 15);
    CHECK_EQ(passed_over, 4); /* two looks at each of two vcpus, whether they go on */
    CHECK_EQ(left_paused, 1); /* by the unpause that failed */
}

const struct test event_kinds_tests[] = {
    {"event kinds: each is switched on and off", kinds_are_switched},
    {"event kinds: registers are switched by their numbers", registers_are_switched},
    {"event kinds: several MSRs", several_msrs},
    {"event kinds: what cannot be listened for", what_cannot_be_listened_for},
    {"event kinds: what callbacks are told", what_callbacks_are_told},
    {"event kinds: what nobody claims", what_nobody_claims},
    {"event kinds: responses", responses},
    {"event kinds: requests that cannot be", requests_that_cannot_be},
    {"event kinds: a full ring", a_full_ring},
    {"event kinds: the ring goes with events on it", the_ring_goes_with_events_on_it},
    {"event kinds: the user's routine is called", the_users_routine_is_called},
    {"event kinds: what is counted", what_is_counted},
    {"event kinds: the ring waits for every vcpu", the_ring_waits_for_every_vcpu},
    {"event kinds: how long a recovery looks", how_long_a_recovery_looks},
    {"event kinds: a moved vcpu keeps its registers", a_moved_vcpu_keeps_its_registers},
    {"event kinds: accesses are set", accesses_are_set},
    {"event kinds: accesses are told", accesses_are_told},
    {"event kinds: as many pages as there is room for", as_many_pages_as_there_is_room_for},
    {"event kinds: every request fails once", every_request_fails_once},
    {"event kinds: every request of a recovery fails once", every_request_of_a_recovery_fails_once},
    {0},
};
