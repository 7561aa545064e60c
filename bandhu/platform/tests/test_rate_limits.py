import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bandhu.platform import rate_limits
from bandhu.platform.models import RateLimit


def _later(key, seconds):
    bucket = RateLimit.objects.get(pk=key)
    RateLimit.objects.filter(pk=key).update(at=bucket.at - timedelta(seconds=seconds))


@pytest.mark.django_db
def test_a_bucket_lets_its_burst_through_and_then_says_when_to_come_again():
    assert [rate_limits.allow("a", 0.1, 3)[0] for _n in range(3)] == [True] * 3
    allowed, wait = rate_limits.allow("a", 0.1, 3)
    assert not allowed
    assert 1 <= wait <= 10
    _later("a", 11)
    assert rate_limits.allow("a", 0.1, 3) == (True, 0)
    assert not rate_limits.allow("a", 0.1, 3)[0]


@pytest.mark.django_db
def test_a_bucket_never_holds_more_than_its_burst_and_others_are_not_touched():
    rate_limits.allow("a", 1, 2)
    _later("a", 10_000)
    assert rate_limits.tokens_left("a", 1, 2) == 2
    assert [rate_limits.allow("a", 0.001, 2)[0] for _n in range(3)] == [True, True, False]
    assert rate_limits.allow("b", 0.001, 2)[0]


@pytest.mark.django_db
def test_tokens_can_be_given_back_and_a_bucket_forgotten():
    rate_limits.allow("a", 0.001, 1)
    rate_limits.give_back("a")
    assert rate_limits.allow("a", 0.001, 1)[0]
    rate_limits.forget("a")
    assert rate_limits.allow("a", 0.001, 1)[0]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x" * 5000, "রুপা\x00@example.com", "a\ud800b"])
def test_any_key_works(key):
    assert [rate_limits.allow(key, 0.001, 1)[0] for _n in range(2)] == [True, False]


@pytest.mark.django_db
def test_buckets_long_unused_are_removed():
    rate_limits.allow("old", 1, 1)
    rate_limits.allow("new", 1, 1)
    RateLimit.objects.filter(pk="old").update(at=timezone.now() - timedelta(days=3))
    assert rate_limits.forget_old() == 1
    assert RateLimit.objects.filter(pk="new").exists()


@pytest.mark.django_db(transaction=True)
def test_parallel_requests_cannot_take_the_last_token_twice():
    results = []

    def take():
        results.append(rate_limits.allow("race", 0.0001, 5)[0])
        connection.close()

    threads = [threading.Thread(target=take) for _n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 7 + [True] * 5
