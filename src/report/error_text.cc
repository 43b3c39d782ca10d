#include "report/error_text.h"

#include <fmt/format.h>

#include "base/text.h"

namespace ssmb::report {
namespace {

void add_service(const ServiceFault& fault, const AccountId& account,
                 std::vector<std::string>& lines) {
  std::string text = "  " + fault.operation;
  if (!fault.region.empty()) text += " in " + fault.region;
  if (!account.empty()) text += fmt::format(" (account {})", account);
  if (fault.http_status == 0) {
    text += " was not answered";
  } else {
    text += fmt::format(" answered {}{}{}", fault.http_status, fault.code.empty() ? "" : " ",
                        printable(fault.code, 100));
  }
  lines.push_back(std::move(text));
  std::string second;
  if (!fault.message.empty()) second = '"' + printable(fault.message) + '"';
  if (!fault.request_id.empty()) {
    if (!second.empty()) second += "  ";
    second += "request " + printable(fault.request_id, 100);
  }
  if (!second.empty()) lines.push_back("  " + second);
}

}  // namespace

std::vector<std::string> error_lines(const Error& error, const AccountId& account) {
  std::vector<std::string> lines{error.what};
  if (error.fault) add_service(*error.fault, account, lines);
  if (!error.next.empty()) lines.push_back("next: " + error.next);
  return lines;
}

std::string render_error(const Error& error, Colour colour, const AccountId& account) {
  std::string text = paint(colour, Mark::failure, "error:") + ' ';
  for (const std::string& line : error_lines(error, account)) text += line + '\n';
  return text;
}

boost::json::object error_json(const Error& error, const AccountId& account) {
  boost::json::object object;
  object["kind"] = to_string(error.kind);
  object["what"] = error.what;
  if (error.fault) {
    boost::json::object service;
    const auto add = [&service](std::string_view name, const std::string& text) {
      if (!text.empty()) service[name] = text;
    };
    add("operation", error.fault->operation);
    add("region", error.fault->region);
    add("account", account.str());
    add("code", error.fault->code);
    add("message", error.fault->message);
    add("requestId", error.fault->request_id);
    if (error.fault->http_status != 0) service["httpStatus"] = error.fault->http_status;
    object["service"] = std::move(service);
  }
  if (!error.next.empty()) object["next"] = error.next;
  return object;
}

boost::json::object failure_json(const Error& error, const AccountId& account) {
  return {{"status", "failed"}, {"error", error_json(error, account)}};
}

boost::json::array errors_json(const Troubles& troubles, const AccountId& account) {
  boost::json::array out;
  for (const auto& [region, error] : troubles) {
    boost::json::object object = error_json(error, account);
    object["region"] = region.str();
    out.push_back(std::move(object));
  }
  return out;
}

}  // namespace ssmb::report
