/*
 * main.c - runs the tests of the kernel and of the platform above it: each in a process of
 * its own, in a domain of 16 MB that has come as far as its console and xenstore.
 */
#include "../../tests/platform/contract.h"
#include "../../tests/runner.h"
#include "domain.h"

extern const struct test parts_tests[], kernel_tests[], domain_tests[];

int main(void)
{
    static const struct test *const tables[] = {parts_tests, kernel_tests, domain_tests, contract_tests};

    return run_tests(tables, sizeof(tables) / sizeof(tables[0]), domain_reset, true);
}
