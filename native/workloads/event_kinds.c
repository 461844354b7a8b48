/*
 * event_kinds.c - see event_kinds.h.
 */
#include "event_kinds.h"

#include <platform.h>

static const struct {
    enum plat_monitor_kind kind;
    vmi_event_type_t type;
    reg_t reg;
    event_response_t response;
} kinds[EVENT_KINDS] = {
    [EVENT_CPUID] = {PLAT_MONITOR_CPUID, VMI_EVENT_CPUID, 0, VMI_EVENT_RESPONSE_SET_REGISTERS},
    [EVENT_CR3_WRITE] = {PLAT_MONITOR_CTRLREG, VMI_EVENT_REGISTER, CR3, 0},
    [EVENT_MSR_WRITE] = {PLAT_MONITOR_MSR, VMI_EVENT_REGISTER, MSR_SHADOW_GS_BASE, 0},
    [EVENT_DEBUG] = {PLAT_MONITOR_DEBUG, VMI_EVENT_DEBUG_EXCEPTION, 0, 0},
    [EVENT_DESCRIPTOR] = {PLAT_MONITOR_DESCRIPTOR, VMI_EVENT_DESCRIPTOR_ACCESS, 0,
                          VMI_EVENT_RESPONSE_EMULATE},
    [EVENT_GUEST_REQUEST] = {PLAT_MONITOR_GUEST_REQUEST, VMI_EVENT_GUEST_REQUEST, 0, 0},
    [EVENT_BREAKPOINT] = {PLAT_MONITOR_BREAKPOINT, VMI_EVENT_INTERRUPT, 0, 0},
};

bool event_kind_offered(uint32_t offered, uint64_t kind)
{
    return offered & 1u << kinds[kind].kind;
}

void event_kind_listener(vmi_event_t *event, uint64_t kind, event_callback_t callback, void *data)
{
    *event = (vmi_event_t){
        .version = VMI_EVENTS_VERSION,
        .type = kinds[kind].type,
        .callback = callback,
        .data = data,
    };
    if (event->type == VMI_EVENT_REGISTER) {
        event->reg_event.reg = kinds[kind].reg;
        event->reg_event.in_access = VMI_REGACCESS_W;
    } else if (event->type == VMI_EVENT_INTERRUPT) {
        event->interrupt_event.intr = INT3;
    }
}

event_response_t event_kind_answer(uint64_t kind, vmi_event_t *event)
{
    switch (kind) {
    case EVENT_CPUID:
        event->x86_regs->rip += event->cpuid_event.insn_length;
        break;
    case EVENT_DEBUG:
        event->debug_event.reinject = 1;
        break;
    case EVENT_BREAKPOINT:
        event->interrupt_event.reinject = 1;
        break;
    }
    return kinds[kind].response;
}
