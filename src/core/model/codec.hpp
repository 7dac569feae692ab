// The binary form of a model: what the database stores and hashes. One model has one encoding and
// one encoding one model, so the SHA-256 of the bytes names the model.
//
// Little endian. `varint`: seven bits a byte, least significant first, no needless last byte.
// `text`: varint length, bytes. `number`: the shortest of kinds 0 nothing (+0.0), 1 varint (whole
// numbers below 2^21), 2 float32 (where lossless), 3 float64; the kind stands in the head byte of
// what holds the number.
//
//   "CRMODEL" 0x01
//   byte     bits 0-1 kind of base_value; 2 logit link; 3 average; 4 float32 inputs;
//            5 float32 sum; 6 link_scale is not 1; 7 terms or members instead of trees
//   number   base_value
//   number   link_scale, as float64, where bit 6 is set
//   text     algorithm
//   varint   features; of each:
//     byte     kind: 0 numeric, 1 categorical, 2 numeric with zero as missing
//     text     name
//     varint   categories, where categorical, and a text for each
//   varint   trees; of each:
//     varint   nodes; of each, in order:
//       byte     bits 0-1 kind of threshold or leaf value; 2-4 kind of cover, 4 for the sum of the
//                children's; 5 missing left; 6 unrecognized left; 7 leaf
//       split:   varint feature, varint left - node, varint right - node; number threshold, or the
//                words of the category set
//       leaf:    number value
//       number   cover, where its kind is not 4
//
// With terms instead of trees, where `tagged` is a byte with the kind of a number, and the number,
// and `list` is a varint count and so many tagged:
//
//   byte     0 terms, 1 terms and points, 2 members
//   tagged   offset, factor, where there are points
//   varint   terms; of each:
//     byte     bits 0-1 kind: 0 slope, 1 bins, 2 categories; 2 value for missing; 3 value for
//              unrecognized; 4 mean
//     varint   features between this one and that of the term before
//     tagged   slope, center, where it is a slope
//     list     edges, where it has bins
//     tagged   a value for each bin or category
//     list     specials, where numeric, and a tagged value for each
//     tagged   value for missing, value for unrecognized, mean, where set
//
// With members instead:
//
//   byte     2
//   varint   members; of each:
//     tagged   weight
//     text     its content in this form, which has no members
//
// And at the end, where there is a calibration:
//
//   byte     bits 0-1 kind: 0 prior, 1 sigmoid, 2 isotonic; 2 odds ratio is not 1
//   tagged   slope, intercept, where it is a sigmoid
//   list     inputs, where it is isotonic, and a tagged output for each
//   tagged   odds ratio, where bit 2 is set
#pragma once
#include <cstddef>
#include <string>

#include "core/model/model.hpp"

namespace credit_risk {

// Validates the model first.
std::string encode(const Model& model);

// Throws kBadModel with the byte offset, or what validate() finds. Any byte string is safe: memory
// stays below about 60 bytes for each byte of content.
Model decode(const char* content, std::size_t size);

}  // namespace credit_risk
