// Defects that the simulation must find: the proof that it can fail.
//
// planted() is false when it is compiled, everywhere but in the test build that cmake/Tests.cmake
// makes of the files that ask: there one defect is switched on at a time.
#pragma once

namespace ssmb {

enum class Defect {
  pointer_before_manifest,  // the pointers move before the manifest is written
  batch_lost,               // a batch that fails counts as read
  empty_page_is_the_end,    // an empty page of the listing ends it
  forgotten_token_is_the_end,
  incomplete_is_latest,  // an incomplete snapshot moves the pointers
  unreadable_is_fine,    // unreadable parameters leave the snapshot complete
  denied_is_vanished,    // a denied parameter counts as vanished
  race_not_read_again,   // value and metadata of different moments are put together
  tags_of_first_page,    // the tag index ends after its first page
  young_tags_not_asked,  // parameters younger than the tag index are not asked for their tags
  index_off_by_one,      // the index says that records begin a byte later
  old_labels_lost,       // labels of older versions are not kept
  new_name_is_fine,      // a name that is new in the fence's listing contradicts nothing
  fence_always_reached,
  begun_forgotten,             // a restore that is run again does not know what it has begun
  ended_too_early,             // a parameter counts as ended once it is put
  replay_begins_anew,          // of a history that is half put, only the newest version is put
  escape_lost_between_chunks,  // of the document: for the fuzzer
};

#ifdef SSMB_PLANTED
bool planted(Defect defect);
#else
constexpr bool planted(Defect) { return false; }
#endif

}  // namespace ssmb
