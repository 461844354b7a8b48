/*
 * errno_name.c - names of Xen's error numbers, from its own list (xen/errno.h).
 */
#include <stddef.h>

#include <tvmi.h>

static const struct {
    int value;
    const char *name;
} names[] = {
#define XEN_ERRNO(name, value) {value, #name},
#include <xen/errno.h>
};

const char *tvmi_errno_name(int error)
{
    int value = error < 0 ? -error : error;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].value == value)
            return names[i].name;
    }
    return "?";
}
