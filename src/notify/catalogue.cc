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
    Entry{Word::yes, "yes: nothing was written", "はい(書き込みなし)"},
    Entry{Word::no, "no", "いいえ"},
    Entry{Word::total_title, "Total", "合計"},
    Entry{Word::total, "{} parameters, {} Regions, {} s", "パラメータ {} 件、{} リージョン、{} 秒"},
    Entry{Word::regions, "Regions", "リージョン別"},
    Entry{Word::unreadable, "Could not be read", "読み取れなかったパラメータ"},
    Entry{Word::and_more, "and {} more (the manifest names all)",
          "ほか {} 件(全件はマニフェストに記載)"},
    Entry{Word::because, "Ended by", "終了理由"},
    Entry{Word::runbook, "Runbook", "Runbook"},
    Entry{Word::build, "Build", "ビルド"},
    Entry{Word::success, "SUCCESS", "成功"},
    Entry{Word::incomplete, "INCOMPLETE", "一部未取得"},
    Entry{Word::failed, "FAILED", "失敗"},
    Entry{Word::no_summaries, "No summary was written: the run ended before its first Region.",
          "サマリーファイルがありません。最初のリージョンに入る前に終了しています。"},
    Entry{Word::not_begun, "NOT RUN: a Region before it failed.",
          "NOT RUN: 先行リージョンの失敗により未実行です。"},
    Entry{Word::what_to_do_failed,
          "Next: report within 30 minutes; `ssm-backup list` shows which backups there are.",
          "次の対応: 30 分以内に一次報告。残っているバックアップは `ssm-backup list` "
          "で確認できます。"},
    Entry{
        Word::what_to_do_incomplete,
        "Next: the backup is there and lacks these; the latest pointer still names the last whole "
        "one.",
        "次の対応: バックアップは作成済みですが、上記が欠けています。latest "
        "ポインタは直近の完全なバックアップを指したままです。"},
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
