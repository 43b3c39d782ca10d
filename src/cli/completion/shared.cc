#include "aws/endpoints.h"
#include "base/text.h"
#include "cli/completion/completion.h"

namespace ssmb::cli {

std::string region_words() {
  const auto regions = aws::always_on_regions();
  return join(std::vector<std::string>(regions.begin(), regions.end()), " ");
}

// A name with blanks may stand in quotes there; it is offered without them.
std::string_view config_profiles_sed() {
  return R"sed(s/^[[:space:]]*\[[[:space:]]*(profile[[:space:]]+"?([^]"]*[^]"[:space:]])"?|(default))[[:space:]]*\].*$/\2\3/p)sed";
}

std::string_view credentials_profiles_sed() {
  return R"sed(s/^[[:space:]]*\[[[:space:]]*([^][:space:]]([^]]*[^][:space:]])?)[[:space:]]*\].*$/\1/p)sed";
}

}  // namespace ssmb::cli
