"""What Django and allauth say in our pages is said in Bengali and Tamil too."""

import ast
import importlib.util
import re
from pathlib import Path

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MinLengthValidator, validate_slug
from django.template.defaultfilters import filesizeformat
from django.utils import translation
from django.utils.translation import trans_real

from bandhu.identity.sign_in import SecondStepAdapter
from bandhu.identity.sign_in_forms import ChangePasswordForm, SignInForm
from bandhu.ui import framework_texts

SCRIPTS = {"bn": re.compile("[\u0980-\u09ff]"), "ta": re.compile("[\u0b80-\u0bff]")}
# What a translator may leave as it is.
_ANY_SCRIPT = re.compile(r"%\(\w+\)[sdr]|%[sd]|\{\w+\}|\b(URL|JSON|UUID|IPv[46]|TOTP|WebAuthn|KB|MB|GB)\b")
# Every text in these files may reach a page: forms, their checks, and the passwords'.
FILES_OF_PAGES = (
    "django.forms.fields",
    "django.forms.formsets",
    "django.forms.models",
    "django.forms.utils",
    "django.forms.widgets",
    "django.core.validators",
    "django.utils.ipv6",
    "django.contrib.auth.password_validation",
    "allauth.mfa.adapter",
    "allauth.mfa.totp.forms",
    "allauth.mfa.webauthn.forms",
)
# Of these: a second factor never concerns mail addresses here, and "IPv4" is a name.
NEVER_SHOWN = {
    "You cannot add an email address to an account protected by two-factor authentication.",
    "IPv4",
    "IPv6",
    "IPv4 or IPv6",
}
_MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}


def _texts_of(module: str) -> set[str]:
    spec = importlib.util.find_spec(module)
    assert spec and spec.origin
    tree = ast.parse(Path(spec.origin).read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    marked = [call.args[0] for call in calls if getattr(call.func, "id", "") in _MARKS]
    return {text.value for text in marked if isinstance(text, ast.Constant) and isinstance(text.value, str)}


def _is_translated(text: str, language: str) -> bool:
    catalogue = trans_real.translation(language)._catalog
    return any(catalogue.get(key) for key in (text, (text, 0), (text, 1)))


@pytest.mark.parametrize("language", SCRIPTS)
def test_nothing_the_packages_say_in_a_form_is_left_in_english(language):
    texts = set().union(*(_texts_of(module) for module in FILES_OF_PAGES)) - NEVER_SHOWN
    assert sorted(text for text in texts if not _is_translated(text, language)) == []


def test_the_list_holds_only_texts_the_packages_still_have():
    """An upgrade that words something anew leaves our translation without effect: it shows up here."""
    source = Path(framework_texts.__file__).read_text()
    ours = _texts_in(source)
    packages = "\n".join(
        file.read_text()
        for name in ("django", "allauth")
        for pattern in ("*.py", "*.txt")
        for file in Path(importlib.util.find_spec(name).submodule_search_locations[0]).rglob(pattern)
        if "tests" not in file.parts
    )
    # Long texts are written in several lines there: compare without quotes and spaces.
    squeezed = re.sub(r"[\"'\\\s]", "", packages)
    assert [text for text in ours if re.sub(r"[\"'\\\s]", "", text) not in squeezed] == []


def _texts_in(source: str) -> list[str]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [text.value for call in calls for text in call.args[:1] if isinstance(text, ast.Constant)]


class _EveryField(forms.Form):
    name = forms.CharField()
    short = forms.CharField(validators=[MaxLengthValidator(3)])
    long = forms.CharField(validators=[MinLengthValidator(30)])
    slug = forms.CharField(validators=[validate_slug])
    number = forms.IntegerField(min_value=5)
    least = forms.IntegerField(min_value=5)
    most = forms.IntegerField(max_value=5)
    amount = forms.DecimalField(max_digits=4, decimal_places=2)
    day = forms.DateField()
    moment = forms.DateTimeField()
    mail = forms.EmailField()
    address = forms.URLField(assume_scheme="https")
    choice = forms.ChoiceField(choices=[("a", "A")])
    identifier = forms.UUIDField()
    data = forms.JSONField()
    file = forms.FileField()


_WRONG = {
    "short": "১২৩৪", "long": "১", "slug": "? ?", "number": "x", "least": "1", "most": "9", "amount": "12345.678",
    "day": "x", "moment": "x", "mail": "x", "address": "x", "choice": "৯", "identifier": "x", "data": "{",
}  # fmt: skip


def _in_another_script(text: str, language: str) -> bool:
    return bool(SCRIPTS[language].search(text)) and not re.search(r"[A-Za-z]{2,}", _ANY_SCRIPT.sub("", text))


@pytest.mark.parametrize("language", SCRIPTS)
def test_a_form_full_of_mistakes_says_so_in_the_readers_language(language):
    with translation.override(language):
        errors = _EveryField(_WRONG).errors
        said = [str(text) for texts in errors.values() for text in texts]
    assert len(errors) == len(_EveryField.base_fields)
    assert [text for text in said if not _in_another_script(text, language)] == []


@pytest.mark.parametrize("language", SCRIPTS)
def test_signing_in_and_passwords_speak_the_readers_language(language):
    ours = set(framework_texts.SIGN_IN)
    with translation.override("en"):
        shown = [key for key, text in DefaultAccountAdapter.error_messages.items() if str(text) in ours]
    assert len(shown) > 10
    with translation.override(language):
        said = [str(DefaultAccountAdapter.error_messages[key]) for key in shown]
        said += [str(SecondStepAdapter.error_messages["incorrect_code"]), str(filesizeformat(1))]
        for password in ("password", "12345"):
            with pytest.raises(ValidationError) as refused:
                validate_password(password)
            said += refused.value.messages
        for form in (SignInForm({}), ChangePasswordForm(user=None, data={})):
            said += [str(text) for texts in form.errors.values() for text in texts]
    assert [text for text in said if not _in_another_script(text, language)] == []
