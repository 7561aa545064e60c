from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from bandhu.platform import audit, events
from bandhu.platform.events import Event, publish, subscribe
from bandhu.platform.models import AuditEntry, EventRecord


@dataclass(frozen=True, kw_only=True)
class BellRang(Event, name="tests.bell_rang", sentence="The bell rang"):
    times: int


heard: list[tuple[int, int]] = []


@subscribe(BellRang)
def listen(event, record):
    heard.append((event.times, record.depth))
    if event.times < 20:
        publish(BellRang(times=event.times + 1))


@subscribe(BellRang, wanted=lambda event: event.times > 100)
def listen_to_many(event, record):
    raise AssertionError("not wanted")


def _waiting():
    jobs = ProcrastinateJob.objects.filter(status="todo", task_name="platform.deliver_event")
    return [job.args for job in jobs.order_by("id") if job.args["subscriber"].startswith(__name__)]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_leaves_no_event_and_no_delivery():
    before = len(_waiting())
    with pytest.raises(RuntimeError), transaction.atomic():
        publish(BellRang(times=1))
        raise RuntimeError
    assert not EventRecord.objects.filter(name=BellRang.name).exists()
    assert len(_waiting()) == before


@pytest.mark.django_db
def test_each_wanting_subscriber_gets_one_delivery_and_a_loop_is_cut():
    publish(BellRang(times=1))
    assert len(_waiting()) == 1
    heard.clear()
    done = 0
    while len(_waiting()) > done:
        arguments = _waiting()[done]
        done += 1
        events.deliver(arguments["record_id"], arguments["subscriber"])
    assert [depth for _times, depth in heard] == list(range(events.MAX_DEPTH + 1))


@dataclass(frozen=True, kw_only=True)
class BellBroke(Event, name="tests.bell_broke", sentence="The bell broke"):
    pass


@subscribe(BellBroke)
def break_half_way(event, record):
    EventRecord.objects.select_for_update().get(pk=record.pk)
    audit.record_change("changed", actor=None, kind="bell", title="Half of it")
    raise RuntimeError


@pytest.mark.django_db(transaction=True)
def test_a_subscriber_that_fails_half_way_has_done_nothing():
    publish(BellBroke())
    (arguments,) = [one for one in _waiting() if one["subscriber"].endswith("break_half_way")]
    with pytest.raises(RuntimeError):
        events.deliver(arguments["record_id"], arguments["subscriber"])
    assert not AuditEntry.objects.filter(record_kind="bell").exists()


@pytest.mark.django_db
def test_a_row_edited_removed_or_swapped_in_the_database_breaks_the_chain():
    for number in range(4):
        audit.record_change(
            "changed", actor=None, kind="contact", title=f"No. {number}", changes={"a": (1, 2)}
        )
    assert audit.seal_entries() == 4
    assert audit.check_chain().broken == []
    victim = AuditEntry.objects.get(seal=2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE platform_auditentry SET record_title = 'No. 9' WHERE id = %s", [victim.pk])
    assert audit.check_chain().broken == [(2, "altered")]
    victim.delete()
    assert (2, "missing") in audit.check_chain().broken


def _sealed(*titles: str) -> None:
    for title in titles:
        audit.record_change("changed", actor=None, kind="contact", title=title)
    audit.seal_entries()


@pytest.mark.django_db
def test_who_knows_the_source_but_not_the_key_cannot_seal_a_forged_entry(settings):
    _sealed("one", "two", "three")
    own = settings.SECRET_KEY
    settings.SECRET_KEY = "a forger's guess"
    AuditEntry.objects.filter(record_title="two").update(record_title="forged")
    AuditEntry.objects.update(seal=None, hash=None)
    audit.seal_entries()
    assert audit.check_chain().broken == []
    settings.SECRET_KEY = own
    assert audit.check_chain().broken == [(1, "altered"), (2, "altered"), (3, "altered")]


@pytest.mark.django_db
def test_the_secret_key_can_change_and_the_chain_stays_whole(settings):
    old = settings.SECRET_KEY
    _sealed("one", "two")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [old]
    _sealed("three")
    assert audit.check_chain().broken == []
    settings.SECRET_KEY_FALLBACKS = []
    assert audit.check_chain().broken == [(1, "altered"), (2, "altered")]


@pytest.mark.django_db
def test_newest_entries_alone_can_be_checked():
    _sealed("one", "two", "three", "four")
    AuditEntry.objects.filter(seal=1).update(record_title="other")
    assert audit.check_chain(newest=3).broken == []
    assert audit.check_chain(newest=3).checked == 3
    assert audit.check_chain(newest=4).broken == [(1, "altered")]


@pytest.mark.django_db
def test_a_noted_head_finds_entries_cut_off_at_the_end():
    _sealed("one", "two", "three")
    noted = audit.check_chain().head
    AuditEntry.objects.filter(seal=3).delete()
    assert audit.check_chain().broken == []
    assert audit.check_chain(noted=noted).broken == [(3, "missing")]


@pytest.mark.django_db
def test_entries_written_after_sealing_wait_for_the_next_round():
    audit.record_change("changed", actor=None, kind="contact")
    audit.seal_entries()
    audit.record_change("changed", actor=None, kind="contact")
    assert audit.check_chain().unsealed == 1
    assert audit.seal_entries() == 1
    assert audit.check_chain().checked == 2
