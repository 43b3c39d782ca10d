#include "engine/collection.h"

#include <fmt/format.h>

#include "base/planted.h"
#include "base/try.h"
#include "engine/contain.h"
#include "engine/listing.h"
#include "engine/past.h"

namespace ssmb::engine {
namespace {

// The listing goes ahead of the readers: its quota is the scarcest, and what it does not use is
// lost. 2,560 names are some megabytes.
constexpr std::size_t kListedBatches = 256;
// So do the readers go ahead of the tags, which come all at once.
constexpr std::uint64_t kReadBytes = std::uint64_t{8} << 20;
constexpr std::uint64_t kBesideValue = 1024;  // what a parameter takes but for its value, or so
// Batches of found parameters that wait for the snapshot; with values of 8 KB half a megabyte.
constexpr std::size_t kFoundCapacity = 6;
// A history may have a hundred times that: sixteen of the longest at once.
constexpr std::uint64_t kHistoryBytes = 16 * kMostBytesOfHistory;

std::uint64_t bytes_of(const std::vector<Found>& batch) {
  std::uint64_t bytes = 0;
  for (const Found& found : batch) {
    const auto* read = std::get_if<Read>(&found);
    bytes += kBesideValue + (read == nullptr ? 0 : read->parameter.value.size());
  }
  return std::min(bytes, kReadBytes);
}

}  // namespace

Collection::Collection(aws::Session& session, CollectOptions options, Collector& collector,
                       Events& events, CallScope scope)
    : session_(session),
      options_(std::move(options)),
      collector_(collector),
      events_(events),
      on_outer_stop_(scope.stop, [this] { stop_.request_stop(); }),
      scope_{.deadline = scope.deadline, .stop = stop_.get_token()},
      ssm_(session, options_.region),
      requests_(static_cast<std::uint64_t>(options_.concurrency)),
      read_bytes_(kReadBytes),
      batches_(kListedBatches),
      read_(kListedBatches * static_cast<std::size_t>(options_.concurrency)),
      found_(kFoundCapacity),
      history_bytes_(kHistoryBytes) {
  totals_.expected = options_.expected;
  totals_.with_history = options_.depth != snapshot::Depth::current;
  totals_.tags_singly = options_.tags == snapshot::TagsMode::strict;
}

ResultTask<Collected> Collection::run() {
  TaskGroup group(session_.runtime.executor());
  if (options_.tags == snapshot::TagsMode::bulk) {
    group.spawn(guard(load_tags()));
  } else {
    tags_ready_.close();
  }
  group.spawn(guard(list()));
  readers_ = finishers_ = options_.concurrency;
  for (int i = 0; i < options_.concurrency; ++i) {
    group.spawn(guard(read()));
    group.spawn(guard(finish()));
  }
  group.spawn(guard(load_settings()));
  group.spawn(guard(keep()));
  TaskGroup beside(session_.runtime.executor());
  if (options_.shares == AskShares::yes) {
    shares_.emplace(ssm_, scope_);
    beside.spawn(guard(shares_->run()));
  }
  co_await group.join();
  co_await settle_facts(beside);
  if (error_) co_return fail(std::move(*error_));
  co_return Collected{.totals = totals_, .facts = std::move(facts_), .tags = options_.tags};
}

// A task that throws must not leave the others waiting for it.
Task<void> Collection::guard(Task<void> task) {
  try {
    co_await std::move(task);
  } catch (const std::exception& thrown) {
    fail_all(ended_early(thrown.what()));
  }
}

void Collection::fail_all(Error error) {
  if (!error_) error_ = std::move(error);
  stop_.request_stop();
  batches_.close();
  read_.close();
  found_.close();
  requests_.close();
  read_bytes_.close();
  history_bytes_.close();
  tags_ready_.close();
}

Task<void> Collection::list() {
  const auto on_page = [this](ListingPage page) {
    totals_.pages = page.pages;
    return take_page(std::move(page.fresh));
  };
  auto listed = co_await list_parameters(ssm_, on_page, scope_);
  if (listed && !partial_.empty()) co_await batches_.push(std::move(partial_));
  if (!listed) {
    fail_all(std::move(listed).error());
    co_return;
  }
  totals_.listing = RegionProgress::Listing::ended;
  events_.note(
      options_.region, Gravity::info,
      fmt::format("listing: {} name{} in {} page{}", totals_.listed, totals_.listed == 1 ? "" : "s",
                  totals_.pages, totals_.pages == 1 ? "" : "s"));
  tell();
  batches_.close();
}

void Collection::tell() {
  if (session_.limits) totals_.throttled = session_.limits->throttles(options_.region);
  events_.progress(options_.region, totals_);
}

ResultTask<void> Collection::take_page(std::vector<aws::ssm::Metadata> fresh) {
  for (aws::ssm::Metadata& metadata : fresh) {
    if (!(options_.selects ? options_.selects(metadata) : options_.scope.matches(metadata.name))) {
      ++totals_.left_out;
      continue;
    }
    ++totals_.listed;
    partial_.push_back(std::move(metadata));
    if (partial_.size() < kBatchSize) continue;
    const bool taken = co_await batches_.push(std::exchange(partial_, {}));
    if (!taken) co_return fail(ErrorKind::cancelled, "the listing was broken off");
  }
  tell();
  co_return Result<void>{};
}

Task<void> Collection::read() {
  while (auto batch = co_await batches_.pop()) {
    co_await requests_.take(1);
    totals_.asked += batch->size();
    auto found = co_await read_batch(ssm_, std::move(*batch), scope_);
    requests_.give_back(1);
    if (!found) {
      fail_all(std::move(found).error());
      break;
    }
    const std::uint64_t bytes = bytes_of(*found);
    co_await read_bytes_.take(bytes);
    co_await read_.push({.found = std::move(*found), .bytes = bytes});
  }
  if (--readers_ == 0) read_.close();
}

Task<void> Collection::finish() {
  while (auto batch = co_await read_.pop()) {
    co_await tags_ready_.pop();
    auto done = co_await finish_one(std::move(batch->found));
    read_bytes_.give_back(batch->bytes);
    if (!done) {
      fail_all(std::move(done).error());
      break;
    }
  }
  if (--finishers_ == 0) found_.close();
}

ResultTask<void> Collection::finish_one(std::vector<Found> batch) {
  std::vector<Waiting> done;
  for (Found& each : batch) {
    if (complete_from_index(each)) {
      done.push_back({.found = std::move(each)});
      continue;
    }
    std::uint64_t held = 0;
    SSMB_CO_TRY(whole, co_await completed(std::move(each), held));
    done.push_back({.found = std::move(whole), .held = held});
    // What others may wait for is handed on at once.
    if (held != 0) co_await found_.push(std::exchange(done, {}));
  }
  if (!done.empty()) co_await found_.push(std::move(done));
  co_return Result<void>{};
}

// Nearly all of a daily backup: nothing to ask for any more, so no coroutine for each of them.
bool Collection::complete_from_index(Found& found) const {
  auto* read = std::get_if<Read>(&found);
  return options_.depth == snapshot::Depth::current && read != nullptr && tag_from_index(*read);
}

// False where the parameter itself must be asked.
bool Collection::tag_from_index(Read& read) const {
  if (options_.tags != snapshot::TagsMode::bulk || is_younger_than_index(read.parameter))
    return false;
  read.parameter.tags = tag_index_.find(read.parameter.arn);
  return true;
}

// Made since the index was read, it may have the tags of an earlier parameter of that name there;
// made shortly before, it may not be there yet.
bool Collection::is_younger_than_index(const Parameter& parameter) const {
  if (!parameter.last_modified_date || planted(Defect::young_tags_not_asked)) return false;
  const Time date = *parameter.last_modified_date;
  if (date < tags_begun_ - kTagIndexLag) return false;  // as nearly all are: the index is not asked
  return date >= tags_begun_ || !tag_index_.contains(parameter.arn);
}

// With what its depth asks for, and its tags.
ResultTask<Found> Collection::completed(Found found, std::uint64_t& held) {
  if (options_.depth != snapshot::Depth::current && std::holds_alternative<Read>(found)) {
    // A closed allowance means that scope_ has ended: the next call says so.
    if (co_await history_bytes_.take(kMostBytesOfHistory)) held = kMostBytesOfHistory;
    co_await requests_.take(1);
    auto deep = co_await read_depth(ssm_, std::get<Read>(std::move(found)), options_.depth, scope_);
    requests_.give_back(1);
    if (!deep) co_return deep;
    found = std::move(*deep);
    const auto* read = std::get_if<Read>(&found);
    const std::uint64_t used = read ? std::min(held, bytes_of_history(read->parameter)) : 0;
    history_bytes_.give_back(std::exchange(held, used) - used);
  }
  auto* read = std::get_if<Read>(&found);
  if (read == nullptr) co_return std::move(found);
  co_return co_await tagged(std::move(*read));
}

ResultTask<Found> Collection::tagged(Read read) {
  if (tag_from_index(read)) co_return std::move(read);
  tell_of_single_tags();
  co_await requests_.take(1);
  auto with_tags = co_await read_tags(ssm_, std::move(read), scope_);
  requests_.give_back(1);
  co_return with_tags;
}

// A mass change right before a backup: why it takes so much longer than usual.
void Collection::tell_of_single_tags() {
  constexpr std::uint64_t kMany = 100;
  if (options_.tags != snapshot::TagsMode::bulk || ++tagged_singly_ != kMany) return;
  events_.note(options_.region, Gravity::info,
               fmt::format("{} parameters and more were changed within the last minute: their tags "
                           "may not be in the tag index yet, and are read one by one",
                           kMany));
}

Task<void> Collection::load_tags() {
  aws::tagging::Client tagging(session_, options_.region);
  // A clock that SSM still takes for right may be minutes ahead: then AWS's own, which is told to
  // the second, counts, and costs some calls at most.
  const Time begun = session_.runtime.now() + session_.clock_skew;
  auto tags = co_await engine::load_tags(session_.runtime, tagging, scope_);
  if (tags) {
    tag_index_ = std::move(tags->index);
    const bool ahead = tags->begun && begun >= *tags->begun + std::chrono::seconds{1};
    tags_begun_ = std::chrono::floor<std::chrono::milliseconds>(ahead ? *tags->begun : begun);
  } else if (may_read_singly(tags.error(), session_.runtime, scope_)) {
    options_.tags = snapshot::TagsMode::strict;
    totals_.tags_singly = true;
    events_.note(options_.region, Gravity::warning,
                 "tags are read one by one, since not in bulk: " + to_line(tags.error()));
  } else {
    fail_all(std::move(tags).error());
    co_return;
  }
  tags_ready_.close();
}

Task<void> Collection::load_settings() {
  facts_ = co_await read_settings(ssm_, scope_);
  for (const aws::ssm::ServiceSetting& setting : facts_.settings) {
    if (!session_.limits || setting.id != snapshot::kHighThroughputSetting) continue;
    using enum aws::Limits::HighThroughput;
    session_.limits->set_high_throughput(options_.region, setting.value == "true" ? on : off);
  }
}

// When all else is done: what is still to be asked, and one line of what is not known.
Task<void> Collection::settle_facts(TaskGroup& beside) {
  constexpr Duration kWorthALine = std::chrono::seconds{2};
  if (shares_) {
    const Duration rest = shares_->rest();
    if (!error_ && rest >= kWorthALine && rest <= kSharesLimit)
      events_.note(options_.region, Gravity::info,
                   "asking who else may use the Advanced parameters: " + to_human(rest) + " more");
    co_await shares_->settle();
    co_await beside.join();
    facts_.shares = std::move(*shares_).result();
  }
  // Facts beside the parameters: worth a line, never a backup.
  const std::string unknown = unknown_line(facts_);
  if (!error_ && !unknown.empty()) events_.note(options_.region, Gravity::info, unknown);
}

Task<void> Collection::keep() {
  while (auto batch = co_await found_.pop()) {
    for (Waiting& waiting : *batch) {
      const auto* whole = std::get_if<Read>(&waiting.found);
      const bool read = whole != nullptr;
      const bool unreadable = std::holds_alternative<snapshot::Unreadable>(waiting.found);
      if (shares_ && read && ShareReader::can_be_shared(whole->parameter))
        co_await shares_->ask(whole->parameter.name, whole->parameter.arn);
      auto kept = co_await collector_.take(std::move(waiting.found), scope_);
      history_bytes_.give_back(waiting.held);
      if (!kept) {
        fail_all(std::move(kept).error());
        co_return;
      }
      ++(read ? totals_.read : unreadable ? totals_.unreadable : totals_.vanished);
    }
    totals_.bytes = collector_.bytes();
    tell();
  }
}

ResultTask<Collected> collect(aws::Session& session, CollectOptions options, Collector& collector,
                              Events& events, CallScope scope) {
  Collection collection(session, std::move(options), collector, events, std::move(scope));
  co_return co_await collection.run();
}

}  // namespace ssmb::engine
