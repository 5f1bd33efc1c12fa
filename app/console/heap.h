// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <cstdlib> // says whether it is glibc

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace signalbox {

/// First of all in main(). Most threads sleep, so an arena for each would only hold what nobody
/// uses; but the window, the line and whoever decodes beside it do work at the same time, and with
/// fewer they wait for each other's lock. What is freed is given back in larger parts: a page of
/// 5 000 queues is 2 MB, and new pages from the kernel for each cost a quarter of its decoding.
inline void settleHeap()
{
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 4);
    mallopt(M_TRIM_THRESHOLD, 4 << 20);
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
#endif
}

} // namespace signalbox
