// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <chrono>
#include <cstddef>

namespace signalbox {

using std::chrono::milliseconds;

/// Every time and bound of a connection; tests shorten them.
struct LinkTiming {
    milliseconds probe { 5000 }; ///< per probe request (TG §7.2)
    milliseconds signIn { 10000 }; ///< open and sign in a socket
    milliseconds ping { 20000 }; ///< TG §1.6.6
    milliseconds pong { 10000 }; ///< then the peer is dead
    milliseconds eventPing {
        1500
    }; ///< also the sign of life while nothing happens: data are old after 4 s
    milliseconds firstRetry { 250 };
    milliseconds lastRetry { 2500 }; ///< product: back with everything fetched within 3 s
    milliseconds refusedRetry { 30000 }; ///< a refused key may only be a silent IAM service
    milliseconds parting { 2000 }; ///< the last words of a far end that stops
    milliseconds queued { 60000 }; ///< a request waits so long for its turn
    milliseconds batch { 16 };
    milliseconds brokerStatistics { 5000 }; ///< a broker counts no more often (field-notes §4)
    std::size_t inFlight = 12; ///< the server stalls a socket at 16 (trap 5)
    std::size_t waiting = 2000; ///< beyond that a request is refused
};

} // namespace signalbox
