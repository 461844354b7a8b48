/*
 * instance.c - see instance.h.
 */
#include "instance.h"

#include "test.h"

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
