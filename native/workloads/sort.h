/*
 * sort.h - sorting in place: heapsort (Knuth, TAOCP 3, 5.2.3), no recursion, no memory.
 */
#ifndef WORKLOADS_SORT_H
#define WORKLOADS_SORT_H

#include <stddef.h>
#include <stdint.h>

static inline void sort_sift_down(uint32_t *a, size_t i, size_t n)
{
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        uint32_t swap;

        if (child + 1 < n && a[child + 1] > a[child])
            child++;
        if (a[i] >= a[child])
            return;
        swap = a[i];
        a[i] = a[child];
        a[child] = swap;
    }
}

static inline void sort_u32(uint32_t *a, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sort_sift_down(a, i, n);
    for (size_t end = n; end-- > 1;) {
        uint32_t top = a[0];

        a[0] = a[end];
        a[end] = top;
        sort_sift_down(a, 0, end);
    }
}

#endif
