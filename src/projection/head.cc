#include "projection/head.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/try.h"
#include "projection/damage.h"

namespace tally::projection {

std::string Head::encode() const {
  std::string bytes;
  for (const Builder& builder : kBuilders) base::put_varint(bytes, builder.version);
  base::put_varint(bytes, size.count);
  bytes.append(reinterpret_cast<const char*>(root.bytes.data()), root.bytes.size());
  base::put_signed_varint(bytes, recorded_at.micros);
  base::put_varint(bytes, numbers);
  base::put_varint(bytes, accounts);
  base::put_varint(bytes, postings);
  for (const std::uint64_t count : events_of_type) base::put_varint(bytes, count);
  for (const Sequence rotation : rotations) base::put_varint(bytes, rotation.value);
  return bytes;
}

Result<Head> Head::decode(std::string_view bytes) {
  base::ByteReader reader(bytes);
  for (const Builder& builder : kBuilders) {
    const std::uint64_t version = reader.varint();
    if (!reader.ok() || version == builder.version) continue;
    const bool newer = version > builder.version;
    return Error{newer ? ErrorCode::kNewerFormat : ErrorCode::kDamaged,
                 fmt::format("the ledger's `{}` are of version {} of their builder, and this "
                             "program has version {}: {}",
                             builder.name, version, builder.version,
                             newer ? "use a newer one" : "run `tally replay` to build them anew"),
                 {},
                 0,
                 {}};
  }
  Head head;
  head.size.count = reader.varint();
  const std::string_view root = reader.take(head.root.bytes.size());
  head.recorded_at.micros = reader.signed_varint();
  head.numbers = static_cast<std::uint32_t>(reader.varint());
  head.accounts = reader.varint();
  head.postings = reader.varint();
  for (std::uint64_t& count : head.events_of_type) count = reader.varint();
  while (!reader.at_end()) head.rotations.push_back({reader.varint()});
  if (!reader.ok()) return damaged("the projections' head is unreadable");
  std::copy(root.begin(), root.end(), head.root.bytes.begin());
  return head;
}

Result<Head> Head::read(const store::View& view) {
  TALLY_ASSIGN(const auto bytes, view.get(store::Family::kState, kHeadKey));
  if (!bytes) return Head{};
  return decode(*bytes);
}

}  // namespace tally::projection
