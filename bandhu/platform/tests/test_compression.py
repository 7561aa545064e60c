import gzip

import brotli
import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from bandhu.platform.compression import CompressionMiddleware

TEXT = "<p>নাসরিন সুলতানা</p>" * 200


def answer(response, accepted="gzip, br"):
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepted})
    return CompressionMiddleware(lambda _request: response)(request)


@pytest.mark.parametrize(
    ("accepted", "name", "unpack"), [("gzip, br", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress)]
)
def test_text_arrives_whole_and_small(accepted, name, unpack):
    sent = answer(HttpResponse(TEXT), accepted)
    assert sent.headers["Content-Encoding"] == name
    assert unpack(sent.content).decode() == TEXT
    assert len(sent.content) < len(TEXT.encode()) / 10
    assert sent.headers["Content-Length"] == str(len(sent.content))
    assert "Accept-Encoding" in sent.headers["Vary"]


def test_who_does_not_accept_gets_it_plain():
    sent = answer(HttpResponse(TEXT), "")
    assert sent.content.decode() == TEXT
    assert "Accept-Encoding" in sent.headers["Vary"]


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(b"\x89PNG" * 500, content_type="image/png"),
        HttpResponse("short"),
        HttpResponse(TEXT, headers={"Content-Encoding": "identity"}),
    ],
)
def test_pictures_short_answers_and_what_is_encoded_stay(response):
    before = response.content
    assert answer(response).content == before


def test_a_stream_is_never_gathered():
    assert list(answer(StreamingHttpResponse([TEXT])).streaming_content) == [TEXT.encode()]


def test_a_tag_of_the_bytes_becomes_a_tag_of_the_meaning():
    sent = answer(HttpResponse(TEXT, headers={"ETag": '"7"'}))
    assert sent.headers["ETag"] == 'W/"7"'
