// A month of an environment, in seconds: the real program, in virtual time, against the sandbox,
// once a day. What it leaves is a directory with a repository, a copy and the records of weekly
// drills.
//
//   ssm-backup-month DIRECTORY END well|amiss
//
// END (ISO 8601) is when the last run begins. Days go wrong in both: no run, a Region that fails,
// one that is incomplete. `amiss` ends badly, too.

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <span>

#include "aws/ssm/client.h"
#include "tests/cli/cli_world.h"
#include "tests/support/sandbox_session.h"

namespace {

using namespace ssmb;  // NOLINT(google-build-using-namespace): a program of its own
using std::chrono::days;
using Words = std::vector<std::string>;

constexpr int kDays = 30;
const std::vector<std::string> kRegions{"ap-northeast-1", "us-west-2", "us-east-1"};
const std::string& name_of(int region) { return kRegions.at(static_cast<std::size_t>(region)); }
constexpr const char* kLegacy = "/app/dev/legacy/key";

enum class Ending { well, amiss };

// How a Region's day went wrong.
enum class Trouble { none, refused, denied_name };

class Month {
 public:
  Month(std::filesystem::path directory, Time end, Ending ending)
      : directory_(std::move(directory)),
        ending_(ending),
        sandbox_(1, end - days{kDays - 1}),
        world_(sandbox_.runtime, sandbox_.transport) {
    sandbox_.transport.set_hook([this](const aws::HttpRequest& request) { return meet(request); });
  }

  int run() {
    for (int region = 0; region < std::ssize(kRegions); ++region)
      for (int i = 0; i < 40 + 30 * region; ++i) put(name_of(region), i, "first");
    sandbox_.seed("us-west-2", {{{"Name", kLegacy}, {"Value", "x"}, {"Type", "SecureString"}}});
    const Time start = sandbox_.runtime.now();
    for (int day = 0; day < kDays; ++day) {
      wait_until(start + days{day} + std::chrono::seconds(17 * day % 50));
      change(day);
      for (const std::string& region : kRegions) back_up(day, region);
      if (day % 7 == 5) drill();
    }
    std::cout << log_;
    return wrong_ ? 1 : 0;
  }

 private:
  void wait_until(Time time) {
    sandbox_.runtime.run(sandbox_.runtime.sleep(time - sandbox_.runtime.now(), {}));
  }

  void put(const std::string& region, int number, std::string_view value) {
    sandbox_.seed(region,
                  {{{"Name", fmt::format("/app/dev/service-{:02}/setting-{}", number / 8, number)},
                    {"Value", fmt::format("{} {}", value, number)},
                    {"Type", number % 3 == 0   ? "SecureString"
                             : number % 7 == 1 ? "StringList"
                                               : "String"},
                    {"Tags", {{{"Key", "Owner"}, {"Value", "team"}}}}}});
  }

  // Most days little changes, on some much; a release brings parameters, and one removes some.
  void change(int day) {
    for (int region = 0; region < std::ssize(kRegions); ++region) {
      const int many = day % 10 == 6 ? 14 : day % 3;
      for (int i = 0; i < many; ++i)
        put(name_of(region), (5 * day + 3 * i) % 40, fmt::format("day {}", day));
      if (day % 8 == 3)
        for (int i = 0; i < 6; ++i) put(name_of(region), 200 + day * 6 + i, "new");
    }
    if (day == 20 || day == kDays - 1) remove(kRegions[1], {3, 11, 19});
  }

  void remove(const std::string& region, const std::vector<int>& numbers) {
    std::vector<ParameterName> names;
    for (const int number : numbers)
      names.emplace_back(fmt::format("/app/dev/service-{:02}/setting-{}", number / 8, number));
    aws::ssm::Client client(sandbox_.session, Region(region));
    sandbox_.runtime.run(client.delete_parameters(names, {}));
  }

  Trouble trouble_on(int day, const std::string& region) const {
    const bool last = ending_ == Ending::amiss && day == kDays - 1;
    if (region == "us-west-2" && (day == 17 || last)) return Trouble::denied_name;
    if (region == "us-east-1" && day == 12) return Trouble::refused;
    return Trouble::none;
  }
  bool runs_on(int day, const std::string& region) const {
    if (day == 8) return false;                          // Jenkins was down
    if (region == "us-east-1" && day < 4) return false;  // not there yet
    return ending_ == Ending::well || region != "us-east-1" || day < kDays - 3;
  }

  void back_up(int day, const std::string& region) {
    if (!runs_on(day, region)) return;
    trouble_ = trouble_on(day, region);
    Words words{"backup", "--region", region};
    if (ending_ == Ending::well || region != "us-west-2" || day < kDays - 5)
      words.insert(words.end(), {"--copy-to", (directory_ / "copy").string()});
    const int code = run(std::move(words));
    const int expected = trouble_ == Trouble::none ? 0 : trouble_ == Trouble::refused ? 1 : 3;
    check(code == expected, fmt::format("day {}: backup of {} ended with {}", day, region, code));
    trouble_ = Trouble::none;
  }

  void drill() {
    Words words{"drill", "--record"};
    for (const std::string& region : kRegions) words.insert(words.end(), {"--region", region});
    check(run(std::move(words)) == 0, "a drill was not proven");
  }

  int run(Words words) {
    words.insert(words.end(), {"--env", "dev", "--repository", (directory_ / "repository").string(),
                               "--work-dir", (directory_ / "work").string(), "--progress", "none"});
    return world_.run(std::move(words));
  }

  std::optional<Result<aws::HttpResponse>> meet(const aws::HttpRequest& request) {
    const std::string target = ssmb::testing::target_of(request);
    if (trouble_ == Trouble::refused && target == "DescribeParameters")
      return ssmb::testing::denied_answer();
    if (trouble_ == Trouble::denied_name && target.starts_with("GetParameter") &&
        request.body.view().contains(kLegacy))
      return ssmb::testing::denied_answer();
    return std::nullopt;
  }

  void check(bool as_expected, const std::string& what) {
    if (as_expected) return;
    wrong_ = true;
    log_ += what + "\n" + world_.err.str();
  }

  std::filesystem::path directory_;
  Ending ending_;
  ssmb::testing::SandboxSession sandbox_;
  cli::CliWorld world_;
  Trouble trouble_ = Trouble::none;
  std::string log_;
  bool wrong_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> words(argv, static_cast<std::size_t>(argc));
  if (words.size() != 4) {
    std::cerr << "ssm-backup-month DIRECTORY END well|amiss\n";
    return 2;
  }
  const auto end = parse_iso8601(words[2]);
  const bool well = std::string_view(words[3]) == "well";
  if (!end || (!well && std::string_view(words[3]) != "amiss")) return 2;
  return Month(std::filesystem::absolute(words[1]), *end, well ? Ending::well : Ending::amiss)
      .run();
}
