#include "sandbox/options.h"

#include <CLI/CLI.hpp>

namespace ssmb::sandbox {
namespace {

constexpr const char* kExamples = R"(
Every Region exists on first use. One process serves SSM, S3, STS and the tagging API.

Examples:
  ssm-sandbox
      prints "listening on http://127.0.0.1:PORT"; then, in another shell:
      aws --endpoint-url http://127.0.0.1:PORT ssm put-parameter --name /a --type String --value b
  ssm-sandbox --listen 127.0.0.1:8080 --auth accounts.yaml
      checks signatures; sandbox/README.md shows the file
  ssm-sandbox --tls /tmp/sandbox
      serves HTTPS; AWS_CA_BUNDLE=/tmp/sandbox/ca.pem makes the AWS CLI and the SDKs trust it)";

}  // namespace

ParsedOptions parse_options(int argc, const char* const* argv) {
  ParsedOptions parsed;
  ProgramOptions& options = parsed.options;
  CLI::App app("ssm-sandbox: a stand-in for AWS SSM Parameter Store, S3 and STS, with their rules.",
               "ssm-sandbox");
  app.footer(kExamples);
  app.add_option("--listen", options.listen, "address and port; port 0 takes any free one")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  app.add_option("--auth", options.auth,
                 "open: any key is account 123456789012; a file: its accounts, signatures checked")
      ->type_name("open|FILE")
      ->capture_default_str();
  app.add_option("--tls", options.tls, "serve HTTPS, and write the certificate authority there")
      ->type_name("DIR");
  app.add_option("--quota", options.quota,
                 "throttle as AWS does, or as a file says; sandbox/README.md shows it")
      ->type_name("off|aws|FILE")
      ->capture_default_str();
  app.add_option("--faults", options.faults,
                 "errors, broken connections and worse, as a file says; see sandbox/README.md")
      ->type_name("FILE");
  app.add_flag("--strict-transport", options.strict_transport,
               "cleartext requests count as aws:SecureTransport=false");
  app.add_option("--seed", options.seed, "decides ids and the order of listings")
      ->type_name("N")
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == 0;
    app.exit(error);
    parsed.exit_code = asked ? 0 : 2;
  }
  return parsed;
}

}  // namespace ssmb::sandbox
