// What a command gets from the world around it. main.cc fills it with the real things; a test
// with virtual time, a scripted transport and strings.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <ostream>
#include <stop_token>
#include <string>

#include "aws/http/transport.h"
#include "notify/smtp.h"
#include "runtime/runtime.h"

namespace ssmb::cli {

// Ctrl-C and SIGTERM: stops the run and remembers which it was.
class Interrupt {
 public:
  void raise(int signal) {
    signal_ = signal;
    source_.request_stop();
  }
  int signal() const { return signal_; }  // 0: none
  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::atomic<int> signal_ = 0;
};

enum class Stream { file, terminal };

struct Environment {
  std::map<std::string, std::string> variables;
  Runtime& runtime;
  aws::Transport& transport;
  std::ostream& out;  // the result
  std::ostream& err;  // everything else
  Interrupt& interrupt;
  std::size_t columns = 80;          // of the terminal, if `err` is one
  Stream err_stream = Stream::file;  // what `err` is: a terminal gets a moving line and colour
  Stream out_stream = Stream::file;  // what `out` is: a terminal may be told a value
  // A line that the user types; empty: nobody sits there (standard input is no terminal).
  std::function<ResultTask<std::string>(CallScope)> typed_line = {};
  notify::MailSender send_mail = {};  // hands a mail over to its server

  std::string variable(const std::string& name) const {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  }
};

}  // namespace ssmb::cli
