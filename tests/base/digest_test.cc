#include "base/digest.h"

#include <gtest/gtest.h>

#include <bit>
#include <span>
#include <string>
#include <utility>

#include "base/encoding.h"

namespace ssmb {
namespace {

template <class T>
std::string hex(T number) {
  if constexpr (std::endian::native == std::endian::little) number = std::byteswap(number);
  return to_hex(std::as_bytes(std::span(&number, 1)));
}

// Vectors: FIPS 180-4, RFC 1321, RFC 4231; the CRCs' check value is that of "123456789" in the
// catalogue of parametrised CRC algorithms.
TEST(Digest, KnownVectors) {
  const std::string digits = "123456789";
  struct {
    const char* name;
    std::string got;
    std::string want;
  } rows[] = {
      {"sha256 of nothing", sha256_hex(""),
       "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"sha256 of abc", sha256_hex("abc"),
       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"hmac, RFC 4231 case 2", to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {"hmac, a key longer than a block",
       to_hex(hmac_sha256(std::string(131, '\xaa'),
                          "Test Using Larger Than Block-Size Key - Hash Key First")),
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {"sha1 of abc", sha1_hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {"md5 of abc", to_hex(md5("abc")), "900150983cd24fb0d6963f7d28e17f72"},
      {"crc32", hex(crc32(digits)), "cbf43926"},
      {"crc32c", hex(crc32c(digits)), "e3069283"},
      {"crc64nvme", hex(crc64nvme(digits)), "ae8b14860a799888"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(row.got, row.want);
  }
}

TEST(Digest, PiecesGiveTheSameAsTheWhole) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += static_cast<char>(i * 7);
  const std::string_view first = std::string_view(text).substr(0, 1234);
  const std::string_view rest = std::string_view(text).substr(1234);

  Sha256 sum;
  sum.update(first);
  Sha256 moved = std::move(sum);
  EXPECT_EQ(moved.update("").update(rest).finish(), sha256(text));
  EXPECT_EQ(crc32(rest, crc32(first)), crc32(text));
  EXPECT_EQ(crc32c(rest, crc32c(first)), crc32c(text));
  EXPECT_EQ(crc64nvme(rest, crc64nvme(first)), crc64nvme(text));
}

}  // namespace
}  // namespace ssmb
