from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from bandhu.identity import actions, queries
from bandhu.identity.models import ApiToken, Invitation, Role, User
from bandhu.identity.ready_made import ensure_ready_made, system_user
from bandhu.identity.tests.cast import PASSWORD, grant, make_team, make_user
from bandhu.identity.tokens import invitation_secret, user_for_token
from bandhu.platform.models import AuditEntry, EventRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_user("Rupa", role="administrator")


def _role(key):
    return Role.objects.get(key=key)


def test_the_system_user_makes_the_first_administrator():
    ensure_ready_made()
    user = actions.create_user(
        actor=system_user(), email=" First@Example.COM ", role="administrator", password=PASSWORD
    )
    assert user.email == "first@example.com"
    assert user.full_name == "First"
    assert user.check_password(PASSWORD)
    assert user.holds("identity.manage_users")
    assert AuditEntry.objects.get(record_id=user.pk).verb == "created"
    assert EventRecord.objects.get(name="identity.user_created").payload["user_id"] == str(user.pk)


def test_passwords_are_kept_as_argon2(settings):
    from config import settings as written

    settings.PASSWORD_HASHERS = written.PASSWORD_HASHERS
    assert make_user("Rupa").password.startswith("argon2$argon2id$")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "RUPA@example.com"}, "email"),
        ({"email": "x@example.com", "password": "short"}, "password"),
        ({"email": "x@example.com", "password": "1234567890"}, "password"),
        ({"email": "x@example.com", "role": "emperor"}, "role"),
    ],
)
def test_a_user_that_cannot_be_is_refused_by_field(admin, fields, wrong):
    with pytest.raises(ValidationError) as error:
        actions.create_user(actor=admin, **{"password": PASSWORD, **fields})
    assert wrong in error.value.message_dict
    assert User.objects.filter(is_system=False).count() == 1


def test_only_who_manages_users_may_make_or_change_them(admin):
    seller = make_user("Kamal", role="sales")
    for attempt in (
        lambda: actions.create_user(actor=seller, email="x@example.com"),
        lambda: actions.change_user(admin, actor=seller, full_name="Gone"),
        lambda: actions.deactivate_user(admin, actor=seller),
        lambda: actions.invite_user(actor=seller, email="x@example.com"),
        lambda: queries.users(seller),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_a_manager_of_users_cannot_make_themselves_an_administrator(admin):
    clerk = make_user("Clerk")
    grant(clerk, "identity.manage_users")
    with pytest.raises(PermissionDenied):
        actions.change_user(clerk, actor=clerk, roles=[_role("administrator")])
    with pytest.raises(PermissionDenied):
        actions.invite_user(actor=clerk, email="x@example.com", roles=[_role("administrator")])
    with pytest.raises(PermissionDenied):
        actions.copy_role(_role("administrator"), actor=clerk, name="Mine")


def test_the_last_administrator_cannot_be_locked_out(admin):
    with pytest.raises(ValidationError):
        actions.change_user(admin, actor=admin, roles=[_role("sales")])
    with pytest.raises(ValidationError):
        actions.deactivate_user(admin, actor=system_user())
    admin.refresh_from_db()
    assert admin.is_active
    second = make_user("Second", role="administrator")
    actions.deactivate_user(admin, actor=second)
    assert not User.objects.get(pk=admin.pk).is_active


def test_changes_are_written_field_by_field(admin):
    team, kamal = make_team("North"), make_user("Kamal", role="sales")
    actions.change_user(kamal, actor=admin, full_name="Kamal Hossain", team=team, roles=[_role("service")])
    assert AuditEntry.objects.get(verb="changed").changes == {
        "full_name": ["Kamal", "Kamal Hossain"],
        "team": [None, "North"],
        "roles": [["Sales"], ["Service"]],
    }


def test_a_closed_account_loses_its_tokens_and_names_who_takes_over(admin, client):
    kamal, rita = make_user("Kamal", role="manager"), make_user("Rita")
    client.force_login(kamal)
    _token, secret = actions.create_token(kamal, actor=kamal, name="Script")
    assert user_for_token(secret) == kamal
    actions.deactivate_user(kamal, actor=admin, hand_over_to=rita, note="On leave")
    assert user_for_token(secret) is None
    assert client.get("/").status_code == 302
    assert EventRecord.objects.get(name="identity.user_deactivated").payload == {
        "user_id": str(kamal.pk),
        "hand_over_to": str(rita.pk),
        "note": "On leave",
    }
    actions.reactivate_user(kamal, actor=admin)
    assert user_for_token(secret) is None


def test_one_cannot_close_ones_own_account_nor_hand_over_to_oneself(admin):
    kamal = make_user("Kamal", role="administrator")
    with pytest.raises(ValidationError):
        actions.deactivate_user(admin, actor=admin)
    with pytest.raises(ValidationError):
        actions.deactivate_user(kamal, actor=admin, hand_over_to=kamal)


def test_a_token_speaks_for_its_user_narrowed_to_its_role(admin):
    admin.roles.add(_role("read_only"))
    token, secret = actions.create_token(admin, actor=admin, role=_role("read_only"), name="Reports")
    speaker = user_for_token(secret)
    assert speaker == admin
    assert speaker.holds("customers.view_contact")
    assert not speaker.holds("customers.change_contact")
    assert secret not in str(ApiToken.objects.values().get(pk=token.pk))
    assert secret.startswith(token.prefix)


def test_tokens_expire_are_revoked_and_note_their_use_once_a_minute(admin):
    token, secret = actions.create_token(
        admin, actor=admin, name="T", expires_at=timezone.now() + timedelta(days=1)
    )
    user_for_token(secret)
    first = ApiToken.objects.get(pk=token.pk).last_used_at
    user_for_token(secret)
    assert first is not None
    assert ApiToken.objects.get(pk=token.pk).last_used_at == first
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert user_for_token(secret) is None
    _other, secret = actions.create_token(admin, actor=admin, name="U")
    actions.revoke_token(_other, actor=admin)
    assert user_for_token(secret) is None
    for nonsense in ("", "bandhu_", "bandhu_\ud800", "x" * 10_000):
        assert user_for_token(nonsense) is None


def test_tokens_need_the_permission_a_role_of_ones_own_and_a_time_to_come(admin):
    seller, manager = make_user("Kamal", role="sales"), make_user("Mina", role="manager")
    with pytest.raises(PermissionDenied):
        actions.create_token(seller, actor=seller, name="No")
    with pytest.raises(Http404):
        actions.create_token(admin, actor=manager, name="Not mine")
    with pytest.raises(ValidationError):
        actions.create_token(manager, actor=manager, role=_role("administrator"), name="More")
    with pytest.raises(ValidationError):
        actions.create_token(manager, actor=manager, name="Late", expires_at=timezone.now())


def test_an_invitation_is_accepted_once_with_ones_own_wishes(admin):
    team = make_team("North")
    invitation = actions.invite_user(
        actor=admin, email="Mina@Example.com", roles=[_role("sales")], team=team, language="bn"
    )
    secret = invitation_secret(invitation)
    assert secret not in str(Invitation.objects.values().get(pk=invitation.pk))
    wishes = {"full_name": "মিনা", "language": "bn", "time_zone": "Asia/Dhaka"}
    with pytest.raises(ValidationError) as error:
        actions.accept_invitation(secret, password="short", **wishes)
    assert "password" in error.value.message_dict
    user = actions.accept_invitation(secret, password=PASSWORD, **wishes)
    assert (user.email, user.team, user.language) == ("mina@example.com", team, "bn")
    assert [role.key for role in user.roles.all()] == ["sales"]
    assert actions.accept_invitation(secret, password=PASSWORD, **wishes) is None


def test_an_invitation_sent_again_revoked_or_late_makes_its_old_link_useless(admin):
    invitation = actions.invite_user(actor=admin, email="mina@example.com")
    first = invitation_secret(invitation)
    actions.resend_invitation(invitation, actor=admin)
    second = invitation_secret(invitation)
    assert queries.invitation_of_secret(first) is None
    assert queries.invitation_of_secret(second) == invitation
    newer = actions.invite_user(actor=admin, email="mina@example.com")
    assert queries.invitation_of_secret(second) is None
    third = invitation_secret(newer)
    Invitation.objects.filter(pk=newer.pk).update(expires_at=timezone.now())
    assert queries.invitation_of_secret(third) is None
    actions.revoke_invitation(newer, actor=admin)
    assert not queries.invitations(admin).exists()
