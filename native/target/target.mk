# The target's init, and the unit test of what it shares with nobody but the
# specification. Included by native/Makefile, which defines CFLAGS_common and OUT.

# No red zone: events.c pushes.
target_cflags := -std=gnu11 -O2 -Wall -Wextra -Werror -mno-red-zone

$(OUT)/target-init: target/init.c target/events.c target/parameters.c \
                    target/events.h workloads/event_stream.h target/parameters.h target/pattern.h workloads/digest.h
	@mkdir -p $(@D)
	$(CC) $(target_cflags) -static -s -o $@ $(filter %.c,$^)

$(OUT)/check-target: target/test.c target/parameters.c \
                     target/parameters.h target/pattern.h workloads/digest.h
	@mkdir -p $(@D)
	$(CC) $(target_cflags) -g -fsanitize=address,undefined \
	    -fno-sanitize-recover=all -o $@ target/test.c target/parameters.c

checks += $(OUT)/check-target
