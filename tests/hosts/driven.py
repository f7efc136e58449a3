"""A page in a browser that WebDriver drives, and what tests look for in one."""

import time
from abc import ABC, abstractmethod
from typing import Any

WAIT_S = 90  # enough to start on a busy machine; it measures nothing

BAR = "document.querySelector('reader-reactions')"
ROOT = f"{BAR}?.shadowRoot"
STATUS = f"{ROOT}?.querySelector('output').textContent"
TAB = "\ue004"  # as WebDriver names the key


class DrivenPage(ABC):
    """A tab of a browser, the same for tests whatever its protocol."""

    @abstractmethod
    def go(self, url: str) -> None:
        """Open an address and wait until it has loaded."""

    @abstractmethod
    def back(self) -> None:
        """Go one step back in the history."""

    @abstractmethod
    def forward(self) -> None:
        """Go one step forward in the history."""

    @abstractmethod
    def enter(self, frame: str) -> None:
        """Act in the frame that the expression finds, until the next address."""

    @abstractmethod
    def read(self, expression: str) -> Any:
        """Evaluate an expression in the page; return its value as JSON."""

    @abstractmethod
    def click(self, element: str) -> None:
        """Click with the mouse in the middle of the element that the expression finds."""

    @abstractmethod
    def press(self, key: str) -> None:
        """Press and release a key."""

    @abstractmethod
    def close(self) -> None:
        """Close the tab and forget its storage."""

    def type(self, text: str) -> None:
        """Type into the element that has the focus."""
        for letter in text:
            self.press(letter)

    @property
    def complaints(self) -> list[str]:
        """Return the messages of the console so far, as far as the browser tells them."""
        return []

    def until(self, expression: str, expected: Any = True) -> None:
        """Wait until an expression has this value in the page."""
        deadline = time.monotonic() + WAIT_S
        while (found := self.read(expression)) != expected:
            assert time.monotonic() < deadline, (expression, found, self.complaints)
            time.sleep(0.02)


def button(label: str) -> str:
    return f"{ROOT}?.querySelector('[aria-label^={label}]')"


def see(page: DrivenPage, url: str) -> None:
    """Open the page, or reload it, and wait until the first bar shows its figures."""
    page.go(url)
    see_bar(page)


def see_bar(page: DrivenPage) -> None:
    page.until(f"!!{BAR}")
    page.read(f"{BAR}.scrollIntoView()")
    page.until(f"!!{button('Love')}")
