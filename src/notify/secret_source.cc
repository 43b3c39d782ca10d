#include "notify/secret_source.h"

#include <fmt/format.h>

#include "aws/endpoints.h"
#include "aws/ssm/client.h"
#include "base/files.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::notify {
namespace {

constexpr const char* kForms = "env:NAME, file:PATH or ssm:/NAME[,region=R]";

Result<SecretText> found(const SecretSource& source, std::string_view text) {
  const std::string_view secret = trim(text);
  if (!secret.empty()) return SecretText(secret);
  return fail(ErrorKind::configuration, fmt::format("{} is empty", to_string(source)),
              "put the secret there");
}

Result<SecretText> from_variable(const std::map<std::string, std::string>& variables,
                                 const SecretSource& source) {
  const auto variable = variables.find(source.name);
  if (variable != variables.end()) return found(source, variable->second);
  return fail(ErrorKind::configuration, fmt::format("{} is not set", to_string(source)),
              "set the variable, or name another source");
}

Result<SecretText> from_file(const SecretSource& source) {
  auto text = read_secret_file(source.name);
  if (!text) return fail(std::move(text).error().within(to_string(source)));
  return found(source, text->view());
}

ResultTask<SecretText> from_parameter(const SecretWorld& world, SecretSource source,
                                      CallScope scope) {
  Region region = source.region;
  if (region.empty()) {
    SSMB_CO_TRY(own, world.region());
    region = own;
  }
  SSMB_CO_TRY(session, world.session());
  aws::ssm::Client ssm(*session, region);
  auto value = co_await ssm.get_parameter(source.name, scope);
  if (!value) co_return fail(std::move(value).error().within(to_string(source)));
  co_return found(source, value->value.reveal());
}

}  // namespace

Result<SecretSource> parse_secret_source(std::string_view text) {
  const auto bad = [] {
    return fail(ErrorKind::configuration, "a secret stands there, or a source of unknown form",
                fmt::format("name where it lies: {}", kForms));
  };
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon + 1 == text.size()) return bad();
  const std::string_view kind = text.substr(0, colon);
  std::string_view rest = text.substr(colon + 1);
  if (kind == "env")
    return SecretSource{.kind = SecretSource::Kind::environment, .name = std::string(rest)};
  if (kind == "file")
    return SecretSource{.kind = SecretSource::Kind::file, .name = std::string(rest)};
  if (kind != "ssm") return bad();
  SecretSource source{.kind = SecretSource::Kind::parameter};
  constexpr std::string_view kRegion = ",region=";
  if (const auto at = rest.find(kRegion); at != std::string_view::npos) {
    source.region = Region(rest.substr(at + kRegion.size()));
    if (!aws::is_region_name(source.region)) return bad();
    rest = rest.substr(0, at);
  }
  source.name = rest;
  return source;
}

std::string to_string(const SecretSource& source) {
  std::string name = printable(source.name, 200);
  switch (source.kind) {
    case SecretSource::Kind::environment: return fmt::format("the variable {}", name);
    case SecretSource::Kind::file: return fmt::format("the file {}", name);
    case SecretSource::Kind::parameter: return fmt::format("the parameter {}", name);
  }
  return name;
}

Result<std::optional<SecretText>> secret_at_hand(
    const std::map<std::string, std::string>& variables, const SecretSource& source) {
  switch (source.kind) {
    case SecretSource::Kind::environment: return from_variable(variables, source);
    case SecretSource::Kind::file: return from_file(source);
    case SecretSource::Kind::parameter: return std::nullopt;
  }
  return std::nullopt;
}

ResultTask<SecretText> read_secret(const SecretWorld& world, SecretSource source, CallScope scope) {
  switch (source.kind) {
    case SecretSource::Kind::environment: co_return from_variable(world.variables, source);
    case SecretSource::Kind::file: co_return from_file(source);
    case SecretSource::Kind::parameter:
      co_return co_await from_parameter(world, std::move(source), std::move(scope));
  }
  co_return fail(ErrorKind::internal, "a source of no kind");
}

}  // namespace ssmb::notify
