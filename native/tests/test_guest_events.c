/*
 * test_guest_events.c - workload guest-events over a made-up guest: which makes events as
 * it likes, is answered so that it goes on, and is never kept waiting by writing.
 */
#include <stdio.h>
#include <string.h>
#include <xen/errno.h>

#include "../introspector/introspector.h"
#include "decode.h"
#include "instance.h"
#include "memory.h"
#include "test.h"
#include "xen_end.h"

#define START 0x400123ull

static struct decoded records[DECODE_RECORDS];
static int count;
static unsigned int left; /* events that the guest makes still */
static vm_event_request_t next;

static void run(const char *more)
{
    char job[300];

    snprintf(job, sizeof(job), "seq=1 workload=guest-events domid=7 type=pvh levels=4 %s", more);
    count = instance_job(job, records);
}

static const struct decoded *record(char type)
{
    for (int i = 0; i < count; i++) {
        if (records[i].type == type)
            return &records[i];
    }
    return NULL;
}

static void make_event(void)
{
    if (!left)
        return;
    left--;
    next.data.regs.x86.rip = memory.vcpu.rip;
    xen_end_put(&next);
}

static void guest_makes(uint32_t reason, unsigned int events)
{
    memory.vcpu.rip = START;
    next = xen_end_request(reason);
    left = events;
    xen_end.waited_for = make_event;
}

static void batches(void)
{
    guest_makes(VM_EVENT_REASON_CPUID, 100);
    next.u.cpuid.insn_length = 2;
    run("kind=cpuid count=5 batch=3 timeout=1000");
    CHECK_EQ(count, 9); /* H O V T V T N K E */
    CHECK_HAS(record('O')->payload, "capabilities=");
    CHECK_HAS(records[2].payload, "batch=0 kind=cpuid phase=listened first=0 count=3");
    CHECK_EQ(records[3].type, 'T');
    CHECK_EQ(records[3].length, 3 * 8);
    CHECK_HAS(records[4].payload, "batch=1 kind=cpuid phase=listened first=3 count=2");
    CHECK_HAS(record('N')->payload, "executed=unknown");
    CHECK_HAS(record('N')->payload, "lost=unknown");
    CHECK_HAS(record('N')->payload, "errors=unknown");
    CHECK_EQ(decode_value(record('N'), "vcpus"), 1);
    CHECK_EQ(decode_value(record('N'), "events"), 5);
    CHECK_EQ(decode_value(record('N'), "extra"), 0);
    CHECK_EQ(decode_value(record('N'), "requests"), 5);
    CHECK_EQ(decode_value(record('N'), "responses"), 5);
    CHECK_EQ(decode_value(record('N'), "unclaimed"), 0);
    CHECK_HAS(record('K')->payload, "offered=1 delivered=1");
    CHECK_HAS(record('E')->payload, "status=ok");
    CHECK_EQ(memory.vcpu.rip, START + 5 * 2); /* past each CPUID */
}

static void ticks_of_events(void)
{
    uint32_t ticks[6];

    guest_makes(VM_EVENT_REASON_WRITE_CTRLREG, 3);
    next.u.write_ctrlreg.index = VM_EVENT_X86_CR3;
    run("kind=cr3-write count=3 batch=3");
    memcpy(ticks, record('T')->payload, sizeof(ticks));
    CHECK_EQ(ticks[0], 0); /* nothing before it */
    for (int i = 0; i < 3; i++)
        CHECK(ticks[2 * i + 1] > 0);
    CHECK(ticks[2] >= ticks[1]); /* from one to the next the first is handled */
    CHECK(ticks[4] >= ticks[3]);
    CHECK(decode_value(record('N'), "elapsed") >= (uint64_t)ticks[2] + ticks[4]);
}

/* Each kind goes on as it would: only a write is left as it is. */
static void answers(void)
{
    guest_makes(VM_EVENT_REASON_WRITE_CTRLREG, 1);
    next.u.write_ctrlreg.index = VM_EVENT_X86_CR3;
    run("kind=cr3-write count=1");
    CHECK_EQ(xen_end.answers[0].flags, VM_EVENT_FLAG_VCPU_PAUSED);

    guest_makes(VM_EVENT_REASON_MOV_TO_MSR, 1);
    next.u.mov_to_msr.msr = 0xc0000102;
    run("kind=msr-write count=1");
    CHECK_EQ(xen_end.answers[1].flags, VM_EVENT_FLAG_VCPU_PAUSED);

    guest_makes(VM_EVENT_REASON_DEBUG_EXCEPTION, 1);
    next.u.debug_exception.type = 3;
    run("kind=debug count=1");
    CHECK_EQ(xen_end.injections, 1);
    CHECK_EQ(xen_end.injected.vector, 1);

    guest_makes(VM_EVENT_REASON_SOFTWARE_BREAKPOINT, 1);
    next.u.software_breakpoint.type = 4;
    run("kind=breakpoint count=1");
    CHECK_EQ(xen_end.injections, 2);
    CHECK_EQ(xen_end.injected.vector, 3);

    guest_makes(VM_EVENT_REASON_DESCRIPTOR_ACCESS, 1);
    run("kind=descriptor count=1");
    CHECK_EQ(xen_end.answers[4].flags, VM_EVENT_FLAG_VCPU_PAUSED | VM_EVENT_FLAG_EMULATE);

    guest_makes(VM_EVENT_REASON_GUEST_REQUEST, 1);
    run("kind=guest-request count=1");
    CHECK_EQ(xen_end.answers[5].flags, VM_EVENT_FLAG_VCPU_PAUSED);
}

static void make_three(void)
{
    for (int i = 0; i < 3; i++)
        make_event();
}

/* What comes with the last event of a batch is answered, and counted. */
static void more_than_asked(void)
{
    guest_makes(VM_EVENT_REASON_WRITE_CTRLREG, 100);
    next.u.write_ctrlreg.index = VM_EVENT_X86_CR3;
    xen_end.waited_for = make_three;
    run("kind=cr3-write count=4 batch=4");
    CHECK_EQ(decode_value(record('N'), "events"), 4);
    CHECK_EQ(decode_value(record('N'), "extra"), 2);
    CHECK_EQ(decode_value(record('N'), "requests"), 6);
    CHECK_EQ(decode_value(record('N'), "responses"), 6);
}

static void fewer_than_asked(void)
{
    guest_makes(VM_EVENT_REASON_WRITE_CTRLREG, 4);
    next.u.write_ctrlreg.index = VM_EVENT_X86_CR3;
    run("kind=cr3-write count=9 batch=3");
    CHECK_HAS(records[4].payload, "batch=1 kind=cr3-write phase=listened first=3 count=1");
    CHECK_EQ(decode_value(record('N'), "events"), 4);
    CHECK_HAS(record('K')->payload, "offered=1 delivered=1");
}

static void none_at_all(void)
{
    guest_makes(VM_EVENT_REASON_CPUID, 0);
    run("kind=cpuid count=5");
    CHECK_EQ(count, 4); /* H O K E */
    CHECK_HAS(record('K')->payload, "offered=1 delivered=0");

    xen_end.offers = 1u << PLAT_MONITOR_CTRLREG;
    run("kind=cpuid count=5");
    CHECK_HAS(record('K')->payload, "offered=0 delivered=0");
}

/* Then there is no ring of ours, and nobody else's is touched. */
static void refused_or_taken(void)
{
    xen_end.open_error = -XEN_EACCES;
    run("kind=cpuid count=5");
    CHECK_EQ(count, 3); /* H R E */
    CHECK_HAS(record('R')->payload, "attempt=vm-event errno=13");
    CHECK_HAS(record('E')->payload, "status=ok");

    xen_end.open_error = -XEN_EBUSY;
    run("kind=cpuid count=5");
    CHECK_HAS(record('R')->payload, "attempt=vm-event errno=16");

    xen_end.open_error = -XEN_EOPNOTSUPP;
    run("kind=cpuid count=5");
    CHECK_HAS(record('E')->payload, "status=error");
    CHECK_HAS(record('E')->payload, "EOPNOTSUPP");
}

static void guest_that_ends(void)
{
    guest_makes(VM_EVENT_REASON_CPUID, 0);
    xen_end.state.shut_down = true;
    run("kind=cpuid count=5");
    CHECK_HAS(record('E')->payload, "status=error");
    CHECK_HAS(record('E')->payload, "shut down");
}

static void ask_to_end(void)
{
    make_event();
    memory.ending = left < 3;
}

/* Somebody ends the introspector in the middle of a batch: run() checks that nothing stays. */
static void asked_to_end(void)
{
    guest_makes(VM_EVENT_REASON_CPUID, 5);
    next.u.cpuid.insn_length = 2;
    xen_end.waited_for = ask_to_end;
    run("kind=cpuid count=100 batch=100");
    CHECK_EQ(left, 2);
    CHECK_EQ(xen_end.answered, 3);
    CHECK_EQ(memory.vcpu.rip, START + 3 * 2); /* each event that there was is answered */
    CHECK_HAS(record('E')->payload, "status=error");
    CHECK_HAS(record('E')->payload, "a signal ended the wait");
    memory.ending = false;
}

static void who_listens(void)
{
    memory.written = 0;
    introspector_run_job("seq=1 workload=refusal domid=7 type=pvh attempt=listener");
    count = decode(records);
    CHECK_HAS(record('R')->payload, "attempt=listener errno=2"); /* ENOENT: nobody */
    xen_end.abandoned = true;
    memory.written = 0;
    introspector_run_job("seq=1 workload=refusal domid=7 type=pvh attempt=listener");
    count = decode(records);
    CHECK_HAS(record('R')->payload, "attempt=listener errno=0");
    CHECK(xen_end.abandoned);
}

/* After a listener that was killed: how far the guest is moved from where it stands, by what it waits for. */
static void what_a_dead_listener_left(void)
{
    static const struct {
        const char *kind, *code; /* four bytes before where the vcpu stands, and two there */
        bool long_mode;
        int moved;
    } of[] = {
        {"cpuid", "\x90\x90\x90\x90\x0f\xa2", true, 2},
        {"cpuid", "\x90\x90\x90\x90\x0f\xa2", false, 0}, /* its code cannot be read */
        {"cpuid", "\x90\x0f\x22\xd8\x90\x90", true, 0},
        {"cr3-write", "\x90\x0f\x22\xd8\x90\x90", true, -3},
        {"cr3-write", "\x90\x90\x0f\x30\x90\x90", true, 0},
        {"msr-write", "\x90\x90\x0f\x30\x90\x90", true, -2},
        {"debug", "\x90\x0f\x22\xd8\x0f\xa2", true, 0},
    };

    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        uint64_t root = memory_frame(), code = memory_frame();
        char job[100];

        memory_map(root, 4, START, 1, code);
        memcpy((char *)memory.words[code] + (START & 0xfff) - 4, of[i].code, 6);
        memory.vcpu.cr3 = PA(root);
        memory.vcpu.rip = START;
        memory.vcpu.efer = of[i].long_mode ? 1 << 10 : 0;
        xen_end.abandoned = true;
        snprintf(job, sizeof(job), "seq=1 workload=events-off domid=7 type=pvh kind=%s", of[i].kind);
        introspector_run_job(job);
        count = decode(records);
        CHECK_HAS(record('E')->payload, "status=ok");
        CHECK(!xen_end.abandoned);
        CHECK_EQ(memory.paused, 0);
        CHECK_EQ(xen_end.answered, 1);
        CHECK_EQ(memory.vcpu.rip, START + (uint64_t)of[i].moved);
        CHECK_EQ(memory.platforms, 0);
        memory_reset();
    }
    introspector_run_job("seq=1 workload=events-off domid=7 type=pvh kind=cpuid");
    count = decode(records);
    CHECK_HAS(record('E')->payload, "status=ok"); /* nobody listens */
    xen_end.abandoned = true;
    xen_end.state.paused = true;
    memory.written = 0;
    introspector_run_job("seq=1 workload=events-off domid=7 type=pvh kind=cpuid");
    count = decode(records);
    CHECK_HAS(record('E')->payload, "status=error");
    CHECK_HAS(record('E')->payload, "target is paused");
    CHECK(xen_end.abandoned);
    CHECK_EQ(memory.platforms, 0);
}

const struct test guest_events_tests[] = {
    {"guest events: batch after batch", batches},
    {"guest events: ticks of events", ticks_of_events},
    {"guest events: each kind is answered so that the guest goes on", answers},
    {"guest events: what comes beyond a batch", more_than_asked},
    {"guest events: fewer than were asked for", fewer_than_asked},
    {"guest events: none, and a kind that is not offered", none_at_all},
    {"guest events: a ring that is refused, or taken", refused_or_taken},
    {"guest events: a guest that ends", guest_that_ends},
    {"guest events: asked to end", asked_to_end},
    {"guest events: whether somebody listens", who_listens},
    {"guest events: what a dead listener left", what_a_dead_listener_left},
    {0},
};
