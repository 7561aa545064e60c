"""Pipelines, stages and reasons of closing, set up by programs."""

import json

import pytest
from django.test import Client

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.cast import make_user
from bandhu.platform.models import AuditEntry
from bandhu.sales.models import CloseReason, Pipeline, Stage
from bandhu.sales.tests.cast import make_opportunity, make_seller, ready_pipeline, reason_named, stage_named

pytestmark = pytest.mark.django_db
NOBODY = "0190a0a0-0000-7000-8000-000000000000"


@pytest.fixture
def asha():
    return make_user("Asha", role="administrator")


def caller(user):
    client = Client()
    client.force_login(user)

    def ask(method, path, data=None, **headers):
        answer = client.generic(
            method, f"/api/v1{path}", json.dumps(data or {}), "application/json", headers=headers
        )
        return answer.status_code, answer.json() if answer.content else None, answer.headers.get("ETag")

    return ask


@pytest.fixture
def call(asha):
    return caller(asha)


def test_a_pipeline_from_first_to_last(call):
    status, made, tag = call("POST", "/pipelines", {"name": "Repairs", "names": {"bn": "মেরামত"}})
    assert (status, made["names"], [one["kind"] for one in made["stages"]]) == (201, {"bn": "মেরামত"}, ["open", "won", "lost"])  # fmt: skip
    path = f"/pipelines/{made['id']}"
    assert call("GET", path) == (200, made, tag)
    status, changed, newer = call("PATCH", path, {"name": "Mending", "names": None}, **{"If-Match": tag})
    assert (status, changed) == (200, made | {"name": "Mending"})
    assert newer != tag
    assert call("PATCH", path, {"name": "Other"}, **{"If-Match": tag})[0] == 412
    assert call("PATCH", path, {"is_active": False})[1]["is_active"] is False
    assert call("DELETE", path)[0] == 204
    assert call("GET", path)[0] == 404
    verbs = AuditEntry.objects.filter(record_kind="pipeline", record_id=made["id"]).order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["created", "changed", "changed", "deleted"]


def test_the_last_pipeline_stays_in_use(call, asha):
    make_money(asha)
    make_opportunity(by=make_seller("Rupa"))
    path = f"/pipelines/{ready_pipeline().pk}"
    assert call("PATCH", path, {"is_active": False})[0] == 422
    assert call("DELETE", path)[0] == 422
    call("POST", "/pipelines", {"name": "Repairs"})
    status, problem, _tag = call("DELETE", path)
    assert (status, "switched off" in problem["detail"]) == (422, True)
    assert call("PATCH", path, {"is_active": False})[0] == 200


def test_a_stage_is_added_changed_retired_and_deleted(call):
    pipeline = ready_pipeline()
    sent = {
        "name": "Samples",
        "probability": "0.35",
        "required_fields": ["amount", "decider"],
        "ageing_days": 14,
    }
    status, made, tag = call("POST", f"/pipelines/{pipeline.pk}/stages", sent)
    assert (status, made["kind"], made["probability"], made["pipeline_id"]) == (201, "open", "0.350", str(pipeline.pk))  # fmt: skip
    kinds = [one["kind"] for one in call("GET", f"/pipelines/{pipeline.pk}")[1]["stages"]]
    assert kinds == ["open"] * 5 + ["won", "lost"]
    path = f"/stages/{made['id']}"
    wanted = {"ageing_days": None, "probability": 0.4, "forecast": "commit", "required_fields": []}
    status, changed, _tag = call("PATCH", path, wanted, **{"If-Match": tag})
    assert (status, changed) == (200, made | wanted | {"probability": "0.400"})
    assert call("PATCH", path, {"name": "X"}, **{"If-Match": tag})[0] == 412
    assert call("PATCH", path, {"kind": "won"})[1]["probability"] == "1.000"
    assert call("PATCH", path, {"is_active": False})[1]["is_active"] is False
    assert call("DELETE", path)[0] == 204
    assert call("PATCH", path, {"name": "X"})[0] == 404


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": 3}, "name"),
        ({"name": "A", "probability": "1.2"}, "probability"),
        ({"name": "A", "probability": "often"}, "probability"),
        ({"name": "A", "kind": "paused"}, "kind"),
        ({"name": "A", "forecast": "hope"}, "forecast"),
        ({"name": "A", "ageing_days": 0}, "ageing_days"),
        ({"name": "A", "ageing_days": "14"}, "ageing_days"),
        ({"name": "A", "required_fields": ["amount", "shoe_size"]}, "required_fields"),
        ({"name": "A", "names": {"tlh": "B"}}, "names"),
        ({"name": "A", "is_active": "yes"}, "is_active"),
        ({"name": "A", "colour": "red"}, "colour"),
        ({}, "name"),
    ],
)
def test_what_is_no_stage_is_refused_by_field(call, sent, field):
    number = Stage.objects.count()
    status, problem, _tag = call("POST", f"/pipelines/{ready_pipeline().pk}/stages", sent)
    assert (status, list(problem["errors"])) == (422, [field])
    assert Stage.objects.count() == number


def test_stages_that_are_used_keep_their_kind_and_stay(call, asha):
    make_money(asha)
    make_opportunity(by=make_seller("Rupa"))
    path = f"/stages/{ready_pipeline().stages.first().pk}"
    assert call("PATCH", path, {"kind": "lost"})[0] == 422
    assert call("DELETE", path)[0] == 422
    for stage in ready_pipeline().stages.filter(kind="open")[1:]:
        assert call("PATCH", f"/stages/{stage.pk}", {"is_active": False})[0] == 200
    assert call("PATCH", path, {"is_active": False})[0] == 422


def test_stages_and_pipelines_are_put_in_order(call):
    pipeline, other = ready_pipeline(), call("POST", "/pipelines", {"name": "Repairs"})[1]
    ids = [str(one.pk) for one in pipeline.stages.all()]
    turned, path = [ids[1], ids[0], *ids[2:]], f"/pipelines/{pipeline.pk}/stages/order"
    assert [one["id"] for one in call("PUT", path, {"ids": turned})[1]["stages"]] == turned
    for wrong in (ids[1:], [*ids, ids[0]], [*ids[1:], NOBODY], [*ids[1:], other["stages"][0]["id"]]):
        assert call("PUT", path, {"ids": wrong})[0] == 422
    assert [str(one.pk) for one in ready_pipeline().stages.all()] == turned
    both = [other["id"], str(pipeline.pk)]
    assert [one["id"] for one in call("PUT", "/pipelines/order", {"ids": both})[1]["items"]] == both
    assert str(Pipeline.objects.first().pk) == other["id"]


def test_reasons_are_made_renamed_and_retired(call):
    status, made, tag = call("POST", "/close-reasons", {"kind": "lost", "name": "Too late"})
    assert (status, made["kind"], made["is_active"]) == (201, "lost", True)
    path = f"/close-reasons/{made['id']}"
    assert call("PATCH", path, {"names": {"bn": "দেরি"}, "is_active": False}, **{"If-Match": tag})[1]["names"] == {"bn": "দেরি"}  # fmt: skip
    shown = {one["id"] for one in call("GET", "/close-reasons")[1]["items"]}
    every = {one["id"] for one in call("GET", "/close-reasons?with_retired=true")[1]["items"]}
    assert (made["id"] in shown, made["id"] in every) == (False, True)
    assert call("POST", "/close-reasons", {"kind": "open", "name": "Too late"})[0] == 422
    assert call("PATCH", path, {"kind": "won"})[0] == 422
    assert call("PATCH", f"/close-reasons/{NOBODY}", {"name": "X"})[0] == 404
    assert CloseReason.objects.get(pk=made["id"]).name == "Too late"


def test_who_sells_reads_and_changes_nothing(call):
    rupa = caller(make_seller("Rupa", role="sales"))
    stage = stage_named("Quoted")
    assert rupa("GET", f"/stages/{stage.pk}")[0] == 200
    assert rupa("PATCH", f"/stages/{stage.pk}", {"name": "Other"})[0] == 403
    assert rupa("PUT", "/pipelines/order", {"ids": []})[0] == 403
    assert rupa("PATCH", f"/close-reasons/{reason_named('Best fit').pk}", {"name": "Other"})[0] == 403
    assert Stage.objects.get(pk=stage.pk).name == "Quoted"
