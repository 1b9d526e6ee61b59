"""A reader who uses the keyboard alone."""

from playwright.sync_api import Page

MOST_STOPS = 80


class Keyboard:
    """Moves over a page by Tab, and acts by Enter, Space and letters."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go_to(self, selector: str) -> None:
        """Press Tab until the focus is on this; fails when the focus never comes there or cannot be seen."""
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                assert self.is_in_sight(), f"{selector} has the focus and is not in sight"
                return
        raise AssertionError(f"{selector} cannot be reached by Tab on {self.page.url}")

    def is_in_sight(self) -> bool:
        """Whether what has the focus is on the screen and nothing lies over its middle."""
        script = """() => {
            const focused = document.activeElement, box = focused.getBoundingClientRect();
            const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return there !== null && (focused.contains(there) || there.contains(focused));
        }"""
        return bool(self.page.evaluate(script))

    def follow(self, selector: str) -> None:
        """Go to a link or a button, press Enter, and wait for the page it leads to."""
        self.go_to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, selector: str, text: str) -> None:
        """Go to a field and type."""
        self.go_to(selector)
        self.page.keyboard.type(text)

    def tick(self, selector: str) -> None:
        """Go to a box and press Space."""
        self.go_to(selector)
        self.page.keyboard.press("Space")

    def unfold(self, selector: str) -> None:
        """Go to a folded part and press Enter."""
        self.go_to(selector)
        self.page.keyboard.press("Enter")
