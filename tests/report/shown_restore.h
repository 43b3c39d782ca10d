// A plan with every kind of step, for the texts and the JSON of a restore.
#pragma once

#include "report/restore_shown.h"

namespace ssmb::report {

inline Time at(std::string_view text) { return parse_iso8601(text).value(); }

struct RestoreWorld {
  using Action = engine::restore::Action;
  using Step = engine::restore::Step;

  RestoreWorld() {
    planned.source = {.env = Environment("dev"),
                      .region = Region("us-west-2"),
                      .account = AccountId("123456789012"),
                      .taken = at("2026-11-22T13:00:01Z"),
                      .state = snapshot::State::complete,
                      .document = ObjectKey("2026-11-22/us-west-2/"
                                            "ssm-backup-dev-us-west-2-20261122_130001.json"),
                      .where =
                          "s3://copies/2026-11-22/us-west-2/"
                          "ssm-backup-dev-us-west-2-20261122_130001.json",
                      .parameter_count = 30};
    planned.mapping.from = {.region = Region("us-west-2"), .account = AccountId("123456789012")};
    planned.mapping.to = {.region = Region("us-east-1"), .account = AccountId("123456789012")};
    planned.live = {.listed = 20, .standard = 19, .advanced = 1};
    planned.estimate.calls = {{"AddTagsToResource", 1}, {"PutParameter", 14}};
    planned.estimate.duration = std::chrono::seconds{80};
    planned.estimate.bounded_by = "PutParameter";
    planned.estimate.events = 14;
  }

  Step& add(std::string name, Action action, std::string because = {}) {
    Step step;
    step.name = ParameterName(name);
    step.action = action;
    step.because = std::move(because);
    ++planned.plan.counts[action];
    planned.plan.steps.push_back(std::move(step));
    return planned.plan.steps.back();
  }

  // One of each kind, and twelve ordinary ones.
  void fill() {
    for (int i = 0; i < 12; ++i)
      add(fmt::format("/app/dev/p{:02}", i), Action::create).shape.tags = 1;
    add("/app/dev/big", Action::create).shape.tier = rules::Tier::advanced;
    Step& moved = add("/app/dev/new", Action::create);
    moved.source = ParameterName("/app/dev/old/new");
    moved.doubts.push_back("the key 1234 is one of us-west-2: --kms-map names another");
    moved.lost.push_back("tag aws:cloudformation:stack-name");
    planned.plan.doubtful = 1;
    Step& update = add("/app/dev/changed", Action::update);
    update.differing = field_set({field_at("Value"), field_at("Tags")});
    update.live_version = 7;
    add("/app/dev/tagged", Action::tags).differing.set(field_at("Tags"));
    add("/app/dev/same", Action::unchanged);
    Step& tier = add("/app/dev/tier", Action::unchanged);
    tier.unreachable.set(field_at("Tier"));
    add("/app/dev/differs", Action::skipped).differing.set(field_at("Value"));
    add("/app/dev/past", Action::skipped, "left out by --expired skip: its Expiration passed");
    add("/app/dev/list", Action::impossible,
        "ValidationException: a String cannot become a StringList ([D] PutParameter Type)");
    add("/app/dev/extra", Action::extra);
    planned.estimate.advanced = 1;
    planned.estimate.dollars_a_month = 0.05;
    planned.estimate.firing = {
        {.name = ParameterName("/app/dev/p03"), .when = at("2026-11-23T01:00:00Z")}};
    planned.estimate.advice = "raise the throughput first";
    leave_facts();
  }

  // Of the Region: what is there, what is not, and what nobody knows.
  void leave_facts() {
    using engine::restore::ShareLeft;
    const std::string tier = "/ssm/parameter-store/default-parameter-tier";
    planned.facts.settings = {
        {.id = "/ssm/parameter-store/high-throughput-enabled", .wanted = "false", .live = "false"},
        {.id = tier, .wanted = "Advanced", .live = "Standard", .customized = true}};
    const auto share = [](const std::string& name, ShareLeft::Live live) {
      const std::string arn = "arn:aws:ssm:us-east-1:123456789012:parameter" + name;
      const std::string text = fmt::format(
          R"({{"Version": "2012-10-17", "Statement": [{{"Sid": "it's", "Effect": "Allow",)"
          R"( "Principal": {{"AWS": ["arn:aws:iam::222233334444:root", "333344445555"]}},)"
          R"( "Action": ["ssm:GetParameter", "ssm:GetParameters"], "Resource": "{}"}}]}})",
          arn);
      return ShareLeft{.name = ParameterName(name),
                       .arn = Arn(arn),
                       .policies = {{.id = "p", .hash = "h", .text = text}},
                       .live = live};
    };
    planned.facts.shares = {share("/app/dev/big", ShareLeft::Live::none),
                            share("/app/dev/same", ShareLeft::Live::same)};
    planned.facts.unknown = {
        {.what = "who else may use the Advanced parameters", .why = "access was denied"}};
  }

  ShownPlan shown(std::string apply_line = "ssm-backup restore --env dev --apply") const {
    return {.env = Environment("dev"),
            .planned = &planned,
            .now = at("2026-11-22T22:00:01Z"),
            .apply_line = std::move(apply_line)};
  }

  engine::restore::Planned planned;
};

}  // namespace ssmb::report
