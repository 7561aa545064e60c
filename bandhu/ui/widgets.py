"""Form widgets: the browser's own date pickers with ISO values, a switch, a box that asks the server."""

from typing import Any

from django import forms


class DateInput(forms.DateInput):
    """The browser's date picker; it shows the reader's habit and sends ISO."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """The browser's picker of date and time, in the reader's zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class TimeInput(forms.TimeInput):
    """The browser's time picker."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class Switch(forms.CheckboxInput):
    """On or off."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"role": "switch", **(attrs or {})})


class BoxGroups(forms.CheckboxSelectMultiple):
    """Boxes in named groups, side by side where there is room; one more box ticks all of a group."""

    template_name = "ui/forms/box_groups.html"


class Combobox(forms.TextInput):
    """A text box with answers from `url` (gets ?q=, answers <c-option> elements). `text` gives the words of a value."""

    template_name = "ui/forms/combobox.html"

    def __init__(
        self, url: Any, *, text: Any = None, placeholder: Any = "", attrs: dict[str, Any] | None = None
    ) -> None:
        super().__init__(attrs)
        self.url, self.text, self.placeholder = url, text, placeholder

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        words = self.text(value) if value not in (None, "") and callable(self.text) else ""
        context["widget"] |= {"url": str(self.url), "text": words, "placeholder": self.placeholder}
        return context


class KeptFileInput(forms.ClearableFileInput):
    """Chooses a file; beside the one that is there already, a box to remove it."""

    template_name = "ui/forms/file_input.html"
