#include "aws/tagging/client.h"

#include "aws/json.h"
#include "base/try.h"

namespace ssmb::aws::tagging {
namespace {

constexpr int kMaxResources = 100;

ResourcePage read_page(JsonFields& in) {
  ResourcePage page;
  in.each("ResourceTagMappingList", Presence::required, [&](JsonFields& item) {
    TaggedResource resource{.arn = Arn(item.text("ResourceARN", Presence::required)), .tags = {}};
    item.each("Tags", Presence::optional, [&](JsonFields& tag) {
      resource.tags.push_back(
          {.key = tag.text("Key", Presence::required), .value = tag.text("Value")});
    });
    page.resources.push_back(std::move(resource));
  });
  page.next_token = in.text("PaginationToken");
  return page;
}

}  // namespace

ResultTask<ResourcePage> Client::get_parameter_tags(std::string next_token, CallScope scope) {
  const Operation operation{
      .service = Service::tagging, .name = "tag:GetResources", .region = region_};
  boost::json::object body = new_json_object();
  body.emplace("ResourceTypeFilters", json_texts({"ssm:parameter"}));
  body.emplace("ResourcesPerPage", kMaxResources);
  if (!next_token.empty()) body.emplace("PaginationToken", next_token);
  SSMB_CO_TRY(response, co_await call_json(session_, operation, "ResourceGroupsTaggingAPI_20170126",
                                           to_json(body), std::move(scope)));
  auto page = decode_json(operation, response, read_page);
  const auto date = parse_http_date(response.headers.get("Date"));
  if (page && date) page->answered = *date;
  co_return page;
}

}  // namespace ssmb::aws::tagging
