#pragma once

// The log that the seeds are of.  Nobody has its private keys any more: what they have not signed
// below, nothing may pass for signed.  It was made so:
//
//   tally init led --name "Fuzz seeds" --origin example.org/fuzz
//   tally append led tools/sample/lcrca-2022-23/entries.jsonl
//   tally checkpoint led                                                          (61 events)
//   tally prove led claim-kindred-jobs
//   tally trace led 2022-23:apprenticeships:verified --bundle apprenticeships.zip
//   tally trace led 2022-23:social-value-share:claimed --bundle share.zip
//   tally key led --rotate; tally checkpoint led                                  (62 events)
//   tally append led later.jsonl      a contract, a commitment by schedule on it, two claims of it,
//                                     a partial and a rejected verification, two corrections
//   tally checkpoint led; tally checkpoint led --size 1; tally prove led cor-1    (70 events)
//   tally trace led 2023-24:equality-training:verified:contract=con-1 --bundle training.zip

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "tally/checkpoint.h"

namespace tally::fuzz {

inline constexpr std::string_view kOldKey =
    "example.org/fuzz+89b4dfe2+Aa/Ad2o/+4CBaiIPbZbpT6Rkp8JGdHrwOQQq69v4l1bI";
inline constexpr std::string_view kNewKey =
    "example.org/fuzz+f181b11e+Af3K4/IWqpZHr7nN3Bjm13pqST7VPIqLPGARNxomz0sn";

inline constexpr std::array<std::string_view, 4> kSignedTexts = {
    "example.org/fuzz\n1\nDiFs6Or4IbdWO6oayV45ZuZHIEm8qtrX9zpW8301uLY=\n",
    "example.org/fuzz\n61\nln8SIbB4RNkZqiFDadT684yO8X2XnbOPP8C+PACHncQ=\n",
    "example.org/fuzz\n62\nNBfD5ojpexhPBag/lG75E4IQOc4nM3UpBCKJ9Sef56Y=\n",
    "example.org/fuzz\n70\nqa/qfZSEy9D7rpvC0tSCgnNYE0zW5CsHoSZcNrDxeDY=\n"};

// The key before the rotation and the one since.
inline std::vector<VerifierKey> known_keys() {
  return {*VerifierKey::parse(kOldKey), *VerifierKey::parse(kNewKey)};
}

inline bool is_signed(const Checkpoint& checkpoint) {
  return std::find(kSignedTexts.begin(), kSignedTexts.end(), checkpoint.to_text()) !=
         kSignedTexts.end();
}

}  // namespace tally::fuzz
