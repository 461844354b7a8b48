/*
 * event_guest.c - see event_guest.h.
 */
#include "event_guest.h"

#include "memory.h"
#include "xen_end.h"

/* The target asks every ORDER_EVERY events; so many are enough here. */
#define ASK_EVERY 5

struct event_guest event_guest;

static struct {
    unsigned int vcpus;
    uint64_t frames[EVENT_GUEST_VCPUS]; /* of the streams, with the samples behind them */
    bool waits[EVENT_GUEST_VCPUS];      /* its event, or its question, is with the introspector */
    bool asks;                          /* vcpu 0: it is a question */
    unsigned int since_question;
} guest;

static const struct {
    uint32_t reason;
    enum plat_monitor_kind kind;
} told[EVENT_KINDS] = {
    [EVENT_CPUID] = {VM_EVENT_REASON_CPUID, PLAT_MONITOR_CPUID},
    [EVENT_CR3_WRITE] = {VM_EVENT_REASON_WRITE_CTRLREG, PLAT_MONITOR_CTRLREG},
    [EVENT_MSR_WRITE] = {VM_EVENT_REASON_MOV_TO_MSR, PLAT_MONITOR_MSR},
    [EVENT_DEBUG] = {VM_EVENT_REASON_DEBUG_EXCEPTION, PLAT_MONITOR_DEBUG},
    [EVENT_DESCRIPTOR] = {VM_EVENT_REASON_DESCRIPTOR_ACCESS, PLAT_MONITOR_DESCRIPTOR},
    [EVENT_GUEST_REQUEST] = {VM_EVENT_REASON_GUEST_REQUEST, PLAT_MONITOR_GUEST_REQUEST},
    [EVENT_BREAKPOINT] = {VM_EVENT_REASON_SOFTWARE_BREAKPOINT, PLAT_MONITOR_BREAKPOINT},
};

struct event_stream *event_guest_stream(unsigned int vcpu)
{
    return (struct event_stream *)memory.words[guest.frames[vcpu]];
}

uint32_t event_guest_ticks(unsigned int vcpu, uint64_t number)
{
    return 1000000 * (vcpu + 1) + (uint32_t)number * 7;
}

static void put(unsigned int vcpu, uint32_t reason, uint32_t leaf)
{
    vm_event_request_t request = xen_end_request(reason);

    request.vcpu_id = vcpu;
    request.data.regs.x86.cr3 = memory.vcpu.cr3;
    switch (reason) {
    case VM_EVENT_REASON_CPUID:
        request.u.cpuid.insn_length = 2;
        request.u.cpuid.leaf = leaf;
        break;
    case VM_EVENT_REASON_WRITE_CTRLREG:
        request.u.write_ctrlreg.index = VM_EVENT_X86_CR3;
        break;
    case VM_EVENT_REASON_MOV_TO_MSR:
        request.u.mov_to_msr.msr = 0xc0000102;
        break;
    }
    xen_end_put(&request);
    guest.waits[vcpu] = true;
}

/* Whether the answer to an event leaves the guest as the event alone would have. */
static bool is_right(uint32_t kind, const vm_event_response_t *answer)
{
    uint32_t flags = answer->flags & ~VM_EVENT_FLAG_VCPU_PAUSED;

    switch (kind) {
    case EVENT_CPUID:
        return flags == VM_EVENT_FLAG_SET_REGISTERS;
    case EVENT_DEBUG:
        return !flags && xen_end.injected.vector == 1;
    case EVENT_BREAKPOINT:
        return !flags && xen_end.injected.vector == 3;
    case EVENT_DESCRIPTOR:
        return flags == VM_EVENT_FLAG_EMULATE;
    default:
        return !flags;
    }
}

static void begin(struct event_stream *s)
{
    s->started++;
    memory_show(guest.frames[s->vcpu]);
}

static void end(struct event_stream *s, bool right)
{
    uint32_t *samples = (uint32_t *)memory.words[guest.frames[s->vcpu] + 1];
    uint64_t place = s->finished % STREAM_CAPACITY;

    samples[place] = event_guest_ticks(s->vcpu, s->finished);
    if (!right || (s->vcpu == 0 && s->finished == event_guest.wrong))
        s->errors++;
    s->finished++;
    memory_show(guest.frames[s->vcpu] + 1 + place / (PLAT_PAGE_SIZE / sizeof(*samples)));
    memory_show(guest.frames[s->vcpu]);
}

static void obey(uint32_t who, uint32_t spin, uint64_t order)
{
    event_guest.orders++;
    event_guest.order_kind = ORDER_KIND(who);
    event_guest.order_makers = ORDER_MAKERS(who);
    event_guest.order_others = ORDER_OTHERS(who);
    event_guest.order_spin = spin;
    for (unsigned int v = 0; v < guest.vcpus; v++) {
        struct event_stream *s = event_guest_stream(v);

        s->kind = v < ORDER_MAKERS(who)                       ? ORDER_KIND(who)
                  : v < ORDER_MAKERS(who) + ORDER_OTHERS(who) ? (uint32_t)EVENT_WORK
                                                              : (uint32_t)EVENT_NONE;
        s->spin = spin;
        s->order = order;
        memory_show(guest.frames[v]);
    }
}

static void take_question_s_answer(const vm_event_response_t *answer)
{
    const struct event_stream *s = event_guest_stream(0);

    guest.asks = false;
    if (answer->data.regs.x86.rax == ORDER_MAGIC && answer->data.regs.x86.rdx != s->order &&
        !event_guest.deaf)
        obey((uint32_t)answer->data.regs.x86.rbx, (uint32_t)answer->data.regs.x86.rcx,
             answer->data.regs.x86.rdx);
}

static void take_answers(void)
{
    for (unsigned int i = 0; i < xen_end.answered; i++) {
        const vm_event_response_t *answer = &xen_end.answers[i];
        unsigned int vcpu = answer->vcpu_id;
        struct event_stream *s = event_guest_stream(vcpu);

        if (!guest.waits[vcpu]) {
            event_guest.stepped = true;
            continue;
        }
        guest.waits[vcpu] = false;
        if (vcpu == 0 && guest.asks)
            take_question_s_answer(answer);
        else if (s->started > s->finished)
            end(s, is_right(s->kind, answer));
    }
    xen_end.answered = 0;
}

static void ask(struct event_stream *s)
{
    s->asked++;
    guest.since_question = 0;
    memory_show(guest.frames[0]);
    if (!(xen_end.enabled & 1u << PLAT_MONITOR_CPUID))
        return;
    guest.asks = true;
    put(0, VM_EVENT_REASON_CPUID, ORDER_LEAF);
}

static void make_event(struct event_stream *s, unsigned int vcpu)
{
    uint64_t number = s->started;

    if (vcpu == 0 && number == event_guest.ends_at)
        return;
    guest.since_question += vcpu == 0;
    begin(s);
    if (!(xen_end.enabled & 1u << told[s->kind].kind) || event_guest.silent ||
        (vcpu == 0 && number == event_guest.unseen)) {
        end(s, true);
        return;
    }
    put(vcpu, told[s->kind].reason, 0);
    if (vcpu == 0 && number == event_guest.twice) {
        vm_event_request_t again = *xen_end_place(xen_end.requests - 1);

        again.flags = 0; /* it waits for one of them */
        xen_end_put(&again);
    }
}

static void run_vcpu(unsigned int vcpu)
{
    struct event_stream *s = event_guest_stream(vcpu);

    if (guest.waits[vcpu])
        return;
    if (vcpu == 0 && (s->kind == EVENT_NONE || guest.since_question >= ASK_EVERY)) {
        ask(s);
    } else if (s->kind == EVENT_WORK) {
        for (unsigned int i = 0; i < event_guest.units; i++) {
            begin(s);
            end(s, true);
        }
    } else if (s->kind != EVENT_NONE) {
        make_event(s, vcpu);
    } else if (event_guest.stray && event_guest_stream(0)->kind != EVENT_NONE &&
               xen_end.enabled & 1u << told[event_guest_stream(0)->kind].kind) {
        event_guest.stray = false;
        put(vcpu, told[event_guest_stream(0)->kind].reason, 0);
    }
}

static void run(void)
{
    take_answers();
    for (unsigned int v = 0; v < guest.vcpus; v++)
        run_vcpu(v);
}

/* Until there is something to be told of; for good it does not wait for that. */
static void run_until_told(void)
{
    unsigned int before = xen_end.requests;

    for (int i = 0; i < 50 && xen_end.requests == before; i++)
        run();
}

void event_guest_make(unsigned int vcpus, uint64_t first)
{
    uint64_t root = memory_frame();

    guest = (typeof(guest)){.vcpus = vcpus};
    event_guest = (struct event_guest){
        .unseen = EVENT_GUEST_NEVER, .twice = EVENT_GUEST_NEVER, .wrong = EVENT_GUEST_NEVER,
        .ends_at = EVENT_GUEST_NEVER, .units = 1,
    };
    memory.vcpu.cr3 = PA(root);
    memory.vcpu.rip = 0x400123;
    xen_end.state.vcpus = vcpus;
    for (unsigned int v = 0; v < vcpus; v++) {
        unsigned int pages = 1 + STREAM_CAPACITY * sizeof(uint32_t) / PLAT_PAGE_SIZE;

        guest.frames[v] = memory.next_frame;
        for (unsigned int i = 0; i < pages; i++)
            (void)memory_frame();
        for (unsigned int i = 0; i < pages; i++)
            memory_map(root, 4, STREAM_BASE + v * STREAM_STRIDE + i * PLAT_PAGE_SIZE, 1,
                       guest.frames[v] + i);
        *event_guest_stream(v) = (struct event_stream){
            .magic = STREAM_MAGIC, .vcpu = v, .started = first, .finished = first,
        };
    }
    xen_end.waited_for = run_until_told;
    xen_end.slept = run;
}
