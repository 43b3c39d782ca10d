#include "chaos.h"

namespace ssmb::simulation {

void Chaos::begin() { story_ = fmt::format("{} {}", seed_, cli_.directory.string()); }
void Chaos::stop() {}
std::map<std::pair<std::string, std::string>, std::uint64_t> Chaos::end() { return {}; }

}  // namespace ssmb::simulation
