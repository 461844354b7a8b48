# The Mini-OS kernel, and the Mini-OS arm's image: kernel and the objects of introspector.o,
# each by itself, so that the map says of which of them something is in the image.
# Included by native/Makefile, which defines CFLAGS_minios, VERSION and OUT.

# Of Xen's headers, the newest form of every structure. No landing pads and no
# unwind tables: nothing here would use them.
CFLAGS_minios += -D__XEN_INTERFACE_VERSION__=__XEN_LATEST_INTERFACE_VERSION__ \
                 -DMINIOS_VERSION='"$(VERSION)"' \
                 -fcf-protection=none -mcmodel=small -fno-delete-null-pointer-checks

OBJCOPY ?= objcopy

minios_kernel := $(patsubst %,$(OUT)/objects/minios/%.o, \
                   $(basename $(wildcard minios/*.c) minios/entry.S))

$(OUT)/objects/minios/minios/%.o: minios/%.S Makefile minios/minios.mk
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_minios) -c -o $@ $<

# Symbols are kept beside the image, to look up the addresses of a crash.
$(OUT)/minios.elf: minios/minios.lds $(minios_kernel) $(call objects,minios)
	$(LD) -T $< -z noexecstack --no-warn-rwx-segments --gc-sections -o $@ \
	    -Map=$@.map $(filter %.o,$^)

$(OUT)/minios.gz: $(OUT)/minios.elf
	$(OBJCOPY) --strip-all $< $(OUT)/minios.stripped
	gzip -9nc $(OUT)/minios.stripped > $@.new
	mv $@.new $@
	rm $(OUT)/minios.stripped

minios_tested := minios/printf.c minios/string.c minios/pages.c minios/heap.c

$(OUT)/check-minios: minios/tests/test.c minios/tests/rename.h $(minios_tested) \
                     $(wildcard minios/*.h minios/include/mini-os/*.h)
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -O1 -g -Wall -Wextra -Werror -fno-builtin -Iminios/include \
	    -include minios/tests/rename.h -fsanitize=address,undefined \
	    -fno-sanitize-recover=all -o $@ $(filter %.c,$^)

# Parts that talk to Xen, over a double of its page of hypercalls. As in the kernel, no vector
# register and no red zone lives across a hypercall. Of the domain's memory the first page is
# the stack, two are code, one has constants, and the image ends with the ninth.
minios_on_xen := minios/pagetable.c minios/pages.c minios/heap.c minios/printf.c minios/string.c \
                 minios/xenbus.c minios/traps.c minios/tests/hypercalls.S minios/tests/kernel.c

$(OUT)/check-kernel: minios/tests/rename.h $(minios_on_xen) \
                     $(wildcard minios/*.h minios/include/mini-os/*.h)
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -O1 -g -Wall -Wextra -Werror -fno-builtin -mgeneral-regs-only -mno-red-zone \
	    -Iminios/include -include minios/tests/rename.h -D__XEN_INTERFACE_VERSION__=__XEN_LATEST_INTERFACE_VERSION__ \
	    -Dmachine_to_phys_mapping=test_m2p -fsanitize=address,undefined \
	    -fno-sanitize-recover=all -Wl,--defsym=_text=domain_memory \
	    -Wl,--defsym=_code=domain_memory+0x1000,--defsym=_etext=domain_memory+0x3000 \
	    -Wl,--defsym=_erodata=domain_memory+0x4000,--defsym=minios_end=domain_memory+0x9000 \
	    -o $@ $(filter %.c %.S,$^)

checks += $(OUT)/check-minios $(OUT)/check-kernel
