"""Every figure of the page is the JSON's, and every figure of the JSON is what the manifests say."""

import datetime
import json
import re
import xml.etree.ElementTree as ElementTree

import html5lib
import pytest
from conftest import REGIONS

SVG = "{http://www.w3.org/2000/svg}"
DAY = datetime.timedelta(days=1)


def time_of(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def at(document, pointer: str):
    """RFC 6901."""
    for word in pointer.split("/")[1:]:
        word = word.replace("~1", "/").replace("~0", "~")
        document = document[int(word) if isinstance(document, list) else word]
    return document


class Snapshots:
    """A Region's complete snapshots, from the manifests and indexes alone."""

    def __init__(self, repository, region: str):
        self.all = []
        for file in sorted((repository / "manifests" / "dev" / region).glob("*.json")):
            manifest = json.loads(file.read_text())
            manifest["lines"] = self.index(repository / manifest["index"]["key"])
            self.all.append(manifest)
        self.complete = [each for each in self.all if each["complete"]]

    @staticmethod
    def index(file) -> dict:
        return {line[0]: line[5] for line in map(json.loads, file.read_text().splitlines())}

    def by_day(self, snapshots) -> dict:
        """The newest of each day."""
        return {each["start"][:10]: each for each in snapshots}


@pytest.fixture
def snapshots(month):
    return {region: Snapshots(month.place / "repository", region) for region in REGIONS}


def test_each_day_is_what_the_manifests_say(month, snapshots):
    now = time_of(month.json["reportedAt"])
    for region in month.json["regions"]:
        mine = snapshots[region["region"]]
        good, any_of = mine.by_day(mine.complete), mine.by_day(mine.all)
        assert len(region["days"]) == 30
        first = mine.all[0]["start"][:10]
        for i, day in enumerate(region["days"]):
            date = day["date"]
            assert date == str((now - (29 - i) * DAY).date())
            expected = good.get(date) or any_of.get(date)
            if expected is None:
                state = ("before the first" if date < first
                         else "not yet" if i == 29 else "none")
                assert (day["state"], "snapshot" in day) == (state, False), date
                continue
            told = day["snapshot"]
            assert day["state"] == ("good" if date in good else "not good")
            assert told["parameterCount"] == expected["parameter_count"]
            assert told["bytes"] == expected["document"]["size"]
            took = time_of(expected["end"]) - time_of(expected["start"])
            assert told["durationMs"] == int(took.total_seconds() * 1000 + 1e-6)
            assert told["unreadableCount"] == len(expected["unreadable"])
        # The month is not an empty exercise.
        states = [day["state"] for day in region["days"]]
        assert states.count("good") > 20 and "none" in states


def test_changes_a_day_are_what_the_indexes_say(month, snapshots):
    counted = 0
    for region in month.json["regions"]:
        good = snapshots[region["region"]].by_day(snapshots[region["region"]].complete)
        before = None
        for day in region["days"]:
            now = good.get(day["date"])
            if now is None:
                assert "changes" not in day
                continue
            if before is None:
                assert "changes" not in day
            else:
                old, new = before["lines"], now["lines"]
                expected = {"added": len(new.keys() - old.keys()),
                            "removed": len(old.keys() - new.keys()),
                            "changed": sum(old[name] != new[name]
                                           for name in old.keys() & new.keys())}
                expected["total"] = sum(expected.values())
                assert day["changes"] == expected, day["date"]
                counted += expected["total"]
            before = now
    assert counted > 100


def test_the_newest_and_what_can_be_restored(month, snapshots):
    now = time_of(month.json["reportedAt"])
    for region in month.json["regions"]:
        mine = snapshots[region["region"]]
        newest, good = mine.all[-1], mine.complete[-1]
        for told, expected in ((region["newest"], newest), (region["good"], good)):
            assert told["document"] == expected["document"]["key"]
            assert told["sha256"] == expected["document"]["sha256"]
            assert told["parameterCount"] == expected["parameter_count"]
            assert told["types"] == {each["type"]: each["count"] for each in expected["types"]}
            assert sum(told["types"].values()) == told["parameterCount"]
            assert [each["name"] for each in told["unreadable"]] == [
                each["name"] for each in expected["unreadable"]]
            assert told["state"] == ("complete" if expected["complete"] else "incomplete")
        age = now - time_of(good["start"])
        assert region["ageSeconds"] == int(age.total_seconds())
        assert region["safe"] == (age <= 2 * DAY)


def test_what_changed_since_yesterday(month, snapshots):
    for region in month.json["regions"]:
        mine = snapshots[region["region"]].complete
        since = region["sinceYesterday"]
        before = [each for each in mine
                  if time_of(each["start"]) <= time_of(mine[-1]["start"]) - 20 * DAY / 24][-1]
        assert since["from"]["document"] == before["document"]["key"]
        old, new = before["lines"], mine[-1]["lines"]
        told = {each["name"]: each["change"] for each in since["parameters"]}
        assert {name for name, change in told.items() if change == "added"} == new.keys() - old.keys()
        assert {name for name, change in told.items()
                if change == "removed"} == old.keys() - new.keys()
        changed = {name for name, change in told.items() if change == "changed"}
        assert changed == {name for name in old.keys() & new.keys() if old[name] != new[name]}
        for each in since["parameters"]:
            assert (each["fields"] != []) == (each["change"] == "changed")


def test_copies_and_drills(month, months):
    for region in month.json["regions"]:
        place = month.place / "repository"
        records = sorted((place / "drills" / "dev" / region["region"]).glob("*.json"))
        assert len(records) == 4
        record = json.loads(records[-1].read_text())
        for key in ("drilledAt", "proven", "parameterCount", "rpoSeconds", "rtoSeconds"):
            assert region["drill"][key] == record[key], key
        [copy] = region["copies"]
        manifests = place / "manifests" / "dev" / region["region"]
        complete = {file.name for file in manifests.glob("*.json")
                    if json.loads(file.read_text())["complete"]}
        there = {file.name for file in (month.place / "copy" / "manifests" / "dev" /
                                        region["region"]).glob("*.json")}
        assert copy["lackingCount"] == len(complete - there)
    assert month is months["well"] or any(
        region["copies"][0]["lackingCount"] for region in month.json["regions"])


def test_the_page_shows_the_json(month):
    """Each figure carries its number and where it is from: they agree, and so do the words."""
    tree = html5lib.parse(month.html, namespaceHTMLElements=False)
    assert isinstance(tree, ElementTree.Element)
    seen = set()
    for element in tree.iter():
        pointer = element.get("data-json")
        if pointer is None:
            continue
        seen.add(pointer)
        expected = at(month.json, pointer)
        if element.tag == "time":
            assert element.get("datetime")[:len(expected)] == expected, pointer
            assert element.text[:10] == expected[:10]
        elif element.tag == "data":
            assert int(element.get("value")) == expected, pointer
            assert words_fit(element.text, expected, pointer), (pointer, element.text, expected)
        else:
            assert float(element.get("data-value")) == expected, pointer
    # What the page must say of every Region.
    for i in range(3):
        for wanted in ("newest/parameterCount", "newest/bytes", "newest/durationMs",
                       "newest/unreadableCount", "good/start", "ageSeconds", "drill/rpoSeconds",
                       "drill/rtoSeconds", "copies/0/lackingCount", "newest/types/SecureString",
                       "sinceYesterday/counts/changed"):
            assert f"/regions/{i}/{wanted}" in seen
        for k, day in enumerate(month.json["regions"][i]["days"]):
            if "snapshot" in day:
                assert f"/regions/{i}/days/{k}/snapshot/parameterCount" in seen


def words_fit(words: str, value: int, pointer: str) -> bool:
    """Is "42.2 kB" 42,150? To the last digit that is shown."""
    if pointer.endswith("bytes"):
        number, unit = words.split()
        scale = {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}[unit]
        return abs(float(number) * scale - value) <= 0.051 * scale
    if pointer.endswith(("Seconds", "Ms")):
        thousand = 1000 if pointer.endswith("Ms") else 1
        units = {"ms": 0.001, "s": 1, "min": 60, "h": 3600, "d": 86400}
        parts = re.findall(r"([\d.]+) (ms|min|s|h|d)\b", words)
        shown = sum(float(number) * units[unit] for number, unit in parts)
        slack = units[parts[-1][1]] * (0.051 if "." in parts[-1][0] else 1)
        return abs(shown - value / thousand) <= slack + (0.001 if thousand == 1000 else 1)
    return words == str(value)


def test_bars_are_as_high_as_their_values(month):
    tree = html5lib.parse(month.html, namespaceHTMLElements=False)
    bars = 0
    for svg in tree.iter(SVG + "svg"):
        most, height = float(svg.get("data-most")), float(svg.get("data-height"))
        for rect in svg.iter(SVG + "rect"):
            value = float(rect.get("data-value"))
            expected = 0 if value == 0 else max(1.5, height * value / most)
            assert abs(float(rect.get("height")) - expected) < 0.01
            bars += 1
    assert bars > 250


def test_the_html_is_whole(month):
    html5lib.HTMLParser(strict=True).parse(month.html)
    ids = re.findall(r' id="([^"]+)"', month.html)
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in re.findall(r'href="(#[^"]+)"', month.html)} <= set(ids)
    tree = html5lib.parse(month.html, namespaceHTMLElements=False)
    for element in tree.iter():
        assert element.tag != "script"
        for key, value in element.attrib.items():
            assert key != "style" and not key.startswith("on"), key
            assert not value.startswith(("javascript:", "data:")), value


def test_it_says_what_to_do(months):
    well, amiss = months["well"], months["amiss"]
    assert well.json["verdict"]["state"] == "safe"
    assert well.json["amissCount"] == 0
    assert amiss.json["verdict"]["state"] == "unsafe"
    assert "us-east-1" in amiss.json["verdict"]["sentence"]
    for finding in amiss.json["findings"]:
        if finding["state"] == "amiss":
            assert finding["next"], finding
    assert ("What to do: <code>ssm-backup backup --env dev --region us-east-1 "
            "--repository ./repository</code>") in amiss.html
