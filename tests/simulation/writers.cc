#include "writers.h"

#include <algorithm>
#include <array>
#include <functional>

#include "sandbox/ssm/handler.h"

namespace ssmb::simulation {
namespace {

namespace json = boost::json;

const AccountId kAccount("123456789012");

}  // namespace

Shop::Shop(cli::SandboxCli& cli, Oracle& oracle, Region region, std::uint64_t seed)
    : cli_(cli), oracle_(oracle), region_(std::move(region)), random_(seed) {
  // What infra has put there.
  for (const auto& [name, record] : cli_.sandbox.world.ssm(kAccount, region_).records())
    note(record.name);
}

bool Shop::call(const std::string& operation, const json::object& body) {
  sandbox::World& world = cli_.sandbox.world;
  aws::HttpRequest request;
  request.method = "POST";
  request.headers.set("X-Amz-Target", "AmazonSSM." + operation);
  request.body = SecretBytes(json::serialize(body));
  const sandbox::RequestContext context{
      .service = aws::Service::ssm,
      .region = region_,
      .operation = "ssm:" + operation,
      .caller = {.account = kAccount, .arn = Arn("arn:aws:iam::123456789012:user/other")},
      .request_id = "other",
      .time = world.now()};
  return sandbox::ssm::handle(world, request, context).status == 200;
}

void Shop::note(const std::string& name) {
  sandbox::World& world = cli_.sandbox.world;
  oracle_.note(region_, world.ssm(kAccount, region_), name, world.now());
}

void Shop::put(const std::string& name, bool overwrite) {
  static constexpr std::array kTypes{"String", "StringList", "SecureString"};
  const auto kind = std::hash<std::string>{}(name) % kTypes.size();
  const bool advanced = std::hash<std::string>{}(name) % 7 == 0;
  json::object body{
      {"Name", name},
      {"Value", fmt::format("{}-{}-{}", region_, random_(),
                            std::string(static_cast<std::size_t>(pick(random_, 0, 300)), 'v'))},
      {"Type", kTypes.at(kind)},
      {"Overwrite", overwrite},
      {"Tier", advanced ? "Advanced" : "Standard"},
      {"Description", chance(random_, 0.5) ? fmt::format("note {}", random_() % 100) : ""}};
  if (advanced && chance(random_, 0.5)) {
    body["Policies"] =
        R"([{"Type":"NoChangeNotification","Version":"1.0","Attributes":{"After":"20","Unit":"Days"}}])";
  }
  if (!overwrite && chance(random_, 0.6))
    body["Tags"] = {{{"Key", "Owner"}, {"Value", fmt::format("team {}", random_() % 9)}}};
  call("PutParameter", body);
  note(name);
}

void Shop::remove(const std::string& name) {
  call("DeleteParameter", {{"Name", name}});
  note(name);
}

void Shop::retag(const std::string& name) {
  const std::string key = chance(random_, 0.5) ? "Owner" : "Stage";
  json::object body{{"ResourceType", "Parameter"}, {"ResourceId", name}};
  if (chance(random_, 0.7)) {
    body["Tags"] = {{{"Key", key}, {"Value", fmt::format("t{}", random_() % 1000)}}};
    call("AddTagsToResource", body);
  } else {
    body["TagKeys"] = json::array{json::string(key)};
    call("RemoveTagsFromResource", body);
  }
  note(name);
}

// One of few labels, so that it often moves from another version; or it goes.
void Shop::label(const std::string& name) {
  static constexpr std::array kLabels{"prod", "blue", "was-prod"};
  const auto* record = cli_.sandbox.world.ssm(kAccount, region_).find(name);
  if (record == nullptr) return;
  const auto& version = record->versions[random_() % record->versions.size()];
  const std::string text = kLabels.at(random_() % kLabels.size());
  const bool gone = std::ranges::find(version.labels, text) != version.labels.end();
  call(gone ? "UnlabelParameterVersion" : "LabelParameterVersion",
       {{"Name", name}, {"ParameterVersion", version.number}, {"Labels", {text}}});
  note(name);
}

void Shop::fill(int count) {
  for (int i = 0; i < count; ++i) {
    // Beside those of the environment: names that only look like it.
    const bool ours = chance(random_, 0.9);
    const std::string name =
        ours ? fmt::format("/app/dev/p{}", made_++) : fmt::format("/app/devices/d{}", made_++);
    names_.push_back(name);
    put(name, false);
    if (chance(random_, 0.2)) label(name);
  }
}

void Shop::fill_with_long(int count) {
  for (int i = 0; i < count; ++i) {
    const std::string name = fmt::format("/app/dev/long{}", made_++);
    call("PutParameter", {{"Name", name},
                          {"Value", std::string(8000, static_cast<char>('a' + i % 26))},
                          {"Type", "String"},
                          {"Tier", "Advanced"}});
    note(name);
  }
}

std::string Shop::any_name() {
  return names_[static_cast<std::size_t>(pick(random_, 0, static_cast<int>(names_.size()) - 1))];
}

void Shop::change() {
  ++changes_;
  const int what = pick(random_, 0, 99);
  const std::string name = any_name();
  if (what < 40) {
    put(name, true);
  } else if (what < 55) {
    retag(name);
  } else if (what < 65) {
    label(name);
  } else if (what < 75) {
    remove(name);
  } else if (what < 90) {
    names_.push_back(fmt::format("/app/dev/n{}", made_++));
    put(names_.back(), false);
  } else {
    // The version is 1 again: only the date tells.
    remove(name);
    put(name, false);
  }
}

Task<void> Shop::keep_changing(const bool& done, double busy) {
  Runtime& runtime = cli_.sandbox.runtime;
  while (!done) {
    // Not two within the millisecond that SSM's dates have.
    const double mean = 1e6 / busy;
    const double unit = static_cast<double>(random_() >> 11) * 0x1.0p-53;
    const Duration pause{5000 + static_cast<int>(2 * mean * unit)};
    (void)co_await runtime.sleep(pause, {});
    if (!done) change();
  }
}

}  // namespace ssmb::simulation
