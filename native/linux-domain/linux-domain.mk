# The introspector as the first and only process of a Linux domain, linked
# statically: its initramfs needs nothing else but one module of the kernel.
# Included by native/Makefile, which defines CFLAGS_linux and OUT.

linux_domain := $(domain) $(wildcard platform/linux/*.c platform/xen/*.c) \
                linux-domain/init.c linux-domain/store.c

xen_libraries := -lxenevtchn -lxencall -lxentoollog -lxentoolcore

$(OUT)/linux-domain-init: $(patsubst %.c,$(OUT)/objects/linux/%.o,$(linux_domain))
	$(CC) -no-pie -static -s -Wl,--gc-sections -o $@ $^ $(xen_libraries)
