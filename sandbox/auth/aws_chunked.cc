#include "sandbox/auth/aws_chunked.h"

#include "base/digest.h"
#include "base/text.h"
#include "sandbox/auth/sigv4.h"
#include "sandbox/number.h"

namespace ssmb::sandbox {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kSignature = "chunk-signature=";

// The next line without its end; nullopt when there is none.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find(kLineEnd);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + kLineEnd.size());
  return line;
}

struct ChunkHead {
  std::size_t size = 0;
  std::string_view signature;
};

std::optional<ChunkHead> read_head(std::string_view line) {
  ChunkHead head;
  const auto parts = split(line, ';');
  const auto size = parse_number<std::size_t>(parts[0], 16);
  if (!size || parts.size() > 2) return std::nullopt;
  head.size = *size;
  if (parts.size() == 2) {
    if (!parts[1].starts_with(kSignature)) return std::nullopt;
    head.signature = parts[1].substr(kSignature.size());
  }
  return head;
}

// Follows the chain of signatures through the chunks and the trailer.
class Chain {
 public:
  explicit Chain(const ChunkSigning* signing)
      : signing_(signing), previous_(signing ? signing->seed : "") {}

  bool accepts_chunk(std::string_view data, std::string_view signature) {
    return accepts("AWS4-HMAC-SHA256-PAYLOAD", sha256_hex("") + "\n" + sha256_hex(data), signature);
  }
  bool accepts_trailer(std::string_view canonical, std::string_view signature) {
    return accepts("AWS4-HMAC-SHA256-TRAILER", sha256_hex(canonical), signature);
  }

 private:
  bool accepts(std::string_view kind, const std::string& hashes, std::string_view signature) {
    if (!signing_) return true;
    const std::string text = std::string(kind) + "\n" + signing_->timestamp + "\n" +
                             signing_->scope + "\n" + previous_ + "\n" + hashes;
    previous_ = sigv4::sign_hex(signing_->key, text);
    return sigv4::same_signature(previous_, signature);
  }

  const ChunkSigning* signing_;
  std::string previous_;
};

// Lines "name:value" up to an empty line, or the end of the body.
std::optional<ChunkProblem> read_trailer(std::string_view rest, Chain& chain,
                                         aws::Headers& trailer) {
  std::string canonical;
  std::string_view signature;
  while (!rest.empty()) {
    const auto line = take_line(rest);
    if (!line) return ChunkProblem::malformed;
    if (line->empty()) break;
    const std::size_t colon = line->find(':');
    if (colon == std::string_view::npos) return ChunkProblem::malformed;
    const std::string name = to_lower(trim(line->substr(0, colon)));
    const std::string_view value = trim(line->substr(colon + 1));
    if (name == "x-amz-trailer-signature") {
      signature = value;
      continue;
    }
    canonical += name + ":" + std::string(value) + "\n";
    trailer.add(name, std::string(value));
  }
  if (!rest.empty()) return ChunkProblem::malformed;
  if (canonical.empty() || chain.accepts_trailer(canonical, signature)) return std::nullopt;
  return ChunkProblem::wrong_signature;
}

}  // namespace

std::expected<DecodedChunks, ChunkProblem> decode_aws_chunked(std::string_view body,
                                                              const ChunkSigning* signing) {
  DecodedChunks decoded;
  decoded.content.reserve(body.size());
  Chain chain(signing);
  for (std::string_view rest = body;;) {
    const auto line = take_line(rest);
    const auto head = line ? read_head(*line) : std::nullopt;
    if (!head) return std::unexpected(ChunkProblem::malformed);
    if (head->size > rest.size()) return std::unexpected(ChunkProblem::malformed);
    const std::string_view data = rest.substr(0, head->size);
    if (!chain.accepts_chunk(data, head->signature))
      return std::unexpected(ChunkProblem::wrong_signature);
    rest.remove_prefix(head->size);
    if (head->size == 0) {
      if (auto problem = read_trailer(rest, chain, decoded.trailer))
        return std::unexpected(*problem);
      return decoded;
    }
    if (!rest.starts_with(kLineEnd)) return std::unexpected(ChunkProblem::malformed);
    rest.remove_prefix(kLineEnd.size());
    decoded.content.append(data);
  }
}

}  // namespace ssmb::sandbox
