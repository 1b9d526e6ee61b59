"""Makes the pictures of the documentation from a running demonstration: python docs/screenshots.py http://127.0.0.1:8000"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def main(base_url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 1180}, locale="pl-PL", timezone_id="Europe/Lisbon")
        page.goto(f"{base_url}/events/smart-city-v4/")
        page.screenshot(path=FOLDER / "event.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
