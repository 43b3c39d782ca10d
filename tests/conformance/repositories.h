// The repositories that the conformance suite runs over. A new one: a kind, its name, its subject.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/virtual_runtime.h"
#include "snapshot/repository.h"

namespace ssmb::testing {

enum class SubjectKind { memory, directory, s3, s3_with_prefix };
inline constexpr std::array kSubjects{SubjectKind::memory, SubjectKind::directory, SubjectKind::s3,
                                      SubjectKind::s3_with_prefix};
std::string_view name_of(SubjectKind kind);

// An empty repository with the world it lives in.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual VirtualRuntime& runtime() = 0;
  virtual snapshot::Repository& repository() = 0;
  // What an unfinished object would leave behind the repository's face: files, uploads.
  virtual std::vector<std::string> leftovers() = 0;
};

std::unique_ptr<Subject> make_subject(SubjectKind kind);

}  // namespace ssmb::testing
