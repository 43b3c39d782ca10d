#include "engine/restore/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <boost/json/serialize.hpp>
#include <cerrno>

#include "base/descriptor.h"
#include "base/encoding.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "base/try.h"
#include "snapshot/json_reader.h"

namespace ssmb::engine::restore {
namespace {

namespace json = boost::json;
using snapshot::Complaint;
using snapshot::JsonReader;

constexpr std::uint64_t kFormat = 1;

std::optional<Action> parse_action(std::string_view text) {
  for (const Action action : kActions) {
    if (writes(action) && to_string(action) == text) return action;
  }
  return std::nullopt;
}

std::string line_of(const json::object& object) { return json::serialize(object) + '\n'; }

std::string encode_head(const JournalHead& head) {
  return line_of({{"journal", kFormat},
                  {"snapshot", head.snapshot.view()},
                  {"sha256", to_hex(head.sha256)},
                  {"account", head.account.view()},
                  {"region", head.region.view()}});
}

void read_head(JsonReader& in, JournalText& journal) {
  if (in.number("journal") != kFormat) in.complain("journal", "is of another format");
  journal.head = {.snapshot = ObjectKey(in.text("snapshot")),
                  .sha256 = in.sha256("sha256"),
                  .region = Region(in.text("region")),
                  .account = AccountId(in.text("account"))};
}

void read_note(JsonReader& in, JournalText& journal) {
  if (in.optional("ended") != nullptr) {
    const ParameterName name(in.text("ended"));
    if (journal.begun.erase(name) == 0) in.complain("ended", "names what was not begun");
    return;
  }
  const ParameterName name(in.text("begun"));
  const auto action = parse_action(in.text("action"));
  const auto version = static_cast<aws::ssm::ParameterVersion>(in.number("version"));
  if (name.empty()) in.complain("begun", "is empty");
  if (!action) return in.complain("action", "is none that writes");
  journal.begun.insert_or_assign(name, Begun{.action = *action, .version = version});
}

Result<void> read_line(std::string_view line, std::uint64_t number, JournalText& journal) {
  constexpr std::size_t kFlat = 1;
  SSMB_TRY(parsed, parse_json(line, kFlat));
  if (!parsed.is_object()) return fail(ErrorKind::corrupt, "not a JSON object");
  Complaint complaint;
  JsonReader in(parsed, "", complaint);
  if (number == 1)
    read_head(in, journal);
  else
    read_note(in, journal);
  if (complaint.first()) return fail(ErrorKind::corrupt, *complaint.first());
  return {};
}

std::filesystem::path aside(const std::filesystem::path& file, int number) {
  auto name = file;
  name += fmt::format(".aside-{}", number);
  return name;
}

bool is_there(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::symlink_status(file, ignored));
}

std::filesystem::path free_name(const std::filesystem::path& file) {
  int number = 1;
  while (is_there(aside(file, number))) ++number;
  return aside(file, number);
}

constexpr std::string_view kRemove =
    "remove it: it only tells which half-made parameters are an earlier run's own";

Descriptor open_for_append(const std::filesystem::path& file) {
  return Descriptor(::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW));
}

// What it says makes this run overwrite parameters: nobody else may have written it.
Result<void> check_owner(const Descriptor& opened, const std::filesystem::path& file) {
  struct stat status{};
  if (::fstat(opened.number(), &status) != 0) return system_error("cannot look at", file, errno);
  constexpr mode_t kOthersWrite = S_IWGRP | S_IWOTH;
  if (S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
      (status.st_mode & kOthersWrite) == 0)
    return {};
  return fail(ErrorKind::local_io,
              fmt::format("{} may have been written by somebody else", file.string()),
              std::string(kRemove));
}

// Nothing where there is none.
struct Found {
  Descriptor opened;
  JournalText text;
};
Result<Found> find(const std::filesystem::path& file) {
  Found found{.opened = open_for_append(file)};
  if (!found.opened.open() && errno == ENOENT) return found;
  if (!found.opened.open()) return system_error("cannot open", file, errno);
  SSMB_TRY_VOID(check_owner(found.opened, file));
  SSMB_TRY(text, read_file(file));
  auto parsed = parse_journal(text);
  if (!parsed) return fail(std::move(parsed).error().within(file.native()).advising(kRemove));
  found.text = std::move(*parsed);
  return found;
}

// The one of that head, which may have been set aside for another restore; `there` is where.
Result<Found> find_of(const std::filesystem::path& file, const JournalHead& head,
                      std::filesystem::path& there) {
  constexpr int kMostAside = 100;
  there = file;
  SSMB_TRY(found, find(file));
  for (int number = 1; number <= kMostAside && found.text.head != head; ++number) {
    const auto name = aside(file, number);
    auto other = is_there(name) ? find(name) : fail(ErrorKind::not_found, "");
    if (!other || other->text.head != head) continue;
    there = name;
    found = std::move(*other);
  }
  return std::move(found);
}

}  // namespace

Result<JournalText> parse_journal(std::string_view text) {
  JournalText journal;
  for (std::uint64_t number = 1;; ++number) {
    const std::size_t length = text.substr(journal.whole).find('\n');
    if (length == std::string_view::npos && number == 1)
      return fail(ErrorKind::corrupt, "line 1 is not there");
    if (length == std::string_view::npos) return journal;
    if (auto read = read_line(text.substr(journal.whole, length), number, journal); !read)
      return fail(std::move(read).error().within(fmt::format("line {}", number)));
    journal.whole += length + 1;
  }
}

struct Journal::State {
  std::filesystem::path file;
  Descriptor opened;
  std::map<ParameterName, Begun> begun;
  std::string set_aside;

  Result<void> append(const json::object& note) {
    if (!write_all(opened, line_of(note))) return system_error("cannot write", file, errno);
    return {};
  }
  // What an earlier run has left; nothing where there is none, or one that is set aside.
  Result<void> take_over(const JournalHead& head);
  Result<void> make(const JournalHead& head);
};

Result<void> Journal::State::take_over(const JournalHead& head) {
  const auto move = [](const std::filesystem::path& from,
                       const std::filesystem::path& to) -> Result<void> {
    if (::rename(from.c_str(), to.c_str()) == 0) return {};
    return system_error("cannot rename", from, errno);
  };
  std::filesystem::path there;
  SSMB_TRY(found, find_of(file, head, there));
  if (!found.opened.open()) return {};
  if (found.text.head != head || there != file) {
    if (is_there(file)) {
      const auto name = free_name(file);
      SSMB_TRY_VOID(move(file, name));
      set_aside = name.string();
    }
    if (found.text.head != head) return {};
    SSMB_TRY_VOID(move(there, file));
  }
  if (::ftruncate(found.opened.number(), static_cast<off_t>(found.text.whole)) != 0)
    return system_error("cannot cut", file, errno);
  begun = std::move(found.text.begun);
  opened = std::move(found.opened);
  return {};
}

Result<void> Journal::State::make(const JournalHead& head) {
  SSMB_TRY_VOID(write_file(file, encode_head(head)));
  opened = open_for_append(file);
  if (!opened.open()) return system_error("cannot open", file, errno);
  return {};
}

Result<Journal> Journal::open(std::filesystem::path file, JournalHead head) {
  auto state = std::make_unique<State>();
  state->file = std::move(file);
  SSMB_TRY_VOID(state->take_over(head));
  if (!state->opened.open()) SSMB_TRY_VOID(state->make(head));
  return Journal(std::move(state));
}

Result<std::map<ParameterName, Begun>> Journal::peek(const std::filesystem::path& file,
                                                     const JournalHead& head) {
  std::filesystem::path there;
  SSMB_TRY(found, find_of(file, head, there));
  if (found.text.head != head) return std::map<ParameterName, Begun>{};
  return std::move(found.text.begun);
}

const std::map<ParameterName, Begun>& Journal::begun() const { return state_->begun; }
const std::string& Journal::set_aside() const { return state_->set_aside; }

Result<void> Journal::note_begun(const ParameterName& name, Begun begun) {
  if (state_->begun.contains(name)) return {};
  SSMB_TRY_VOID(state_->append(
      {{"begun", name.view()}, {"action", to_string(begun.action)}, {"version", begun.version}}));
  if (::fdatasync(state_->opened.number()) != 0)
    return system_error("cannot write", state_->file, errno);
  state_->begun.emplace(name, begun);
  return {};
}

Result<void> Journal::note_ended(const ParameterName& name) {
  if (state_->begun.erase(name) == 0) return {};
  return state_->append({{"ended", name.view()}});
}

Result<void> Journal::finish() {
  if (::unlink(state_->file.c_str()) != 0)
    return system_error("cannot remove", state_->file, errno);
  const auto directory = state_->file.parent_path();
  return sync_directory(directory.empty() ? "." : directory);
}

Journal::Journal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Journal::~Journal() = default;
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;

}  // namespace ssmb::engine::restore
