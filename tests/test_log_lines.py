"""What the log says: a refusal in one line, a fault with where it happened."""

import logging

from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.utils.log import log_response

from config.log_lines import ShortRefusals


def written(status: int, caplog) -> str:
    logger = logging.getLogger("django.request")
    assert any(isinstance(one, ShortRefusals) for one in logger.filters)
    request, response = RequestFactory().get("/contacts/"), type("Answer", (), {"status_code": status})()
    with caplog.at_level(logging.WARNING):
        try:
            raise PermissionDenied("No.")
        except PermissionDenied as error:
            log_response("Said: %s", "/contacts/", response=response, request=request, exception=error)
    return caplog.text


def test_a_refusal_is_one_line(caplog):
    text = written(403, caplog)
    assert "/contacts/" in text and "Traceback" not in text


def test_a_fault_says_where_it_happened(caplog):
    assert "Traceback" in written(500, caplog)
