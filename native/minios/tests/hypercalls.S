/*
 * hypercalls.S - a double of Xen's page of hypercall stubs (mini-os/hypercall.h): each
 * hands its number and arguments to fake_hypercall(). Like Xen it keeps every register but
 * rax, rcx and r11, and those of the arguments.
 */
        .text
        .balign 4096
        .globl  hypercall_page
hypercall_page:
        .set    number, 0
        .rept   64
        .balign 32
        movl    $number, %eax
        jmp     enter
        .set    number, number + 1
        .endr

enter:
        pushq   %rbp
        movq    %rsp, %rbp
        pushq   %rdi
        pushq   %rsi
        pushq   %rdx
        pushq   %r8
        pushq   %r9
        pushq   %r10
        andq    $-16, %rsp
        movq    %r8, %r9
        movq    %r10, %r8
        movq    %rdx, %rcx
        movq    %rsi, %rdx
        movq    %rdi, %rsi
        movl    %eax, %edi
        call    fake_hypercall
        leaq    -48(%rbp), %rsp
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rdx
        popq    %rsi
        popq    %rdi
        popq    %rbp
        ret

        .globl  exception_entries
        .section .rodata
        .balign 8
exception_entries:
        .irp    vector, 0, 2, 3, 8, 20, 21
        .quad   \vector, 0x1000 + \vector
        .endr
        .quad   0, 0

        .section .note.GNU-stack, "", @progbits
