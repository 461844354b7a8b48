/*
 * instance.c - see instance.h.
 */
#include "instance.h"

#include "../introspector/introspector.h"
#include "decode.h"
#include "memory.h"
#include "test.h"
#include "xen_end.h"

vmi_instance_t instance_open(void)
{
    struct tvmi_target target = {.translated = true};
    vmi_instance_t vmi = NULL;
    uint64_t domid = 7;
    union {
        vmi_init_data_t data;
        char room[sizeof(vmi_init_data_t) + sizeof(vmi_init_data_entry_t)];
    } init = {.data.count = 1};

    init.data.entry[0] = (vmi_init_data_entry_t){TVMI_INIT_DATA_TARGET, &target};
    CHECK_EQ(vmi_init(&vmi, VMI_XEN, &domid, VMI_INIT_DOMAINID, &init.data, NULL), VMI_SUCCESS);
    return vmi;
}

int instance_job(const char *job, struct decoded *records)
{
    memory.written = 0;
    CHECK_EQ(introspector_run_job(job), INTROSPECTOR_CONTINUE);
    CHECK_EQ(memory.mapped, 0);
    CHECK_EQ(memory.platforms, 0);
    CHECK(!xen_end.open);
    CHECK_EQ(xen_end.enabled, 0);
    return decode(records);
}
