# The Mini-OS kernel, and the Mini-OS arm's image: kernel and introspector.o.
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
$(OUT)/minios.elf: minios/minios.lds $(minios_kernel) $(OUT)/introspector.o
	$(LD) -T $< -z noexecstack --no-warn-rwx-segments -o $@ \
	    -Map=$@.map $(minios_kernel) $(OUT)/introspector.o

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

.PHONY: check-minios
check: check-minios
check-minios: $(OUT)/check-minios
	$(OUT)/check-minios
