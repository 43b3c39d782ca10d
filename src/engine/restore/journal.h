// What a restore has begun and ended, on the local disk: names and versions, never a value.
//
// Resuming plans again from the live store; the journal only tells which half-made parameters are
// ours (a conflict is then none). It is never read from a repository.
//
// Lines of JSON: {"journal":1,"snapshot":KEY,"sha256":...,"account":A,"region":R}, then
// {"begun":NAME,"action":"update","version":N} and {"ended":NAME}; N is what was there before, 0
// where nothing was. A line that is cut off at the end is passed over (the machine died in it);
// anything else that cannot be read is an error.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "engine/restore/plan.h"

namespace ssmb::engine::restore {

struct JournalHead {
  ObjectKey snapshot;
  Sha256Digest sha256{};  // of the document, as read
  Region region;
  AccountId account;

  bool operator==(const JournalHead&) const = default;
};

struct JournalText {
  JournalHead head;
  std::map<ParameterName, Begun> begun;  // and not ended
  std::size_t whole = 0;                 // bytes, up to a line that is cut off
};
// corrupt, with the line's number. Pure: fuzzed.
Result<JournalText> parse_journal(std::string_view text);

// Appends; each line is on the disk before note_begun() returns. Mode 0600. One process: the run
// lock of the work directory holds the others off.
class Journal {
 public:
  // Opens or makes it. One for another snapshot or target is set aside (renamed), and found again
  // when its own restore goes on. local_io, also
  // where it is not this user's own file; corrupt.
  static Result<Journal> open(std::filesystem::path file, JournalHead head);
  // What one of that head has begun and not ended, without making or changing anything; none where
  // there is no such file, or one for another snapshot or target.
  static Result<std::map<ParameterName, Begun>> peek(const std::filesystem::path& file,
                                                     const JournalHead& head);
  const std::map<ParameterName, Begun>& begun() const;
  // What the one for another snapshot or target is called now; empty: there was none.
  const std::string& set_aside() const;
  // The first word about a name stays until it has ended.
  Result<void> note_begun(const ParameterName& name, Begun begun);
  // May be lost with the machine: then the parameter counts as begun.
  Result<void> note_ended(const ParameterName& name);
  // All is well: the file is removed.
  Result<void> finish();

  ~Journal();
  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;

 private:
  struct State;
  explicit Journal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ssmb::engine::restore
