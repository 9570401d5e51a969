import pytest

from streaming.lrc import Line, parse


@pytest.mark.parametrize(
    ("stamp", "milliseconds"),
    [("[00:12.34]", 12_340), ("[1:02.5]", 62_500), ("[01:02.345]", 62_345), ("[01:02]", 62_000), ("[01:02:34]", 62_340),
     ("[123:00.00]", 7_380_000), ("  [00:01.00]  ", 1000)],
)  # fmt: skip
def test_a_time_in_each_way_of_writing_it(stamp, milliseconds):
    assert parse(f"{stamp}Words") == [Line("Words", milliseconds)]


def test_a_line_that_comes_again_and_lines_out_of_order():
    lines = parse("[00:10.00][00:30.00]Refrain\n[00:05.00]First\n[00:20.00]\n")
    assert lines == [Line("First", 5000), Line("Refrain", 10_000), Line("", 20_000), Line("Refrain", 30_000)]


@pytest.mark.parametrize(("offset", "start"), [("+500", 9500), ("-500", 10_500), ("500", 9500), ("99999", 0)])
def test_a_positive_offset_has_lines_appear_sooner_and_none_before_the_beginning(offset, start):
    assert parse(f"[ar:Somebody]\r\n[offset:{offset}]\r\n[00:10.00]Words\r\n") == [Line("Words", start)]


def test_the_times_of_words_are_left_out():
    assert parse("[00:10.00]<00:10.00> Some <00:10.50> words <00:11.00>") == [Line("Some words", 10_000)]


@pytest.mark.parametrize(
    "text", ["", "Plain words\nin two lines", "[Chorus]\nLa la", "[00:99.00]No time", "[ar:x]\n[ti:y]"]
)
def test_what_is_not_lrc_has_no_lines(text):
    assert parse(text) == []


def test_brackets_within_a_line_are_words():
    assert parse("[00:01.00]One [two] <three>") == [Line("One [two] <three>", 1000)]
