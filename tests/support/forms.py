"""Forms as a browser without JavaScript sends them: only fields that the page has can be filled."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from tests.support.desk import DeskBrowser
from tests.support.html import document
from tests.support.server import Answer

_TYPED = ("input", "textarea", "select")

# Each posted form: its action, and the status of the answer.
PRESSED: list[tuple[str, int]] = []


@dataclass
class Form:
    """One form of a page.

    :param controls: what belongs to it, in the order of the page: within it, or naming it.
    :param values: what is in its fields; of a checkbox or a radio button, those that are chosen.
    """

    browser: DeskBrowser
    page: str
    document: Element
    element: Element
    controls: list[Element]
    values: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self._fields():
            name = one.get("name", "")
            values = self.values.setdefault(name, [])
            if one.get("disabled") is not None:
                continue
            if one.tag == "textarea":
                # A browser drops the line end that follows the tag.
                values.append((one.text or "").removeprefix("\n"))
            elif one.tag == "select":
                values += _chosen_options(one)
            elif not _is_ticked(one) or one.get("checked") is not None:
                values.append(one.get("value", "on" if _is_ticked(one) else ""))

    def fill(self, **fields: str) -> "Form":
        """Type into fields, or choose a value of a select or of radio buttons."""
        return self.fill_in(fields)

    def fill_in(self, fields: dict[str, str]) -> "Form":
        """Fill fields whose names are no identifiers, such as ``label-0``."""
        for name, value in fields.items():
            found = self._named(name)
            first = found[0]
            kind = first.get("type", "text")
            assert kind != "hidden", f"{name} is hidden: nobody can fill it"
            assert first.get("readonly") is None, f"{name} is read-only"
            if first.tag == "select":
                options = [one.get("value", one.text or "") for one in first.iter("option")]
                assert value in options, f"{name} offers {options}, not {value!r}"
            elif _is_ticked(first):
                values = [one.get("value", "on") for one in found]
                assert value in values, f"{name} offers {values}, not {value!r}"
            else:
                most = first.get("maxlength")
                assert not most or len(value) <= int(most), f"{name} takes {most} characters"
            self.values[name] = [value]
        return self

    def tick(self, name: str, value: str = "on", *, to: bool = True) -> "Form":
        """Tick a checkbox, or untick it."""
        found = [one for one in self._named(name) if one.get("value", "on") == value]
        assert found and found[0].get("type") == "checkbox", f"no checkbox {name}={value}"
        others = [one for one in self.values[name] if one != value]
        self.values[name] = [*others, value] if to else others
        return self

    def press(self, text: str, **headers: str) -> Answer:
        """Press the button with this text or label, as a browser does."""
        button = self._button(text)
        pairs = [(name, value) for name, values in self.values.items() for value in values]
        if button.get("formnovalidate") is None:
            self._check_required()
        if button.get("name"):
            pairs.append((button.get("name", ""), button.get("value", "")))
        action = button.get("formaction") or self.element.get("action") or self.page
        if self.element.get("method") != "post":
            return self.browser.get(f"{action}?{urlencode(pairs)}")
        answer = self.browser.send(action, pairs, **headers)
        PRESSED.append((action, answer.status))
        return answer

    def again(self, answer: Answer) -> "Form":
        """Return the form as an answer has it, instead of a redirect."""
        action, method = self.element.get("action"), self.element.get("method")
        found = [
            form
            for form in forms_of(self.browser, self.page, answer)
            if (form.element.get("action"), form.element.get("method")) == (action, method)
        ]
        assert len(found) == 1, f"{answer.status}: {len(found)} forms to {action}"
        return found[0]

    def complaints(self) -> dict[str, str]:
        """Return what the page says is wrong with each field, by the field's name."""
        return {
            one.get("name", ""): _described(self.document, one)
            for one in self._fields()
            if one.get("aria-invalid") == "true"
        }

    def buttons(self) -> list[str]:
        return [_name_of(one) for one in self._submits()]

    def _submits(self) -> list[Element]:
        return [one for one in self.controls if one.tag == "button" and one.get("type") != "button"]

    def _fields(self) -> list[Element]:
        return [one for one in self.controls if one.tag in _TYPED and one.get("name")]

    def _named(self, name: str) -> list[Element]:
        found = [one for one in self._fields() if one.get("name") == name]
        names = sorted({one.get("name", "") for one in self._fields()})
        assert found, f"the form on {self.page} has no field {name}, but {', '.join(names)}"
        assert found[0].get("disabled") is None, f"{name} is disabled"
        return found

    def _button(self, text: str) -> Element:
        found = [one for one in self._submits() if _name_of(one) == text]
        found = [one for one in found if one.get("aria-hidden") != "true"]
        assert len(found) == 1, f"{len(found)} buttons {text!r} among {self.buttons()}"
        assert found[0].get("disabled") is None, f"{text} is disabled"
        return found[0]

    def _check_required(self) -> None:
        for one in self._fields():
            if one.get("required") is not None:
                values = self.values[one.get("name", "")]
                assert any(values), f"{one.get('name')} is required, so a browser sends nothing"


def form_on(browser: DeskBrowser, page: str, button: str, *, to: str = "") -> Form:
    """Fetch a page, and return the one form on it that has this button.

    :param to: how the form's action ends, where several have such a button.
    """
    answer = browser.get(page)
    assert answer.status == 200, (page, answer.status)
    every = forms_of(browser, page, answer)
    found = [
        form
        for form in every
        if button in form.buttons() and str(form.element.get("action")).endswith(to)
    ]
    names = [form.buttons() for form in every]
    assert len(found) == 1, f"{len(found)} forms with {button!r} on {page}: {names}"
    return found[0]


def forms_of(browser: DeskBrowser, page: str, answer: Answer) -> list[Form]:
    """Return the forms of an answer, without what a template only holds."""
    root = document(answer.body)
    inert = {id(one) for held in root.iter("template") for one in held.iter()}
    live = [one for one in root.iter() if id(one) not in inert]
    forms = []
    for element in (one for one in live if one.tag == "form"):
        within = {id(one) for one in element.iter()}
        controls = [
            one
            for one in live
            if (one.get("form") == element.get("id") if one.get("form") else id(one) in within)
        ]
        forms.append(Form(browser, page, root, element, controls))
    return forms


def _described(document: Element, field: Element) -> str:
    """Return the text that a field's aria-describedby names."""
    names = field.get("aria-describedby", "").split()
    texts = {one.get("id"): " ".join("".join(one.itertext()).split()) for one in document.iter()}
    assert names and all(texts.get(name) for name in names), f"{field.get('name')}: {names}"
    return " ".join(texts[name] for name in names)


def _is_ticked(one: Element) -> bool:
    return one.get("type") in ("checkbox", "radio")


def _chosen_options(select: Element) -> list[str]:
    options: list[Any] = list(select.iter("option"))
    chosen = [one for one in options if one.get("selected") is not None] or options[:1]
    return [one.get("value", one.text or "") for one in chosen]


def _name_of(button: Element) -> str:
    return button.get("aria-label") or " ".join(_spoken(button).split())


def _spoken(element: Element) -> str:
    """Return the text of an element, without what is hidden from a screen reader."""
    if element.get("aria-hidden") == "true":
        return element.tail or ""
    return (element.text or "") + "".join(map(_spoken, element)) + (element.tail or "")
