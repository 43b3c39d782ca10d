// What a command works with while it runs: options, the world, and a session made on demand.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/client.h"
#include "cli/common_options.h"
#include "cli/environment.h"
#include "report/style.h"

namespace ssmb::cli {

class Context {
 public:
  // `words`: the command line without the program's name.
  Context(CommonOptions options, Environment& environment, std::vector<std::string> words);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const CommonOptions& options() const { return options_; }
  const std::vector<std::string>& words() const { return words_; }
  Environment& environment() { return environment_; }
  Runtime& runtime() { return environment_.runtime; }
  std::ostream& out() { return environment_.out; }
  // Whether the result's JSON document is out: there is one, also where an error follows.
  bool printed() const { return printed_; }
  void set_printed() { printed_ = true; }
  std::ostream& err() { return environment_.err; }

  // The scope of one Region's work: the deadline from now, ended by an interrupt.
  CallScope scope();

  // Made at the first call; the same one afterwards.
  Result<aws::Session*> session();
  // --home-region, else the SDK's Region; an error says how to set it.
  Result<Region> home_region() const;
  // Who we are, once STS has said it; empty before that. Errors name it.
  const AccountId& account() const { return account_; }
  void set_account(AccountId account) { account_ = std::move(account); }
  // A random one, drawn once.
  RunId new_run_id();
  // --env; an error if it is missing or not a name.
  Result<ssmb::Environment> env() const;

 private:
  CommonOptions options_;
  Environment& environment_;
  std::vector<std::string> words_;
  std::unique_ptr<aws::CredentialsSource> credentials_;
  std::unique_ptr<aws::Session> session_;
  RunId run_id_;
  AccountId account_;
  bool printed_ = false;
};

// Colour on a terminal, unless NO_COLOR is set or it cannot.
report::Colour colour_of(const Environment& environment);

// One JSON document on standard output, and a newline.
void print(Context& context, const boost::json::value& document);

}  // namespace ssmb::cli
