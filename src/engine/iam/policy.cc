#include "engine/iam/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/partition.h"
#include "base/text.h"
#include "engine/iam/places.h"
#include "engine/metadata.h"

namespace ssmb::engine::iam {
namespace {

namespace json = boost::json;

struct Statement {
  std::string sid;
  std::vector<std::string> actions;
  std::map<Type, std::vector<std::string>> resources;
  std::map<std::string, std::vector<std::string>> conditions;
};

json::value one_or_more(const std::vector<std::string>& texts) {
  if (texts.size() == 1) return json::value(texts.front());
  return json::value(json::array(texts.begin(), texts.end()));
}

json::object to_json(const Statement& statement) {
  std::vector<std::string> resources;
  for (const auto& [type, texts] : statement.resources)
    resources.insert(resources.end(), texts.begin(), texts.end());
  json::object written{{"Sid", statement.sid},
                       {"Effect", "Allow"},
                       {"Action", one_or_more(statement.actions)},
                       {"Resource", one_or_more(resources)}};
  if (statement.conditions.empty()) return written;
  json::object equals;
  for (const auto& [key, values] : statement.conditions) equals[key] = one_or_more(values);
  written["Condition"] = json::object{{"StringEquals", equals}};
  return written;
}

// The metadata parameters hold /<env>/: mostly they are among those that are read.
bool metadata_is_read_anyway(const PolicyRequest& request) {
  using enum Use;
  if (!request.uses.any_of(backup | restore) || !request.home_region) return false;
  if (std::ranges::find(request.regions, *request.home_region) == request.regions.end())
    return false;
  std::vector<ParameterName> names{region_list_name(request.env), default_region_name(request.env),
                                   include_name(request.env)};
  for (const auto& [region, repository] : request.repositories)
    names.push_back(bucket_parameter_name(request.env, region));
  return std::ranges::all_of(names, [&](const ParameterName& name) {
    return std::ranges::any_of(
        request.names, [&](const std::string& glob) { return glob_match(glob, name.view()); });
  });
}

// Each statement of the table of which something is wanted.
std::vector<Statement> statements_for(const PolicyRequest& request, Form form) {
  std::vector<Statement> statements;
  for (const Grant& grant : grants()) {
    if (!request.uses.any_of(grant.uses)) continue;
    if (grant.sid == kReadMetadata && metadata_is_read_anyway(request)) continue;
    if (statements.empty() || statements.back().sid != grant.sid) {
      Scope scope = scope_of(request, form, grant.place);
      if (scope.resources.empty()) continue;
      statements.push_back({.sid = std::string(grant.sid),
                            .actions = {},
                            .resources = {{type_of(grant.place), std::move(scope.resources)}},
                            .conditions = std::move(scope.conditions)});
    }
    statements.back().actions.emplace_back(grant.action);
  }
  return statements;
}

// No action may reach more by standing in one statement with others.
bool may_join(const Statement& a, const Statement& b) {
  if (a.conditions.empty() || a.conditions != b.conditions) return false;
  return std::ranges::all_of(b.resources, [&](const auto& typed) {
    const auto same = a.resources.find(typed.first);
    return same == a.resources.end() || same->second == typed.second;
  });
}

void join(Statement& into, Statement statement) {
  into.sid += statement.sid;
  for (std::string& action : statement.actions) {
    if (std::ranges::find(into.actions, action) == into.actions.end())
      into.actions.push_back(std::move(action));
  }
  into.resources.merge(std::move(statement.resources));
}

// So that a long list of Regions is said once.
std::vector<Statement> joined(std::vector<Statement> statements) {
  std::vector<Statement> out;
  for (Statement& statement : statements) {
    const auto like = std::ranges::find_if(
        out, [&](const Statement& other) { return may_join(other, statement); });
    if (like == out.end()) {
      out.push_back(std::move(statement));
    } else {
      join(*like, std::move(statement));
    }
  }
  return out;
}

Policy build(const PolicyRequest& request, Form form) {
  std::vector<Statement> statements = statements_for(request, form);
  if (form == Form::folded) statements = joined(std::move(statements));
  json::array written;
  for (const Statement& statement : statements) written.push_back(to_json(statement));
  Policy policy;
  policy.document["Version"] = "2012-10-17";
  policy.document["Statement"] = std::move(written);
  policy.characters = json::serialize(policy.document).size();
  return policy;
}

}  // namespace

Result<Policy> make_policy(const PolicyRequest& request) {
  Policy listed = build(request, Form::listed);
  if (listed.document.at("Statement").as_array().empty())
    return fail(ErrorKind::usage, "nothing of AWS is needed for that",
                "a policy is of parameters, of buckets, or of both");
  if (listed.characters <= kMostCharacters) return listed;
  Policy folded = build(request, Form::folded);
  if (folded.characters > kMostCharacters) {
    return fail(ErrorKind::usage,
                fmt::format("the policy would take {} characters, and IAM takes {}",
                            folded.characters, kMostCharacters),
                "make one for each part of it, with --region or of another kind, and attach all of "
                "them: a role takes ten");
  }
  folded.notes.push_back(fmt::format(
      "with each Region named it would take {} characters, and IAM takes {}: '*' stands for the "
      "Region in ARNs and names of buckets, and the condition aws:RequestedRegion names the "
      "Regions",
      listed.characters, kMostCharacters));
  return folded;
}

Result<Arn> parse_key_arn(std::string_view text) {
  const auto parts = split(text, ':');
  constexpr std::string_view kKey = "key/";
  if (parts.size() == 6 && parts[0] == "arn" && parts[2] == "kms" && parts[5].starts_with(kKey) &&
      parts[5].size() > kKey.size())
    return Arn(text);
  return fail(ErrorKind::usage, fmt::format("'{}' is not the ARN of a key", printable(text, 200)),
              "write arn:aws:kms:<region>:<account>:key/<id>: policies know no aliases");
}

std::optional<Arn> arn_of_key(const KmsKeyId& key, const Region& region, const AccountId& account) {
  if (parse_key_arn(key.view())) return Arn(key.view());
  if (key.view().starts_with("arn:") || key.view().starts_with("alias/")) return std::nullopt;
  return Arn(fmt::format("arn:{}:kms:{}:{}:key/{}", partition_of(region).id, region, account, key));
}

Result<std::vector<std::string>> path_globs(std::string_view path) {
  if (path.size() < 2 || !path.starts_with('/') || path.ends_with('/') ||
      path.find_first_of("*?") != std::string_view::npos)
    return fail(ErrorKind::usage, fmt::format("'{}' is no path", printable(path, 200)),
                "write it with a slash in front and none behind: /app/dev");
  return std::vector<std::string>{std::string(path), fmt::format("{}/*", path)};
}

}  // namespace ssmb::engine::iam
