#include "sandbox/s3/xml.h"

#include <fmt/format.h>

namespace ssmb::sandbox::s3 {
namespace {

struct StringWriter final : pugi::xml_writer {
  std::string text;
  void write(const void* data, std::size_t size) override {
    text.append(static_cast<const char*>(data), size);
  }
};

}  // namespace

pugi::xml_node add_root(pugi::xml_document& document, const char* name) {
  pugi::xml_node root = document.append_child(name);
  root.append_attribute("xmlns").set_value(kNamespace);
  return root;
}

void add_text(pugi::xml_node parent, const char* name, std::string_view text) {
  parent.append_child(name).text().set(std::string(text).c_str());
}

std::string to_text(const pugi::xml_document& document) {
  StringWriter writer;
  document.save(writer, "", pugi::format_raw | pugi::format_no_declaration);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + writer.text;
}

aws::HttpResponse xml_response(const pugi::xml_document& document, int status) {
  aws::HttpResponse response;
  response.status = status;
  response.headers.set("Content-Type", "application/xml");
  response.body = SecretBytes(to_text(document));
  return response;
}

std::unexpected<Fault> malformed_xml() {
  return refuse(400, "MalformedXML",
                "The XML you provided was not well-formed or did not validate against our "
                "published schema");
}

Outcome<pugi::xml_document> parse_xml(std::string_view text, std::string_view root) {
  pugi::xml_document document;
  // No entity but the predefined ones is expanded by pugixml: nothing grows.
  const auto parsed = document.load_buffer(text.data(), text.size(),
                                           pugi::parse_default | pugi::parse_ws_pcdata_single);
  if (!parsed || document.document_element().name() != root) return malformed_xml();
  return document;
}

std::string xml_time(Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time - seconds);
  std::string text = to_iso8601(seconds);
  text.pop_back();
  return fmt::format("{}.{:03}Z", text, milliseconds.count());
}

}  // namespace ssmb::sandbox::s3
