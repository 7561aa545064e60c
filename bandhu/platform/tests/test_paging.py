import uuid

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bandhu.platform.models import AuditEntry
from bandhu.platform.paging import keyset_page


class EveryRowOnce(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(st.tuples(st.none() | st.integers(0, 3), st.sampled_from(["a", "b", "রহমান"])), max_size=14),
        st.sampled_from([["seal"], ["-seal"], ["verb", "-seal"], ["-verb"], ["-at"], ["id"], []]),
        st.integers(1, 5),
    )
    def test_walking_forth_and_back_meets_every_row_once_in_order(self, rows, order, limit):
        AuditEntry.objects.all().delete()
        used = set()
        for seal, verb in rows:  # seal is unique: a second one stays empty
            seal = None if seal in used else seal
            used.add(seal)
            AuditEntry.objects.create(verb=verb, seal=seal, record_id=uuid.uuid4())
        walked, cursor, pages = [], None, []
        while True:
            page = keyset_page(AuditEntry.objects.all(), order, cursor=cursor, limit=limit)
            walked += [row.pk for row in page.items]
            pages.append(page)
            if not page.next:
                break
            cursor = page.next
        assert len(walked) == len(set(walked)) == len(rows)
        back = [row.pk for row in pages[-1].items]
        cursor = pages[-1].previous
        while cursor:
            page = keyset_page(AuditEntry.objects.all(), order, cursor=cursor, limit=limit)
            back = [row.pk for row in page.items] + back
            cursor = page.previous
        assert back == walked


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["x", "AAAA", "W10", "eyJhIjoxfQ", "\u09a0", "W1siZiJdXQ" * 50])
def test_a_cursor_we_did_not_make_is_refused(cursor):
    with pytest.raises(ValidationError):
        keyset_page(AuditEntry.objects.all(), ["verb"], cursor=cursor)
