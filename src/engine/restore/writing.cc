#include "engine/restore/writing.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "engine/restore/live.h"
#include "engine/restore/put.h"
#include "engine/restore/versions.h"

namespace ssmb::engine::restore {
namespace {

using aws::ssm::PutRequest;
using snapshot::Depth;
using End = StepWriting::End;

constexpr std::string_view kImage = "aws:ec2:image";

bool has_code(const Error& error, std::string_view code) {
  return error.fault && error.fault->code == code;
}
bool is_gone(const Error& error) { return error.kind == ErrorKind::not_found; }

// May the put have been made all the same, by this try or an earlier one?
bool must_be_settled(const Error& error) {
  return error.kind == ErrorKind::transient || has_code(error, "ParameterAlreadyExists");
}

// Did the service look at the request and refuse it?
bool is_refusal(const Error& error) {
  return error.fault && error.fault->http_status != 0 && !must_be_settled(error);
}

// How long until a write must show. An image id is checked after the answer: "a successful HTTP 200
// response does not guarantee" the parameter (PutParameter, DataType).
Duration patience_for(const Parameter& wanted) {
  return wanted.data_type == kImage ? std::chrono::minutes{2} : std::chrono::seconds{5};
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
    : tools_(tools), step_(step), wanted_(std::move(wanted)), scope_(std::move(scope)) {}

ResultTask<End> StepWriting::run() {
  SSMB_CO_TRY_VOID(tools_.journal.note_begun(step_.name, step_.action));
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
  switch (step_.action) {
    case Action::create: return create();
    case Action::update: return update();
    default: return adjust();
  }
}

bool StepWriting::replays() const {
  return tools_.with_history == WithHistory::yes && wanted_.history && !wanted_.history->empty() &&
         !step_.unreachable.test(field_at("History"));
}

bool StepWriting::is_planned(Version live) const {
  return !step_.live_version || *step_.live_version == live;
}

FieldSet StepWriting::difference(const Parameter& live, const Print& wanted) const {
  return ssmb::differing(print_of(live, tools_.key), wanted) & ~step_.unreachable;
}

ResultTask<std::optional<Parameter>> StepWriting::look(Depth depth) {
  return read_live(tools_.ssm, step_.name, depth, scope_);
}

ResultTask<End> StepWriting::create() {
  std::vector<Parameter> versions =
      replays() ? versions_of(wanted_) : std::vector<Parameter>{wanted_};
  SSMB_CO_TRY(first, co_await put(versions.front(), false, 0));
  if (!first) co_return End::changed_meanwhile;
  co_return co_await replay(std::move(versions), 1, *first);
}

// From the version `last`, which is versions[done - 1] but for its labels.
ResultTask<End> StepWriting::replay(std::vector<Parameter> versions, std::size_t done,
                                    Version last) {
  while (true) {
    const Parameter& made = versions[done - 1];
    if (made.labels) SSMB_CO_TRY_VOID(co_await set_labels(last, *made.labels, {}));
    if (done == versions.size()) co_return End::whole;
    SSMB_CO_TRY(next, co_await put(versions[done], !made.policies.empty(), last));
    if (!next) co_return End::changed_meanwhile;
    last = *next;
    ++done;
  }
}

ResultTask<End> StepWriting::update() {
  if (replays()) {
    SSMB_CO_TRY(resumed, co_await resume());
    if (resumed) co_return *resumed;
  }
  const auto live = co_await tools_.ssm.get_parameter(step_.name.str(), scope_);
  if (!live && is_gone(live.error())) co_return End::changed_meanwhile;
  if (!live) co_return fail(live.error());
  if (!is_planned(live->version)) co_return End::changed_meanwhile;
  const bool clears = step_.differing.test(field_at("Policies"));
  SSMB_CO_TRY(made, co_await put(wanted_, clears, live->version));
  if (!made) co_return End::changed_meanwhile;
  if (wanted_.labels) SSMB_CO_TRY_VOID(co_await set_labels(*made, *wanted_.labels, {}));
  if (step_.differing.test(field_at("Tags"))) {
    SSMB_CO_TRY(present, co_await tools_.ssm.list_tags(step_.name, scope_));
    SSMB_CO_TRY_VOID(co_await set_tags(std::move(present)));
  }
  co_return End::whole;
}

// Where the versions there are the first of those that are wanted, the rest follows. nullopt: they
// are others, and only the newest one can be made.
ResultTask<std::optional<End>> StepWriting::resume() {
  SSMB_CO_TRY(live, co_await look(Depth::history));
  if (!live || !is_planned(live->version)) co_return End::changed_meanwhile;
  std::vector<Parameter> versions = versions_of(wanted_);
  const std::vector<Parameter> there = versions_of(*live);
  if (!begins_with(versions, there, tools_.key)) co_return std::nullopt;
  written_ = live->version;
  if (step_.differing.test(field_at("Tags")))
    SSMB_CO_TRY_VOID(co_await set_tags(std::move(live->tags)));
  for (std::size_t i = 0; i < there.size(); ++i) {
    if (versions[i].labels)
      SSMB_CO_TRY_VOID(co_await set_labels(there[i].version, *versions[i].labels,
                                           there[i].labels.value_or(Labels{})));
  }
  if (there.size() == versions.size()) co_return End::whole;
  const std::size_t done = there.size();
  SSMB_CO_TRY(next, co_await put(versions[done], !there.back().policies.empty(), live->version));
  if (!next) co_return End::changed_meanwhile;
  co_return co_await replay(std::move(versions), done + 1, *next);
}

// Tags and labels alone.
ResultTask<End> StepWriting::adjust() {
  SSMB_CO_TRY(live, co_await look(Depth::labels));
  if (!live || !is_planned(live->version)) co_return End::changed_meanwhile;
  written_ = live->version;
  if (step_.differing.test(field_at("Tags")))
    SSMB_CO_TRY_VOID(co_await set_tags(std::move(live->tags)));
  if (wanted_.labels && step_.differing.test(field_at("Labels")))
    SSMB_CO_TRY_VOID(
        co_await set_labels(live->version, *wanted_.labels, live->labels.value_or(Labels{})));
  co_return End::whole;
}

// Makes the version behind `before` (0: the parameter). nullopt: what is there is another's.
ResultTask<std::optional<StepWriting::Version>> StepWriting::put(Parameter version,
                                                                 bool clear_policies,
                                                                 Version before) {
  const aws::Session& session = tools_.ssm.session();
  const bool touched_before = touched_;
  for (int tries = 1;; ++tries) {
    touched_ = true;
    auto made = co_await tools_.ssm.put_parameter(
        put_request(version, before, clear_policies, step_.unreachable), scope_);
    if (made) {
      written_ = made->version;
      if (made->version != before + 1)
        tools_.warn(fmt::format("{} was changed by somebody else just before it was written: that "
                                "is version {}",
                                step_.name, made->version - 1));
      co_return written_;
    }
    if (is_refusal(made.error())) touched_ = touched_before;
    if (!must_be_settled(made.error())) co_return fail(std::move(made).error());
    SSMB_CO_TRY(now, co_await settle(version, before));
    if (now != before) co_return now;
    if (tries >= session.retry.policy.attempts) co_return fail(std::move(made).error());
    const Duration pause = session.retry.backoff.delay(tries, session.runtime.random_unit());
    SSMB_CO_TRY_VOID(co_await session.runtime.sleep(pause, scope_));
  }
}

// What a put has come to whose answer does not say: `before`, the one behind it, or nullopt.
ResultTask<std::optional<StepWriting::Version>> StepWriting::settle(const Parameter& version,
                                                                    Version before) {
  SSMB_CO_TRY(live, co_await look(Depth::labels));
  const Version there = live ? live->version : 0;
  if (there == before) co_return before;
  if (there != before + 1) co_return std::nullopt;
  const FieldSet different = difference(*live, print_of(version, tools_.key));
  if ((different & set_by_put()).any()) co_return std::nullopt;
  written_ = there;
  co_return there;
}

ResultTask<void> StepWriting::set_labels(Version version, Labels wanted, Labels present) {
  if (step_.differing.test(field_at("Labels"))) {
    for (Labels& group : in_groups(without(present, wanted), rules::kMaxLabels)) {
      touched_ = true;
      SSMB_CO_TRY_VOID(
          co_await tools_.ssm.unlabel_version(step_.name, version, std::move(group), scope_));
    }
  }
  for (Labels& group : in_groups(without(wanted, present), rules::kMaxLabels)) {
    touched_ = true;
    SSMB_CO_TRY(made,
                co_await tools_.ssm.label_version(step_.name, version, std::move(group), scope_));
    if (!made.invalid_labels.empty())
      co_return fail(ErrorKind::invalid,
                     fmt::format("Parameter Store does not take the label{} {}",
                                 made.invalid_labels.size() == 1 ? "" : "s",
                                 printable(join(made.invalid_labels, ", "))));
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
    SSMB_CO_TRY_VOID(co_await tools_.ssm.remove_tags(step_.name, std::move(keys), scope_));
  }
  for (auto& tags : in_groups(without(std::move(wanted), present), rules::kMaxTags)) {
    touched_ = true;
    SSMB_CO_TRY_VOID(co_await tools_.ssm.add_tags(step_.name, std::move(tags), scope_));
  }
  co_return Result<void>{};
}

ResultTask<End> StepWriting::verify() {
  constexpr Duration kPause = std::chrono::seconds{1};
  Runtime& runtime = tools_.ssm.session().runtime;
  const SteadyTime until = runtime.steady() + patience_for(wanted_);
  while (true) {
    SSMB_CO_TRY(live, co_await look(replays() ? Depth::history : Depth::labels));
    if (live) differing_ = difference(*live, step_.wanted);
    if (live && differing_.none()) co_return End::whole;
    if (live && live->version > written_) co_return End::changed_meanwhile;
    if (runtime.steady() >= until) {
      if (live && live->version == written_)
        co_return fail(ErrorKind::conflict, "it was written, and what came back differs");
      co_return fail(ErrorKind::conflict,
                     fmt::format("it was written, and has not appeared within {}",
                                 to_human(patience_for(wanted_))),
                     wanted_.data_type == kImage
                         ? "is the image there in this account and Region, and may it be used?"
                         : "run the same command again");
    }
    SSMB_CO_TRY_VOID(co_await runtime.sleep(kPause, scope_));
  }
}

}  // namespace ssmb::engine::restore
