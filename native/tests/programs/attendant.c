/*
 * attendant.c - tests of native/attendant over the doubles of Xen and of xenstored.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <xen/errno.h>

#include "../linux/xen.h"
#include "../runner.h"
#include "program.h"
#include "xenstored.h"

static int connection, opened;
static int refused; /* errno of connect() */
static int no_device; /* and of open() */

int __wrap_socket(int domain, int type, int protocol);
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t length);
int __wrap_open(const char *path, int flags, ...);

int __wrap_socket(int domain, int type, int protocol)
{
    (void)type;
    (void)protocol;
    opened = domain == AF_UNIX ? dup(connection) : -1;
    return opened;
}

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t length)
{
    (void)length;
    if (fd != opened || strcmp(((const struct sockaddr_un *)address)->sun_path, "/run/xenstored/socket"))
        refused = EINVAL;
    errno = refused;
    return refused ? -1 : 0;
}

int __wrap_open(const char *path, int flags, ...)
{
    if (flags != (O_RDWR | O_CLOEXEC) || strcmp(path, "/dev/xen/xenbus"))
        abort();
    errno = no_device;
    return no_device ? -1 : dup(connection);
}

static void reset(void)
{
    xen_reset();
    memset(&xenstored, 0, sizeof(xenstored));
    refused = no_device = 0;
}

static struct ended attend(const char *lines)
{
    struct ended e;

    connection = xenstored_start();
    e = RUN(lines, NULL);
    xenstored_stop();
    return e;
}

static void expect(const char *lines, const char *answers)
{
    struct ended e = attend(lines);

    CHECK_EQ(e.status, 0);
    if (strcmp(e.output, answers)) {
        printf("# %s", e.output);
        CHECK(!"these answers");
    }
}

static void xenstore(void)
{
    expect("1 write /local/domain/7/tinyvmi/job seq=1 workload=exit\n2 write /empty\n"
           "3 perms /empty n0 r7\n4 perms /none n0\n",
           "1 ok\n2 ok\n3 ok\n4 error 2 No such file or directory\n");
    CHECK(!strcmp(xenstored.nodes[0].path, "/local/domain/7/tinyvmi/job"));
    CHECK(!strcmp(xenstored.nodes[0].value, "seq=1 workload=exit"));
    CHECK(!strcmp(xenstored.nodes[1].path, "/empty") && !*xenstored.nodes[1].value);
    CHECK(!strcmp(xenstored.nodes[1].perms, "n0 r7"));
}

static void domains(void)
{
    guest->paused = 1;
    strcpy(xenstored.nodes[0].path, "/local/domain/7/name");
    strcpy(xenstored.nodes[0].value, "my web");
    expect("1 list\n2 unpause 7\n3 unpause 7\n4 pause 7\n",
           "1 ok 7 a0010203-0405-0607-0809-0a0b0c0d0eaf paused my web"
           " 8 a0010203-0405-0607-0809-0a0b0c0d0eaf paused -\n"
           "2 ok running\n3 error 22 Invalid argument\n4 ok paused\n");
    CHECK_EQ(guest->paused, 1);
}

static void states_of_domains(void)
{
    static const struct {
        uint32_t flags;
        const char *state;
    } cases[] = {
        {0, " running -"},
        {XEN_DOMINF_dying | XEN_DOMINF_shutdown, " dying -"},
        {XEN_DOMINF_shutdown | 3 << XEN_DOMINF_shutdownshift, " shutdown:3 -"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        guest->flags = cases[i].flags;
        CHECK_HAS(attend("1 list\n").output, cases[i].state);
    }
}

static void wrong_lines(void)
{
    expect("\n1\n2 explode\n3 pause\n4 pause x\n5 pause 32752\n6 pause -1\n7 list x\n8 write\n"
           "9 perms /a\n10 pause 9\n11 perms /a 1 2 3 4 5 6 7 8 9\n",
           "2 error 38 Function not implemented\n3 error 22 Invalid argument\n"
           "4 error 22 Invalid argument\n5 error 22 Invalid argument\n6 error 22 Invalid argument\n"
           "7 ok 7 a0010203-0405-0607-0809-0a0b0c0d0eaf running - 8 "
           "a0010203-0405-0607-0809-0a0b0c0d0eaf running -\n"
           "8 error 22 Invalid argument\n9 error 22 Invalid argument\n10 error 3 No such process\n"
           "11 error 7 Argument list too long\n");
}

static void refusals(void)
{
    char line[4200];

    strcpy(xenstored.refusal, "EACCES");
    expect("1 write /a b\n", "1 error 13 Permission denied\n");
    strcpy(xenstored.refusal, "EQUOTA");
    expect("1 write /a b\n", "1 error 122 Disk quota exceeded\n");
    strcpy(xenstored.refusal, "ENEW");
    expect("1 write /a b\n", "1 error 71 Protocol error\n");
    *xenstored.refusal = 0;
    xenstored.lie = 64;
    expect("1 write /a b\n", "1 error 90 Message too long\n");
    xenstored.lie = 0;
    xenstored.type = 77;
    expect("1 write /a b\n", "1 error 71 Protocol error\n");
    xenstored.type = 0;
    xenstored.silent = true;
    expect("1 write /a b\n2 write /a b\n", "1 error 32 Broken pipe\n2 error 32 Broken pipe\n");
    xenstored.silent = false;
    snprintf(line, sizeof(line), "1 write /a %04094d\n", 0);
    expect(line, "1 error 7 Argument list too long\n");

    guest->calls = 0;
    guest->fail_at = 3; /* after the two of opening */
    guest->fail_with = -XEN_EPERM;
    expect("1 list\n2 pause 7\n", "1 error 1 Operation not permitted\n2 ok paused\n");
}

/* Its socket is nowhere, and the kernel passes requests on. */
static void xenstored_in_a_domain(void)
{
    refused = ENOENT;
    expect("1 write /a b\n", "1 ok\n");
    CHECK(!strcmp(xenstored.nodes[0].value, "b"));
}

static void without_xen_or_xenstored(void)
{
    struct ended e;

    refused = ECONNREFUSED;
    e = attend("1 list\n");
    CHECK_EQ(e.status, 1);
    CHECK_HAS(e.errors, "cannot reach Xen and xenstored: Connection refused");
    refused = ENOENT;
    no_device = EACCES;
    CHECK_HAS(attend("1 list\n").errors, "cannot reach Xen and xenstored: Permission denied");
    refused = 0;
    guest->calls = 0;
    guest->fail_at = 1;
    guest->fail_with = -XEN_EACCES;
    e = attend("1 list\n");
    CHECK_EQ(e.status, 1);
    CHECK_HAS(e.errors, "Permission denied");
}

static const struct test tests[] = {
    {"attendant: xenstore", xenstore},
    {"attendant: domains", domains},
    {"attendant: states of domains", states_of_domains},
    {"attendant: wrong lines", wrong_lines},
    {"attendant: refusals", refusals},
    {"attendant: xenstored in a domain", xenstored_in_a_domain},
    {"attendant: without Xen or xenstored", without_xen_or_xenstored},
    {0},
};

int main(void)
{
    static const struct test *const tables[] = {tests};

    return run_tests(tables, 1, reset, false);
}
