"""A headless Chromium that opens files, and what it said and asked for meanwhile."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from selenium.common.exceptions import TimeoutException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

_TIMEOUT_S = 20
_ARGUMENTS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class Browser:
    """A browser with one page."""

    def __init__(self, driver: Chrome) -> None:
        self._driver = driver

    def open(self, page: Path) -> None:
        """Open a report and wait until it has drawn itself."""
        self._driver.get(page.as_uri())
        self.drawn()

    def drawn(self) -> None:
        """Wait until the page has drawn itself."""
        is_drawn = "return document.body.dataset.drawn"
        try:
            WebDriverWait(self._driver, _TIMEOUT_S).until(lambda _: self.run(is_drawn) == "yes")
        except TimeoutException as error:
            raise AssertionError(f"not drawn in {_TIMEOUT_S} s; it said {self.said()}") from error

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script in the page returns."""
        return self._driver.execute_script(script, *arguments)

    def texts(self, selector: str) -> list[str]:
        """The texts of the elements that a CSS selector finds."""
        return list(
            self.run(
                "return [...document.querySelectorAll(arguments[0])].map(one => one.textContent)",
                selector,
            )
        )

    def text(self, selector: str) -> str:
        """The text of the one element that a CSS selector finds."""
        (text,) = self.texts(selector)
        return text

    def choose(self, select: str, value: str) -> None:
        """Choose what an option says, and wait until that is drawn."""
        self.run(
            """
            const [select, said] = [document.getElementById(arguments[0]), arguments[1]];
            const option = [...select.options].find((one) => one.text === said);
            if (!option) throw Error(`${select.id} does not offer ${said}`);
            select.value = option.value;
            select.dispatchEvent(new Event("change"));
            """,
            select,
            value,
        )
        self.drawn()

    def look(self, width: int, scheme: Literal["light", "dark"]) -> None:
        """Be a screen of this width, in a light or a dark room."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)

    def be_in(self, time_zone: str) -> None:
        """Be a computer in this time zone."""
        zone = {"timezoneId": time_zone}
        self._driver.execute_cdp_cmd("Emulation.setTimezoneOverride", zone)

    def keep(self, path: Path) -> None:
        """Keep a picture of the whole page."""
        path.parent.mkdir(parents=True, exist_ok=True)
        height = self.run("return document.documentElement.scrollHeight")
        width = self.run("return innerWidth")
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self._driver.save_screenshot(str(path))

    def said(self) -> list[str]:
        """What the pages wrote to the console since the last call, errors included."""
        return [entry["message"] for entry in self._log("browser")]

    def requests(self) -> list[str]:
        """The addresses that the pages asked for since the last call."""
        events = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        return [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def _log(self, kind: str) -> list[dict[str, str]]:
        return list(self._driver.get_log(kind))  # type: ignore[no-untyped-call]


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium, with a profile of its own."""
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not binary or not driver:
        pytest.skip("chromium and chromedriver are not on this machine")
    options = ChromeOptions()
    options.binary_location = binary
    for argument in _ARGUMENTS:
        options.add_argument(argument)
    if os.geteuid() == 0:
        # Chromium's sandbox is not for root
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with tempfile.TemporaryDirectory() as profile:
        options.add_argument(f"--user-data-dir={profile}")
        running = Chrome(options=options, service=Service(driver))
        try:
            yield Browser(running)
        finally:
            running.quit()
