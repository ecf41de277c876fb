"""A headless Chromium that opens files and keeps what they log and request."""

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
    # Tests follow more links in ten seconds than a reader
    "--disable-ipc-flooding-protection",
    "--disable-sync",
    "--no-first-run",
)

# Runs a script and waits until the page has followed the address, if the script changed it
_AFTER_HASH_CHANGE = """
    const before = location.href;
    return new Promise((resolve) => {
        addEventListener("hashchange", () => resolve(), { once: true });
        new Function(arguments[0])();
        setTimeout(() => { if (location.href === before) resolve(); }, 100);
    });
"""


class Browser:
    """A browser with one page."""

    def __init__(self, driver: Chrome) -> None:
        self._driver = driver

    def open_tab(self) -> None:
        """Open a new tab, without a history, in place of the current one."""
        old = self._driver.current_window_handle
        self._driver.switch_to.new_window("tab")
        new = self._driver.current_window_handle
        self._driver.switch_to.window(old)
        self._driver.close()
        self._driver.switch_to.window(new)

    def open(self, page: Path, address: str = "") -> None:
        """Open a report at an address within it, and wait until it is drawn."""
        # Without the blank page, the same file would not be loaded again
        self._driver.get("about:blank")
        self._driver.get(page.as_uri() + address)
        self.wait_until_drawn()

    def go_to(self, address: str) -> None:
        """Follow an address within the page, and wait until it is drawn."""
        self._change_address(f"location.hash = {json.dumps(address)}")

    def go_back(self) -> None:
        """Go back by one step, and wait until the page is drawn."""
        # history.back() may skip what a script added to the history
        self._driver.back()
        self.run("return new Promise((resolve) => setTimeout(resolve, 100))")
        self.wait_until_drawn()

    def click(self, selector: str) -> None:
        """Click the first element that a CSS selector finds, and wait until the page is drawn."""
        click = f"document.querySelector({json.dumps(selector)}).click()"
        self._change_address(click)

    def wait_until_drawn(self) -> None:
        """Wait until the page's charts are drawn."""
        is_drawn = "return document.body.dataset.drawn"
        try:
            WebDriverWait(self._driver, _TIMEOUT_S).until(lambda _: self.run(is_drawn) == "yes")
        except TimeoutException as error:
            raise AssertionError(
                f"not drawn in {_TIMEOUT_S} s; console: {self.console()}"
            ) from error

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script in the page and return its result."""
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
        """The text of the only element that a CSS selector finds."""
        (text,) = self.texts(selector)
        return text

    def choose(self, select: str, value: str) -> None:
        """Choose an option by its text, and wait until the page is drawn."""
        choice = f"""
            const select = document.getElementById({json.dumps(select)});
            const text = {json.dumps(value)};
            const option = [...select.options].find((one) => one.text === text);
            if (!option) throw Error(`${{select.id}} does not offer ${{text}}`);
            select.value = option.value;
            select.dispatchEvent(new Event("change"));
        """
        self._change_address(choice)

    def search(self, text: str) -> None:
        """Type a text into the search box, and wait until the page is drawn."""
        typing = """
            const box = document.getElementById("search");
            box.value = arguments[0];
            box.dispatchEvent(new Event("input"));
            return new Promise((resolve) => setTimeout(resolve, 100));
        """
        self.run(typing, text)
        self.wait_until_drawn()

    def press(self, keys: str) -> None:
        """Press keys on what has the focus, and wait until the page is drawn."""
        self._driver.switch_to.active_element.send_keys(keys)
        self.run("return new Promise((resolve) => setTimeout(resolve, 50))")
        self.wait_until_drawn()

    def focused_text(self) -> str:
        """The text of the element that has the focus."""
        return str(self.run("return document.activeElement.textContent"))

    def point_at(self, x: float, y: float) -> None:
        """Move the pointer to a place on the screen."""
        event = {"type": "mouseMoved", "x": x, "y": y}
        self._driver.execute_cdp_cmd("Input.dispatchMouseEvent", event)

    def set_screen(self, width: int, scheme: Literal["light", "dark"]) -> None:
        """Set the width of the screen, and light or dark mode."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)

    def set_medium(self, medium: Literal["screen", "print"]) -> None:
        """Show the page as on a screen or on paper."""
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": medium})

    def set_time_zone(self, time_zone: str) -> None:
        """Set the time zone of the computer."""
        zone = {"timezoneId": time_zone}
        self._driver.execute_cdp_cmd("Emulation.setTimezoneOverride", zone)

    def save_screenshot(self, path: Path) -> None:
        """Save a picture of the whole page."""
        path.parent.mkdir(parents=True, exist_ok=True)
        # What is not on the screen is not drawn otherwise
        self.run(
            "for (const one of document.querySelectorAll('section'))"
            " one.style.contentVisibility = 'visible'"
        )
        height = self.run("return document.documentElement.scrollHeight")
        width = self.run("return innerWidth")
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self._driver.save_screenshot(str(path))

    def console(self) -> list[str]:
        """The messages that pages logged since the last call, errors included."""
        return [entry["message"] for entry in self._log("browser")]

    def requests(self) -> list[str]:
        """The URLs that pages requested since the last call."""
        events = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        return [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def _change_address(self, script: str) -> None:
        """Run a script that may change the address, and wait until the page is drawn."""
        self.run(_AFTER_HASH_CHANGE, script)
        self.wait_until_drawn()

    def _log(self, kind: str) -> list[dict[str, str]]:
        return list(self._driver.get_log(kind))  # type: ignore[no-untyped-call]


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium with a new profile."""
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not binary or not driver:
        pytest.skip("chromium and chromedriver are not on this machine")
    options = ChromeOptions()
    options.binary_location = binary
    for argument in _ARGUMENTS:
        options.add_argument(argument)
    if os.geteuid() == 0:
        # Chromium's sandbox does not run as root
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with tempfile.TemporaryDirectory() as profile:
        options.add_argument(f"--user-data-dir={profile}")
        running = Chrome(options=options, service=Service(driver))
        try:
            yield Browser(running)
        finally:
            running.quit()
