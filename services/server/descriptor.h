#ifndef CHIPLINE_SERVICES_SERVER_DESCRIPTOR_H_
#define CHIPLINE_SERVICES_SERVER_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace chipline::server {

// A descriptor of a file or socket, closed with its owner.
class Descriptor {
 public:
  // -1: none.
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.Release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    const Descriptor old(std::exchange(number_, other.Release()));
    return *this;
  }
  ~Descriptor() {
    if (ok()) ::close(number_);
  }

  bool ok() const { return number_ >= 0; }
  int get() const { return number_; }
  // Whoever calls closes it from now on.
  int Release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

}  // namespace chipline::server

#endif  // CHIPLINE_SERVICES_SERVER_DESCRIPTOR_H_
