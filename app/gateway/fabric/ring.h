// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace signalbox::gateway {

/// A double-ended queue that costs nothing while it is empty: std::deque takes half a kilobyte for
/// each of 150 000 idle queues.
template <class T> class Ring {
public:
    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] bool empty() const { return m_size == 0; }
    T &operator[](std::size_t i) { return m_items[index(i)]; }
    const T &operator[](std::size_t i) const { return m_items[index(i)]; }
    T &front() { return m_items[m_head]; }
    const T &front() const { return m_items[m_head]; }

    void pushBack(T item)
    {
        grow();
        m_items[index(m_size)] = std::move(item);
        ++m_size;
    }
    void pushFront(T item)
    {
        grow();
        m_head = (m_head + m_capacity - 1) % m_capacity;
        m_items[m_head] = std::move(item);
        ++m_size;
    }
    T popFront()
    {
        T item = std::move(m_items[m_head]);
        m_items[m_head] = T();
        m_head = (m_head + 1) % m_capacity;
        if (--m_size == 0 && m_capacity > keepWhenEmpty)
            clear();
        return item;
    }
    void clear()
    {
        m_items.reset();
        m_capacity = m_head = m_size = 0;
    }

private:
    static constexpr std::size_t keepWhenEmpty = 64;

    [[nodiscard]] std::size_t index(std::size_t i) const
    {
        const std::size_t at = m_head + i;
        return at < m_capacity ? at : at - m_capacity;
    }
    void grow()
    {
        if (m_size < m_capacity)
            return;
        const std::size_t capacity = m_capacity == 0 ? 4 : m_capacity * 2;
        auto items = std::make_unique<T[]>(capacity);
        for (std::size_t i = 0; i < m_size; ++i)
            items[i] = std::move((*this)[i]);
        m_items = std::move(items);
        m_capacity = capacity;
        m_head = 0;
    }

    std::unique_ptr<T[]> m_items;
    std::size_t m_capacity = 0;
    std::size_t m_head = 0;
    std::size_t m_size = 0;
};

} // namespace signalbox::gateway
