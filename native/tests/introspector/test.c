/*
 * test.c - the Dom0 introspector from its first instruction to its end: jobs from standard
 * input, commands, and what it says and ends with. Its own main() has another name here,
 * and each run is a process.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <xen/errno.h>

#include "../../introspector/stamps.h"
#include "../linux/privcmd.h"
#include "../linux/xen.h"
#include "../runner.h"

#define WORDS_MAX 6

int introspector_main(int argc, char **argv);

/* Of the last run: what it wrote, and what it left in stamps. */
static char out[20000], err[4000];
static struct {
    uint64_t first, entered, ready;
    size_t cpus;
} *seen;

static int file_of(const char *text)
{
    int fd = memfd_create("text", MFD_CLOEXEC);

    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || lseek(fd, 0, SEEK_SET))
        abort();
    return fd;
}

static void read_all(int fd, char *to, size_t size)
{
    ssize_t n;

    lseek(fd, 0, SEEK_SET);
    n = read(fd, to, size - 1);
    to[n > 0 ? n : 0] = '\0';
    close(fd);
}

static void note_what_is_left(void)
{
    cpu_set_t cpus;

    seen->first = stamp_of(STAMP_FIRST);
    seen->entered = stamp_of(STAMP_ENTERED);
    seen->ready = stamp_of(STAMP_READY);
    sched_getaffinity(0, sizeof(cpus), &cpus);
    seen->cpus = (size_t)CPU_COUNT(&cpus);
}

/*
 * Runs it with these words, ended by NULL, and this input. Its exit status; @output is
 * where it writes, -1: to be read afterwards.
 */
static int run(const char *const *words, const char *input, int output)
{
    char *argv[WORDS_MAX + 2] = {(char *)"introspector"};
    int in = file_of(input), to = output < 0 ? file_of("") : output, error = file_of("");
    int argc = 1, status = 0;
    pid_t child;

    for (; words && words[argc - 1]; argc++)
        argv[argc] = (char *)words[argc - 1];
    fflush(stdout);
    child = fork();
    if (!child) {
        dup2(in, 0);
        dup2(to, 1);
        dup2(error, 2);
        status = introspector_main(argc, argv);
        note_what_is_left();
        _exit(status);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        abort();
    close(in);
    if (output < 0)
        read_all(to, out, sizeof(out));
    read_all(error, err, sizeof(err));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

/* Lines of records with this type in what it wrote. */
static unsigned int records(char type)
{
    unsigned int n = 0;

    for (const char *at = out; (at = strstr(at, "~TV1 ")); at++) {
        char of;

        n += sscanf(at, "~TV1 %*u %*u %*u %*u %c", &of) == 1 && of == type;
    }
    return n;
}

static void jobs_from_standard_input(void)
{
    CHECK_EQ(run(NULL, "", -1), 0);
    CHECK_EQ(strlen(out), 0);
    CHECK_EQ(strlen(err), 0);

    /* An empty line is no job; the last line need not end; nothing comes after exit. */
    CHECK_EQ(run(NULL, "seq=1 workload=clock\n\nseq=2 workload=clock", -1), 0);
    CHECK_EQ(records('H'), 2);
    CHECK_EQ(records('C'), 2);
    CHECK_EQ(records('E'), 2);
    CHECK_EQ(run(NULL, "seq=1 workload=nonsense\nseq=2 workload=exit\nseq=3 workload=clock\n", -1), 0);
    CHECK_EQ(records('H'), 2);
    CHECK_EQ(records('E'), 2);
    CHECK_EQ(records('C'), 0);
}

static void its_start(void)
{
    unsetenv("TVMI_STARTED");
    CHECK_EQ(run(NULL, "", -1), 0);
    CHECK(seen->entered > 0);
    CHECK_EQ(seen->first, seen->entered); /* nobody told it better */
    CHECK(seen->ready > seen->entered);
    CHECK_EQ(seen->cpus, 1);
    setenv("TVMI_STARTED", "12345", 1);
    CHECK_EQ(run(NULL, "", -1), 0);
    CHECK_EQ(seen->first, 12345);
    CHECK(seen->entered > 12345);
    unsetenv("TVMI_STARTED");
}

static void output_that_cannot_be_written(void)
{
    FILE *full = fopen("/dev/full", "r+");

    CHECK(full);
    CHECK_EQ(run(NULL, "seq=1 workload=clock\nseq=2 workload=clock\n", fileno(full)), 2);
    CHECK_HAS(err, "introspector: output cannot be written");
    fclose(full);
}

/* Commands whose words are wrong: nothing is asked of Xen. */
static void words_that_are_wrong(void)
{
    static const struct {
        const char *words[WORDS_MAX];
        const char *says;
    } of[] = {
        {{"explode"}, "explode: the commands are set-target and events-off"},
        {{"set-target"}, "set-target: takes the ids of two domains"},
        {{"set-target", "7"}, "takes the ids of two domains"},
        {{"set-target", "7", "5", "3"}, "takes the ids of two domains"},
        {{"set-target", "x", "5"}, "takes the ids of two domains"},
        {{"set-target", "7", "x"}, "takes the ids of two domains"},
        {{"set-target", "7", ""}, "takes the ids of two domains"},
        {{"set-target", " 7", "5"}, "takes the ids of two domains"},
        {{"set-target", "7", "+5"}, "takes the ids of two domains"},
        {{"set-target", "7", "5x"}, "takes the ids of two domains"},
        {{"set-target", "7", "32752"}, "takes the ids of two domains"}, /* DOMID_FIRST_RESERVED */
        {{"events-off", "7", "pvh"}, "events-off: takes a domain's id, its type, and a kind"},
        {{"events-off", "7", "pvh", "cpuid", "now"}, "takes a domain's id"},
        {{"events-off", "7", "vm", "cpuid"}, "type=\"vm\" is not one of pv, pvh, hvm"},
    };

    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        CHECK_EQ(run(of[i].words, "", -1), 2);
        CHECK_HAS(err, "introspector: ");
        CHECK_HAS(err, of[i].says);
        CHECK_EQ(guest->calls, 0);
        CHECK_EQ(strlen(out), 0);
    }
}

static void words_that_are_too_long(void)
{
    char long_word[1100];
    const char *words[] = {"events-off", "7", "pvh", long_word, NULL};

    memset(long_word, 'x', sizeof(long_word));
    long_word[1099] = '\0';
    CHECK_EQ(run(words, "", -1), 2);
    CHECK_HAS(err, "words are too long");
    /* As long as a job may be, and one more. */
    long_word[1000 - strlen("seq=1 workload=events-off domid=7 type=pvh kind=")] = '\0';
    CHECK_EQ(run(words, "", -1), 2);
    CHECK_HAS(err, "is not one of");
}

static void a_domain_is_made_privileged(void)
{
    static const char *const words[] = {"set-target", "7", "32751", NULL};

    CHECK_EQ(run(words, "", -1), 0);
    CHECK_EQ(guest->privileged_for, 32751);
    CHECK_EQ(strlen(err), 0);

    guest_reset();
    guest->translated = false;
    CHECK_EQ(run(words, "", -1), 2);
    CHECK_HAS(err, "for HVM and PVH guests only");
    guest_reset();
    guest->release = 4 << 16 | 16;
    CHECK_EQ(run(words, "", -1), 2);
    CHECK_HAS(err, "not a Xen whose domctl interface is known");
    guest_reset();
    guest->gone = true;
    CHECK_EQ(run(words, "", -1), 2);
    CHECK_HAS(err, "set-target: No such process");
}

static void events_are_taken_off(void)
{
    static const char *const words[] = {"events-off", "7", "pvh", "cpuid", NULL};

    CHECK_EQ(run(words, "", -1), 0); /* there is no ring */
    CHECK_EQ(strlen(err), 0);
    /* A guest that is not in long mode is let go on as well. */
    guest->ring = true;
    guest->page_in_guest = false;
    CHECK_EQ(run(words, "", -1), 0);
    CHECK(!guest->ring);
    CHECK_EQ(guest->paused, 0);
    CHECK_EQ(strlen(out), 0); /* it writes no records */

    guest->gone = true;
    CHECK_EQ(run(words, "", -1), 2);
    CHECK_HAS(err, "introspector: events-off: ");
}

static const struct test tests[] = {
    {"introspector: jobs from standard input", jobs_from_standard_input},
    {"introspector: its start", its_start},
    {"introspector: output that cannot be written", output_that_cannot_be_written},
    {"introspector: words that are wrong", words_that_are_wrong},
    {"introspector: words that are too long", words_that_are_too_long},
    {"introspector: a domain is made privileged", a_domain_is_made_privileged},
    {"introspector: events are taken off", events_are_taken_off},
    {0},
};

static void reset(void)
{
    xen_reset();
    privcmd_reset();
}

int main(void)
{
    static const struct test *const tables[] = {tests};

    seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return run_tests(tables, 1, reset, false);
}
