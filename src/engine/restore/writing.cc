#include "engine/restore/writing.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/planted.h"
#include "base/text.h"
#include "base/try.h"
#include "engine/restore/live.h"
#include "engine/restore/put.h"

namespace ssmb::engine::restore {
namespace {

using aws::ssm::PutRequest;
using snapshot::Depth;
using End = StepWriting::End;

constexpr Duration kPause = std::chrono::seconds{1};  // between looks
constexpr std::string_view kImage = "aws:ec2:image";

bool has_code(const Error& error, std::string_view code) {
  return error.fault && error.fault->code == code;
}

// Did the answer come, and say nothing that can be used?
bool is_unusable(const Error& error) { return error.kind == ErrorKind::corrupt; }

// May the put have been made all the same, by this try or an earlier one?
bool must_be_settled(const Error& error) {
  return error.kind == ErrorKind::transient || is_unusable(error) ||
         has_code(error, "ParameterAlreadyExists");
}

// Of a call that changes tags or labels: where its answer cannot be used, reading back tells.
template <class T>
Result<void> unless_told_later(Result<T> answer) {
  if (answer || is_unusable(answer.error())) return {};
  return fail(std::move(answer).error());
}

// Did the service look at the request and refuse it?
bool is_refusal(const Error& error) {
  constexpr int kBad = 400;
  constexpr int kOurFault = 499;
  return error.fault && error.fault->http_status >= kBad && error.fault->http_status <= kOurFault &&
         !must_be_settled(error);
}

// How long until a write must show. An image id is checked after the answer: "a successful HTTP 200
// response does not guarantee" the parameter (PutParameter, DataType).
Duration patience_for(const Parameter& wanted) {
  return wanted.data_type == kImage ? std::chrono::minutes{2} : std::chrono::seconds{5};
}

// "X" for "/X", and the reverse: the same parameter under the name that it was made with.
ParameterName twin_of(const ParameterName& name) {
  const std::string_view unique = rules::unique_part(name.view());
  return unique == name.view() ? ParameterName("/" + name.str()) : ParameterName(unique);
}

template <class T>
std::vector<T> without(std::vector<T> all, const std::vector<T>& those) {
  std::erase_if(all, [&](const T& one) { return std::ranges::find(those, one) != those.end(); });
  return all;
}

// Calls take so many items at most.
template <class T>
std::vector<std::vector<T>> in_groups(std::vector<T> all, std::size_t most) {
  std::vector<std::vector<T>> groups;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % most == 0) groups.emplace_back();
    groups.back().push_back(std::move(all[i]));
  }
  return groups;
}

}  // namespace

StepWriting::StepWriting(Tools& tools, const Step& step, Parameter wanted, CallScope scope)
    : tools_(tools), step_(step), wanted_(std::move(wanted)), scope_(std::move(scope)) {
  if (step_.unreachable.test(field_at("Name"))) wanted_.name = twin_of(step_.name);
}

ResultTask<End> StepWriting::run() {
  // What an earlier life of this run has begun may be half made.
  begun_before_ = tools_.journal.begun().contains(step_.name);
  touched_ = begun_before_;
  SSMB_CO_TRY_VOID(tools_.journal.note_begun(
      step_.name, {.action = step_.action, .version = step_.live_version.value_or(0)}));
  auto end = co_await write();
  if (end && *end == End::whole) {
    stage_ = Failure::Stage::verifying;
    end = co_await verify();
  }
  // A half-made one stays begun: the next run finishes it.
  if (end || !touched_) SSMB_CO_TRY_VOID(tools_.journal.note_ended(step_.name));
  co_return end;
}

ResultTask<End> StepWriting::write() {
  return step_.action == Action::create ? create() : change();
}

// Do the older versions come, too?
bool StepWriting::replays() const {
  return tools_.with_history == WithHistory::yes && version_count(wanted_) > 1 &&
         step_.wanted.captured.test(field_at("History"));
}

// Of the versions that are wanted, so many are there: an earlier life of this run has put them.
std::size_t StepWriting::versions_there() const {
  if (step_.replayed > 0 && !planted(Defect::replay_begins_anew)) return step_.replayed;
  const bool all = step_.action != Action::update && step_.differing.test(field_at("History"));
  return all ? version_count(wanted_) : 0;
}

FieldSet StepWriting::difference(const Parameter& live, const Print& wanted) const {
  return ssmb::differing(print_of(live, tools_.key), wanted) & ~step_.unreachable;
}

// An answer that cannot be used is asked for again.
ResultTask<std::optional<Parameter>> StepWriting::look(Depth depth) {
  Runtime& runtime = tools_.ssm.session().runtime;
  const int most = tools_.ssm.session().retry.policy.attempts;
  for (int tries = 1;; ++tries) {
    auto live = co_await read_live(tools_.ssm, wanted_.name, depth, scope_);
    if (live || tries >= most || !is_unusable(live.error())) co_return live;
    SSMB_CO_TRY_VOID(co_await runtime.sleep(kPause, scope_));
  }
}

ResultTask<End> StepWriting::create() {
  return put_from(replays() ? 0 : version_count(wanted_) - 1, Parameter{});
}

// What is there already gets what it lacks: the versions to come, tags, labels.
ResultTask<End> StepWriting::change() {
  SSMB_CO_TRY(live, co_await look(Depth::labels));
  if (!live || step_.live_version != live->version || step_.live_date != live->last_modified_date)
    co_return End::changed_meanwhile;
  written_ = live->version;
  std::vector<Tag> tags = std::move(live->tags);
  std::size_t first = version_count(wanted_);
  if (const std::size_t there = versions_there(); there > 0) {
    first = there;
    SSMB_CO_TRY_VOID(co_await set_labels_of(there, *live));
  } else if (step_.action == Action::update) {
    --first;
  } else if (wanted_.labels && step_.differing.test(field_at("Labels"))) {
    SSMB_CO_TRY_VOID(
        co_await set_labels(live->version, *wanted_.labels, live->labels.value_or(Labels{})));
  }
  SSMB_CO_TRY(end, co_await put_from(first, std::move(*live)));
  if (end == End::whole && step_.differing.test(field_at("Tags")))
    SSMB_CO_TRY_VOID(co_await set_tags(std::move(tags)));
  co_return end;
}

// The versions from that index on, each with its labels. `before`: what is there; version 0:
// nothing.
ResultTask<End> StepWriting::put_from(std::size_t index, Parameter before) {
  for (; index < version_count(wanted_); ++index) {
    Parameter version = at_version(wanted_, index);
    SSMB_CO_TRY(made, co_await put(version, before));
    if (!made) co_return End::changed_meanwhile;
    if (planted(Defect::ended_too_early)) SSMB_CO_TRY_VOID(tools_.journal.note_ended(step_.name));
    if (version.labels) SSMB_CO_TRY_VOID(co_await set_labels(*made, *version.labels, {}));
    before = std::move(version);
    before.version = *made;
  }
  co_return End::whole;
}

// Of the first versions, so many of which are there: the last may lack some.
ResultTask<void> StepWriting::set_labels_of(std::size_t there, const Parameter& live) {
  for (std::size_t i = 0; i < there; ++i) {
    const std::optional<Labels> wanted = labels_at(wanted_, i);
    const Version number = live.version - static_cast<Version>(there - 1 - i);
    Labels present;
    if (number == live.version) present = live.labels.value_or(Labels{});
    for (const VersionLabels& older : live.labelled_versions.value_or(std::vector<VersionLabels>{}))
      if (older.version == number) present = older.labels;
    if (wanted) SSMB_CO_TRY_VOID(co_await set_labels(number, *wanted, present));
  }
  co_return Result<void>{};
}

// Makes the version behind `before`. nullopt: what is there is another's.
ResultTask<std::optional<StepWriting::Version>> StepWriting::put(const Parameter& version,
                                                                 const Parameter& before) {
  const aws::Session& session = tools_.ssm.session();
  const bool is_new = before.version == 0;
  const bool touched_before = touched_;
  for (int tries = 1;; ++tries) {
    PutRequest request = make_put(version, is_new ? PutMode::create : PutMode::overwrite,
                                  is_new ? nullptr : &before);
    request.contended = PutRequest::Contended::tell;
    touched_ = true;
    auto made = co_await tools_.ssm.put_parameter(std::move(request), scope_);
    if (made) {
      written_ = made->version;
      if (made->version != before.version + 1)
        tools_.warn(
            fmt::format("{} was changed by somebody else just before it was written: that "
                        "is version {}",
                        step_.name, made->version - 1));
      co_return written_;
    }
    const bool is_theirs =
        is_new && tries == 1 && !begun_before_ && has_code(made.error(), "ParameterAlreadyExists");
    if (is_theirs || is_refusal(made.error())) touched_ = touched_before;
    if (is_theirs) co_return std::nullopt;
    if (!must_be_settled(made.error())) co_return fail(std::move(made).error());
    SSMB_CO_TRY(now, co_await settle(version, before.version));
    if (now != before.version) co_return now;
    if (tries >= session.retry.policy.attempts) co_return fail(std::move(made).error());
    const Duration pause = session.retry.backoff.delay(tries, session.runtime.random_unit());
    SSMB_CO_TRY_VOID(co_await session.runtime.sleep(pause, scope_));
  }
}

bool StepWriting::is_newest(const Parameter& version) const {
  return version.version == wanted_.version;
}

// What a put has come to whose answer does not say: `before`, the one behind it, or nullopt.
ResultTask<std::optional<StepWriting::Version>> StepWriting::settle(const Parameter& version,
                                                                    Version before) {
  SSMB_CO_TRY(live, co_await look(Depth::labels));
  const Version there = live ? live->version : 0;
  if (there == before) co_return before;
  if (there != before + 1) co_return std::nullopt;
  const Print expected = is_newest(version) ? step_.wanted : print_of(version, tools_.key);
  FieldSet beside = field_set({field_at("Tags"), field_at("Labels"), field_at("History")});
  if (before == 0) beside.reset(field_at("Tags"));  // they come with the creation
  if ((difference(*live, expected) & ~beside).any()) co_return std::nullopt;
  written_ = there;
  co_return there;
}

ResultTask<void> StepWriting::set_labels(Version version, Labels wanted, Labels present) {
  if (step_.differing.test(field_at("Labels"))) {
    for (Labels& group : in_groups(without(present, wanted), rules::kMaxLabels)) {
      touched_ = true;
      SSMB_CO_TRY_VOID(unless_told_later(
          co_await tools_.ssm.unlabel_version(wanted_.name, version, std::move(group), scope_)));
    }
  }
  for (Labels& group : in_groups(without(wanted, present), rules::kMaxLabels)) {
    touched_ = true;
    auto made = co_await tools_.ssm.label_version(wanted_.name, version, std::move(group), scope_);
    if (made && !made->invalid_labels.empty())
      co_return fail(ErrorKind::invalid, fmt::format("Parameter Store does not take the label{} {}",
                                                     made->invalid_labels.size() == 1 ? "" : "s",
                                                     printable(join(made->invalid_labels, ", "))));
    SSMB_CO_TRY_VOID(unless_told_later(std::move(made)));
  }
  co_return Result<void>{};
}

ResultTask<void> StepWriting::set_tags(std::vector<Tag> present) {
  const auto reserved = [](const Tag& tag) { return rules::is_reserved_tag(tag.key); };
  std::vector<Tag> wanted = wanted_.tags;
  std::erase_if(wanted, reserved);
  std::erase_if(present, reserved);
  std::vector<std::string> surplus;
  for (const Tag& tag : present) {
    if (std::ranges::find(wanted, tag.key, &Tag::key) == wanted.end()) surplus.push_back(tag.key);
  }
  // First out, then in: there may be fifty at most.
  for (auto& keys : in_groups(std::move(surplus), rules::kMaxTags)) {
    touched_ = true;
    SSMB_CO_TRY_VOID(
        unless_told_later(co_await tools_.ssm.remove_tags(wanted_.name, std::move(keys), scope_)));
  }
  for (auto& tags : in_groups(without(std::move(wanted), present), rules::kMaxTags)) {
    touched_ = true;
    SSMB_CO_TRY_VOID(
        unless_told_later(co_await tools_.ssm.add_tags(wanted_.name, std::move(tags), scope_)));
  }
  co_return Result<void>{};
}

// Why what was written is not there as it should be, when there is no more time to wait for it.
Error StepWriting::mismatch(const std::optional<Parameter>& live) const {
  const auto error = [](std::string what, std::string next) {
    return Error{
        .kind = ErrorKind::conflict, .what = std::move(what), .fault = {}, .next = std::move(next)};
  };
  if (live && live->version == written_)
    return error("it was written, and what came back differs", {});
  return error(fmt::format("it was written, and has not appeared within {}",
                           to_human(patience_for(wanted_))),
               wanted_.data_type == kImage
                   ? "is the image there in this account and Region, and may it be used?"
                   : "run the same command again");
}

ResultTask<End> StepWriting::verify() {
  Runtime& runtime = tools_.ssm.session().runtime;
  const SteadyTime until = runtime.steady() + patience_for(wanted_);
  while (true) {
    SSMB_CO_TRY(live, co_await look(replays() ? Depth::history : Depth::labels));
    if (live) {
      differing_ = difference(*live, step_.wanted);
      if (differing_.none()) co_return End::whole;
      if (live->version > written_) co_return End::changed_meanwhile;
    }
    if (runtime.steady() >= until) co_return fail(mismatch(live));
    SSMB_CO_TRY_VOID(co_await runtime.sleep(kPause, scope_));
  }
}

}  // namespace ssmb::engine::restore
