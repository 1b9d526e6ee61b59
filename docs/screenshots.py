"""Makes the pictures of the documentation: `make pictures` starts a clean instance, uses it as an organiser would, and stops it.

People on the panel are those of the public announcement; everybody else is made up, at example.org.
"""

import email
import email.policy
import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
PICTURES = (
    "sign-in",
    "create",
    "settings",
    "agenda",
    "shift",
    "speakers",
    "speaker",
    "materials",
    "state",
    "event",
    "changes",
    "overview",
    "participants",
    "participant",
    "letters",
    "letter",
    "message",
    "history",
    "team",
)
SITE = "http://plenum.example.org"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-features=HttpsUpgrades",
]
WIDTH, HEIGHT, MARGIN = 1280, 800, 32
COLOURS = 48
SECONDS_TO_START = 60
BUILDING, LOOKING = "2021-10-11T09:00+02:00", "2021-10-21T08:30+02:00"

ORGANISER, NAME = "olga.nowak@example.org", "Olga Nowak"
PASSWORD = "zielony parasol na deszcz"
STUDY = "Ewaluacja realizacji koncepcji Smart City w państwach Grupy Wyszehradzkiej"
ABSTRACT = f"„{STUDY}”, badanie konsorcjum Wolański Sp. z o.o., EGO s.c. i LB&E Sp. z o.o."
PANEL = {
    "Anna Cieśla": (
        "anna.ciesla",
        "Naczelnik Wydziału Pomocy Technicznej EOG i Komunikacji, Departament Programów Pomocowych, MFiPR",
    ),
    "Joanna Krukowska": ("joanna.krukowska", "Kierowniczka Działu UrbanLab Gdynia - Laboratorium Innowacji Społecznych"),
    "Bartosz Dominiak": ("bartosz.dominiak", "Zastępca Burmistrza Dzielnicy Ursynów m.st. Warszawy"),
    "Robert Bednarski": ("robert.bednarski", "Dyrektor Biura Zarządzania Projektami Urzędu Miasta Wrocławia"),
    "Włodzimierz Łoziński": ("wlodzimierz.lozinski", "coFounder VOOOM"),
}
ANSWERING = ("Anna Cieśla", "Joanna Krukowska", "Robert Bednarski")
GUESTS = {
    "2021-10-12T10:12+02:00": (
        ("Maria Zalewska", "Urząd Miejski w Łomiankach"),
        ("Tomasz Wrona", "Urząd Miasta Gdyni"),
        ("Ewa Kaczmarek", "Urząd m.st. Warszawy"),
        ("Rafał Kot", "Urząd Miasta Sopotu"),
    ),
    "2021-10-13T14:40+02:00": (
        ("Piotr Lis", "Urząd Miasta Wrocławia"),
        ("Agnieszka Bąk", "Urząd Miasta Lublin"),
        ("Krzysztof Mazur", "Urząd Miasta Krakowa"),
        ("Hanna Sikora", "Urząd Miejski w Gliwicach"),
        ("Jan Dudek", "Urząd Miasta Rzeszowa"),
        ("Żaneta Łącka", "Urząd Miasta Płocka"),
        ("Michał Orzeł", "Urząd Miasta Poznania"),
        ("Julia Wójcik", "Urząd Miasta Gdyni"),
    ),
    "2021-10-14T09:25+02:00": (
        ("Marek Wilk", "Urząd Miasta Torunia"),
        ("Katarzyna Pawlak", "Urząd Miasta Gdyni"),
        ("Stefan Mucha", "Urząd Miasta Ełku"),
    ),
    "2021-10-18T11:05+02:00": (
        ("Zofia Adamska", "Urząd Miasta Opola"),
        ("Paweł Górski", "Urząd Miasta Kielce"),
        ("Barbara Król", "Urząd Miasta Łodzi"),
        ("Adam Sowa", "Urząd m.st. Warszawy"),
        ("Teresa Bielak", "Urząd Miasta Tarnowa"),
        ("Wojciech Kos", "Urząd Miasta Zamościa"),
    ),
    "2021-10-20T15:30+02:00": (
        ("Irena Zając", "Urząd Miasta Bydgoszczy"),
        ("Grzegorz Lipa", "Urząd Miasta Koszalina"),
        ("Beata Sroka", "Urząd Miasta Legnicy"),
        ("Łukasz Świątek", "Urząd Miasta Olsztyna"),
        ("Dorota Maj", "Urząd Miejski w Łomiankach"),
    ),
}
PLACES = 24


class Site:
    """Web and worker over one temporary folder; each start sets the clock anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()

    def environ(self, clock: str) -> dict[str, str]:
        """Only what is set here, so that the settings of whoever runs this change nothing."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        given = {"PLENUM_INSTANCE": str(self.folder), "PLENUM_CLOCK": clock, "BASE_URL": SITE, "PORT": str(self.port)}
        return {**kept, **given, "WEB_CONCURRENCY": "1", "DATABASE_URL": f"sqlite:///{self.folder / 'plenum.db'}"}

    def flask(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environ(BUILDING), check=True, capture_output=True, text=True).stdout

    @contextmanager
    def running(self, clock: str) -> Iterator[None]:
        """From this moment of the program's clock; what was started is ended by its process id."""
        with (self.folder / "serve.log").open("ab") as log:
            command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
            serve = subprocess.Popen(command, cwd=ROOT, env=self.environ(clock), stdout=log, stderr=log)
            try:
                self.wait_for(serve)
                yield
            finally:
                serve.send_signal(signal.SIGTERM)
                serve.wait()

    def wait_for(self, serve: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while serve.poll() is None and time.monotonic() < deadline:
            with socket.socket() as asking:
                if asking.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise SystemExit(f"The site did not start; {self.folder / 'serve.log'} says why.")

    def link_for(self, address: str, path: str) -> str:
        """The link of this kind in a letter to this address, once the worker has delivered it."""
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            for file in sorted((self.folder / "mail").glob("*.eml")):
                letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                body = letter.get_body(("plain",))
                found = re.search(rf"{re.escape(SITE)}{path}[\w-]+/", body.get_content() if body else "")
                if address in letter["To"] and found:
                    return found[0]
            time.sleep(0.2)
        raise SystemExit(f"No letter with {path} has come to {address}.")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Camera:
    """Takes the pictures, each under a name of `PICTURES` and once."""

    def __init__(self) -> None:
        self.left = list(PICTURES)

    def take(self, page: Page, name: str, until: Locator | None = None, height: int = 0) -> None:
        """The top of the page down to the end of `until`, or so many pixels of it."""
        self.left.remove(name)
        page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
        end = page.viewport_size["height"] if page.viewport_size else HEIGHT
        if until is not None:
            box = until.bounding_box()
            end = int(box["y"] + box["height"]) + MARGIN if box else end
        picture = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": height or end})
        self.save(picture, name)

    def save(self, picture: bytes, name: str) -> None:
        """With a palette: a page has few colours, and so it is small."""
        opened = Image.open(io.BytesIO(picture)).convert("RGB")
        opened.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile(name)).first.click()


def new_page(browser: Browser, width: int = WIDTH, height: int = HEIGHT, scripts: bool = True) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="pl-PL", timezone_id="Europe/Warsaw", java_script_enabled=scripts
    )
    return context.new_page()


def sign_in(page: Page) -> None:
    page.goto(f"{SITE}/organise/")
    page.locator("#email").fill(ORGANISER)
    page.locator("#password").fill(PASSWORD)
    press(page, "^Zaloguj")


def choose_a_password(site: Site, page: Page, camera: Camera) -> None:
    made = site.flask("user", "add", ORGANISER, "--name", NAME)
    page.goto(made.split("Choose the password at: ")[1].strip())
    page.locator("#password").fill(PASSWORD)
    press(page, "Ustaw hasło")
    page.goto(f"{SITE}/organise/sign-in")
    page.locator("#email").fill(ORGANISER)
    camera.take(page, "sign-in", page.locator("main form").first)


def create(page: Page, camera: Camera) -> str:
    """The draft of the event; returns the address of its pages at the desk."""
    page.goto(f"{SITE}/organise/events/new")
    page.locator("#title").fill("Smart City - doświadczenia i wyzwania")
    page.get_by_label("Warsztat").check()
    page.locator("#starts_on").fill("26 października 2021")
    page.locator("#starts_hour").fill("10")
    page.locator("#ends_hour").fill("12.30")
    page.get_by_label("Online", exact=True).check()
    page.locator("#place_name").fill("Zoom")
    page.locator("#organiser").fill("Departament Strategii, Ministerstwo Funduszy i Polityki Regionalnej")
    camera.take(page, "create", page.get_by_role("button", name="Utwórz szkic"))
    press(page, "Utwórz szkic")
    found = re.match(r".*/organise/events/\d+", page.url)
    if not found:
        raise SystemExit(f"The event was not created: {page.inner_text('main')}")
    return found[0]


def settle(page: Page, desk: str, camera: Camera) -> None:
    page.goto(f"{desk}/edit")
    page.locator("#subtitle_pl").fill("Wyniki ewaluacji realizacji koncepcji Smart City w krajach V4")
    page.locator("#summary_pl").fill("Zachęcamy przedstawicieli miast do udziału: prezentacja wyników badania i panel ekspertów.")
    page.locator("#description_pl").fill("Zapraszamy wszystkich zainteresowanych do zapoznania się z raportem i jego wnioskami.")
    page.locator("#title_en").fill("Smart City: experience and challenges")
    page.locator("#meeting_url").fill("https://zoom.example.org/j/81234567890")
    page.locator("#capacity").fill(str(PLACES))
    page.locator("#asks_sessions").check()
    page.locator("#is_recorded").check()
    page.locator("#contact_email").fill("miasta@example.org")
    page.locator("#slug").fill("smart-city-v4")
    press(page, "^Zapisz$")
    page.goto(f"{desk}/edit")
    camera.take(page, "settings", page.locator("section:has(#time) .at").last)


def write_the_agenda(page: Page, desk: str, camera: Camera) -> None:
    page.goto(f"{desk}/agenda")
    for title, start, minutes, kind in (
        ("Prezentacja wyników badania", "10", "60", "presentation"),
        ("Panel ekspertów", "11", "90", "panel"),
    ):
        if not page.locator("#new-title").is_visible():
            page.locator("summary", has_text="Dodaj część").click()
        page.locator("#new-title").fill(title)
        page.locator("#new-start").fill(start)
        page.locator("#new-minutes").fill(minutes)
        page.locator("#new-kind").select_option(kind)
        page.locator("form:has(#new-title) button:not([name])").last.click()
        page.locator(f"#editor input[value='{title}']").wait_for()
    add_the_panel(page)
    page.goto(f"{desk}/agenda")
    camera.take(page, "agenda", page.locator("#add-break"))
    lengthen(page, camera)


def add_the_panel(page: Page) -> None:
    """The abstract of the presentation, and five people on the panel."""
    first = page.locator("#editor li[data-row]").first
    first.locator("details[id^='more-'] > summary").click()
    first.locator("textarea[id$='-abstract']").fill(ABSTRACT)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        first.locator("button[id^='save-']").click()
    page.reload()
    row = page.locator("#editor li[data-row]", has=page.locator("input[value='Panel ekspertów']"))
    for name, (_, printed_as) in PANEL.items():
        if not row.locator("input[id$='-name']").is_visible():
            row.locator("summary", has_text="Dodaj osobę").click()
        row.locator("input[id$='-name']").fill(name)
        row.locator("select[id$='-role']").select_option("panelist")
        row.locator("input[id$='-printed_as']").fill(printed_as)
        row.locator("button[value='add_person']").click()
        row.locator(".chips", has_text=name).wait_for()


def lengthen(page: Page, camera: Camera) -> None:
    """A longer presentation, what the editor offers then, and back."""
    first = page.locator("#editor li[data-row]").first
    first.locator("input[id$='-minutes']").fill("75")
    first.locator("button[id^='save-']").click()
    page.locator("#offer").wait_for()
    camera.take(page, "shift", height=HEIGHT)
    page.locator(".toast").get_by_role("button", name="Cofnij").click()
    page.locator("#editor input[id$='-minutes'][value='60']").wait_for()


def add_material(page: Page, desk: str) -> None:
    page.goto(f"{desk}/materials/new")
    page.locator("#url").fill("https://www.example.org/raport-smart-city-v4.pdf")
    page.locator("#title").fill(f"Raport „{STUDY}”")
    page.locator("#session").select_option(index=1)
    page.locator("[name=visibility][value=public]").check()
    press(page, "Dodaj materiał")
    page.goto(f"{desk}/materials/new")
    page.locator("#url").fill("https://www.example.org/slajdy-smart-city-v4.pdf")
    page.locator("#title").fill("Slajdy z prezentacji wyników badania")
    page.locator("#kind").select_option("slides")
    page.locator("#session").select_option(index=1)
    page.locator("[name=visibility][value=registered]").check()
    press(page, "Dodaj materiał")


def ask_the_panel(site: Site, page: Page, desk: str, browser: Browser, camera: Camera) -> None:
    for name, (mailbox, _) in PANEL.items():
        page.goto(f"{desk}/speakers")
        page.get_by_role("link", name=name, exact=True).click()
        page.locator("#email").fill(f"{mailbox}@example.org")
        press(page, "Zapisz adres")
    page.goto(f"{desk}/speakers")
    press(page, "^Zapytaj")
    for name in ANSWERING:
        answer(site, name, browser, camera)


def answer(site: Site, name: str, browser: Browser, camera: Camera) -> None:
    """Say yes by the link of the letter; the first one who does is in the picture."""
    phone = new_page(browser, width=WIDTH)
    phone.goto(site.link_for(f"{PANEL[name][0]}@example.org", "/speak/"))
    phone.get_by_label("Tak, wystąpię").check()
    if name == ANSWERING[0]:
        camera.take(phone, "speaker", phone.get_by_role("button", name="Wyślij odpowiedź"))
    press(phone, "Wyślij odpowiedź")
    phone.context.close()


def register(browser: Browser, name: str, organisation: str) -> None:
    page = new_page(browser, scripts=False)
    page.goto(f"{SITE}/events/smart-city-v4/register")
    page.locator("#name").fill(name)
    page.locator("#email").fill(f"{plain(name)}@example.org")
    page.locator("#organisation").fill(organisation)
    if organisation.endswith(("Gdyni", "Krakowa", "Bydgoszczy")):
        page.locator("#sessions-0").uncheck()
    if name == "Hanna Sikora":
        page.locator("#needs-0").check()
    page.locator("#clause").check()
    page.locator("button[value='check']").click()
    page.wait_for_timeout(1100)
    page.locator("button[value='register']").click()
    page.wait_for_url(re.compile("/registered/"))
    page.context.close()


def plain(name: str) -> str:
    """The name as the beginning of an address."""
    return name.lower().translate(str.maketrans("ąćęłńóśźż ", "acelnoszz."))


def look(page: Page, desk: str, camera: Camera) -> None:
    """The desk five days before the event."""
    page.goto(f"{desk}/")
    camera.take(page, "overview", page.locator("section.sec:has(#letters)"))
    page.goto(f"{desk}/participants")
    page.locator("input[name=picked]").nth(3).check()
    page.locator("input[name=picked]").nth(5).check()
    camera.take(page, "participants", height=HEIGHT)
    page.goto(f"{desk}/participants?state=waiting")
    page.locator(".participants tbody a").first.click()
    camera.take(page, "participant", page.locator("dl.sum.line").first)
    page.goto(f"{desk}/letters")
    camera.take(page, "letters", height=1100)
    page.goto(f"{desk}/letters/kinds/confirmation/pl")
    page.locator("#body").fill("Cieszymy się na spotkanie, {name}. Raport jest już na stronie warsztatu.")
    press(page, "^Wypróbuj$")
    camera.take(page, "letter", height=HEIGHT)
    write(page, desk, camera)
    page.goto(f"{desk}/team")
    camera.take(page, "team", page.locator("section.sec:has(#invited)"))
    page.goto(f"{desk}/history")
    camera.take(page, "history", height=HEIGHT)
    change(page, desk, camera)


def change(page: Page, desk: str, camera: Camera) -> None:
    """The panel a quarter of an hour later and somebody off it, and what nobody has been told yet."""
    page.goto(f"{desk}/agenda")
    row = page.locator("#editor li[data-row]", has=page.locator("input[value='Panel ekspertów']"))
    row.locator("input[id$='-start']").fill("11:15")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        row.locator("button[id^='save-']").click()
    row.get_by_role("button", name="Usuń: Bartosz Dominiak").click()
    row.locator(".chips", has_text="Bartosz Dominiak").wait_for(state="detached")
    page.goto(f"{desk}/changes")
    camera.take(page, "changes", page.locator("#telling"))


def write(page: Page, desk: str, camera: Camera) -> None:
    page.goto(f"{desk}/letters/write")
    page.locator("#subject").fill("Raport do przeczytania przed warsztatem")
    page.locator("#body").fill("Raport z badania jest już na stronie warsztatu. Zachęcamy do lektury przed spotkaniem.")
    press(page, "^Zapisz")
    camera.take(page, "message", height=HEIGHT)
    press(page, "^Wyślij do")


def invite(page: Page, desk: str) -> None:
    page.goto(f"{desk}/team")
    page.locator("#email").fill("jan.lis@example.org")
    page.locator("#name").fill("Jan Lis")
    page.locator("#post").select_option("editor")
    press(page, "^Zaproś$")


def publish(page: Page, desk: str, browser: Browser, camera: Camera) -> None:
    page.goto(f"{desk}/state")
    camera.take(page, "state", page.locator(".states"))
    press(page, "^Opublikuj$")
    reader = new_page(browser)
    reader.goto(f"{SITE}/events/smart-city-v4/")
    camera.take(reader, "event", height=1180)
    reader.context.close()


def build(site: Site, browser: Browser, camera: Camera) -> str:
    """From nothing to a published event whose panel is asked; returns its address at the desk."""
    page = new_page(browser)
    choose_a_password(site, page, camera)
    sign_in(page)
    desk = create(page, camera)
    settle(page, desk, camera)
    write_the_agenda(page, desk, camera)
    add_material(page, desk)
    camera.take(page, "materials", page.locator("main table"))
    invite(page, desk)
    publish(page, desk, browser, camera)
    ask_the_panel(site, page, desk, browser, camera)
    page.goto(f"{desk}/speakers")
    camera.take(page, "speakers", page.locator("main table"))
    page.context.close()
    return desk


def walk(site: Site, browser: Browser) -> None:
    camera = Camera()
    site.flask("db", "upgrade")
    with site.running(BUILDING):
        desk = build(site, browser, camera)
    for clock, guests in GUESTS.items():
        with site.running(clock):
            for name, organisation in guests:
                register(browser, name, organisation)
            site.link_for(f"{plain(guests[-1][0])}@example.org", "/my/")
    with site.running(LOOKING):
        page = new_page(browser)
        sign_in(page)
        look(page, desk, camera)
    if camera.left:
        raise SystemExit(f"Nobody took: {', '.join(camera.left)}.")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Site(Path(folder))
        flags = [*FLAGS, f"--host-resolver-rules=MAP plenum.example.org 127.0.0.1:{site.port}"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        walk(site, browser)
        browser.close()


if __name__ == "__main__":
    main()
