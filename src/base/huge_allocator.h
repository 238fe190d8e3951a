#pragma once

// An allocator that asks the system for large pages where an array is large.  Tables of a million
// entries are read at random; with small pages the processor then looks up addresses more than
// entries.

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace tally::base {

template <typename T>
class HugeAllocator {
 public:
  using value_type = T;

  HugeAllocator() = default;
  template <typename U>
  HugeAllocator(const HugeAllocator<U>&) {}  // NOLINT: allocators convert

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    if (bytes < kLargeBytes) return static_cast<T*>(::operator new(bytes));
    const std::size_t rounded = (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
    void* memory = std::aligned_alloc(kPageBytes, rounded);
    if (memory == nullptr) std::abort();  // as with any other allocation: memory is gone
    // Advice only: without large pages everything works as well, if slower.
    static_cast<void>(::madvise(memory, rounded, MADV_HUGEPAGE));
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) {
    if (count * sizeof(T) < kLargeBytes) {
      ::operator delete(memory);
    } else {
      std::free(memory);
    }
  }

  friend bool operator==(const HugeAllocator&, const HugeAllocator&) { return true; }

 private:
  static constexpr std::size_t kPageBytes = 2 << 20;
  static constexpr std::size_t kLargeBytes = 8 << 20;
};

}  // namespace tally::base
