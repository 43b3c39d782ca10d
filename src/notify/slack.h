// A notice for Slack: the body of chat.postMessage, which an incoming webhook takes, too. Pure.
// https://docs.slack.dev/reference/methods/chat.postMessage
// https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "notify/notice.h"

namespace ssmb::notify {

// Within Slack's limits whatever there is to tell: an attachment's text has at most 3,000
// characters, and there are at most 20 attachments; of Regions, names and reasons that are over the
// last line says how many.
boost::json::object slack_message(const Notice& notice, const std::string& channel,
                                  Language language);

}  // namespace ssmb::notify
