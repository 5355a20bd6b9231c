// Runs a fuzz target where libFuzzer is not at hand: over each file of a corpus, and over random
// changes of them. Not guided by coverage; deploy/fuzz is for that. What it fails on is left in
// finding.bin.
//
//     TARGET CORPUS [SECONDS [SEED]]
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size);

namespace {

using Random = std::mt19937_64;

constexpr size_t kMaxBytes = 16 * 1024;

std::vector<std::string> Corpus(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> corpus;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return corpus;
}

size_t Below(Random& random, size_t end) { return end == 0 ? 0 : random() % end; }

void Change(std::string& input, const std::vector<std::string>& corpus, Random& random) {
  const size_t at = Below(random, input.size() + 1);
  const size_t count = 1 + Below(random, 16);
  switch (random() % 6) {
    case 0:
      if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << random() % 8));
      break;
    case 1:
      if (at < input.size()) input[at] = static_cast<char>(random());
      break;
    case 2:
      input.erase(at, count);
      break;
    case 3:
      input.insert(at, count, static_cast<char>(random()));
      break;
    case 4:
      input.insert(at, input.substr(Below(random, input.size() + 1), count));
      break;
    default: {
      const std::string& other = corpus[Below(random, corpus.size())];
      input = input.substr(0, at) + other.substr(Below(random, other.size() + 1));
      break;
    }
  }
  if (input.size() > kMaxBytes) input.resize(kMaxBytes);
}

// What is being run, for the handler of the signal that a finding ends in.
const std::vector<uint8_t>* running = nullptr;

void Keep(int signal) {
  const int file = ::open("finding.bin", O_CREAT | O_TRUNC | O_WRONLY, 0644);
  const bool kept = file >= 0 && ::write(file, running->data(), running->size()) >= 0;
  const std::string_view said = kept ? "the input is in finding.bin\n" : "";
  (void)!::write(STDERR_FILENO, said.data(), said.size());
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void Run(const std::string& input) {
  // A copy of its own size, so that a read past the end is seen by AddressSanitizer.
  const std::vector<uint8_t> bytes(input.begin(), input.end());
  running = &bytes;
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s CORPUS [SECONDS [SEED]]\n", argv[0]);
    return 2;
  }
  const std::vector<std::string> corpus = Corpus(argv[1]);
  const std::chrono::seconds time(argc > 2 ? std::atoi(argv[2]) : 0);
  const uint64_t seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : std::random_device{}();
  if (corpus.empty()) {
    std::fprintf(stderr, "%s holds no file\n", argv[1]);
    return 2;
  }
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS}) std::signal(signal, Keep);
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  for (const std::string& input : corpus) Run(input);
  Random random(seed);
  size_t runs = 0;
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
    std::string input = corpus[Below(random, corpus.size())];
    const size_t changes = 1 + Below(random, 8);
    for (size_t i = 0; i < changes; ++i) Change(input, corpus, random);
    Run(input);
    ++runs;
  }
  std::printf("%zu files and %zu changes of them\n", corpus.size(), runs);
  return 0;
}
