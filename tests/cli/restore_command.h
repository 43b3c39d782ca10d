// One Region's restore through the command line, in virtual time; what it writes and leaves.
#pragma once

#include "base/files.h"
#include "look_world.h"

namespace ssmb::cli {

struct RestoreCommand : LookTest {
  using Words = std::vector<std::string>;

  int restore(Words more) {
    Words words{"restore", "--region", "us-west-2"};
    words.insert(words.end(), more.begin(), more.end());
    return cli.run(std::move(words));
  }
  sandbox::ssm::Store& store(const std::string& region = "us-west-2") {
    return cli.sandbox.world.ssm(AccountId("123456789012"), Region(region));
  }
  void forget(int from, int to) {
    for (int i = from; i < to; ++i) store().erase(fmt::format("/app/dev/p{:03}", i));
  }
  std::uint64_t writes(const std::string& region = "us-west-2") {
    std::uint64_t count = 0;
    for (const char* operation : {"ssm:PutParameter", "ssm:DeleteParameter", "ssm:DeleteParameters",
                                  "ssm:AddTagsToResource", "ssm:RemoveTagsFromResource",
                                  "ssm:LabelParameterVersion", "ssm:UnlabelParameterVersion"})
      count += cli.sandbox.calls(operation, region);
    return count;
  }
  boost::json::object file(const std::string& name) const {
    const auto text = read_file(cli.work() / name);
    return text ? boost::json::parse(*text).as_object() : boost::json::object();
  }
  std::string out() const { return cli.world.out.str(); }
  std::string err() const { return cli.world.err.str(); }
};

}  // namespace ssmb::cli
