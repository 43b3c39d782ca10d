#include "notify/catalogue.h"

#include <algorithm>
#include <array>

namespace ssmb::notify {
namespace {

struct Entry {
  Word word;
  std::string_view english;
  std::string_view japanese;
};

constexpr std::array kEntries{
    Entry{Word::result, "Result", "結果"},
    Entry{Word::environment, "Environment", "環境"},
    Entry{Word::dry_run, "Dry run", "ドライラン"},
    Entry{Word::yes, "yes: nothing was written", "はい（書き込みなし）"},
    Entry{Word::no, "no", "いいえ"},
    Entry{Word::total_title, "Total", "合計"},
    Entry{Word::total, "{2}, {3}, {4} s", "パラメータ {0} 件、{1} リージョン、{4} 秒"},
    Entry{Word::regions, "Regions", "リージョン別"},
    Entry{Word::unreadable, "Could not be read", "読み取れなかったパラメータ"},
    Entry{Word::and_more, "and {} more (the manifest names all)",
          "ほか {} 件（全件はマニフェストに記載）"},
    Entry{Word::shortfalls, "Not moved or not copied", "未更新のポインタ・未作成のコピー"},
    Entry{Word::still_names, "{0} still names {1}: {2}", "{0} は {1} を指したままです: {2}"},
    Entry{Word::was_not_moved, "{0} was not moved: {1}", "{0} は更新されていません: {1}"},
    Entry{Word::not_copied, "not copied to {0}: {1}", "{0} へコピーできていません: {1}"},
    Entry{Word::lacks_earlier, "{0} lacks an earlier snapshot: {1}",
          "{0} に過去のスナップショットが不足しています: {1}"},
    Entry{Word::and_more_lines, "and {} more (region_summaries.json has all)",
          "ほか {} 件（全件は region_summaries.json に記載）"},
    // As in the console, where it is looked for.
    Entry{Word::next, "next: {}", "next: {}"},
    Entry{Word::last_good, "last good: {}, {} old", "直近の正常なバックアップ: {}（{}前）"},
    Entry{Word::none_known_good, "last good: none known: {}",
          "直近の正常なバックアップ: 確認できません: {}"},
    Entry{Word::days, "{} d", "{} 日"},
    Entry{Word::hours, "{} h", "{} 時間"},
    Entry{Word::minutes, "{} min", "{} 分"},
    Entry{Word::seconds, "{} s", "{} 秒"},
    Entry{Word::ended_by, "Ended by", "終了理由"},
    Entry{Word::because, "Reason", "理由"},
    Entry{Word::runbook, "Runbook", "Runbook"},
    Entry{Word::build, "Build", "ビルド"},
    Entry{Word::success, "SUCCESS", "成功"},
    Entry{Word::incomplete, "INCOMPLETE", "不完全"},
    Entry{Word::failed, "FAILED", "失敗"},
    Entry{Word::no_summaries,
          "No summary is there: the run ended before its first Region, or its machine is gone.",
          "サマリーファイルがありません。どのリージョンも開始されていないか、実行マシンが失われてい"
          "ます。"},
    Entry{Word::unreadable_summaries, "The summaries cannot be read: {}",
          "サマリーを読み取れません: {}"},
    Entry{Word::no_region, "The run ended before its first Region.",
          "最初のリージョンに入る前に終了しています。"},
    Entry{Word::not_begun_failed, "NOT RUN: a Region before it failed.",
          "NOT RUN: 先行リージョンの失敗により未実行です。"},
    Entry{Word::not_begun_unfinished, "NOT RUN: the run broke off while {} was at work.",
          "NOT RUN: {} の処理中に実行が途絶えたため未実行です。"},
    Entry{Word::not_begun_ended, "NOT RUN: the run ended before its turn.",
          "NOT RUN: 順番が来る前に実行が終了したため未実行です。"},
    Entry{Word::unfinished,
          "Did not end: the console, or the system log of the machine (out of memory?), says why.",
          "did not end: "
          "処理中に強制終了したか、実行マシンが失われています。コンソールまたはシステムログ"
          "（メモリ不足など）で原因を確認してください。"},
    Entry{Word::what_to_do_failed,
          "Next: report within 30 minutes; `ssm-backup list` shows which backups there are.",
          "次の対応: 30 分以内に一次報告。残っているバックアップは `ssm-backup list` "
          "で確認できます。"},
    Entry{Word::what_to_do_unread,
          "Next: the backup is there and lacks something: do what `next:` in the console says, and "
          "run again.",
          "次の対応: バックアップは作成済みですが、不完全です。コンソールの `next:` "
          "に従って対処し、再実行してください。"},
    Entry{
        Word::what_to_do_shrunk,
        "Next: the backup is there, but with far fewer parameters than before, so it is not the "
        "latest: ask who deleted them; by mistake: restore; on purpose: run once with "
        "--accept-shrink.",
        "次の対応: バックアップは作成済みですが、パラメータが大幅に減ったため latest "
        "にしていません。削除の有無を確認し、誤りならリストア、意図した削除なら `--accept-shrink` "
        "を付けて 1 回実行してください。"},
    Entry{
        Word::what_to_do_pointer,
        "Next: the backup is there, but its pointer could not be moved, and restores take an older "
        "one: mend the cause above, and run again.",
        "次の対応: バックアップは作成済みですが、ポインタを更新できていないため、リストアには以前の"
        "ものが使われます。上記の原因を解消し、再実行してください。"},
    Entry{
        Word::what_to_do_copy,
        "Next: the backup is there, but a copy is not: mend the cause above; the next run catches "
        "up.",
        "次の対応: バックアップは作成済みですが、コピーが揃っていません。上記の原因を解消すれば、"
        "次回の実行時に不足分もコピーされます。"},
    Entry{Word::what_to_do_dry, "Next: nothing was written; a real run would lack the same.",
          "次の対応: ドライランのため書き込みはありません。原因を解消しないと、本実行でも同じものが"
          "欠けます。"},
    Entry{Word::what_to_do_unstable, "Next: the console says what is not as it should be.",
          "次の対応: 不安定（UNSTABLE）の理由をコンソールで確認してください。"},
};

}  // namespace

std::string_view word(Word word, Language language) {
  const Entry& entry = *std::ranges::find(kEntries, word, &Entry::word);
  return language == Language::japanese ? entry.japanese : entry.english;
}

std::optional<Language> language_of(std::string_view code) {
  if (code == "en") return Language::english;
  if (code == "ja") return Language::japanese;
  return std::nullopt;
}

}  // namespace ssmb::notify
