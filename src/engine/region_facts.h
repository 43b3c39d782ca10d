// Reads what a Region has beside its parameters (snapshot/region_facts.h). A fact is worth a line,
// never a backup: what is refused, or answered too late, is unknown, with why.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "aws/ssm/client.h"
#include "parameter/parameter.h"
#include "runtime/concurrency.h"
#include "snapshot/region_facts.h"

namespace ssmb::engine {

// A throttled setting must not hold up a backup that is otherwise ready.
inline constexpr Duration kSettingsLimit = std::chrono::seconds{10};
// Nor do many Advanced parameters: when all else is done, so long is waited for their policies at
// most, and only where that is enough for all of them.
inline constexpr Duration kSharesLimit = std::chrono::seconds{30};

// Both settings, known or unknown; shares are not looked for.
Task<snapshot::RegionFacts> read_settings(aws::ssm::Client ssm, CallScope scope);

// One line of what is unknown and why; empty: nothing.
std::string unknown_line(const snapshot::RegionFacts& facts);

// Asks for the resource policies of Advanced parameters, one call at a time, beside a collecting:
// their quota is another than the reads'. Where nobody answers it soon stops asking.
class ShareReader {
 public:
  ShareReader(aws::ssm::Client ssm, CallScope scope);
  ShareReader(const ShareReader&) = delete;
  ShareReader& operator=(const ShareReader&) = delete;

  // Of a parameter that was read: is it worth a call? Only Advanced ones can be shared.
  static bool can_be_shared(const Parameter& parameter);
  // Such a one, once.
  Task<void> ask(ParameterName name, Arn arn);
  // Until settle(); in a group of its own.
  Task<void> run();
  // No more come: when this returns run() ends, and result() tells.
  Task<void> settle();
  // How long settle() may take.
  Duration rest() const;
  snapshot::Shares result() &&;

 private:
  struct Question {
    ParameterName name;
    Arn arn;
    std::size_t bytes() const { return name.view().size() + arn.view().size(); }
  };

  void take(Question question, Result<std::vector<ResourcePolicy>> answer);
  void give_up(std::string why);
  bool worth_waiting() const;
  Task<void> end_in_time();

  aws::ssm::Client ssm_;
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> on_outer_stop_;
  CallScope scope_;
  Queue<Question> questions_;
  std::size_t waiting_bytes_ = 0;
  std::size_t kept_bytes_ = 0;
  std::stop_source ended_;  // run() has
  int failed_in_a_row_ = 0;
  bool gave_up_ = false;
  bool left_out_ = false;  // more than there was room for
  snapshot::Shares shares_;
};

// The policies of these parameters alone, asked for one after another within kSettingsLimit; of
// what is missing from the answer nothing is known. One that is not there is not shared.
Task<std::vector<snapshot::Share>> read_shares_of(aws::ssm::Client ssm,
                                                  std::vector<std::pair<ParameterName, Arn>> names,
                                                  CallScope scope);

}  // namespace ssmb::engine
