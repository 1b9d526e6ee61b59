import pytest

from app import prose


def test_markdown_becomes_html_with_headings_below_those_of_the_page():
    text = "# Program\n\nDwa *dni*, **trzy** panele.\n\n- raz\n- dwa\n\n[Regulamin](https://example.org/a?b=1&c=2)"

    html = prose.html(text)

    assert html == (
        "<h3>Program</h3>\n<p>Dwa <em>dni</em>, <strong>trzy</strong> panele.</p>\n<ul>\n<li>raz</li>\n<li>dwa</li>\n</ul>\n"
        '<p><a href="https://example.org/a?b=1&amp;c=2">Regulamin</a></p>'
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[kliknij](javascript:alert(1))",
        "[kliknij](data:text/html;base64,PHNjcmlwdD4=)",
        "![obraz](https://example.org/tracker.png)",
        '<a href="https://example.org" onclick="alert(1)" style="position:fixed">x</a>',
    ],
)
def test_nothing_that_runs_or_calls_home_comes_through(text: str):
    html = prose.html(text)

    assert not any(f"<{tag}" in html for tag in ("script", "img", "a "))


def test_a_picture_leaves_its_alternative_text():
    html = prose.html("Logo: ![Gdynia <b>](https://example.org/logo.png)")

    assert html == "<p>Logo: Gdynia &lt;b&gt;</p>"


def test_plain_words_have_no_marks():
    text = "## Program\n\nDwa *dni*\nw Gdyni: [mapa](https://example.org)\n\n1. raz\n2. `dwa`"

    assert prose.plain(text) == "Program\nDwa dni w Gdyni: mapa\nraz\ndwa"
