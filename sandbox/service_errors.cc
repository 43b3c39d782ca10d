#include "sandbox/service_errors.h"

namespace ssmb::sandbox {

ServiceError throttled(aws::Service service) {
  switch (service) {
    case aws::Service::s3: return {"SlowDown", "Please reduce your request rate.", 503};
    case aws::Service::sts: return {"Throttling", "Rate exceeded", 400};
    case aws::Service::tagging: return {"ThrottledException", "Rate exceeded", 400};
    case aws::Service::ssm: break;
  }
  return {"ThrottlingException", "Rate exceeded", 400};
}

}  // namespace ssmb::sandbox
