// What is fuzzed: the parsers of what a bucket or a disk may hold. libFuzzer drives them
// (`./dev fuzz`), and `./dev test unit` runs them over the corpora.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace ssmb::fuzz {

// Any bytes; returns what is wrong with how they were parsed, empty where nothing is. That they are
// refused is nothing wrong.
using Target = std::string (*)(std::string_view input);

// Fed whole or in chunks: the same. Each record lies where its place says. What was decoded,
// encoded and decoded again, is the same.
std::string document(std::string_view input);
// Names in order; decoded, encoded and decoded again, the same.
std::string index_block(std::string_view input);
std::string manifest(std::string_view input);
// A line that is cut off at the end changes nothing.
std::string journal(std::string_view input);

struct Named {
  std::string_view name;  // of its corpus, too: tests/fuzz/corpus/<name>/
  Target target;
};
inline constexpr std::array kTargets{Named{"document", document}, Named{"index", index_block},
                                     Named{"manifest", manifest}, Named{"journal", journal}};

}  // namespace ssmb::fuzz
