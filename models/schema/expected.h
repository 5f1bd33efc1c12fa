// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <utility>
#include <variant>

namespace signalbox {

/// The error side of an Expected, so that `return unexpected(error)` converts.
template <class E> struct Unexpected {
    E error;
};

template <class E> Unexpected<std::decay_t<E>> unexpected(E &&error)
{
    return { std::forward<E>(error) };
}

/// A value or the reason why there is none. Stands in for std::expected, which gcc 12 has only in
/// C++23. value() and error() must only be called on the side that is held.
template <class T, class E> class [[nodiscard]] Expected {
public:
    Expected(T value)
        : m_state(std::in_place_index<0>, std::move(value))
    {
    }
    template <class G>
    Expected(Unexpected<G> failure)
        : m_state(std::in_place_index<1>, std::move(failure.error))
    {
    }

    [[nodiscard]] bool hasValue() const { return m_state.index() == 0; }
    explicit operator bool() const { return hasValue(); }

    T &value() & { return std::get<0>(m_state); }
    const T &value() const & { return std::get<0>(m_state); }
    T &&value() && { return std::get<0>(std::move(m_state)); }
    const E &error() const { return std::get<1>(m_state); }

    T &operator*() { return value(); }
    const T &operator*() const { return value(); }
    T *operator->() { return &value(); }
    const T *operator->() const { return &value(); }
    T valueOr(T fallback) const { return hasValue() ? value() : std::move(fallback); }

private:
    std::variant<T, E> m_state;
};

/// Success without a value.
struct Done {
    bool operator==(const Done &) const = default;
};

} // namespace signalbox
