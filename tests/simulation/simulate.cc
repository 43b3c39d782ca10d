#include "simulate.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "chaos.h"
#include "engine/repositories.h"
#include "snapshot/reader.h"
#include "writers.h"

namespace ssmb::simulation {
namespace {

using cli::SandboxCli;

const AccountId kAccount("123456789012");

std::unique_ptr<snapshot::Repository> repository_of(SandboxCli& cli, const std::string& region) {
  return engine::open_repository(
      cli.sandbox.session, {.address = snapshot::S3Address{.bucket = SandboxCli::bucket(region)},
                            .region = Region(region),
                            .caller = kAccount,
                            .run_id = RunId("judge")});
}

// A Region's repository, read after the run and without faults.
struct Found {
  std::string pointer;  // the key in latest-<region>.txt; empty: there is none
  std::string general;  // the key in latest.txt
  std::vector<snapshot::Entry> entries;
};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed) : random_(seed), cli_(seed), chaos_(cli_, seed) {
    verdict_.story = fmt::format("seed {}\n", seed);
  }

  Verdict run() {
    prepare();
    before_ = look();
    chaos_.begin();
    backup();
    verdict_.faults = chaos_.fired();
    judge();
    return std::move(verdict_);
  }

 private:
  void prepare() {
    if (cli_.run({"infra", "apply"}) != 0)
      verdict_.wrong.push_back("infra: " + cli_.world.err.str());
    cli_.sandbox.world.options().short_pages = chance(random_, 0.5) ? 0.3 : 0.0;
    for (const std::string& region : cli::kRegions) {
      shops_.push_back(std::make_unique<Shop>(cli_, oracle_, Region(region), random_()));
      shops_.back()->fill(pick(random_, 5, 70));
      // The tag index has more than a page.
      if (chaos_.wants("tag:GetResources")) shops_.back()->fill(200);
      if (chaos_.wants_parts() && shops_.size() == 1) shops_.back()->fill_with_long(700);
    }
    if (chance(random_, 0.7)) {
      if (cli_.run({"backup"}) != 0)
        verdict_.wrong.push_back("the first backup: " + cli_.world.err.str());
    }
    (void)cli_.sandbox.runtime.run(cli_.sandbox.runtime.sleep(std::chrono::hours{1}, {}));
  }

  std::vector<std::string> command() {
    static constexpr std::array kShares{"50", "100", "off"};
    std::vector<std::string> words{"backup",
                                   "--env",
                                   "dev",
                                   "--work-dir",
                                   cli_.work().string(),
                                   "--jobs",
                                   std::to_string(pick(random_, 1, 3)),
                                   "--quota-share",
                                   kShares.at(random_() % kShares.size())};
    if (chaos_.wants("ssm:ListTagsForResource") || chance(random_, 0.3))
      words.insert(words.end(), {"--tags", "strict"});
    if (chance(random_, 0.3)) words.emplace_back("--keep-going");
    if (chance(random_, 0.15)) words.emplace_back("--fence");
    static constexpr std::array kDepths{"labels", "history"};
    if (chaos_.wants("ssm:GetParameterHistory") || chance(random_, 0.15))
      words.insert(words.end(), {"--depth", kDepths.at(random_() % kDepths.size())});
    return words;
  }

  void backup() {
    auto words = command();
    for (const std::string& word : words) verdict_.story += word + ' ';
    verdict_.story += '\n' + chaos_.story();
    const double busy = chance(random_, 0.3) ? 0 : std::exp(pick(random_, -3, 4));
    bool done = false;
    if (busy > 0) {
      for (auto& shop : shops_)
        boost::asio::co_spawn(cli_.sandbox.runtime.executor(), shop->keep_changing(done, busy),
                              boost::asio::detached);
    }
    cli_.world.out.str("");
    cli_.world.err.str("");
    auto whole = [](std::vector<std::string> w, cli::Environment& environment, bool& end,
                    Chaos& chaos) -> Task<int> {
      const int code = co_await cli::run_command(std::move(w), environment);
      end = true;
      chaos.stop();
      co_return code;
    };
    verdict_.exit_code =
        cli_.sandbox.runtime.run(whole(std::move(words), cli_.world.environment, done, chaos_))
            .value_or(-1);
    verdict_.story += cli_.world.err.str() + cli_.world.out.str();
    for (const auto& shop : shops_) verdict_.changes += shop->changes();
  }

  std::string named_by(const std::string& region, const std::string& pointer) {
    std::string key = cli_.object(region, pointer);
    while (key.ends_with('\n')) key.pop_back();
    return key;
  }

  std::map<std::string, Found> look() {
    std::map<std::string, Found> out;
    for (const std::string& region : cli::kRegions) {
      Found found{.pointer = named_by(region, "latest-" + region + ".txt"),
                  .general = named_by(region, "latest.txt"),
                  .entries = {}};
      const auto repository = repository_of(cli_, region);
      auto entries = cli_.sandbox.runtime.run(
          snapshot::list_snapshots(*repository, Environment("dev"), Region(region), {}));
      if (entries && *entries)
        found.entries = std::move(**entries);
      else
        wrong(region, "the repository cannot be read");
      out.emplace(region, std::move(found));
    }
    return out;
  }

  void judge() {
    if (verdict_.exit_code == -1) {
      verdict_.wrong.emplace_back("the program never ended");
      return;
    }
    if (verdict_.exit_code < 0 || verdict_.exit_code > 3)
      verdict_.wrong.push_back(fmt::format("exit code {}", verdict_.exit_code));
    const auto after = look();
    for (const std::string& region : cli::kRegions) judge_region(region, after.at(region));
  }

  void judge_region(const std::string& region, const Found& after) {
    const Found& before = before_.at(region);
    for (const snapshot::Entry& entry : after.entries) {
      const bool old = std::ranges::any_of(before.entries, [&entry](const snapshot::Entry& each) {
        return each.document == entry.document;
      });
      if (old) continue;
      if (entry.state == snapshot::State::complete) judge_snapshot(region, entry);
      if (entry.state == snapshot::State::broken) wrong(region, "broken: " + entry.problem);
    }
    judge_pointer(region, before.pointer, after.pointer, after.entries);
    // latest.txt is the default Region's.
    if (region == cli::kRegions.front())
      judge_pointer(region, before.general, after.general, after.entries);
    else if (!after.general.empty())
      wrong(region, "latest.txt, which is the default Region's");
  }

  void judge_pointer(const std::string& region, const std::string& before, const std::string& after,
                     const std::vector<snapshot::Entry>& entries) {
    if (verdict_.exit_code == 0 && after == before) wrong(region, "exit code 0, and no new latest");
    if (after.empty() && before.empty()) return;
    const auto named = std::ranges::find(
        entries, after, [](const snapshot::Entry& entry) { return entry.document.str(); });
    if (named == entries.end()) return wrong(region, "latest names what is not there");
    if (after != before && named->state != snapshot::State::complete)
      wrong(region, "latest names a snapshot that is " + std::string(to_string(named->state)));
  }

  // Whatever calls itself complete must be sound and true, latest or not.
  void judge_snapshot(const std::string& region, const snapshot::Entry& entry) {
    const auto repository = repository_of(cli_, region);
    auto& runtime = cli_.sandbox.runtime;
    auto opened = runtime.run(snapshot::Snapshot::open(*repository, entry.document, {}));
    if (!opened || !*opened) return wrong(region, "a complete snapshot cannot be opened");
    const auto verified = runtime.run((*opened)->verify({}));
    if (!verified || !*verified) return wrong(region, "a complete snapshot cannot be verified");
    for (const auto& finding : (*verified)->findings) wrong(region, "verify: " + finding.what);
    std::vector<Parameter> records;
    const auto take = [&records](snapshot::DocumentRecord record) -> Result<void> {
      records.push_back(std::move(record.record.parameter));
      return {};
    };
    (void)runtime.run((*opened)->read_all(take, {}));
    if (entry.manifest->fence) {
      ++verdict_.fenced;
      if (entry.manifest->fence->reached) ++verdict_.fences_reached;
    }
    for (const auto& what : oracle_.judge(Region(region), *entry.manifest, records))
      wrong(region, what);
  }

  void wrong(const std::string& region, const std::string& what) {
    verdict_.wrong.push_back(region + ": " + what);
  }

  Random random_;
  SandboxCli cli_;
  Oracle oracle_;
  Chaos chaos_;
  std::vector<std::unique_ptr<Shop>> shops_;
  std::map<std::string, Found> before_;
  Verdict verdict_;
};

}  // namespace

Verdict simulate(std::uint64_t seed) { return Simulation(seed).run(); }

}  // namespace ssmb::simulation
