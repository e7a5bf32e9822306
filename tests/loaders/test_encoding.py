import pytest

from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.delimited import text_notices, to_utf8

TEXT = "Ort;Händelse\nEkåsen;Översvämning på ängen, 12–15 år\n"


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_swedish_text_comes_back(written: str, named: str) -> None:
    assert to_utf8(TEXT.encode(written)) == (TEXT.encode(), named)


@pytest.mark.parametrize("written", ["cp850", "cp437", "mac_roman"])
def test_an_encoding_that_would_give_wrong_letters_is_refused(written: str) -> None:
    with pytest.raises(InputError) as caught:
        to_utf8(TEXT.replace("–", "-").encode(written))
    assert caught.value.faults[0].code == "text_encoding"


@pytest.mark.parametrize(("data", "row"), [(b"a;b\n1;\0\n", 2), ("a\nb\0".encode("utf-16"), 2)])
def test_a_nul_is_refused_with_its_row(data: bytes, row: int) -> None:
    with pytest.raises(InputError) as caught:
        to_utf8(data)
    assert (caught.value.faults[0].code, caught.value.faults[0].row) == ("text_binary", row)


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("a\nb\n" + "å".encode().decode("cp1252"), "letters_doubled", 3),
        ("a\nb\ufffd", "letters_lost", 2),
        ("a\n\ufeffa", "bom_inside", 2),
    ],
)
def test_text_that_looks_wrong_is_read_and_told(text: str, code: str, row: int) -> None:
    assert [(notice.code, notice.row) for notice in text_notices(text.encode())] == [(code, row)]


def test_good_swedish_text_has_no_notices() -> None:
    assert text_notices(TEXT.encode()) == ()
