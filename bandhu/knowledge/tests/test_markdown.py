"""Articles as Markdown files: out, in again, and what wants to do harm."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError

from bandhu.knowledge import actions, queries
from bandhu.knowledge.article_html import clean_article
from bandhu.knowledge.folder_pictures import LARGEST_PICTURE, FolderPictures
from bandhu.knowledge.markdown_files import LARGEST_FILE, read_folder, write_folder
from bandhu.knowledge.markdown_text import html_of, markdown_of
from bandhu.knowledge.models import PICTURE, Article, ArticleText, State
from bandhu.knowledge.tests.cast import make_article, make_writer, translate
from bandhu.platform.files import open_file
from bandhu.platform.models import StoredFile
from bandhu.platform.tests import pictures

pytestmark = pytest.mark.django_db
BODY = (
    "<h2>One</h2><p>A <strong>bold</strong> and <em>soft</em> word, <code>x = 1</code>, "
    '<a href="/help/en/">ours</a>.</p><ul><li>first</li><li>second</li></ul><ol><li>one</li><li>two</li></ol>'
    "<blockquote><p>Mind this.</p></blockquote><table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1 * 2</td></tr></tbody></table>"
)


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, content in files.items():
            whole.writestr(name.replace("__", "/"), content)
    out.seek(0)
    return out


def written(user):
    out = io.BytesIO()
    write_folder(queries.articles(user), out)
    return out.getvalue()


def squeezed(body):
    return "".join(clean_article(body).split())


@pytest.mark.parametrize(
    "body",
    [
        BODY,
        "<p>5 * 3 _is_ [not] #a &lt;tag&gt; <code>a * b_c</code></p>",
        "<p>ভিসা <strong>দশ</strong> দিন।</p>",
        "<pre><code>a\n  b</code></pre>",
    ],
)
def test_there_and_back_is_the_same(body):
    assert squeezed(html_of(markdown_of(clean_article(body)))) == squeezed(body)


def test_a_folder_out_and_in_again():
    mina = make_writer()
    article = make_article(mina, body=BODY)
    translate(mina, article, "bn", "ভিসা কীভাবে পাবেন", "<p>দশ দিন।</p>")
    content = written(mina)
    again = actions.take_in_articles(actor=mina, files=read_folder(io.BytesIO(content)))
    assert (len(again.created), again.changed, again.refused) == (0, 2, [])
    ArticleText.objects.all().delete()
    Article.objects.all().delete()
    taken = actions.take_in_articles(actor=mina, files=read_folder(io.BytesIO(content)))
    (made,) = taken.created
    made.refresh_from_db()
    assert (made.languages, made.state, made.live_languages, made.audience) == (
        ["bn", "en"],
        State.DRAFT,
        [],
        "public",
    )
    assert squeezed(made.texts.get(language="en").body) == squeezed(BODY)


def test_plain_markdown_becomes_a_staff_draft_without_what_could_run():
    mina = make_writer()
    text = (
        "# Hello\n\nWords <script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>\n"
    )
    (made,) = actions.take_in_articles(actor=mina, files=read_folder(zipped(**{"hello.md": text}))).created
    body = made.texts.get().body
    assert (made.title, made.audience, made.state) == ("Hello", "staff", State.DRAFT)
    assert "<script" not in body and "href" not in body and "onerror" not in body and "<img" not in body


@pytest.mark.parametrize("name", ["../out.md", "/etc/out.md", "a/../../out.md", "C:\\out.md", "..\\out.md"])
def test_files_that_want_out_of_their_folder_are_refused(name):
    with pytest.raises(ValidationError, match="outside"):
        read_folder(zipped(**{name: "x"}))


@pytest.mark.parametrize(
    "content", [b"no zip", b"", b"PK\x03\x04" + b"\x00" * 40, zipped(**{"a.md": b"\xff\xfe\x00"}).getvalue(),
                zipped(**{"bomb.md": b"a" * 900_000}).getvalue(), zipped(**{"big.md": bytes(LARGEST_FILE + 1)}).getvalue()],
)  # fmt: skip
def test_broken_files_and_bombs_are_refused(content):
    with pytest.raises(ValidationError):
        read_folder(io.BytesIO(content))


def test_a_file_that_cannot_be_taken_is_named_and_the_others_are_kept():
    mina = make_writer()
    files = read_folder(zipped(**{"a/en.md": "# Good\n\nwords", "b/en.md": '---\ntitle: " "\n---\nwords'}))
    taken = actions.take_in_articles(actor=mina, files=files)
    assert [one.title for one in taken.created] == ["Good"] and [path for path, _why in taken.refused] == [
        "b/en.md"
    ]


def taken(user, content):
    return actions.take_in_articles(
        actor=user, files=read_folder(content), picture_at=FolderPictures(content)
    )


class TestPictures:
    def test_they_go_out_beside_the_texts_and_come_in_again(self):
        mina = make_writer()
        article = make_article(mina)
        stored = actions.add_picture(article, actor=mina, name="needle.jpg", content=[pictures.jpeg()])
        shown = f'<p>One</p><img src="/help/files/{stored.pk}/" alt="A [bent] needle">'
        for language in ("en", "bn"):
            actions.write_text(article, actor=mina, language=language, title="How to get a visa", body=shown)
        content = io.BytesIO(written(mina))
        names = zipfile.ZipFile(content).namelist()
        (picture,) = [one for one in names if one.endswith(".jpg")]
        assert picture.startswith("1-how-to-get-a-visa/pictures/") and len(names) == 3
        assert (
            f"](<{picture.partition('/')[2]}>)"
            in zipfile.ZipFile(content).read("1-how-to-get-a-visa/en.md").decode()
        )
        assert taken(mina, content).changed == 2
        assert StoredFile.objects.filter(record_kind=PICTURE).count() == 1, "the same bytes are one picture"
        ArticleText.objects.all().delete()
        Article.objects.all().delete()
        (made,) = taken(mina, content).created
        again = StoredFile.objects.get(record_kind=PICTURE, record_id=made.pk)
        for text in made.texts.all():
            assert f'<img src="/help/files/{again.pk}/" alt="A [bent] needle"' in text.body
        with open_file(stored) as one, open_file(again) as other:
            assert one.read() == other.read()

    def test_a_camera_s_words_do_not_come_in(self):
        mina = make_writer()
        content = zipped(**{"seam/en.md": "# Seam\n\n![x](a.jpg)", "seam/a.jpg": pictures.jpeg()})
        (made,) = taken(mina, content).created
        with open_file(StoredFile.objects.get(record_id=made.pk)) as kept:
            assert b"Sylhet" not in kept.read()

    @pytest.mark.parametrize(
        ("said", "lies"),
        [
            ("a.jpg", b"<html><script>alert(1)</script>"),
            ("a.jpg", b"<svg onload='alert(1)'/>"),
            ("a.jpg", b"\xff\xd8\xff\xe1broken"),
            ("a.jpg", b"\xff\xd8" + bytes(LARGEST_PICTURE)),
        ],
    )
    def test_disguised_broken_and_huge_ones_are_named_and_the_text_is_kept(self, said, lies):
        mina = make_writer()
        result = taken(mina, zipped(**{"seam/en.md": f"# Seam\n\nwords ![x]({said})", "seam/a.jpg": lies}))
        (made,) = result.created
        assert [path for path, _why in result.refused] == ["seam/a.jpg"]
        assert "words" in made.texts.get().body and "<img" not in made.texts.get().body
        assert not StoredFile.objects.filter(record_id=made.pk).exists()

    @pytest.mark.parametrize(
        "said", ["../../etc/passwd", "/etc/passwd", "https://spy.example/a.png", "C:/a.png", "nowhere.png", "%2e%2e/%2e%2e/a.png"]
    )  # fmt: skip
    def test_pictures_from_elsewhere_do_not_come_in(self, said):
        mina = make_writer()
        (made,) = taken(mina, zipped(**{"seam/en.md": f"# Seam\n\nwords ![x](<{said}>)"})).created
        assert "<img" not in made.texts.get().body
        assert not StoredFile.objects.filter(record_id=made.pk).exists()
