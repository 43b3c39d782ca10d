#include "cli/man.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/text.h"
#include "base/try.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/parse.h"

namespace ssmb::cli {
namespace {

constexpr std::string_view kProgram = "ssm-backup";

struct Options {
  std::string page;
  std::string out;
};

std::vector<Offer> page_names() {
  std::vector<Offer> offers;
  for (const Command& command : commands())
    offers.push_back(
        {replaced(std::string(command.name), " ", "-"), std::string(command.summary), {}});
  for (const Topic& topic : topics())
    offers.push_back({std::string(topic.name), std::string(topic.summary), {}});
  return offers;
}

void add_flags(FlagSet& flags, Options& options) {
  flags
      .argument({.name = "PAGE",
                 .help = "backup, infra-plan, exit-codes; without it that of ssm-backup itself",
                 .presence = Argument::Presence::optional,
                 .choices = {},
                 .offers = page_names(),
                 .set = [&options](const std::string& word) { options.page = word; }})
      .text("--out", "DIR", options.out, "write all pages there, into man1 and man7",
            ValueKind::directory);
}

// Whoever installs them decides who may read them: modes are those of the umask.
Result<void> write(const std::filesystem::path& directory, const ManPage& page) {
  const auto file = directory / fmt::format("man{}", page.section) / page.file();
  std::error_code code;
  std::filesystem::create_directories(file.parent_path(), code);
  if (!code) {
    std::ofstream out(file, std::ios::binary);
    out << page.text;
    out.close();
    if (out) return {};
    code.assign(errno, std::generic_category());
  }
  return fail(ErrorKind::local_io,
              fmt::format("cannot write {}: {}", file.string(), code.message()),
              "give a directory that can be written: --out DIR");
}

Result<std::string> one(const std::string& name, const std::vector<ManPage>& pages) {
  const std::string whole = name.empty()                 ? std::string(kProgram)
                            : name.starts_with(kProgram) ? name
                                                         : fmt::format("{}-{}", kProgram, name);
  const auto found = std::ranges::find(pages, whole, &ManPage::name);
  if (found != pages.end()) return found->text;
  std::vector<std::string> names;
  for (const Offer& offer : page_names()) names.push_back(offer.word);
  const std::vector<std::string> near = near_names(name, names);
  return fail(ErrorKind::usage,
              fmt::format("there is no page '{}'{}", printable(name, 80),
                          near.empty() ? "" : "; did you mean " + join(near, " or ") + "?"),
              "ssm-backup man, without a name, prints the page that lists them");
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  const std::vector<ManPage> pages = man_pages(commands(), topics());
  if (options.out.empty()) {
    SSMB_CO_TRY(text, one(options.page, pages));
    context.out() << text;
    co_return Outcome::done;
  }
  if (!options.page.empty())
    co_return fail(ErrorKind::usage, "PAGE and --out exclude each other", "--out writes all pages");
  for (const ManPage& page : pages) SSMB_CO_TRY_VOID(write(options.out, page));
  context.out() << fmt::format("{} pages written below {}\n", pages.size(), options.out);
  co_return Outcome::done;
}

}  // namespace

Command man_command() {
  return {.name = "man",
          .summary = "Print a man page, or write all of them.",
          .details =
              "An installation has them in its place already: `man ssm-backup`, `man "
              "ssm-backup-restore`, `man 7 ssm-backup-exit-codes`.",
          .needs = Needs::nothing,
          .examples = {{"man restore | man -l -", "read a page that is not installed"},
                       {"man --out /usr/local/share/man", "install them by hand"}},
          .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
