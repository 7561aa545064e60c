"""The forms of articles, categories and the help centre; actions check what they bring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bandhu.identity.queries import colleagues
from bandhu.knowledge.brand import Brand
from bandhu.knowledge.languages import in_language, language_codes, own_name
from bandhu.knowledge.models import Article, Audience, Category
from bandhu.knowledge.queries import categories
from bandhu.platform.embedding import is_installed
from bandhu.ui.widgets import DateInput, DateTimeInput, Switch

ICONS = (
    "book-open", "rocket", "credit-card", "truck", "package", "user-round", "shield-check", "settings", "wrench", "message-circle-question-mark",
    "plane", "globe", "file-text", "phone", "calendar", "building-2", "graduation-cap", "heart-pulse", "landmark", "sparkles",
)  # fmt: skip


class CheckedLater(forms.Form):
    """A form whose values an action checks; `take_errors` puts what it says where it belongs."""

    # Where errors of an action's argument go when no field has its name: {"names": "name_en"}.
    places: dict[str, str] = {}

    def take_errors(self, problem: ValidationError) -> None:
        """Errors of fields go to fields, the rest above the form."""
        self.full_clean()
        self._errors = forms.utils.ErrorDict()
        found = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
        for name, messages in found.items():
            place = self.places.get(name, name)
            self.add_error(place if place in self.fields else None, messages)


class TextForm(CheckedLater):
    """An article in one language."""

    title = forms.CharField(label=_("Title"), max_length=300)
    summary = forms.CharField(
        label=_("Summary"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One or two sentences: shown in lists and by search engines."),
    )  # fmt: skip
    body = forms.CharField(
        label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 24, "data-editor": "article"})
    )

    def words(self) -> dict[str, str]:
        """What was sent, as the actions take it."""
        return {name: self[name].value() or "" for name in ("title", "summary", "body")}


class ArticleForm(CheckedLater):
    """Where an article belongs and who looks after it."""

    category = forms.ChoiceField(label=_("Category"), required=False)
    audience = forms.ChoiceField(label=_("Who may read it"), choices=Audience.choices)
    owner = forms.ChoiceField(label=_("Looked after by"), required=False)
    review_by = forms.DateField(
        label=_("Look at again by"), required=False, widget=DateInput(),
        help_text=_("On this day its owner finds it in the list of what needs another look."),
    )  # fmt: skip
    position = forms.CharField(
        label=_("Place in its category"), required=False, initial="0", widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("Small numbers stand first; equal ones by title."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.shelves = {str(one.pk): (depth, one) for depth, one in categories(user)}
        labels = [
            (key, f"{'– ' * depth}{in_language(one.names)}") for key, (depth, one) in self.shelves.items()
        ]
        self.fields["category"].choices = [("", "–"), *labels]  # type: ignore[attr-defined]
        self.people = {str(one.pk): one for one in colleagues(user)[:500]}
        self.fields["owner"].choices = [("", "–"), *((key, str(one)) for key, one in self.people.items())]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What was sent, as the actions take it."""
        found: dict[str, Any] = {}
        for name in self.fields:
            if name in self.data:
                found[name] = self[name].value()
        if "category" in found:
            found["category"] = self._chosen(self.shelves, found["category"], "category")
            found["category"] = found["category"][1] if found["category"] else None
        if "owner" in found:
            found["owner"] = self._chosen(self.people, found["owner"], "owner")
        return found

    @staticmethod
    def values_of(article: Article) -> dict[str, Any]:
        """The article's values as the form's initial data."""
        return {
            "category": str(article.category_id or ""),
            "audience": article.audience,
            "owner": str(article.owner_id or ""),
            "review_by": article.review_by,
            "position": str(article.position),
        }

    def _chosen(self, offered: Mapping[str, Any], value: str, name: str) -> Any:
        if value and value not in offered:
            raise ValidationError({name: _("Choose one from the list.")}, code="no_choice")
        return offered.get(value)


class ScheduleForm(CheckedLater):
    """When a text goes out."""

    places = {"publish_at": "at"}

    at = forms.DateTimeField(label=_("Publish at"), widget=DateTimeInput())


class CategoryForm(CheckedLater):
    """A category: its name and text in each language of the help centre."""

    places = {"names": "name_en", "texts": "text_en"}

    parent = forms.ChoiceField(label=_("Stands within"), required=False)
    icon = forms.ChoiceField(label=_("Picture"), choices=[(one, one.replace("-", " ")) for one in ICONS])
    position = forms.CharField(
        label=_("Place"), required=False, initial="0", widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )

    def __init__(self, *args: Any, user: Any, category: Category | None = None, **options: Any) -> None:
        if category is not None:
            options["initial"] = self.values_of(category)
        super().__init__(*args, **options)
        self.shelves = {
            str(one.pk): (depth, one)
            for depth, one in categories(user)
            if category is None or one.pk != category.pk
        }
        labels = [
            (key, f"{'– ' * depth}{in_language(one.names)}") for key, (depth, one) in self.shelves.items()
        ]
        self.fields["parent"].choices = [("", "–"), *labels]  # type: ignore[attr-defined]
        for code in settings.LANGUAGES_COMPLETE:
            words = {"language": own_name(code)}
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name in %(language)s") % words, max_length=120, required=False
            )
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("What stands here, in %(language)s") % words, max_length=300, required=False
            )

    def values(self, category: Category | None = None) -> dict[str, Any]:
        """What was sent, as the actions take it; names in further languages stay."""
        sent = {name: self[name].value() or "" for name in self.fields}
        found: dict[str, Any] = {"icon": sent["icon"], "position": sent["position"]}
        chosen = self.shelves.get(sent["parent"])
        found["parent"] = chosen[1] if chosen else None
        for argument, prefix in (("names", "name_"), ("texts", "text_")):
            kept = dict(getattr(category, argument)) if category else {}
            found[argument] = kept | {
                name.removeprefix(prefix): text for name, text in sent.items() if name.startswith(prefix)
            }
        return found

    @property
    def by_language(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            (own_name(code), [self[f"name_{code}"], self[f"text_{code}"]])
            for code in settings.LANGUAGES_COMPLETE
        ]

    @staticmethod
    def values_of(category: Category) -> dict[str, Any]:
        found: dict[str, Any] = {
            "parent": str(category.parent_id or ""),
            "icon": category.icon,
            "position": str(category.position),
        }
        found |= {f"name_{code}": text for code, text in category.names.items()}
        return found | {f"text_{code}": text for code, text in category.texts.items()}


class HelpCentreForm(CheckedLater):
    """How the help centre looks, and which languages it speaks."""

    places = {"names": "name_en", "welcomes": "welcome_en"}

    is_open = forms.BooleanField(
        label=_("The help centre is open to everybody"), required=False, widget=Switch()
    )
    colour = forms.CharField(
        label=_("Colour"), max_length=7, widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("Where it would be hard to read it is made darker or lighter by itself."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Languages visitors can choose"), widget=forms.CheckboxSelectMultiple(), required=False
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG, WebP or GIF, at most 500 kB; shown 32 pixels high."),
    )
    imprint = forms.CharField(label=_("Address of your imprint"), required=False, max_length=300)
    booking = forms.CharField(
        label=_("Booking page for everybody"), required=False, max_length=300,
        help_text=_("Its address, as given on its page: the help centre and the portal then offer to book a time."),
    )  # fmt: skip
    privacy = forms.CharField(label=_("Address of your privacy notice"), required=False, max_length=300)
    by_meaning = forms.BooleanField(
        label=_("Search by meaning, too"), required=False, widget=Switch(),
        help_text=_("A question finds what answers it in other words or another language. Costs some 80 MB of memory in each process that searches; nothing leaves this machine."),
    )  # fmt: skip

    def __init__(self, *args: Any, brand: Brand, **options: Any) -> None:
        options["initial"] = {
            "is_open": brand.is_open, "colour": brand.colour, "languages": list(brand.languages), "imprint": brand.imprint, "booking": brand.booking, "privacy": brand.privacy, "by_meaning": brand.by_meaning,
            **{f"name_{code}": text for code, text in brand.names.items()},
            **{f"welcome_{code}": text for code, text in brand.welcomes.items()},
        }  # fmt: skip
        super().__init__(*args, **options)
        self.fields["languages"].choices = [(code, own_name(code)) for code in language_codes()]  # type: ignore[attr-defined]
        if not is_installed():
            del self.fields["by_meaning"]
        for code in settings.LANGUAGES_COMPLETE:
            words = {"language": own_name(code)}
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Your name in %(language)s") % words, required=False, max_length=80
            )
            self.fields[f"welcome_{code}"] = forms.CharField(
                label=_("Greeting in %(language)s") % words, required=False, max_length=200
            )

    def values(self) -> dict[str, Any]:
        """What was sent, as the action takes it."""
        found: dict[str, Any] = {
            "is_open": bool(self["is_open"].value()),
            "colour": self["colour"].value(),
            "languages": self["languages"].value() or [],
            "imprint": self["imprint"].value() or "",
            "privacy": self["privacy"].value() or "",
            "booking": self["booking"].value() or "",
        }
        if "by_meaning" in self.fields:
            found["by_meaning"] = bool(self["by_meaning"].value())
        for argument, prefix in (("names", "name_"), ("welcomes", "welcome_")):
            found[argument] = {
                code: self[f"{prefix}{code}"].value() or "" for code in settings.LANGUAGES_COMPLETE
            }
        return found

    @property
    def by_language(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            (own_name(code), [self[f"name_{code}"], self[f"welcome_{code}"]])
            for code in settings.LANGUAGES_COMPLETE
        ]


class ImportForm(CheckedLater):
    """A ZIP of Markdown files."""

    file = forms.FileField(label=_("ZIP file"))
