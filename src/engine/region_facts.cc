#include "engine/region_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace ssmb::engine {
namespace {

// Questions that wait, in bytes: a Region may have 100,000 Advanced parameters. Where there are so
// many they are not all asked before the rest is done, anyway.
constexpr std::size_t kMostWaiting = std::size_t{1} << 20;
// Of policies, in memory and in the manifest.
constexpr std::size_t kMostKept = std::size_t{4} << 20;
// Nobody answers.
constexpr int kMostInARow = 5;

constexpr std::string_view kOperation = "ssm:GetResourcePolicies";
constexpr std::string_view kNoTime = "there was no time to ask: a backup does not wait for them";

bool is_gone(const Error& error) {
  return error.fault && error.fault->code == "ResourceNotFoundException";
}

// The end of our own patience, or of the run's.
bool is_out_of_time(const Error& error) {
  return error.kind == ErrorKind::cancelled || error.kind == ErrorKind::timeout;
}

// The same for all that fail alike; a page of HTML tells nobody anything.
std::string why_of(Error error) {
  if (error.fault) error.fault->request_id.clear();
  if (error.fault && error.fault->code.empty()) error.fault->message.clear();
  return to_line(error);
}

std::string_view short_name(std::string_view setting) {
  return setting.substr(setting.rfind('/') + 1);
}

}  // namespace

Task<snapshot::RegionFacts> read_settings(aws::ssm::Client ssm, CallScope scope) {
  snapshot::RegionFacts facts;
  const CallScope limited = scope.limited(kSettingsLimit, ssm.session().runtime.steady());
  for (const char* id : snapshot::kServiceSettings) {
    auto setting = co_await ssm.get_service_setting(id, limited);
    if (setting && setting->id.empty()) setting->id = id;
    if (setting)
      facts.settings.push_back(std::move(*setting));
    else
      facts.unknown_settings.push_back({.id = id, .why = why_of(std::move(setting).error())});
  }
  co_return facts;
}

std::string unknown_line(const snapshot::RegionFacts& facts) {
  std::vector<std::string> parts;
  if (!facts.unknown_settings.empty()) {
    std::vector<std::string> names;
    for (const auto& unknown : facts.unknown_settings) names.emplace_back(short_name(unknown.id));
    parts.push_back(fmt::format("{} ({})", join(names, ", "), facts.unknown_settings.front().why));
  }
  if (facts.shares && !facts.shares->all_known())
    parts.push_back(fmt::format("the shares of {} of {} Advanced parameters ({})",
                                facts.shares->advanced - facts.shares->known,
                                facts.shares->advanced, facts.shares->why));
  if (parts.empty()) return {};
  return "Region facts that are not known: " + join(parts, "; ");
}

ShareReader::ShareReader(aws::ssm::Client ssm, CallScope scope)
    : ssm_(std::move(ssm)),
      on_outer_stop_(scope.stop, [this] { stop_.request_stop(); }),
      scope_{.deadline = scope.deadline, .stop = stop_.get_token(), .limit = scope.limit},
      questions_(std::numeric_limits<std::size_t>::max()) {}

// Whatever is not said to be Standard: a tier may be called "Intelligent-Tiering" still.
bool ShareReader::can_be_shared(const Parameter& parameter) {
  return !parameter.tier.empty() && parameter.tier != "Standard";
}

Task<void> ShareReader::ask(ParameterName name, Arn arn) {
  ++shares_.advanced;
  if (gave_up_) co_return;
  Question question{.name = std::move(name), .arn = std::move(arn)};
  if (waiting_bytes_ + question.bytes() > kMostWaiting) {
    left_out_ = true;
    if (shares_.why.empty()) shares_.why = kNoTime;
    co_return;
  }
  waiting_bytes_ += question.bytes();
  co_await questions_.push(std::move(question));
}

Task<void> ShareReader::run() {
  while (auto question = co_await questions_.pop()) {
    waiting_bytes_ -= question->bytes();
    if (gave_up_) continue;
    auto answer = co_await ssm_.get_resource_policies(question->arn, scope_);
    take(std::move(*question), std::move(answer));
  }
  ended_.request_stop();
}

void ShareReader::take(Question question, Result<std::vector<ResourcePolicy>> answer) {
  if (!answer && is_gone(answer.error())) answer = std::vector<ResourcePolicy>{};
  if (!answer) {
    if (is_out_of_time(answer.error())) return give_up(std::string(kNoTime));
    if (shares_.why.empty()) shares_.why = why_of(answer.error());
    if (++failed_in_a_row_ >= kMostInARow) give_up({});
    return;
  }
  failed_in_a_row_ = 0;
  for (const ResourcePolicy& policy : *answer) kept_bytes_ += policy.text.size();
  if (kept_bytes_ > kMostKept)
    return give_up(fmt::format("their policies are more than {} MiB", kMostKept >> 20));
  ++shares_.known;
  if (!answer->empty())
    shares_.list.push_back({.name = std::move(question.name), .policies = std::move(*answer)});
}

void ShareReader::give_up(std::string why) {
  gave_up_ = true;
  if (shares_.why.empty()) shares_.why = std::move(why);
}

Duration ShareReader::rest() const {
  const auto& limits = ssm_.session().limits;
  if (gave_up_ || !limits) return Duration{0};
  return limits->time_for(kOperation, ssm_.region(), questions_.size());
}

// What cannot all be asked in time would be incomplete after the waiting, too.
bool ShareReader::worth_waiting() const {
  return !gave_up_ && !left_out_ && rest() <= kSharesLimit;
}

Task<void> ShareReader::end_in_time() {
  Runtime& runtime = ssm_.session().runtime;
  const SteadyTime now = runtime.steady();
  Duration most = kSharesLimit;
  // The manifest is still to be written.
  if (scope_.deadline != SteadyTime::max()) most = std::min(most, (scope_.deadline - now) / 2);
  const auto ended = co_await runtime.sleep(most, {.stop = ended_.get_token()});
  if (ended) stop_.request_stop();
}

Task<void> ShareReader::settle() {
  questions_.close();
  if (!worth_waiting()) {
    give_up(std::string(kNoTime));
    stop_.request_stop();
  }
  co_await end_in_time();
}

snapshot::Shares ShareReader::result() && {
  std::ranges::sort(shares_.list, {}, &snapshot::Share::name);
  if (shares_.all_known()) shares_.why.clear();
  return std::move(shares_);
}

Task<std::vector<snapshot::Share>> read_shares_of(aws::ssm::Client ssm,
                                                  std::vector<std::pair<ParameterName, Arn>> names,
                                                  CallScope scope) {
  const CallScope limited = scope.limited(kSettingsLimit, ssm.session().runtime.steady());
  std::vector<snapshot::Share> shares;
  int failed = 0;
  for (const auto& [name, arn] : names) {
    auto answer = co_await ssm.get_resource_policies(arn, limited);
    if (!answer && is_gone(answer.error())) answer = std::vector<ResourcePolicy>{};
    if (answer) {
      failed = 0;
      shares.push_back({.name = name, .policies = std::move(*answer)});
    } else if (is_out_of_time(answer.error()) || ++failed >= kMostInARow) {
      break;
    }
  }
  co_return shares;
}

}  // namespace ssmb::engine
